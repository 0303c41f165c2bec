"""SQL of quarterly analyses: counted in the database, so that nobody's row leaves it."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.analysis.domain import NONE, AgeBands, AnalysisTable, Counted, CountedGroup, Dimension, Quarter
from services.support.analysis.models import QuarterlyAnalysis
from services.support.surveys.domain import SurveyState
from services.support.surveys.models import Survey
from shared import clock
from shared.database.direct import fetch
from shared.platform.identity import Caller

COUNTS = f"""
    WITH recognised AS (
        SELECT DISTINCT ON (uscc) uscc, category FROM recognition
        WHERE starts_with(region, $1) AND valid AND valid_until >= $2 ORDER BY uscc, valid_until DESC, recognition
    ), visited AS (
        SELECT DISTINCT uscc FROM call
        WHERE starts_with(county, $1) AND state = 'made' AND visited_on BETWEEN $3 AND $4
    ), raised AS (
        SELECT DISTINCT uscc FROM problem WHERE starts_with(county, $1) AND raised_on BETWEEN $3 AND $4
    )
    SELECT h.region, coalesce(h.type, '{NONE}'), coalesce(n.category, '{NONE}'),
           coalesce(h.industry_section, '{NONE}'),
           width_bucket(extract(year FROM age($2::date, h.established_on))::int, $5::int[]),
           count(*) FILTER (WHERE h.status = 'registered'), count(v.uscc), count(r.uscc)
    FROM household h
    LEFT JOIN recognised n USING (uscc) LEFT JOIN visited v USING (uscc) LEFT JOIN raised r USING (uscc)
    WHERE starts_with(h.region, $1)
    GROUP BY 1, 2, 3, 4, 5
"""
"""$1: region, $2: the day of types, categories and ages, $3 and $4: the quarter's first and last day, $5: the bounds of
ages.
"""


async def counts(session: AsyncSession, region: str, quarter: Quarter, bands: AgeBands) -> list[CountedGroup]:
    """What is counted of a region, as it is today."""
    rows = await fetch(session, COUNTS, region, clock.today(), quarter.first, quarter.last, list(bands.bounds))
    return [
        CountedGroup(
            county,
            {
                Dimension.TYPE: type_name,
                Dimension.CATEGORY: category,
                Dimension.TRADE: section,
                Dimension.AGE: bands.column(age),
            },
            dict(zip(Counted, numbers, strict=True)),
        )
        for county, type_name, category, section, age, *numbers in rows
    ]


async def add(
    session: AsyncSession, quarter: Quarter, tables: Sequence[AnalysisTable], caller: Caller
) -> QuarterlyAnalysis | None:
    """The analysis of the caller's region; None: it has one of this quarter."""
    values = {
        "id": uuid.uuid4(),
        "region": caller.region,
        "year": quarter.year,
        "quarter": quarter.number,
        "made_on": clock.today(),
        "made_by": caller.subject,
        "tables": [asdict(one) for one in tables],
    }
    new = insert(QuarterlyAnalysis).values(values).on_conflict_do_nothing().returning(QuarterlyAnalysis)
    return (await session.execute(new)).scalar_one_or_none()


async def get(session: AsyncSession, region: str, quarter: Quarter) -> QuarterlyAnalysis | None:
    """A region's own analysis."""
    query = select(QuarterlyAnalysis).filter_by(year=quarter.year, quarter=quarter.number)
    return (await session.execute(query.where(own(region)))).scalar_one_or_none()


async def list_all(session: AsyncSession, region: str) -> Sequence[QuarterlyAnalysis]:
    """A region's own, the latest quarter first: four a year."""
    table = QuarterlyAnalysis
    query = select(table).where(own(region)).order_by(table.year.desc(), table.quarter.desc(), table.region)
    return (await session.execute(query)).scalars().all()


def own(region: str) -> ColumnElement[bool]:
    """Of exactly this region: from the analysis of one of its parts, beside its own, numbers could be reckoned that its
    own does not show.
    """
    return QuarterlyAnalysis.region == region


async def surveys_of(session: AsyncSession, region: str, quarter: Quarter) -> Sequence[Survey]:
    """The surveys of exactly this region whose last day lies in the quarter."""
    query = select(Survey).where(
        Survey.region == region,
        Survey.state == SurveyState.OPEN,
        Survey.until.between(quarter.first, quarter.last),
    )
    return (await session.execute(query.order_by(Survey.until, Survey.id))).scalars().all()
