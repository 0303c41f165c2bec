"""Reads Parquet: in place where every column's type fits, through texts otherwise.

A file whose footer promises far more than its bytes can hold is refused before anything is unpacked.
"""

from collections.abc import Mapping

from shared.feeds.cells import as_text, from_parquet, mask
from shared.feeds.errors import FeedsError
from shared.feeds.model import SQL_TYPES
from shared.feeds.opened import Header, Incoming, Part, header, not_empty, numbered, refusing, staged_part
from shared.feeds.sql import file_literal, quoted
from shared.feeds.staging import stage

UNPACKED_LIMIT = 64 << 20
RATIO_LIMIT = 1_000
"""More than this many bytes unpacked for one packed is no data (beyond `UNPACKED_LIMIT` bytes)."""

_BROKEN = "不是完整的Parquet文件（可能被截断或已损坏）"
_LINE = "file_row_number"


def read_parquet(incoming: Incoming, *, in_place: bool) -> Part:
    """Opens a Parquet file; `in_place` False stages it in any case. Raises FeedsError."""
    not_empty(incoming)
    with refusing(incoming.name, _BROKEN):
        _refuse_bombs(incoming)
        described = incoming.con.execute(f"DESCRIBE SELECT * FROM {_relation(incoming, rows=False)}").fetchall()
    types = {str(name): str(kind) for name, kind, *_ in described}
    if _LINE in types:
        raise FeedsError(f"文件{incoming.name}中的列名{_LINE}是保留名称，请改名。")
    found = header(incoming, list(types))
    part = _in_place(incoming, found, types) if in_place else None
    return part or _staged(incoming, found, types)


def _relation(incoming: Incoming, *, rows: bool = True) -> str:
    options = "hive_partitioning = false, binary_as_string = true"
    return f"read_parquet({file_literal(incoming.path)}, {options}{', file_row_number = true' if rows else ''})"


def _refuse_bombs(incoming: Incoming) -> None:
    file = file_literal(incoming.path)
    ((unpacked,),) = incoming.con.execute(
        f"SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata({file})"
    ).fetchall()
    if unpacked > max(UNPACKED_LIMIT, RATIO_LIMIT * incoming.path.stat().st_size):
        raise FeedsError(f"文件{incoming.name}解压后大得不合理，疑似压缩炸弹，已拒收。")


def _in_place(incoming: Incoming, found: Header, types: Mapping[str, str]) -> Part | None:
    """The file as it lies; None when a column's type does not fit."""
    values, unreadable = [], {}
    for place, column in enumerate(incoming.contract.columns):
        name = quoted(column.name)
        if column.name not in found.delivered:
            values.append(f"NULL::{SQL_TYPES[column.kind]} AS {name}")
            continue
        cell = from_parquet(column, types[column.name])
        if cell is None:
            return None
        values.append(f"{cell.value} AS {name}")
        if cell.unreadable != "false":
            unreadable[place] = cell.unreadable
    row = numbered(incoming, _LINE)
    select = f"SELECT {row}, {mask(unreadable)} AS unreadable, {', '.join(values)} FROM {_relation(incoming)}"
    return Part(select, in_place=True, warnings=found.warnings)


def _staged(incoming: Incoming, found: Header, types: Mapping[str, str]) -> Part:
    texts = {name: as_text(name, types[name]) for name in found.delivered}
    with refusing(incoming.name, _BROKEN):
        stage(incoming.con, incoming.table, incoming.contract, _relation(incoming), texts, _LINE)
    return staged_part(incoming, "line", found.warnings)
