"""Arithmetic of statistics: rows of the database as figures of places and years, in the order of years and codes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from services.recognition.applications.domain import ApplicationState
from services.recognition.recognitions.domain import RecognitionState
from services.recognition.statistics.schemas import ProgressView, RecognitionStatisticView
from shared.law.model.recognition import Category, StepKind
from shared.reference.regions import region_name

Row = Mapping[Any, Any]
Place = tuple[int, str]
"""Year and region code."""


def statistics(recognitions: Iterable[Row], places: Iterable[Row]) -> list[RecognitionStatisticView]:
    """A row for each place and year that has recognitions or places: never a ranking."""
    granted, quotas = _by_place(recognitions), {_place(row): row for row in places}
    return [
        _statistic(place, granted.get(place, []), quotas.get(place)) for place in sorted(granted.keys() | quotas.keys())
    ]


def progress(rows: Iterable[Row]) -> list[ProgressView]:
    """A row for each place and year that has applications."""
    return [
        ProgressView(
            **_named(place),
            states=_counted(found, ApplicationState, "state"),
            steps=_counted(found, StepKind, "step", lambda row: row["state"] == ApplicationState.IN_PROGRESS),
            total=sum(row["number"] for row in found),
        )
        for place, found in sorted(_by_place(rows).items())
    ]


def _statistic(place: Place, rows: Sequence[Row], quota: Row | None) -> RecognitionStatisticView:
    return RecognitionStatisticView(
        **_named(place),
        granted=sum(row["number"] for row in rows),
        categories=_counted(rows, Category, "category"),
        states=_counted(rows, RecognitionState, "state"),
        valid=_counted(rows, Category, "category", lambda row: row["state"] == RecognitionState.VALID),
        places=quota["places"] if quota else None,
        taken=quota["taken"] if quota else None,
    )


def _place(row: Row) -> Place:
    return row["year"], row["place"]


def _by_place(rows: Iterable[Row]) -> dict[Place, list[Row]]:
    found: dict[Place, list[Row]] = defaultdict(list)
    for row in rows:
        found[_place(row)].append(row)
    return found


def _named(place: Place) -> dict[str, Any]:
    year, region = place
    return {"region": region, "region_name": region_name(region) if region else None, "year": year}


def _counted(
    rows: Iterable[Row], kinds: type[StrEnum], column: str, counts: Callable[[Row], bool] = lambda _: True
) -> dict[str, int]:
    """Under the names of the kinds, in their order; none that is 0."""
    numbers: Counter[str] = Counter()
    for row in rows:
        if counts(row):
            numbers[row[column]] += row["number"]
    return {kind.value: numbers[kind.value] for kind in kinds if numbers[kind.value]}
