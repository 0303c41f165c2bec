"""Keyset pages: a list goes on after the last row seen, by the columns it is sorted by, never by an offset.

    async def list_entries(page: Annotated[PageQuery[tuple[str, UUID]], paged(str, UUID)]) -> Page[EntryView]:
        rows = await repository.list_entries(session, page.after, page.wanted)
        return page.of(rows, EntryView.of, lambda row: (row.name, row.id))

To callers a cursor is an opaque text. One that was cut, altered, or belongs to a list sorted by other columns is a 422.
It is not secret and grants nothing: the query is limited to the region and role of whoever sends it.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from shared.platform.fields import Shape
from shared.platform.problems import Problem, invalid_request

T = TypeVar("T")
Key = str | int | date | UUID
PARSERS: Mapping[type[Key], Callable[[Any], Key]] = {date: date.fromisoformat, UUID: UUID}
"""Kinds that are written as texts."""

CHECK_BYTES = 6
UNSTORABLE = re.compile("[\\x00\\ud800-\\udfff]")
"""NUL and halves of characters, which PostgreSQL's texts cannot hold."""
MAX_CURSOR_LENGTH = 4000
CursorParameter = Annotated[str | None, Query(max_length=MAX_CURSOR_LENGTH, description="上一页的 next")]


class Page(BaseModel, Generic[T]):
    """One page; `next` is the cursor of the following one, null on the last."""

    items: list[T]
    next: str | None = Field(default=None, description="下一页的游标；为空表示没有更多")


Row = TypeVar("Row")
Position = TypeVar("Position")


@dataclass(frozen=True)
class PageQuery(Generic[Position]):
    """Which page a caller wants. `after`: sort values of the last row seen, None for the first page; the value itself
    where a list is sorted by one column, else a tuple.
    """

    after: Position | None
    limit: int

    @property
    def wanted(self) -> int:
        """How many rows to ask for: one more than the page shows, to know whether there is a next one."""
        return self.limit + 1

    def of(self, rows: Sequence[Row], shown: Callable[[Row], T], key: Callable[[Row], Position]) -> Page[T]:
        """The page of rows of which `wanted` were asked for; `key` gives a row's sort values."""
        return Page(items=[shown(row) for row in rows[: self.limit]], next=self.next(rows, key))

    def next(self, rows: Sequence[Row], key: Callable[[Row], Position]) -> str | None:
        """The cursor of the page after these rows; None if there is none."""
        if len(rows) <= self.limit:
            return None
        last: Any = key(rows[self.limit - 1])
        return Cursor.write(*(last if isinstance(last, tuple) else (last,)))


def paged(*kinds: type[Key], limit: int = 50, largest: int = 200) -> Any:  # noqa: ANN401 - Depends is Any
    """The dependency that reads `cursor` and `limit` of a list sorted by columns of these kinds."""

    async def read(cursor: CursorParameter = None, limit: Annotated[int, Query(ge=1, le=largest)] = limit) -> object:
        return page_query(cursor, limit, *kinds)

    return Depends(read)


class PagedQuery(Shape):
    """Base of query models of lists: FastAPI takes `cursor` and `limit` from the model where there is one."""

    cursor: Annotated[str | None, Field(max_length=MAX_CURSOR_LENGTH)] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20

    def page(self, *kinds: type[Key]) -> PageQuery[Any]:
        """The page of a list sorted by columns of these kinds."""
        return page_query(self.cursor, self.limit, *kinds)


def page_query(cursor: str | None, limit: int, *kinds: type[Key]) -> PageQuery[Any]:
    """The page that a cursor names."""
    read = Cursor.read(cursor, *kinds)
    return PageQuery(read[0] if read is not None and len(kinds) == 1 else read, limit)


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
        if not all(map(_can_be_stored, values)):
            raise _unknown_cursor()
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
        values = json.loads(text)
    except (ValueError, RecursionError):
        raise _unknown_cursor() from None
    if not isinstance(values, list):
        raise _unknown_cursor()
    return values


def _can_be_stored(value: str | int) -> bool:
    """Whether a column of any list can hold it; anybody can compute a cursor's check, so its values may be anything."""
    if isinstance(value, str):
        return UNSTORABLE.search(value) is None
    return isinstance(value, int) and abs(value) < 2**63


def _check(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()[:CHECK_BYTES]


def _unknown_cursor() -> Problem:
    return invalid_request(("query.cursor", "cursor", "不是有效的游标，请从第一页重新开始。"))
