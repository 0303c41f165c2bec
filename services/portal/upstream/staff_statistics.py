"""What dashboards read: counts of typing by place and publication, a year of objections."""

import datetime as dt

from services.portal.upstream.calls import Answer, Listed, Query, Upstream, read


class PlaceFigureAnswer(Answer):
    """Households of a place in a year's typing: as published, what corrections changed since, and now."""

    region: str
    region_name: str | None
    year: int
    as_of: dt.date
    households: dict[str, int]
    corrected: dict[str, int]
    current: dict[str, int]
    total: int


class PublicationFigureAnswer(Answer):
    """What one publication said of a region."""

    run: str
    as_of: dt.date
    published_at: dt.datetime
    counties: int
    households: dict[str, int]
    total: int


class ResultCountAnswer(Answer):
    """How many objections ended in which way; no number where there are too few."""

    against_label: str
    result_label: str
    number: int | None
    median_days: int | None


class GroundCountAnswer(Answer):
    """How often something was disputed."""

    kind_label: str
    number: int
    upheld: int
    dismissed: int
    explained: int


class AskedDepartmentAnswer(Answer):
    """How often a department was asked, and its data were wrong."""

    department_label: str
    asked: int
    at_fault: int


class OverdueCountAnswer(Answer):
    """How many last days of a kind were missed."""

    label: str
    number: int


class ObjectionYearAnswer(Answer):
    """A year's objections."""

    year: int
    filed: int
    open: int
    returned: int
    extended: int
    climbed: int
    median_days: int | None
    results: list[ResultCountAnswer]
    grounds: list[GroundCountAnswer]
    departments: list[AskedDepartmentAnswer]
    overdue: list[OverdueCountAnswer]
    summary: str


async def places(upstream: Upstream, region: str, level: str, year: int | None = None) -> list[PlaceFigureAnswer]:
    """By place and year, in the order of region codes; `level`: what one row is."""
    query: Query = {"region": region, "level": level, "year": year}
    return (await read(upstream, Listed[PlaceFigureAnswer], "/v1/statistics", query)).items


async def publications(upstream: Upstream, region: str) -> list[PublicationFigureAnswer]:
    """Every publication that typed counties of the region, in their order."""
    query: Query = {"region": region}
    return (await read(upstream, Listed[PublicationFigureAnswer], "/v1/statistics/publications", query)).items


async def objection_year(upstream: Upstream, year: int, region: str) -> ObjectionYearAnswer:
    """A year of a region."""
    query: Query = {"year": year, "region": region}
    return await read(upstream, ObjectionYearAnswer, "/v1/oversight/statistics", query)
