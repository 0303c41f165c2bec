"""SQL of the directory: searches by the public and officers, and the corrections laid over published runs.

Searches are asyncpg statements on the pool, without a transaction. A household's row is the current run's result,
overlaid by its correction; the name is the run's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from sqlalchemy import ColumnElement, extract, func, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, join, outerjoin

from services.typing.runs.models import Correction, CurrentRun, FiledReport, Result, Run
from services.typing.runs.repository import PageKey, ResultFilter
from shared.database.advisory_locks import AdvisoryLock, take_lock

ENTRY_COLUMNS = """
    r.uscc, r.name, r.region, coalesce(c.type, r.type) as type, r.type as run_type,
    coalesce(c.true_mask, r.true_mask) as true_mask, coalesce(c.unknown_mask, r.unknown_mask) as unknown_mask,
    r.operator_ref, k.run_id, k.policy, k.as_of, r.run_number,
    coalesce(c.revision, k.revision) as revision, c.facts as corrected_facts, c.reasons as correction_reasons"""
WITH_CORRECTION = "left join correction c on c.run_number = r.run_number and c.uscc = r.uscc"

CURRENT_ENTRIES = f"""select {ENTRY_COLUMNS} from result r
      join current_run k on k.region = r.region and k.run_number = r.run_number {WITH_CORRECTION}"""
"""What the counties show, as statements of the pool; `CURRENT_RESULTS` is the same for the session."""

BY_USCC = f"{CURRENT_ENTRIES} where r.uscc = $1 and r.region like $2 || '%' order by k.revision desc limit 1"
"""A household that moved between counties typed by different runs is in both: the later publication counts."""

OF_TYPE = "($3::smallint is null or coalesce(c.type, r.type) = $3)"

BY_NAME_PREFIX = f"""
    select found.* from (select distinct run_number from current_run) n cross join lateral (
        {CURRENT_ENTRIES}
         where r.run_number = n.run_number and r.name like $1 || '%' and r.region like $2 || '%' and {OF_TYPE}
           and r.name ~>=~ $4 and (r.name ~>~ $4 or r.uscc > $5)
         order by r.name using ~<~, r.uscc limit $6
    ) found order by name using ~<~, uscc limit $6"""
"""Run by run, in the order of the index on names: a page costs a page, however many names begin so."""

BY_SIMILAR_NAME = f"""
    select * from (
        {CURRENT_ENTRIES} where r.name % $1 and r.region like $2 || '%' and {OF_TYPE}
        union all
        ({CURRENT_ENTRIES} where r.name like $5 and not r.name % $1 and r.region like $2 || '%' and {OF_TYPE}
            limit 1000)
    ) found
     order by name like $5 desc nulls last, name <-> $1, uscc limit $4"""
"""Names that hold the words anywhere ($5, for three characters and more) come before those that resemble them."""

COUNTIES = "current_run k where k.region between $2 and $2 || '9999' and k.region >= $1"
"""The counties of a region, by an index, from the one on where the page before ended."""

BY_REGION = f"""
    select found.* from (select * from {COUNTIES}) k cross join lateral (
        select {ENTRY_COLUMNS} from result r {WITH_CORRECTION}
         where r.run_number = k.run_number and r.region = k.region
           and (r.type, r.uscc)
               > (case when k.region = $1 then $3 else -1 end, case when k.region = $1 then $4 else '' end)
         order by r.type, r.uscc limit $5
    ) found order by region, run_type, uscc limit $5"""
"""County by county, a page of each at most."""

BY_REGION_AND_TYPE = f"""
    select * from (
        (select found.* from (select * from {COUNTIES}) k cross join lateral (
            select {ENTRY_COLUMNS} from result r {WITH_CORRECTION}
             where r.run_number = k.run_number and r.region = k.region and r.type = $3 and c.uscc is null
               and r.uscc > case when k.region = $1 then $4 else '' end
             order by r.uscc limit $5
        ) found order by region, uscc limit $5)
        union all
        ({CURRENT_ENTRIES} where k.region between $2 and $2 || '9999' and c.type = $3 and (r.region, r.uscc) > ($1, $4)
          order by r.region, r.uscc limit $5)
    ) found order by region, uscc limit $5"""
"""Those whom the run typed so and nobody corrected, and those corrected to the type."""


TRIGRAM = 3
"""Characters that the index on similar names needs to find them inside a name."""
SIMILAR_SECONDS = 3.0


async def by_uscc(pool: asyncpg.Pool, uscc: str, scope: str = "") -> asyncpg.Record | None:
    """The household with this code in the current runs, or None."""
    return await pool.fetchrow(BY_USCC, uscc, scope)


async def by_name_prefix(pool: asyncpg.Pool, search: ResultFilter, after: PageKey | None) -> Sequence[asyncpg.Record]:
    """Households whose name begins so, by name and code, after (name, uscc)."""
    name, uscc = after or ("", "")
    prefix = escape_like(search.name)
    return list(await pool.fetch(BY_NAME_PREFIX, prefix, search.scope, search.type, name, uscc, search.limit))


async def by_similar_name(pool: asyncpg.Pool, search: ResultFilter) -> Sequence[asyncpg.Record]:
    """Households whose name holds the words or resembles them (trigrams), the nearest first.

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


