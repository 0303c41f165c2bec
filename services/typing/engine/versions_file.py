"""The households that change between versions as a file that people take away: CSV or Parquet, in words.

Columns: uscc, name (where the relation has it), region_code, policy (the version), from_type, to_type, then
clauses_before, unknown_before, clauses_after, unknown_after (`;`-separated ids). By region and code. Households share
few masks: each distinct combination is spelled once and joined.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from services.typing.engine.duck import Progress, columns_of, literal, run
from services.typing.engine.files import replacing
from services.typing.engine.national_directory import safe_cell
from services.typing.engine.results import FORMATS
from services.typing.engine.versions import CHANGED, Cell
from shared.policy.outcome import HouseholdType
from shared.policy.versions import Versions

SPELLED = ("clauses_before", "unknown_before", "clauses_after", "unknown_after")


@dataclass(frozen=True)
class Wanted:
    """Which households of which version; the file calls it `label`."""

    version: int
    label: str
    cell: Cell = CHANGED

    @property
    def condition(self) -> str:
        """The same in SQL."""
        return self.cell.condition(self.version)


def write_households(
    con: duckdb.DuckDBPyConnection,
    typed: str,
    versions: Versions,
    wanted: Sequence[Wanted],
    out: Path,
    *,
    progress: Progress | None = None,
) -> None:
    """Write the wanted households of relation `typed` to `out` (.csv or .parquet), whole or not at all."""
    for one in wanted:
        _spell(con, typed, versions, one)
    name = f"{safe_cell('t.name')} AS name, " if "name" in columns_of(con, typed) else ""
    parts = (_query(typed, versions, one, name) for one in wanted)
    query = f"{' UNION ALL '.join(parts)} ORDER BY region_code, uscc, policy"
    with replacing(out) as part:
        run(con, f"COPY ({query}) TO {literal(part)} ({FORMATS[out.suffix.lower()]})", progress)


def _query(typed: str, versions: Versions, wanted: Wanted, name: str) -> str:
    words = " ".join(f"WHEN {kind.value} THEN {literal(kind.slug)}" for kind in HouseholdType)
    same = " AND ".join(f"t.{column} = d.{column}" for column in versions.mask_columns)
    spelled = ", ".join(f"d.{column}" for column in SPELLED)
    return (
        f"SELECT t.uscc, {name}t.region_code, {literal(wanted.label)} AS policy, "
        f"CASE t.type_0 {words} END AS from_type, CASE t.type_{wanted.version} {words} END AS to_type, {spelled} "
        f"FROM {typed} t JOIN spelled_{wanted.version} d ON {same} WHERE {wanted.condition}"
    )


def _spell(con: duckdb.DuckDBPyConnection, typed: str, versions: Versions, wanted: Wanted) -> None:
    """Make the dictionary `spelled_<version>` of the masks that the wanted households have."""
    masks = versions.mask_columns
    found = con.execute(f"SELECT DISTINCT {', '.join(masks)} FROM {typed} WHERE {wanted.condition}").fetchall()
    words = [_words(versions, wanted.version, dict(zip(masks, row, strict=True))) for row in found]
    columns = [[row[place] for row in found] for place in range(len(masks))]
    columns += [[row[place] for row in words] for place in range(len(SPELLED))]
    names = [f"unnest(?::UBIGINT[]) AS {name}" for name in masks] + [
        f"unnest(?::VARCHAR[]) AS {name}" for name in SPELLED
    ]
    con.execute(f"CREATE OR REPLACE TEMP TABLE spelled_{wanted.version} AS SELECT {', '.join(names)}", columns)


def _words(versions: Versions, version: int, row: dict[str, int]) -> list[str]:
    """The clauses of one combination of masks, in the order of SPELLED."""
    return [";".join(ids) for number in (0, version) for ids in versions.names(number, row)]
