"""A snapshot: all facts about every household at a date, one wide row each, in one Parquet file.

Sorted by region_code, then uscc; the footer holds the minimum and maximum of each row group, so one household is
found by reading one row group (`read_household`). The file is either complete or absent. A run is a pure function of
its snapshot, its policy and its as-of date.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from services.typing.engine.duckdb_connection import Progress, run_statement, sql_literal
from services.typing.engine.files import replacing
from services.typing.engine.household_join import households_query, inspect_relations, left_out

ROW_GROUP_SIZE = 20_480
"""Rows that one lookup reads at most (`lookup`), against the size of the file's footer."""


@dataclass(frozen=True)
class SnapshotInfo:
    """A frozen snapshot; `left_out` households were established after the as-of date."""

    path: Path
    as_of: date
    households: int
    left_out: int


def freeze(
    con: duckdb.DuckDBPyConnection,
    delivered: Collection[str],
    as_of: date,
    out: Path,
    *,
    region: str = "",
    row_group_size: int = ROW_GROUP_SIZE,
    progress: Progress | None = None,
) -> SnapshotInfo:
    """Join the delivered feeds (relations as `evidence` says) into a snapshot at `out`.

    `region` narrows to the households below a prefix. Raises MissingRelation when a feed named in `delivered`
    (or registration) has no accepted rows in `con`.
    """
    relations = inspect_relations(con, delivered, as_of, region=region)
    query = f"{households_query(relations)} ORDER BY region_code, uscc"
    about = f"{{as_of: {sql_literal(as_of.isoformat())}, left_out: '{left_out(relations)}'}}"
    with replacing(out) as part:
        run_statement(
            con,
            f"COPY ({query}) TO {sql_literal(part)} (FORMAT parquet, COMPRESSION snappy, "
            f"ROW_GROUP_SIZE {row_group_size}, KV_METADATA {about})",
            progress,
        )
    return snapshot_info(con, out)


def snapshot_info(con: duckdb.DuckDBPyConnection, path: Path) -> SnapshotInfo:
    """What a frozen snapshot says of itself in its footer."""
    pairs = con.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata({sql_literal(path)})").fetchall()
    about = dict(pairs)
    ((rows,),) = con.execute(f"SELECT num_rows FROM parquet_file_metadata({sql_literal(path)})").fetchall()
    return SnapshotInfo(path, date.fromisoformat(about["as_of"]), int(rows), int(about["left_out"]))


OPEN_FOOTERS = 16


def read_household(snapshot: Path, region: str, uscc: str) -> dict[str, Any] | None:
    """The snapshot's row of a household, or None; `region` is its region_code or a prefix of it."""
    metadata = _footer(snapshot, snapshot.stat().st_mtime_ns)
    with pq.ParquetFile(snapshot, metadata=metadata) as file:
        for group in _candidate_row_groups(metadata, region, uscc):
            row = _household_in_row_group(file, group, uscc)
            if row is not None:
                return row
    return None


@lru_cache(maxsize=OPEN_FOOTERS)
def _footer(snapshot: Path, _modified: int) -> pq.FileMetaData:
    return pq.read_metadata(snapshot)


def _candidate_row_groups(metadata: pq.FileMetaData, region: str, uscc: str) -> list[int]:
    """Row groups whose range of regions and of codes may hold the household."""
    places = {metadata.schema.column(index).name: index for index in range(metadata.num_columns)}
    groups = []
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        regions = _min_max(row_group.column(places["region_code"]), len(region))
        codes = _min_max(row_group.column(places["uscc"]), len(uscc))
        if regions[0] <= region <= regions[1] and codes[0] <= uscc <= codes[1]:
            groups.append(group)
    return groups


def _min_max(column: pq.ColumnChunkMetaData, length: int) -> tuple[str, str]:
    """The first `length` characters of a chunk's least and greatest value; anything when not recorded."""
    statistics = column.statistics
    if statistics is None or not statistics.has_min_max:
        return "", "\uffff"
    return str(statistics.min)[:length], str(statistics.max)[:length]


def _household_in_row_group(file: pq.ParquetFile, group: int, uscc: str) -> dict[str, Any] | None:
    codes = file.read_row_group(group, columns=["uscc"], use_threads=False).column(0)
    position = pc.index(codes, pa.scalar(uscc)).as_py()
    if position < 0:
        return None
    row: dict[str, Any] = file.read_row_group(group, use_threads=False).slice(position, 1).to_pylist()[0]
    return row
