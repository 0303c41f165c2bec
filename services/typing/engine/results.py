"""Results as people and other programs read them: the columns of `minglu type`, in CSV or Parquet.

uscc, region_code, type (`survival`, …), clauses and unknown (`;`-separated ids of the clauses that hold, and
of those that could not be decided), policy, as_of. Millions of households share a few thousand masks: each
distinct mask is spelled once and joined.
"""

from pathlib import Path

import duckdb

from services.typing.engine.duck import Progress, literal, run
from services.typing.engine.files import replacing
from shared.policy.compiled import CompiledPolicy
from shared.policy.outcome import HouseholdType

FORMATS = {".parquet": "FORMAT parquet, COMPRESSION snappy", ".csv": "FORMAT csv, HEADER"}


def write_results(
    con: duckdb.DuckDBPyConnection,
    typed: str,
    compiled: CompiledPolicy,
    out: Path,
    *,
    progress: Progress | None = None,
) -> None:
    """Write relation `typed` (uscc, region_code, type, true_mask, unknown_mask) to `out`, whole or not.

    The suffix of `out` is a key of FORMATS.
    """
    for mask, table in (("true_mask", "clause_ids"), ("unknown_mask", "unknown_ids")):
        _spell(con, typed, mask, table, compiled)
    with replacing(out) as part:
        statement = f"COPY ({_query(typed, compiled)}) TO {literal(part)} ({FORMATS[out.suffix.lower()]})"
        run(con, statement, progress)


def _query(typed: str, compiled: CompiledPolicy) -> str:
    words = " ".join(f"WHEN {kind.value} THEN {literal(kind.slug)}" for kind in HouseholdType)
    return (
        f"SELECT t.uscc, t.region_code, CASE t.type {words} END AS type, "
        "c.ids AS clauses, u.ids AS unknown, "
        f"{literal(compiled.policy.id)} AS policy, DATE {literal(compiled.as_of.isoformat())} AS as_of "
        f"FROM {typed} t JOIN clause_ids c ON t.true_mask = c.mask "
        "JOIN unknown_ids u ON t.unknown_mask = u.mask"
    )


def _spell(con: duckdb.DuckDBPyConnection, typed: str, mask: str, table: str, compiled: CompiledPolicy) -> None:
    """Make the dictionary `table(mask, ids)` of the distinct masks in a column."""
    masks = [value for (value,) in con.execute(f"SELECT DISTINCT {mask} FROM {typed}").fetchall()]
    ids = [";".join(compiled.names(value)) for value in masks]
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT unnest(?::UBIGINT[]) AS mask, unnest(?::VARCHAR[]) AS ids",
        [masks, ids],
    )
