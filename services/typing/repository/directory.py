"""What the public and officers look up: asyncpg statements on the pool, without a transaction of their own.

A household's row is the current run's result, overlaid by its correction; the name is the run's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

COLUMNS = """
    r.uscc, r.name, r.region, coalesce(c.type, r.type) as type, r.type as run_type,
    coalesce(c.true_mask, r.true_mask) as true_mask, coalesce(c.unknown_mask, r.unknown_mask) as unknown_mask,
    r.operator_ref, k.run_id, k.policy, k.as_of, r.run_number,
    coalesce(c.revision, k.revision) as revision, c.facts as corrected_facts, c.reasons as correction_reasons"""
CORRECTED = "left join correction c on c.run_number = r.run_number and c.uscc = r.uscc"

ROW = f"""select {COLUMNS} from result r
      join current_run k on k.region = r.region and k.run_number = r.run_number {CORRECTED}"""

BY_USCC = f"{ROW} where r.uscc = $1 and r.region like $2 || '%' order by k.revision desc limit 1"
"""A household that moved between counties typed by different runs is in both: the later publication counts."""

OF_TYPE = "($3::smallint is null or coalesce(c.type, r.type) = $3)"

BY_PREFIX = f"""
    select found.* from (select distinct run_number from current_run) n cross join lateral (
        select {COLUMNS} from result r
          join current_run k on k.region = r.region and k.run_number = n.run_number {CORRECTED}
         where r.run_number = n.run_number and r.name like $1 || '%' and r.region like $2 || '%' and {OF_TYPE}
           and r.name ~>=~ $4 and (r.name ~>~ $4 or r.uscc > $5)
         order by r.name using ~<~, r.uscc limit $6
    ) found order by name using ~<~, uscc limit $6"""
"""Run by run, in the order of the index on names: a page costs a page, however many names begin so."""

SIMILAR = f"""
    select * from (
        {ROW} where r.name % $1 and r.region like $2 || '%' and {OF_TYPE}
        union all
        ({ROW} where r.name like $5 and not r.name % $1 and r.region like $2 || '%' and {OF_TYPE} limit 1000)
    ) found
     order by name like $5 desc nulls last, name <-> $1, uscc limit $4"""
"""Names that hold the words anywhere ($5, for three characters and more) come before those that resemble them."""

COUNTIES = "current_run k where k.region between $2 and $2 || '9999' and k.region >= $1"
"""The counties of a region, by an index, from the one on where the page before ended."""

BY_REGION = f"""
    select found.* from (select * from {COUNTIES}) k cross join lateral (
        select {COLUMNS} from result r {CORRECTED}
         where r.run_number = k.run_number and r.region = k.region
           and (r.type, r.uscc)
               > (case when k.region = $1 then $3 else -1 end, case when k.region = $1 then $4 else '' end)
         order by r.type, r.uscc limit $5
    ) found order by region, run_type, uscc limit $5"""
"""County by county, a page of each at most."""

BY_REGION_AND_TYPE = f"""
    select * from (
        (select found.* from (select * from {COUNTIES}) k cross join lateral (
            select {COLUMNS} from result r {CORRECTED}
             where r.run_number = k.run_number and r.region = k.region and r.type = $3 and c.uscc is null
               and r.uscc > case when k.region = $1 then $4 else '' end
             order by r.uscc limit $5
        ) found order by region, uscc limit $5)
        union all
        ({ROW} where k.region between $2 and $2 || '9999' and c.type = $3 and (r.region, r.uscc) > ($1, $4)
          order by r.region, r.uscc limit $5)
    ) found order by region, uscc limit $5"""
"""Those whom the run typed so and nobody corrected, and those corrected to the type."""

OF_RUN = """
    select uscc, name, region, type, true_mask, unknown_mask from result
     where run_number = $1 and region like $2 || '%' and ($3::smallint is null or type = $3)
       and (region, type, uscc) > ($4, $5, $6)
     order by region, type, uscc limit $7"""


TRIGRAM = 3
"""Characters that the index on similar names needs to find them inside a name."""
SIMILAR_SECONDS = 3.0

Key = tuple[str | int, ...]
"""The sort values of the last row of the page before."""


@dataclass(frozen=True)
class Search:
    """A directory search inside ``scope``; ``after`` is the last row of the page before."""

    name: str = ""
    scope: str = ""
    type: int | None = None
    limit: int = 20


async def by_uscc(pool: asyncpg.Pool, uscc: str, scope: str = "") -> asyncpg.Record | None:
    """The household with this code in the current runs, or None."""
    return await pool.fetchrow(BY_USCC, uscc, scope)


async def by_name_prefix(pool: asyncpg.Pool, search: Search, after: Key | None) -> Sequence[asyncpg.Record]:
    """Households whose name begins so, by name and code, after (name, uscc)."""
    name, uscc = after or ("", "")
    prefix = escape_like(search.name)
    return list(await pool.fetch(BY_PREFIX, prefix, search.scope, search.type, name, uscc, search.limit))


async def by_similar_name(pool: asyncpg.Pool, search: Search) -> Sequence[asyncpg.Record]:
    """Households whose name holds the words or resembles them (trigrams), the nearest first.

    TimeoutError when the words are so common that finding the nearest takes longer than ``SIMILAR_SECONDS``.
    """
    inside = f"%{escape_like(search.name)}%" if len(search.name) >= TRIGRAM else None
    values = (search.name, search.scope, search.type, search.limit, inside)
    return list(await pool.fetch(SIMILAR, *values, timeout=SIMILAR_SECONDS))


async def by_region(pool: asyncpg.Pool, search: Search, after: Key | None) -> Sequence[asyncpg.Record]:
    """Households of a region by county, type and code, after (region, the run's type, uscc); of one type by
    county and code.
    """
    region, code, uscc = after or ("", -1, "")
    if search.type is not None:
        values = (region, search.scope, search.type, uscc, search.limit)
        return list(await pool.fetch(BY_REGION_AND_TYPE, *values))
    return list(await pool.fetch(BY_REGION, region, search.scope, code, uscc, search.limit))


async def of_run(pool: asyncpg.Pool, number: int, search: Search, after: Key | None) -> Sequence[asyncpg.Record]:
    """Results of one run, draft or published, inside the caller's region."""
    region, code, uscc = after or ("", -1, "")
    return list(await pool.fetch(OF_RUN, number, search.scope, search.type, region, code, uscc, search.limit))


def escape_like(words: str) -> str:
    """The words as a LIKE pattern that matches only themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
