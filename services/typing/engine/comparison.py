"""Who changes between two runs: households by county, type before and type now.

A draft is compared with what is published before an officer may publish it.
"""

from dataclasses import dataclass
from pathlib import Path

from services.typing.engine.duck import MEMORY_LIMIT, connect, literal
from shared.policy.outcome import HouseholdType


@dataclass(frozen=True, order=True)
class Change:
    """One cell of the matrix. `region`: where the household is now, or was when it is typed no longer."""

    region: str
    from_type: HouseholdType | None
    to_type: HouseholdType | None
    households: int


def change_matrix(previous: Path | None, current: Path, *, memory_limit: str = MEMORY_LIMIT) -> list[Change]:
    """Every non-empty cell of the matrix between two result files, by region; no `previous`: all are new."""
    with connect(memory_limit=memory_limit, temp_directory=current.parent) as con:
        con.execute("SET preserve_insertion_order = false")
        rows = con.execute(_query(previous, current)).fetchall()
    return [Change(region, _type(before), _type(now), households) for region, before, now, households in rows]


def _query(previous: Path | None, current: Path) -> str:
    now = f"(SELECT uscc, region_code, type FROM read_parquet({literal(current)})) now"
    if previous is None:
        return f"SELECT region_code, NULL, type, count(*) FROM {now} GROUP BY ALL ORDER BY ALL"
    before = f"(SELECT uscc, region_code, type FROM read_parquet({literal(previous)})) before"
    return (
        "SELECT coalesce(now.region_code, before.region_code), before.type, now.type, count(*) "
        f"FROM {now} FULL JOIN {before} ON now.uscc = before.uscc GROUP BY ALL ORDER BY ALL"
    )


def _type(code: int | None) -> HouseholdType | None:
    return None if code is None else HouseholdType(code)
