"""Pages that a pull has fetched, on disk until the delivery is made: each whole or not there.

`<data>/pulls/<pull>/<number>.csv` holds a page's rows without a header. They are raw rows with id numbers: readable by
nobody else, and removed when the pull ends, however it ends, or has become too old to go on with.
"""

import csv
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import anyio.to_thread

from services.typing.intake.pull_source import PullFailed
from shared.feeds.contracts import FEEDS
from shared.feeds.intake.store import flush

WORDS = {True: "true", False: "false", None: ""}


class PageSpool:
    """The pages of one pull of one feed. Writing and removing block."""

    def __init__(self, data: Path, pull_id: uuid.UUID, feed: str) -> None:
        self.directory = data / "pulls" / str(pull_id)
        self.columns = [column.name for column in FEEDS[feed].columns]

    def page(self, number: int) -> Path:
        """Where a page lies; they count from 1."""
        return self.directory / f"{number:06d}.csv"

    def write(self, number: int, rows: Sequence[dict[str, Any]]) -> str:
        """Writes a page, in place of one that was not yet noted in the database; its digest, durable on return."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = as_csv([[cell(row.get(name)) for name in self.columns] for row in rows])
        part = self.directory / "part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.page(number))
        flush(self.directory)
        return hashlib.sha256(content).hexdigest()

    def digest(self, pages: Sequence[str]) -> str:
        """The SHA-256 of the whole CSV. PullFailed when a page is not what was noted of it."""
        whole = hashlib.sha256(as_csv([self.columns]))
        for number, noted in enumerate(pages, 1):
            content = self.page(number).read_bytes() if self.page(number).is_file() else b""
            if hashlib.sha256(content).hexdigest() != noted:
                raise PullFailed(f"已取回的第 {number} 页丢失或损坏，将重新取数")
            whole.update(content)
        return whole.hexdigest()

    async def content(self, pages: int) -> AsyncIterator[bytes]:
        """The whole CSV, header first, a page at a time."""
        yield as_csv([self.columns])
        for number in range(1, pages + 1):
            yield await anyio.to_thread.run_sync(self.page(number).read_bytes)

    def remove(self) -> None:
        """Deletes all pages."""
        shutil.rmtree(self.directory, ignore_errors=True)


def spools(data: Path) -> set[uuid.UUID]:
    """The pulls that have pages on disk."""
    directory = data / "pulls"
    return {uuid.UUID(path.name) for path in directory.iterdir()} if directory.is_dir() else set()


def cell(value: object) -> str:
    """A JSON value as a CSV cell. PullFailed for lists and objects, which no column holds."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return WORDS[value]
    raise PullFailed("部门接口返回的行中有不是文字、数字、真假值的内容")


def as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as RFC 4180 lines; half a surrogate pair, which JSON can hold and UTF-8 cannot, becomes a question mark."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
