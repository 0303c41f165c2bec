"""SQL of statistics: rows of counties, added up in the database."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.law.model.recognition import Category


@dataclass(frozen=True)
class Wanted:
    """Which figures: of a region (a prefix), in places of so many digits, of one year or of all."""

    region: str
    digits: int
    year: int | None = None

    @property
    def parameters(self) -> Mapping[str, object]:
        """For the statements below."""
        return {"region": self.region, "digits": self.digits, "year": self.year}


_OF_YEAR = "(CAST(:year AS int) IS NULL OR {year} = :year)"
_STATE = "CASE WHEN state = 'valid' AND valid_until < :today AND NOT expiry_held THEN 'expired' ELSE state END"
"""As `recognitions.domain.state_on`."""
RECOGNITIONS = text(f"""
    SELECT left(county, :digits) AS place, year, category, {_STATE} AS state, count(*) AS number
      FROM recognition
     WHERE starts_with(county, :region) AND {_OF_YEAR.format(year="year")}
       AND (CAST(:category AS text) IS NULL OR category = :category)
     GROUP BY 1, 2, 3, 4""")
PLACES = text(f"""
    WITH home AS (
           SELECT coalesce(transferred_from, county) AS home, county, year, count(*) AS number
             FROM recognition WHERE {_STATE} = 'valid' GROUP BY 1, 2, 3),
         of_county AS (
           SELECT c.county AS scope, c.year, c.places, q.policy_hash IN (
                    SELECT unnest(CAST(:stock AS text[]))) AS stock, q.scope AS within
             FROM county_quota c JOIN quota q ON q.id = c.quota_id
            WHERE starts_with(c.county, :region) AND {_OF_YEAR.format(year="c.year")}),
         shared AS (
           SELECT q.scope, q.year, q.total AS places, q.policy_hash IN (
                    SELECT unnest(CAST(:stock AS text[]))) AS stock, q.scope AS within
             FROM quota q
            WHERE starts_with(q.scope, :region) AND length(q.scope) >= :digits AND {_OF_YEAR.format(year="q.year")}
              AND NOT EXISTS (SELECT FROM county_quota c WHERE c.quota_id = q.id)),
         counted AS (
           SELECT p.scope, p.year, p.places, coalesce(sum(h.number), 0) AS taken
             FROM of_county p LEFT JOIN home h
               ON h.home = p.scope AND starts_with(h.county, p.within) AND (p.stock OR h.year = p.year)
            GROUP BY 1, 2, 3
            UNION ALL
           SELECT p.scope, p.year, p.places, coalesce(sum(h.number), 0)
             FROM shared p LEFT JOIN home h
               ON starts_with(h.home, p.scope) AND starts_with(h.county, p.within) AND (p.stock OR h.year = p.year)
            GROUP BY 1, 2, 3)
    SELECT left(scope, :digits) AS place, year, sum(places)::bigint AS places, sum(taken)::bigint AS taken
      FROM counted GROUP BY 1, 2""")
"""Places and how many are taken, as `season.quotas.count_places` counts: of counties that have their own, and of scopes
that share theirs, where they lie inside of a row's place.
"""
PROGRESS = text(f"""
    SELECT left(a.county, :digits) AS place, s.year, a.state, a.step, count(*) AS number
      FROM application a JOIN season s ON s.id = a.season_id
     WHERE starts_with(a.county, :region) AND a.state <> 'draft' AND {_OF_YEAR.format(year="s.year")}
     GROUP BY 1, 2, 3, 4""")
"""A draft is its author's alone."""
QUOTA_POLICIES = text(
    f"SELECT DISTINCT policy_hash FROM quota WHERE starts_with(scope, :scope) AND {_OF_YEAR.format(year='year')}"
)


async def recognitions(
    session: AsyncSession, wanted: Wanted, category: Category | None, today: dt.date
) -> Sequence[RowMapping]:
    """Recognitions by place, year, category and state of today."""
    asked = {**wanted.parameters, "category": category, "today": today}
    return (await session.execute(RECOGNITIONS, asked)).mappings().all()


async def places(session: AsyncSession, wanted: Wanted, stock: Collection[str], today: dt.date) -> Sequence[RowMapping]:
    """Places and taken ones by place and year; `stock`: policies under which every valid recognition takes one."""
    asked = {**wanted.parameters, "stock": list(stock), "today": today}
    return (await session.execute(PLACES, asked)).mappings().all()


async def quota_policies(session: AsyncSession, wanted: Wanted) -> Sequence[str]:
    """The policies of the quotas that lie in the region or reach into it."""
    return (await session.execute(QUOTA_POLICIES, {"scope": wanted.region[:2], "year": wanted.year})).scalars().all()


async def progress(session: AsyncSession, wanted: Wanted) -> Sequence[RowMapping]:
    """Applications by place, year, state and step."""
    return (await session.execute(PROGRESS, wanted.parameters)).mappings().all()
