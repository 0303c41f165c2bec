"""Type every household of a snapshot: one statement over one file, masks instead of traces.

Results are a Parquet file in the snapshot's order: uscc, region_code, type (HouseholdType), true_mask and
unknown_mask (bit k: clause k of the compiled policy holds, or could not be decided).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.typing.engine.duckdb_connection import MEMORY_LIMIT, Progress, connect, run_statement, sql_literal
from services.typing.engine.files import replacing
from services.typing.engine.snapshot import snapshot_info
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.model.outcome import HouseholdType


class AsOfMismatch(ValueError):
    """The snapshot was frozen for another as-of date than the policy was compiled for."""


@dataclass(frozen=True)
class TypingResult:
    """Typed households at `path`; `counts` by county and type, only where there are any."""

    path: Path
    households: int
    counts: Mapping[str, Mapping[HouseholdType, int]]

    @property
    def totals(self) -> dict[HouseholdType, int]:
        """Households by type over all counties; every type, also those without households."""
        return {kind: sum(county.get(kind, 0) for county in self.counts.values()) for kind in HouseholdType}


def type_snapshot(
    snapshot: Path,
    compiled: CompiledPolicy,
    out: Path,
    *,
    progress: Progress | None = None,
    memory_limit: str = MEMORY_LIMIT,
    threads: int | None = None,
    row_group_size: int = 122_880,
) -> TypingResult:
    """Type a snapshot's households under a compiled policy; the results at `out` are written atomically.

    Raises AsOfMismatch when snapshot and policy are not of the same as-of date.
    """
    with connect(memory_limit=memory_limit, temp_directory=out.parent, threads=threads) as con:
        if snapshot_info(con, snapshot).as_of != compiled.as_of:
            raise AsOfMismatch(f"{snapshot} is not as of {compiled.as_of}")
        con.execute(f"CREATE VIEW snapshot AS SELECT * FROM read_parquet({sql_literal(snapshot)})")
        with replacing(out) as part:
            run_statement(
                con,
                f"COPY ({compiled.duckdb_query()}) TO {sql_literal(part)} "
                f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {row_group_size})",
                progress,
            )
        return count_results(con, out)


def count_results(con: duckdb.DuckDBPyConnection, path: Path) -> TypingResult:
    """Count typed households by county and type."""
    counts: dict[str, dict[HouseholdType, int]] = {}
    rows = con.execute(
        f"SELECT region_code, type, count(*) FROM read_parquet({sql_literal(path)}) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    for region, kind, households in rows:
        counts.setdefault(region, {})[HouseholdType(kind)] = households
    return TypingResult(path, sum(households for *_, households in rows), counts)
