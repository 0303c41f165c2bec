"""Whom a draft finds ineligible who is not so today: officers reach them before they see it online."""

from dataclasses import dataclass
from pathlib import Path

from services.typing.engine.duckdb_connection import connect, sql_literal
from shared.law.model.outcome import HouseholdType

INELIGIBLE = HouseholdType.INELIGIBLE.value
ABOVE_EVERY_REGION = "9999"


@dataclass(frozen=True, slots=True)
class NewlyIneligible:
    """A household, its type today (None: not typed yet), and the ids of what makes it ineligible."""

    uscc: str
    name: str
    region: str
    before: HouseholdType | None
    defects: tuple[str, ...]


def list_newly_ineligible(
    announcement: Path, region: str, after: tuple[str, str], most: int | None, *, memory_limit: str
) -> list[NewlyIneligible]:
    """Those of a region (a prefix) in a draft's file, by county and code, after a place."""
    query = (
        f"SELECT uscc, name, region, previous_type, defects FROM read_parquet({sql_literal(announcement)})"
        f" WHERE type = {INELIGIBLE} AND previous_type IS DISTINCT FROM {INELIGIBLE}"
        " AND region BETWEEN $1 AND $2 AND (region, uscc) > ($3, $4) ORDER BY region, uscc"
    )
    limited = query if most is None else f"{query} LIMIT {most}"
    with connect(memory_limit=memory_limit, temp_directory=announcement.parent) as con:
        rows = con.execute(limited, [region, region + ABOVE_EVERY_REGION, *after]).fetchall()
    return [
        NewlyIneligible(uscc, name, county, None if before is None else HouseholdType(before), tuple(defects or ()))
        for uscc, name, county, before, defects in rows
    ]
