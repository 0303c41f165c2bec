"""Reads Parquet: in place where every column's type fits, through texts otherwise.

A file whose footer announces far more than its bytes can hold is refused before anything is decompressed.
"""

from collections.abc import Sequence

from shared.feeds.contract.model import SQL_TYPES, FeedsError
from shared.feeds.reading.feed_file import (
    UNREADABLE_FILE,
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
        names = _names(incoming)
    if _LINE in map(str.lower, names):
        raise FeedsError(f"文件{incoming.name}中的列名{_LINE}是保留名称，请改名。")
    header = read_header(incoming, names)
    columns = [(str(name), str(kind)) for name, kind, *_ in described]
    part = _in_place(incoming, header, columns) if in_place else None
    return part or _staged(incoming, header, columns)


def _names(incoming: FeedFile) -> list[str]:
    """The columns' names as the file has them: DuckDB renames one that it takes for another's double."""
    file = file_literal(incoming.path)
    parts = incoming.con.execute(f"SELECT name, coalesce(num_children, 0) FROM parquet_schema({file})").fetchall()
    names: list[str] = []
    inside = 0
    for name, children in parts[1:]:  # the first part is the whole schema; what is inside a column follows it
        if not inside:
            names.append(str(name))
        inside = max(inside - 1, 0) + children
    return names


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


def _in_place(incoming: FeedFile, header: Header, columns: Sequence[tuple[str, str]]) -> OpenedFile | None:
    """The file opened in place; None when a column's type does not fit."""
    values, unreadable = [], {}
    for place, column in enumerate(incoming.contract.columns):
        name = quoted(column.name)
        if column.name not in header.places:
            values.append(f"NULL::{SQL_TYPES[column.kind]} AS {name}")
            continue
        cell = from_parquet(column, *columns[header.places[column.name]])
        if cell is None:
            return None
        values.append(f"{cell.value} AS {name}")
        if cell.unreadable != "false":
            unreadable[place] = cell.unreadable
    row, relation = row_and_line(incoming, _LINE), _relation(incoming)
    select = f"SELECT {row}, {unreadable_mask(unreadable)} AS unreadable, {', '.join(values)} FROM {relation}"
    blank = " AND ".join(f"{quoted(name)} IS NULL" for name, _ in columns)
    with duckdb_errors_refused(incoming.name, UNREADABLE_FILE):
        if incoming.con.execute(f"SELECT 1 FROM {relation} WHERE {blank} LIMIT 1").fetchone():
            select += f" WHERE NOT ({blank})"
    return OpenedFile(select, in_place=True, warnings=header.warnings)


def _staged(incoming: FeedFile, header: Header, columns: Sequence[tuple[str, str]]) -> OpenedFile:
    texts = {name: parquet_as_text(*columns[place]) for name, place in header.places.items()}
    others = [parquet_as_text(*columns[place]) for place in header.others]
    with duckdb_errors_refused(incoming.name, _BROKEN):
        stage(incoming, _relation(incoming), texts, _LINE, others)
    return staged_file(incoming, "line", header.warnings)
