"""SQL of the directory: searches by the public and officers, as asyncpg statements on the pool, without a transaction.

A household's row is the current run's result, overlaid by its correction; its name is that of the register.
"""

from collections.abc import Sequence

import asyncpg

from services.typing.runs.repository import PageKey, ResultFilter
from services.typing.runs.result_groups import CODES_OF_GROUP

ENTRY_COLUMNS = """
    r.uscc, coalesce(h.name, '') AS name, r.region, coalesce(c.type, r.type) AS type, r.type AS run_type,
    coalesce(c.true_mask, r.true_mask) AS true_mask, coalesce(c.unknown_mask, r.unknown_mask) AS unknown_mask,
    r.operator_ref, k.run_id, k.policy, k.as_of, r.run_number,
    coalesce(c.revision, k.revision) AS revision, c.facts AS corrected_facts, c.reasons AS correction_reasons"""
WITH_CORRECTION = "LEFT JOIN correction c ON c.run_number = r.run_number AND c.uscc = r.uscc"
WITH_NAME = "LEFT JOIN household_name h ON h.uscc = r.uscc"

CURRENT_ENTRIES = f"""SELECT {ENTRY_COLUMNS} FROM result r
      JOIN current_run k ON k.region = r.region AND k.run_number = r.run_number {WITH_CORRECTION} {WITH_NAME}"""
"""What the counties show, as statements of the pool; `retyping.repository` has the same for the session."""

BY_USCC = f"{CURRENT_ENTRIES} WHERE r.uscc = $1 AND r.region LIKE $2 || '%' ORDER BY k.revision DESC LIMIT 1"
"""A household that moved between counties typed by different runs is in both: the later publication counts."""

COUNTIES = "current_run k WHERE k.region BETWEEN $2 AND $2 || '9999' AND k.region >= $1 ORDER BY k.region"
"""The counties of a region, by an index, from the one on where the page before ended."""

RESULTS_OF_COUNTY = f"""
    SELECT {ENTRY_COLUMNS} FROM result_group g {CODES_OF_GROUP}
      JOIN result r ON r.run_number = k.run_number AND r.uscc = one.uscc {WITH_CORRECTION} {WITH_NAME}
     WHERE g.run_number = k.run_number AND g.region = k.region"""
"""What the run of county `k` gave its households, to be listed in the order of its groups."""

FROM_TYPE = "CASE WHEN k.region = $1 THEN $3::bigint ELSE -1 END"
FROM_USCC = "CASE WHEN k.region = $1 THEN $4 ELSE '' END"

BY_REGION = f"""
    SELECT found.* FROM (SELECT * FROM {COUNTIES}) k CROSS JOIN LATERAL (
        {RESULTS_OF_COUNTY}
           AND (g.type, g.last) > ({FROM_TYPE}, {FROM_USCC}) AND (g.type, one.uscc) > ({FROM_TYPE}, {FROM_USCC})
         ORDER BY g.type, g.last, one.uscc LIMIT $5
    ) found ORDER BY k.region, run_type, found.uscc LIMIT $5"""
"""County by county, a page of each at most; the counties after the one that fills the page are not read."""

BY_REGION_AND_TYPE = f"""
    SELECT found.* FROM (SELECT * FROM {COUNTIES}) k CROSS JOIN LATERAL (
        SELECT * FROM (
            ({RESULTS_OF_COUNTY} AND g.type = $3 AND c.uscc IS NULL
                AND g.last > {FROM_USCC} AND one.uscc > {FROM_USCC}
              ORDER BY g.last, one.uscc LIMIT $5)
            UNION ALL
            (SELECT {ENTRY_COLUMNS} FROM correction c
               JOIN result r ON r.run_number = c.run_number AND r.uscc = c.uscc {WITH_NAME}
              WHERE c.run_number = k.run_number AND c.region = k.region AND c.type = $3 AND c.uscc > {FROM_USCC}
              ORDER BY c.uscc LIMIT $5)
        ) either ORDER BY either.uscc LIMIT $5
    ) found ORDER BY k.region, found.uscc LIMIT $5"""
"""Households that the run gave the type and that were not corrected, and those corrected to the type."""

FIRST_IS_SHOWN = """(cardinality(h.regions) = 1 OR NOT EXISTS (
    SELECT FROM result s JOIN current_run l ON l.region = s.region AND l.run_number = s.run_number
     WHERE s.uscc = r.uscc AND l.revision > k.revision))"""
"""Of a household that two counties show, the later publication counts."""

BY_NUMBER = f"""
    SELECT {ENTRY_COLUMNS}, h.number
      FROM unnest($1::int[], $2::text[]) WITH ORDINALITY u (number, region, place)
      JOIN household_name h ON h.number = u.number
      JOIN current_run k ON k.region = u.region
      JOIN result r ON r.run_number = k.run_number AND r.uscc = h.uscc AND r.region = k.region {WITH_CORRECTION}
     WHERE ($3::smallint IS NULL OR coalesce(c.type, r.type) = $3) AND {FIRST_IS_SHOWN}
     ORDER BY u.place"""
"""What the counties show of these households of the register, each in that county, in this order."""

POSTINGS = """
    SELECT p.region, p.numbers FROM name_posting p
     WHERE p.word = $1 AND p.region BETWEEN $2 AND $2 || '9999' AND (p.region, p.last) > ($3, $4::bigint)
       AND EXISTS (SELECT FROM current_run k WHERE k.region = p.region)
     ORDER BY p.region, p.last LIMIT $5"""
"""A word's numbers in the counties that show a run, after one of a county."""

WORD_COUNTS = """
    SELECT word, sum(households)::int AS households FROM name_posting
     WHERE word = ANY($1::text[]) AND region BETWEEN $2 AND $2 || '9999' GROUP BY word"""

CODES_BY_PART = """
    SELECT h.number, h.{column} AS place, h.regions FROM household_name h
     WHERE h.{column} >= $1 AND h.{column} < $1 || '~' AND (h.{column}, h.number) > ($2, $3::bigint)
     ORDER BY h.{column}, h.number LIMIT $4"""
"""Codes by their beginning, their end, or the beginning of the organisation's part: a range of the column's index."""


async def by_uscc(pool: asyncpg.Pool, uscc: str, scope: str = "") -> asyncpg.Record | None:
    """The household with this code in the current runs, or None."""
    return await pool.fetchrow(BY_USCC, uscc, scope)


async def by_region(pool: asyncpg.Pool, search: ResultFilter, after: PageKey | None) -> Sequence[asyncpg.Record]:
    """Households of a region by county, type and code, after (region, the run's type, uscc); of one type by
    county and code.
    """
    region, code, uscc = after or ("", -1, "")
    if search.type is not None:
        values = (region, search.scope, search.type, uscc, search.limit)
        return list(await pool.fetch(BY_REGION_AND_TYPE, *values))
    return list(await pool.fetch(BY_REGION, region, search.scope, code, uscc, search.limit))
