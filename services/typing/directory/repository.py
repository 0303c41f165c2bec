"""SQL of the directory: searches by the public and officers, as asyncpg statements on the pool, without a transaction.

A household's row is the current run's result, overlaid by its correction; the name is the run's.
"""

from collections.abc import Sequence

import asyncpg

from services.typing.runs.repository import PageKey, ResultFilter

ENTRY_COLUMNS = """
    r.uscc, r.name, r.region, coalesce(c.type, r.type) AS type, r.type AS run_type,
    coalesce(c.true_mask, r.true_mask) AS true_mask, coalesce(c.unknown_mask, r.unknown_mask) AS unknown_mask,
    r.operator_ref, k.run_id, k.policy, k.as_of, r.run_number,
    coalesce(c.revision, k.revision) AS revision, c.facts AS corrected_facts, c.reasons AS correction_reasons"""
WITH_CORRECTION = "LEFT JOIN correction c ON c.run_number = r.run_number AND c.uscc = r.uscc"

CURRENT_ENTRIES = f"""SELECT {ENTRY_COLUMNS} FROM result r
      JOIN current_run k ON k.region = r.region AND k.run_number = r.run_number {WITH_CORRECTION}"""
"""What the counties show, as statements of the pool; `retyping.repository` has the same for the session."""

BY_USCC = f"{CURRENT_ENTRIES} WHERE r.uscc = $1 AND r.region LIKE $2 || '%' ORDER BY k.revision DESC LIMIT 1"
"""A household that moved between counties typed by different runs is in both: the later publication counts."""

OF_TYPE = "($3::smallint IS NULL OR coalesce(c.type, r.type) = $3)"

BY_NAME_PREFIX = f"""
    SELECT found.* FROM (SELECT DISTINCT run_number FROM current_run) n CROSS JOIN LATERAL (
        {CURRENT_ENTRIES}
         WHERE r.run_number = n.run_number AND r.name LIKE $1 || '%' AND r.region LIKE $2 || '%' AND {OF_TYPE}
           AND r.name ~>=~ $4 AND (r.name ~>~ $4 OR r.uscc > $5)
         ORDER BY r.name USING ~<~, r.uscc LIMIT $6
    ) found ORDER BY name USING ~<~, uscc LIMIT $6"""
"""Run by run, in the order of the index on names: the cost of a page does not depend on the number of matches."""

BY_SIMILAR_NAME = f"""
    SELECT * FROM (
        {CURRENT_ENTRIES} WHERE r.name % $1 AND r.region LIKE $2 || '%' AND {OF_TYPE}
        UNION ALL
        ({CURRENT_ENTRIES} WHERE r.name LIKE $5 AND NOT r.name % $1 AND r.region LIKE $2 || '%' AND {OF_TYPE}
            LIMIT 1000)
    ) found
     ORDER BY name LIKE $5 DESC NULLS LAST, name <-> $1, uscc LIMIT $4"""
"""Names that contain the words ($5, three characters and more) come before names that are similar to them."""

COUNTIES = "current_run k WHERE k.region BETWEEN $2 AND $2 || '9999' AND k.region >= $1"
"""The counties of a region, by an index, from the one on where the page before ended."""

BY_REGION = f"""
    SELECT found.* FROM (SELECT * FROM {COUNTIES}) k CROSS JOIN LATERAL (
        SELECT {ENTRY_COLUMNS} FROM result r {WITH_CORRECTION}
         WHERE r.run_number = k.run_number AND r.region = k.region
           AND (r.type, r.uscc)
               > (CASE WHEN k.region = $1 THEN $3 ELSE -1 END, CASE WHEN k.region = $1 THEN $4 ELSE '' END)
         ORDER BY r.type, r.uscc LIMIT $5
    ) found ORDER BY region, run_type, uscc LIMIT $5"""
"""County by county, a page of each at most."""

BY_REGION_AND_TYPE = f"""
    SELECT * FROM (
        (SELECT found.* FROM (SELECT * FROM {COUNTIES}) k CROSS JOIN LATERAL (
            SELECT {ENTRY_COLUMNS} FROM result r {WITH_CORRECTION}
             WHERE r.run_number = k.run_number AND r.region = k.region AND r.type = $3 AND c.uscc IS NULL
               AND r.uscc > CASE WHEN k.region = $1 THEN $4 ELSE '' END
             ORDER BY r.uscc LIMIT $5
        ) found ORDER BY region, uscc LIMIT $5)
        UNION ALL
        ({CURRENT_ENTRIES} WHERE k.region BETWEEN $2 AND $2 || '9999' AND c.type = $3 AND (r.region, r.uscc) > ($1, $4)
          ORDER BY r.region, r.uscc LIMIT $5)
    ) found ORDER BY region, uscc LIMIT $5"""
"""Households that the run gave the type and that were not corrected, and those corrected to the type."""


TRIGRAM = 3
"""Characters that the index on similar names needs to find them inside a name."""
SIMILAR_SECONDS = 3.0


async def by_uscc(pool: asyncpg.Pool, uscc: str, scope: str = "") -> asyncpg.Record | None:
    """The household with this code in the current runs, or None."""
    return await pool.fetchrow(BY_USCC, uscc, scope)


async def by_name_prefix(pool: asyncpg.Pool, search: ResultFilter, after: PageKey | None) -> Sequence[asyncpg.Record]:
    """Households whose name has the prefix, by name and code, after (name, uscc)."""
    name, uscc = after or ("", "")
    prefix = escape_like(search.name)
    return list(await pool.fetch(BY_NAME_PREFIX, prefix, search.scope, search.type, name, uscc, search.limit))


async def by_similar_name(pool: asyncpg.Pool, search: ResultFilter) -> Sequence[asyncpg.Record]:
    """Households whose name contains the words or is similar to them (trigrams), the nearest first.

    TimeoutError when the words are so common that finding the nearest takes longer than ``SIMILAR_SECONDS``.
    """
    inside = f"%{escape_like(search.name)}%" if len(search.name) >= TRIGRAM else None
    values = (search.name, search.scope, search.type, search.limit, inside)
    return list(await pool.fetch(BY_SIMILAR_NAME, *values, timeout=SIMILAR_SECONDS))


async def by_region(pool: asyncpg.Pool, search: ResultFilter, after: PageKey | None) -> Sequence[asyncpg.Record]:
    """Households of a region by county, type and code, after (region, the run's type, uscc); of one type by
    county and code.
    """
    region, code, uscc = after or ("", -1, "")
    if search.type is not None:
        values = (region, search.scope, search.type, uscc, search.limit)
        return list(await pool.fetch(BY_REGION_AND_TYPE, *values))
    return list(await pool.fetch(BY_REGION, region, search.scope, code, uscc, search.limit))


def escape_like(words: str) -> str:
    """The words as a LIKE pattern that matches only themselves."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
