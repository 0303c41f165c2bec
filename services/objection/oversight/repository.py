"""SQL of the lists of objections and of last days: pages by last day, straight from an index.

A region of several counties is read county by county, of each as many rows as a page has, and of all these the first:
so a page costs the same however many objections are open. Statements are put together once for each set of filters.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import RowMapping, TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.domain import ENDED
from services.objection.objections.models import OPEN, RUNNING
from shared.platform.scope import COUNTY_DIGITS

After = tuple[dt.date, uuid.UUID] | None
"""Last day and id of the last row seen."""

CONDITIONS: Mapping[str, str] = {
    "state": "state = :state",
    "against": "against = :against",
    "assigned_to": "assigned_to = :assigned_to",
    "handled_at": "handled_at = :handled_at",
    "word": "(receipt = :word or uscc = :word)",
    "overdue_on": "due_on < :overdue_on",
    "climbed": "climbs > 0",
    "filed_before": "filed_at < :filed_before",
    "what": "what = :what",
}
"""Filter → condition on the row; `overdue_on`: the day before which a last day has passed."""
NOT_BY_COUNTY = frozenset({"assigned_to", "handled_at", "word"})
"""Filters with an index of their own, over all counties."""
COUNTY_IN = {True: "county = :first", False: "county between :first and :last"}
"""The condition on the county, for one county or not."""
INSIDE = "starts_with(county, :region)"
"""The condition beside a filter with an index of its own. Of a `between` with parameters PostgreSQL expects next to
nothing, gathers all rows and sorts them.
"""

PLACES = """
    with recursive place(county) as (
        (select county from {table} where {rows} and county between :first and :last order by county limit 1)
        union all
        select (
            select county from {table} where {rows} and county > place.county and county <= :last
            order by county limit 1
        ) from place where place.county is not null
    )
"""
"""The counties of a region that have rows, each by one look into the index."""
OBJECTIONS = """
    select o.id, o.receipt, o.against, o.subject, o.public_notice, o.uscc, h.name, o.county, o.filed_at, o.state,
        o.due_on, o.handled_at, o.climbs, o.assigned_to, o.extended, o.returned, o.version
    from ({wanted}) wanted join objection o on o.id = wanted.id left join household h on h.uscc = o.uscc
    order by o.due_on, o.id limit :limit
"""
LAST_DAYS = """
    select d.*, o.receipt, o.uscc, o.against, o.state
    from ({wanted}) wanted join objection_due_day d on d.id = wanted.id join objection o on o.id = d.objection_id
    order by d.due_on, d.id limit :limit
"""
ROWS_LOOKED_FOR = (21, 101, 1000)
"""How many rows a statement looks for, at least as many as are wanted: a number that PostgreSQL sees when it plans. For
a parameter it assumes a tenth of the table, and sorts all open objections to give a hundred.
"""


@dataclass(frozen=True)
class Shape:
    """What a statement is put together for: the table, which rows of it and how many, one county or several, the
    filters.
    """

    table: str
    rows: str
    looked_for: int
    one_county: bool
    by_county: bool
    filters: tuple[str, ...]
    goes_on: bool


async def page_of_objections(
    session: AsyncSession, region: str, filters: Mapping[str, object], after: After, limit: int
) -> Sequence[RowMapping]:
    """Objections of a region by last day: the open ones, or those of a state. `filters`: see `CONDITIONS`; None: not
    asked for.
    """
    rows = "true" if filters.get("state") in {state.value for state in ENDED} else OPEN
    return await _page(session, "objection", rows, region, filters, after, limit)


async def page_of_last_days(
    session: AsyncSession, region: str, filters: Mapping[str, object], after: After, limit: int
) -> Sequence[RowMapping]:
    """The last days that run in a region, with their objections."""
    return await _page(session, "objection_due_day", RUNNING, region, filters, after, limit)


async def count_open(session: AsyncSession, region: str, today: dt.date) -> Sequence[RowMapping]:
    """The open objections of a region by state: all, overdue, climbed, with nobody assigned."""
    return (await session.execute(TOTALS, {**_counties(region), "today": today})).mappings().all()


TOTALS = text(
    f"""
    select state, count(*) as number, count(*) filter (where due_on < :today) as overdue,
        count(*) filter (where climbs > 0) as climbed, count(*) filter (where assigned_to is null) as unassigned
    from objection where {OPEN} and county between :first and :last group by state
    """
)


async def _page(
    session: AsyncSession,
    table: str,
    rows: str,
    region: str,
    filters: Mapping[str, object],
    after: After,
    limit: int,
) -> Sequence[RowMapping]:
    wanted: dict[str, Any] = {name: value for name, value in filters.items() if value not in (None, False)}
    one_county = len(region) == COUNTY_DIGITS
    by_county = not one_county and not NOT_BY_COUNTY & set(wanted)
    looked_for = next(number for number in ROWS_LOOKED_FOR if number >= limit)
    filters_used = tuple(sorted(wanted))
    statement = page_statement(Shape(table, rows, looked_for, one_county, by_county, filters_used, after is not None))
    wanted.pop("climbed", None)
    seen = {"seen_due": after[0], "seen_id": after[1]} if after is not None else {}
    counties = {"first": region, "region": region} if one_county else _counties(region)
    found = await session.execute(statement, wanted | seen | counties | {"limit": limit})
    return found.mappings().all()


@cache
def page_statement(shape: Shape) -> TextClause:
    """A page of a table by last day, with its filters."""
    conditions = [shape.rows, *(CONDITIONS[name] for name in shape.filters)]
    if shape.goes_on:
        conditions.append("(due_on, id) > (:seen_due, :seen_id)")
    county = "county = place.county" if shape.by_county else COUNTY_IN[shape.one_county]
    if not shape.one_county and not shape.by_county:
        county = INSIDE
    found = f"select id, due_on from {shape.table} where {' and '.join([county, *conditions])}"
    found += f" order by due_on, id limit {shape.looked_for}"
    if shape.by_county:
        merged = f"select page.id, page.due_on from place cross join lateral ({found}) page"
        found = f"{merged} where place.county is not null order by page.due_on, page.id"
        found += f" limit {shape.looked_for}"
    shown = OBJECTIONS if shape.table == "objection" else LAST_DAYS
    places = PLACES.format(table=shape.table, rows=shape.rows) if shape.by_county else ""
    return text(places + shown.format(wanted=found))


def _counties(region: str) -> dict[str, str]:
    """The first and the last county code that a region can have."""
    return {"first": region.ljust(COUNTY_DIGITS, "0"), "last": region.ljust(COUNTY_DIGITS, "9"), "region": region}
