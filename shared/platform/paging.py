"""Keyset pages: a list goes on after the last row seen, by the columns it is sorted by, never by an offset.

    after = Cursor.read(cursor, str, UUID)         # (name, id) of the last row seen, or None for the first page
    Page(items=rows, next=Cursor.write(last.name, last.id))

To callers a cursor is one opaque word. One that was cut, altered, or belongs to a list sorted by other columns is
a 422. It is no secret and gives no right: the query behind it has its own region and role.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field

from shared.platform.problems import Problem, invalid_request

T = TypeVar("T")
Key = str | int | date | UUID
PARSERS: Mapping[type[Key], Callable[[Any], Key]] = {date: date.fromisoformat, UUID: UUID}
"""Kinds that are written as texts."""

CHECK_BYTES = 6
MAX_CURSOR_LENGTH = 4000


class Page(BaseModel, Generic[T]):
    """One page; `next` is the cursor of the following one, null on the last."""

    items: list[T]
    next: str | None = Field(default=None, description="下一页的游标；为空表示没有更多")


Row = TypeVar("Row")


def page_of(
    rows: Sequence[Row], limit: int, shown: Callable[[Row], T], key: Callable[[Row], tuple[Key, ...]]
) -> Page[T]:
    """A page of rows of which one more than `limit` was asked for; `key` gives a row's sort values."""
    more = Cursor.write(*key(rows[limit - 1])) if len(rows) > limit else None
    return Page(items=[shown(row) for row in rows[:limit]], next=more)


class Cursor:
    """Reads and writes cursors."""

    @staticmethod
    def write(*values: Key) -> str:
        """The cursor after the row with these sort values."""
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str).encode()
        return base64.urlsafe_b64encode(_check(text) + text).rstrip(b"=").decode()

    @staticmethod
    def read(cursor: str | None, *kinds: type[Key]) -> tuple[Any, ...] | None:
        """The sort values, of these kinds; None for no cursor; 422 for one that we did not write for this list."""
        if cursor is None:
            return None
        values = _decoded(cursor)
        if [type(value) for value in values] != [str if kind in PARSERS else kind for kind in kinds]:
            raise _unknown_cursor()
        try:
            return tuple(
                PARSERS[kind](value) if kind in PARSERS else value for kind, value in zip(kinds, values, strict=True)
            )
        except ValueError:
            raise _unknown_cursor() from None


def _decoded(cursor: str) -> Sequence[str | int]:
    try:
        raw = base64.b64decode(cursor[:MAX_CURSOR_LENGTH] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        check, text = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        if check != _check(text):
            raise _unknown_cursor()
        values: list[str | int] = json.loads(text)
    except (ValueError, RecursionError):
        raise _unknown_cursor() from None
    return values


def _check(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()[:CHECK_BYTES]


def _unknown_cursor() -> Problem:
    return invalid_request(("query.cursor", "cursor", "不是有效的游标，请从第一页重新开始。"))
