"""A file of a feed before and after it is opened, its header and its errors: shared by the three readers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from shared.feeds.contract.model import FeedContract, FeedsError
from shared.feeds.reading.column_names import column_meant, printable_name
from shared.feeds.reading.sql import quoted
from shared.reference.blanks import folded

ROW_BITS = 32
FIRST_ROW = 2
"""The number that a spreadsheet shows for line 0, the first one below the header."""


@dataclass(frozen=True)
class FeedFile:
    """A file of a feed; `name` is its name in rejects, `number` its position among the feed's files, `table` the name
    of the table that staging may create in `con`. `folding`: codes and words are folded while it is read.
    """

    con: duckdb.DuckDBPyConnection
    contract: FeedContract
    path: Path
    name: str
    number: int
    table: str
    folding: bool = False


@dataclass(frozen=True)
class OpenedFile:
    """An opened file; `in_place`: nothing was copied. `select` gives the contract's columns, typed, `unreadable` (see
    `sql`), `line`: the row's number in its file, the first one below the header being 0, and `row`: a number unique
    within the feed, file number * 2^32 + line.
    """

    select: str
    in_place: bool
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Header:
    """The columns that a file has: `places` of the contract's by name, `others` of those not known, which a warning
    names.
    """

    places: Mapping[str, int]
    others: tuple[int, ...]
    warnings: tuple[str, ...] = ()


def read_header(incoming: FeedFile, names: Sequence[str]) -> Header:
    """Reads a header row, its names folded: FeedsError when it is not one, names a column twice, lacks a required one,
    has one almost named as the contract's, or has nothing beside the key.
    """
    contract, file = incoming.contract, incoming.name
    shown = [folded(name) for name in names]
    if close := {name: right for name in shown if (right := column_meant(contract, name)) is not None}:
        meant = "、".join(f"{printable_name(name)}应为{right}" for name, right in close.items())
        raise FeedsError(f"文件{file}的表头中有写错的列名：{meant}。")
    delivered = [name for name in shown if contract.has(name)]
    if not delivered:
        raise FeedsError(f"文件{file}没有表头：第一行应是列名（如{contract.columns[0].name}），以英文逗号分隔。")
    if twice := sorted({name for name in delivered if delivered.count(name) > 1}):
        raise FeedsError(f"文件{file}的表头中列名重复：{'、'.join(twice)}，每列应只有一个。")
    missing = [column.name for column in contract.columns if column.required and column.name not in delivered]
    if missing:
        raise FeedsError(f"文件{file}缺少必需的列：{'、'.join(missing)}。")
    beside = [column.name for column in contract.columns if column.name not in contract.key]
    if not set(beside) & set(delivered):
        raise FeedsError(f"文件{file}除{'、'.join(contract.key)}外没有内容：应至少有{'、'.join(beside)}中的一列。")
    places = {name: place for place, name in enumerate(shown) if contract.has(name)}
    others = tuple(place for place, name in enumerate(shown) if not contract.has(name))
    unknown = [printable_name(shown[place]) for place in others if shown[place]]
    warning = (f"文件{file}中不认识的列已忽略：{'、'.join(unknown)}。",) if unknown else ()
    return Header(places, others, warning)


def row_and_line(incoming: FeedFile, line: str) -> str:
    """SELECT list of `row` and `line` from SQL of the latter."""
    return f"({incoming.number << ROW_BITS}::BIGINT + {line}) AS row, {line} AS line"


def staged_file(incoming: FeedFile, line: str, warnings: tuple[str, ...]) -> OpenedFile:
    """The opened file whose rows are in the staging table."""
    columns = ", ".join(quoted(column.name) for column in incoming.contract.columns)
    select = f"SELECT {row_and_line(incoming, line)}, unreadable, {columns} FROM {incoming.table}"
    if incoming.con.execute(f"SELECT 1 FROM {incoming.table} WHERE blank LIMIT 1").fetchone():
        select += " WHERE NOT blank"
    return OpenedFile(select, in_place=False, warnings=warnings)


def is_out_of_resources(error: duckdb.Error) -> bool:
    """Whether DuckDB ran out of memory or disk, which says nothing about the file."""
    full = ("No space left", "failed to offload", "max_temp_directory_size")
    return isinstance(error, duckdb.OutOfMemoryException) or any(words in str(error) for words in full)


def is_broken_parquet(error: duckdb.Error) -> bool:
    """Whether DuckDB could not decompress a page of a Parquet file; the message is its own or one of Thrift."""
    return type(error) is duckdb.Error or "Failed to read file" in str(error)


UNREADABLE_FILE = "读不下去（可能被截断或已损坏）"


@contextmanager
def duckdb_errors_refused(name: str, complaint: str) -> Iterator[None]:
    """DuckDB's errors about a file become one FeedsError."""
    try:
        yield
    except (duckdb.Error, UnicodeDecodeError) as error:
        if isinstance(error, duckdb.Error) and is_out_of_resources(error):
            raise
        raise FeedsError(f"文件{name}{complaint}。") from error


def require_content(incoming: FeedFile) -> None:
    """FeedsError when the file cannot be opened or has no content at all."""
    try:
        with incoming.path.open("rb") as file:
            if not file.read(1):
                raise FeedsError(f"文件{incoming.name}是空文件。")
    except OSError as error:
        raise FeedsError(f"文件{incoming.name}打不开（{error.strerror}）。") from error
