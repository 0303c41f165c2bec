"""Arithmetic of statistics: what was published, what corrections changed, what holds now."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from services.typing.statistics.schemas import PublicationStatisticView, StatisticView
from shared.law.model.outcome import HouseholdType
from shared.reference.regions import region_name

Row = Mapping[str, Any]
Place = tuple[int, str]
"""Year and region code."""


def by_type(counted: Mapping[int, int]) -> dict[str, int]:
    """Counts under the names of their types, in the order of types; none that is 0."""
    return {HouseholdType(code).slug: households for code, households in sorted(counted.items()) if households}


def changes_of(rows: Iterable[Row]) -> dict[Place, Counter[int]]:
    """By place, by how many households each type has grown or shrunk."""
    changes: dict[Place, Counter[int]] = {}
    for row in rows:
        place = changes.setdefault((row["year"], row["place"]), Counter())
        place[row["before"]] -= row["households"]
        place[row["now"]] += row["households"]
    return changes


def statistics(counts: Iterable[Row], corrections: Iterable[Row], kind: int | None) -> list[StatisticView]:
    """A row for each place and year, in their order; of one type only where it is asked for."""
    changes = changes_of(corrections)
    cells: dict[Place, list[Row]] = {}
    for row in counts:
        cells.setdefault((row["year"], row["place"]), []).append(row)
    return [_statistic(place, rows, changes.get(place, Counter()), kind) for place, rows in cells.items()]


def _statistic(place: Place, rows: list[Row], changes: Mapping[int, int], kind: int | None) -> StatisticView:
    year, region = place
    kinds = None if kind is None else {kind}
    published = {row["type"]: row["households"] for row in rows if kinds is None or row["type"] in kinds}
    changed = {code: by for code, by in changes.items() if kinds is None or code in kinds}
    now = Counter(published)
    now.update(changed)
    return StatisticView(
        region=region,
        region_name=region_name(region) if region else None,
        year=year,
        as_of=max(row["as_of"] for row in rows),
        runs=sorted({run for row in rows for run in row["runs"]}),
        policies=sorted({policy for row in rows for policy in row["policies"]}),
        households=by_type(published),
        corrected=by_type(changed),
        current=by_type(now),
        total=sum(now.values()),
    )


def publication(counties: list[Row]) -> PublicationStatisticView:
    """One publication from the rows of its counties; their counts are by the codes of types."""
    households: Counter[int] = Counter()
    for county in counties:
        households.update({int(code): count for code, count in county["counts"].items()})
    first = counties[0]
    return PublicationStatisticView(
        run=first["id"],
        region=first["region"],
        policy=first["policy"],
        as_of=first["as_of"],
        published_at=first["published_at"],
        counties=len(counties),
        households=by_type(households),
        total=households.total(),
    )
