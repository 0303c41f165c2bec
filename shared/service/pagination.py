"""Keyset pages: a list goes on after the last row seen, by the columns it is sorted by, never by an offset.

    after = Cursor.read(cursor, str, int)          # (name, id) of the last row seen, or None for the first page
    Page(items=rows, next=Cursor.write(last.name, last.id))

To callers a cursor is one opaque word. One that was cut, altered, or belongs to a list sorted by other columns is
a 422. It is no secret and gives no right: the query behind it has its own region and role.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Generic, TypeVar

from pydantic import BaseModel, Field

from shared.service.problems import Problem, invalid

T = TypeVar("T")
Key = str | int

CHECK_BYTES = 6
LONGEST = 4000


class Page(BaseModel, Generic[T]):
    """One page; `next` is the cursor of the following one, null on the last."""

    items: list[T]
    next: str | None = Field(default=None, description="下一页的游标；为空表示没有更多")


class Cursor:
    """Reads and writes cursors."""

    @staticmethod
    def write(*values: Key) -> str:
        """The cursor after the row with these sort values."""
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(_check(text) + text).rstrip(b"=").decode()

    @staticmethod
    def read(cursor: str | None, *kinds: type[Key]) -> tuple[Key, ...] | None:
        """The sort values, of these kinds; None for no cursor; 422 for one that we did not write for this list."""
        if cursor is None:
            return None
        values = _decoded(cursor)
        if [type(value) for value in values] != list(kinds):
            raise _unknown()
        return tuple(values)


def _decoded(cursor: str) -> Sequence[Key]:
    try:
        raw = base64.b64decode(cursor[:LONGEST] + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        check, text = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        if check != _check(text):
            raise _unknown()
        values: list[Key] = json.loads(text)
    except (ValueError, RecursionError):
        raise _unknown() from None
    return values


def _check(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()[:CHECK_BYTES]


def _unknown() -> Problem:
    return invalid(("query.cursor", "cursor", "不是有效的游标，请从第一页重新开始。"))
