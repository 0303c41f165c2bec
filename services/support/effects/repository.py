"""SQL of effects: counted in the database, so that nobody's row leaves it."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.effects.domain import TYPES, Became, EffectGroup, became
from shared.database.direct import fetch

COUNTS = """
    WITH used AS (
        SELECT DISTINCT uscc FROM measure_report
        WHERE measure = $2 AND outcome IN ('used', 'paid') AND happened_on BETWEEN $4 AND $5
    ), told AS (
        SELECT DISTINCT ON (uscc) uscc, $2 = ANY(granted) AS granted, changed_on FROM entitlement_change
        WHERE starts_with(region, $1) AND changed_on <= $5 AND ($2 = ANY(granted) OR $2 = ANY(ended))
        ORDER BY uscc, id DESC
    ), entitled AS (
        SELECT uscc FROM told WHERE granted OR changed_on >= $4
    )
    SELECT y.type, n.type AS next,
           CASE WHEN u.uscc IS NOT NULL THEN 'used' WHEN e.uscc IS NOT NULL THEN 'entitled' ELSE 'others' END, count(*)
    FROM household_year_type y
    JOIN household h USING (uscc)
    LEFT JOIN household_year_type n ON n.uscc = y.uscc AND n.year = y.year + 1
    LEFT JOIN used u ON u.uscc = y.uscc
    LEFT JOIN entitled e ON e.uscc = y.uscc
    WHERE y.year = $3 AND y.type = ANY($6::text[]) AND starts_with(h.region, $1)
    GROUP BY 1, 2, 3
"""
TYPED_IN = """
    SELECT EXISTS (
        SELECT FROM household_year_type y JOIN household h USING (uscc) WHERE y.year = $2 AND starts_with(h.region, $1)
    )
"""


async def counts(
    session: AsyncSession, region: str, measure: str, year: int
) -> Mapping[tuple[str, EffectGroup, Became], int]:
    """How many households of each type and group became what in the next year."""
    days = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = await fetch(session, COUNTS, region, measure, year, *days, list(TYPES))
    found: Counter[tuple[str, EffectGroup, Became]] = Counter()
    for name, after, group, number in rows:
        found[name, EffectGroup(group), became(name, after)] += number
    return found


async def is_typed(session: AsyncSession, region: str, year: int) -> bool:
    """Whether households of a region were typed in a year."""
    [(found,)] = await fetch(session, TYPED_IN, region, year)
    return bool(found)
