"""SQL of the figures on a year's objections: those filed in it, inside a region.

Counted by what they are against and by how they ended, by ground, by the department whose data were wrong, and how they
were handled. Days are calendar days from filing to the decision, or to the end where there was none.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.clock import CHINA
from shared.platform.scope import COUNTY_DIGITS

OPEN_RESULT = "open"
OF_THE_YEAR = f"""
    filed as (
        select id, against, grounds, climbs, returned, extended, outcome, state,
            coalesce(outcome, case when state in ('declined', 'withdrawn') then state else '{OPEN_RESULT}' end)
                as result,
            case when outcome is not null or state in ('declined', 'withdrawn') then
                coalesce(decided_on, (closed_at at time zone 'Asia/Shanghai')::date)
                - (filed_at at time zone 'Asia/Shanghai')::date end as days
        from objection
        where county between :first and :last and filed_at >= :since and filed_at < :until
    )
"""
RESULTS = text(
    f"""
    with {OF_THE_YEAR}
    select against, result, count(*) as number, percentile_disc(0.5) within group (order by days) as median_days,
        max(days) as longest_days
    from filed group by against, result order by against, result
    """
)
GROUNDS = text(
    f"""
    with {OF_THE_YEAR}
    select ground ->> 'kind' as kind, ground ->> 'id' as id, count(*) as number,
        count(*) filter (where result = 'upheld') as upheld,
        count(*) filter (where result = 'dismissed') as dismissed,
        count(*) filter (where result = 'explained') as explained
    from filed cross join lateral jsonb_array_elements(grounds) ground
    group by 1, 2 order by upheld desc, number desc, 1, 2
    """
)
DEPARTMENTS = text(
    f"""
    with {OF_THE_YEAR}
    select v.department, v.feed, count(distinct v.objection_id) as asked,
        count(distinct v.objection_id) filter (where v.finding = 'corrected') as at_fault
    from filed join verification v on v.objection_id = filed.id
    group by v.department, v.feed order by at_fault desc, v.department, v.feed
    """
)
HANDLING = text(
    f"""
    with {OF_THE_YEAR}
    select count(*) as filed, count(*) filter (where result = '{OPEN_RESULT}') as open,
        count(*) filter (where returned) as returned, count(*) filter (where extended) as extended,
        count(*) filter (where climbs > 0) as climbed, percentile_disc(0.5) within group (order by days) as median_days
    from filed
    """
)
OVERDUE = text(
    f"""
    with {OF_THE_YEAR}
    select d.what, count(*) as number from filed join objection_due_day d on d.objection_id = filed.id
    where d.climbs > 0 group by d.what order by d.what
    """
)


@dataclass(frozen=True)
class YearOfRegion:
    """What figures are about: objections of a region filed in a year, in China's time."""

    region: str
    year: int

    @property
    def bounds(self) -> dict[str, object]:
        """The parameters of every statement here."""
        return {
            "first": self.region.ljust(COUNTY_DIGITS, "0"),
            "last": self.region.ljust(COUNTY_DIGITS, "9"),
            "since": dt.datetime(self.year, 1, 1, tzinfo=CHINA),
            "until": dt.datetime(self.year + 1, 1, 1, tzinfo=CHINA),
        }


@dataclass(frozen=True)
class Figures:
    """All figures on a year of a region, as rows."""

    of: YearOfRegion
    handling: RowMapping
    results: Sequence[RowMapping]
    grounds: Sequence[RowMapping]
    departments: Sequence[RowMapping]
    overdue: Sequence[RowMapping]


async def results_of(session: AsyncSession, of: YearOfRegion) -> Sequence[RowMapping]:
    """By what they are against and how they ended."""
    return (await session.execute(RESULTS, of.bounds)).mappings().all()


async def figures_of(session: AsyncSession, of: YearOfRegion) -> Figures:
    """Everything that superiors see."""
    handling = (await session.execute(HANDLING, of.bounds)).mappings().one()
    rows = [(await session.execute(one, of.bounds)).mappings().all() for one in (GROUNDS, DEPARTMENTS, OVERDUE)]
    return Figures(of, handling, await results_of(session, of), *rows)
