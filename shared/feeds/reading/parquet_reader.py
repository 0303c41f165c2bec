"""Reads Parquet: in place where every column's type fits, through texts otherwise.

A file whose footer announces far more than its bytes can hold is refused before anything is decompressed.
"""

from collections.abc import Mapping

from shared.feeds.contract.model import SQL_TYPES, FeedsError
from shared.feeds.reading.feed_file import (
    FeedFile,
    Header,
    OpenedFile,
    duckdb_errors_refused,
    read_header,
    require_content,
    row_and_line,
    staged_file,
)
from shared.feeds.reading.sql import file_literal, from_parquet, parquet_as_text, quoted, unreadable_mask
from shared.feeds.reading.staging import stage

UNPACKED_LIMIT = 64 << 20
RATIO_LIMIT = 1_000
"""A ratio of unpacked to packed bytes that no real data reach; checked beyond `UNPACKED_LIMIT` bytes."""

_BROKEN = "不是完整的Parquet文件（可能被截断或已损坏）"
_LINE = "file_row_number"


def read_parquet(incoming: FeedFile, *, in_place: bool) -> OpenedFile:
    """Opens a Parquet file; `in_place` False stages it in any case. Raises FeedsError."""
    require_content(incoming)
    with duckdb_errors_refused(incoming.name, _BROKEN):
        _refuse_bombs(incoming)
        described = incoming.con.execute(f"DESCRIBE SELECT * FROM {_relation(incoming, rows=False)}").fetchall()
    types = {str(name): str(kind) for name, kind, *_ in described}
    if _LINE in types:
        raise FeedsError(f"文件{incoming.name}中的列名{_LINE}是保留名称，请改名。")
    header = read_header(incoming, list(types))
    part = _in_place(incoming, header, types) if in_place else None
    return part or _staged(incoming, header, types)


def _relation(incoming: FeedFile, *, rows: bool = True) -> str:
    options = "hive_partitioning = false, binary_as_string = true"
    return f"read_parquet({file_literal(incoming.path)}, {options}{', file_row_number = true' if rows else ''})"


def _refuse_bombs(incoming: FeedFile) -> None:
    file = file_literal(incoming.path)
    ((unpacked,),) = incoming.con.execute(
        f"SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata({file})"
    ).fetchall()
    if unpacked > max(UNPACKED_LIMIT, RATIO_LIMIT * incoming.path.stat().st_size):
        raise FeedsError(f"文件{incoming.name}解压后大得不合理，疑似压缩炸弹，已拒收。")


def _in_place(incoming: FeedFile, header: Header, types: Mapping[str, str]) -> OpenedFile | None:
    """The file opened in place; None when a column's type does not fit."""
    values, unreadable = [], {}
    for place, column in enumerate(incoming.contract.columns):
        name = quoted(column.name)
        if column.name not in header.delivered:
            values.append(f"NULL::{SQL_TYPES[column.kind]} AS {name}")
            continue
        cell = from_parquet(column, types[column.name])
        if cell is None:
            return None
        values.append(f"{cell.value} AS {name}")
        if cell.unreadable != "false":
            unreadable[place] = cell.unreadable
    row = row_and_line(incoming, _LINE)
    select = (
        f"SELECT {row}, {unreadable_mask(unreadable)} AS unreadable, {', '.join(values)} FROM {_relation(incoming)}"
    )
    return OpenedFile(select, in_place=True, warnings=header.warnings)


def _staged(incoming: FeedFile, header: Header, types: Mapping[str, str]) -> OpenedFile:
    texts = {name: parquet_as_text(name, types[name]) for name in header.delivered}
    with duckdb_errors_refused(incoming.name, _BROKEN):
        stage(incoming.con, incoming.table, incoming.contract, _relation(incoming), texts, _LINE)
    return staged_file(incoming, "line", header.warnings)
