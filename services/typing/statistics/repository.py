"""SQL of statistics, as asyncpg statements on the pool: rows are counties, added up in the database."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg


@dataclass(frozen=True)
class Wanted:
    """Which figures: of a region (a prefix), in places of so many digits, of one year or policy or of all."""

    region: str
    digits: int
    year: int | None = None
    policy: str | None = None


SHOWN = """
    FROM statistic s JOIN run u ON u.id = s.run_id
   WHERE s.region LIKE $1 || '%' AND ($3::int IS NULL OR s.year = $3) AND ($4::text IS NULL OR u.policy = $4)"""
COUNTS = f"""
    SELECT left(s.region, $2) AS place, s.year, s.type, sum(s.households)::bigint AS households,
           array_agg(DISTINCT u.id) AS runs, array_agg(DISTINCT u.policy) AS policies, max(u.as_of) AS as_of
    {SHOWN} GROUP BY 1, 2, 3 ORDER BY 2, 1, 3"""
CORRECTED = f"""
    SELECT left(c.region, $2) AS place, p.year, r.type AS before, c.type AS now, count(*) AS households
      FROM (SELECT DISTINCT s.region, s.year, u.number {SHOWN}) p
      JOIN correction c ON c.run_number = p.number AND c.region = p.region
      JOIN result r ON r.run_number = c.run_number AND r.uscc = c.uscc
     WHERE r.type <> c.type GROUP BY 1, 2, 3, 4"""
"""Corrections of the runs that the statistics are of."""
PUBLICATIONS = """
    SELECT u.id, u.region, u.policy, u.as_of, u.published_at, u.digest, k.key AS county, k.value AS counts
      FROM run u, jsonb_each(u.counts) k
     WHERE u.state = 'published' AND k.key LIKE $1 || '%' AND ($2::text IS NULL OR u.policy = $2)
       AND ($3::int IS NULL OR extract(year FROM u.as_of) = $3)
     ORDER BY u.published_at, u.number, k.key"""


async def counts(pool: asyncpg.Pool, wanted: Wanted) -> Sequence[asyncpg.Record]:
    """Households by place, year and type as published, with the runs that they are of."""
    return list(await pool.fetch(COUNTS, wanted.region, wanted.digits, wanted.year, wanted.policy))


async def corrected(pool: asyncpg.Pool, wanted: Wanted) -> Sequence[asyncpg.Record]:
    """By place and year, how many households went from one type to another since."""
    return list(await pool.fetch(CORRECTED, wanted.region, wanted.digits, wanted.year, wanted.policy))


async def publications(pool: asyncpg.Pool, wanted: Wanted) -> Sequence[asyncpg.Record]:
    """Every publication, oldest first, with the counts of each of its counties in the region."""
    return list(await pool.fetch(PUBLICATIONS, wanted.region, wanted.policy, wanted.year))
