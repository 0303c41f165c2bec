"""A snapshot: everything known of every household at a date, one wide row each, in one Parquet file.

Sorted by region_code, then uscc, so that a county or a household is found without reading the rest. The file
appears whole or not at all. A run is a pure function of its snapshot, its policy and its as-of date.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from services.typing.engine.duck import Progress, literal, run
from services.typing.engine.evidence import evidence
from services.typing.engine.files import replacing
from services.typing.engine.households import households_query, left_out

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
    known = evidence(con, delivered, as_of, region=region)
    query = f"{households_query(known)} ORDER BY region_code, uscc"
    about = f"{{as_of: {literal(as_of.isoformat())}, left_out: '{left_out(known)}'}}"
    with replacing(out) as part:
        run(
            con,
            f"COPY ({query}) TO {literal(part)} (FORMAT parquet, COMPRESSION snappy, "
            f"ROW_GROUP_SIZE {row_group_size}, KV_METADATA {about})",
            progress,
        )
    return snapshot_info(con, out)


def snapshot_info(con: duckdb.DuckDBPyConnection, path: Path) -> SnapshotInfo:
    """What a frozen snapshot says of itself in its footer."""
    pairs = con.execute(f"SELECT decode(key), decode(value) FROM parquet_kv_metadata({literal(path)})").fetchall()
    about = dict(pairs)
    ((rows,),) = con.execute(f"SELECT num_rows FROM parquet_file_metadata({literal(path)})").fetchall()
    return SnapshotInfo(path, date.fromisoformat(about["as_of"]), int(rows), int(about["left_out"]))
