"""The pages of a pull on disk: rows of JSON as a CSV file of the feed's columns, so that they are read and judged as
any delivered file is.

`<data>/pulls/<pull>/<number>.csv` holds a page's rows without a header. They are raw rows with id numbers: readable
by no other user, and removed when the pull ends, however it ends, or has become too old to continue.
"""

import csv
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread

from shared.feeds.contract.feeds import FEEDS
from shared.feeds.contract.model import FeedContract
from shared.feeds.pulling.paged_api import PullFailed
from shared.feeds.reading.column_names import column_meant, printable_name
from shared.file_store import sync_directory
from shared.reference.blanks import folded

CSV_CONSTANTS = {True: "true", False: "false", None: ""}
MOST_UNKNOWN = 20
"""Unknown names of a page that are told."""


@dataclass(frozen=True)
class WrittenPage:
    """A page on disk: its digest, and the names in its rows that are none of the contract's."""

    sha256: str
    unknown: tuple[str, ...]


class PageSpool:
    """The pages of one pull of one feed. Writing and removing block."""

    def __init__(self, data: Path, pull_id: uuid.UUID, feed: str) -> None:
        self.directory = data / "pulls" / str(pull_id)
        self.contract = FEEDS[feed]
        self.columns = [column.name for column in self.contract.columns]

    def page(self, number: int) -> Path:
        """The path of a page; numbers start at 1."""
        return self.directory / f"{number:06d}.csv"

    def write(self, number: int, rows: Sequence[dict[str, Any]]) -> "WrittenPage":
        """Writes a page durably; replaces a page that was never recorded in the database."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        told = [named_cells(self.contract, row) for row in rows]
        if rows and not any(self.contract.key[0] in row for row in told):
            raise PullFailed(f"部门接口返回的行中没有“{self.contract.key[0]}”这一项，不知是哪一户的数据")
        content = csv_bytes([[csv_cell(row.get(name)) for name in self.columns] for row in told])
        part = self.directory / "part"
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self.page(number))
        sync_directory(self.directory)
        unknown = {name for row in rows for name in map(folded, row) if name and not self.contract.has(name)}
        return WrittenPage(hashlib.sha256(content).hexdigest(), tuple(sorted(unknown)[:MOST_UNKNOWN]))

    def digest(self, pages: Sequence[str]) -> str:
        """The SHA-256 of the complete CSV. PullFailed when a page differs from its recorded digest."""
        whole = hashlib.sha256(csv_bytes([self.columns]))
        for number, noted in enumerate(pages, 1):
            content = self.page(number).read_bytes() if self.page(number).is_file() else b""
            if hashlib.sha256(content).hexdigest() != noted:
                raise PullFailed(f"已取回的第 {number} 页丢失或损坏，将重新取数")
            whole.update(content)
        return whole.hexdigest()

    async def content(self, pages: int) -> AsyncIterator[bytes]:
        """The complete CSV, header first, a page at a time."""
        yield csv_bytes([self.columns])
        for number in range(1, pages + 1):
            yield await anyio.to_thread.run_sync(self.page(number).read_bytes)

    def remove(self) -> None:
        """Deletes all pages."""
        shutil.rmtree(self.directory, ignore_errors=True)


def named_cells(contract: FeedContract, row: dict[str, Any]) -> dict[str, Any]:
    """A row's cells under the contract's names, which are folded as a file's header is. PullFailed for a name that is
    almost one of them, or is there twice: nobody may take its contents for missing. Other names are passed over.
    """
    cells: dict[str, Any] = {}
    for written, value in row.items():
        name = folded(written)
        if meant := column_meant(contract, name):
            raise PullFailed(f"部门接口返回的行中有与“{meant}”相近而不相同的名称；应写成“{meant}”")
        if name in cells:
            raise PullFailed(f"部门接口返回的行中有两个“{name}”")
        if contract.has(name):
            cells[name] = value
    return cells


def csv_cell(value: object) -> str:
    """A JSON value as a CSV cell. PullFailed for lists and objects, which no column holds."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return CSV_CONSTANTS[value]
    raise PullFailed("部门接口返回的行中有不是文字、数字、真假值的内容")


def csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as RFC 4180 lines; half a surrogate pair, which JSON can hold and UTF-8 cannot, becomes a question mark."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "replace")


def unknown_names_warning(names: Collection[str]) -> tuple[str, ...]:
    """A warning that names were passed over, as the reader of a file gives it of columns; none without names."""
    if not names:
        return ()
    return (f"部门接口返回的行中不认识的名称已忽略：{'、'.join(map(printable_name, sorted(names)))}。",)