def is_current(result: type[Result], current: type[CurrentRun]) -> ColumnElement[bool]:
    """The result's county shows the run that the result belongs to."""
    return (current.region == result.region) & (current.run_number == result.run_number)


CURRENT_RESULTS = outerjoin(
    join(Result, CurrentRun, is_current(Result, CurrentRun)),
    Correction,
    (Correction.run_number == Result.run_number) & (Correction.uscc == Result.uscc),
)
"""What the counties show: each result of a county's current run, with its correction if there is one."""


@dataclass(frozen=True)
class DirectoryEntry:
    """A household as the directory shows it, with the run behind it and its correction, if any."""

    result: Result
    run: Run
    correction: Correction | None

    @property
    def type(self) -> int:
        """The type code that readers see."""
        return self.correction.type if self.correction else self.result.type


async def find_entry(session: AsyncSession, uscc: str) -> DirectoryEntry | None:
    """The household in the current runs (in the later published, if it moved), or None when none knows it."""
    query = (
        select(Result, Run, Correction)
        .select_from(CURRENT_RESULTS)
        .join(Run, Run.number == Result.run_number)
        .where(Result.uscc == uscc)
        .order_by(CurrentRun.revision.desc())
        .limit(1)
    )
    row = (await session.execute(query)).one_or_none()
    return None if row is None else DirectoryEntry(*row)


async def lock_household(session: AsyncSession, uscc: str) -> None:
    """Corrections of one household follow one another."""
    await take_lock(session, AdvisoryLock.HOUSEHOLD, uscc)


async def put_correction(session: AsyncSession, values: dict[str, object]) -> None:
    """Store a correction in place of an earlier one of the same household and run."""
    statement = upsert(Correction).values(values)
    kept = {name: statement.excluded[name] for name in values if name not in ("run_number", "uscc")}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["run_number", "uscc"], set_={**kept, "corrected_at": func.now()}
        )
    )


async def record_report(session: AsyncSession, report: FiledReport) -> None:
    """Keep a late report; the first word about a household and year counts."""
    given = {
        name: getattr(report, name) for name in ("uscc", "year", "filed_on", "event_id", "source", "actor", "heard_at")
    }
    await session.execute(upsert(FiledReport).values(given).on_conflict_do_nothing())


async def unapplied_reports(session: AsyncSession, limit: int) -> Sequence[FiledReport]:
    """Late reports that the household's published run does not count yet: they came before it was published.

    A correction from another source does not count them; only facts that say when the report was filed do.

    Of a household that moved between counties of different runs, only what the later publication shows counts.
    """
    later, newer = aliased(Result), aliased(CurrentRun)
    shown_elsewhere = (
        select(later.uscc)
        .join(newer, is_current(later, newer))
        .where(later.uscc == Result.uscc, newer.revision > CurrentRun.revision)
    )
    query = (
        select(FiledReport)
        .select_from(CURRENT_RESULTS)
        .join(FiledReport, FiledReport.uscc == Result.uscc)
        .where(
            or_(Correction.uscc.is_(None), ~Correction.facts.has_key("reported_on")),
            extract("year", CurrentRun.as_of) == FiledReport.year + 1,
            ~shown_elsewhere.exists(),
        )
        .order_by(FiledReport.heard_at)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()
