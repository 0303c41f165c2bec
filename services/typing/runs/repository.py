"""SQL of typing runs, their drafts and results, of annual report closings, and of publication."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import asyncpg
from sqlalchemy import delete, func, insert, literal, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.corrections.domain import SOURCE_PREFIX
from services.typing.engine.comparison import TypeChange
from services.typing.runs.domain import WORKABLE_STATES, RunPurpose, RunState
from services.typing.runs.models import (
    AnnualReportClosing,
    Correction,
    CurrentRun,
    FiledReport,
    Run,
    RunChange,
    Statistic,
    counts_by_slug,
)
from services.typing.runs.result_groups import CODES_OF_GROUP
from shared.database.advisory_locks import AdvisoryLock, take_lock, take_lock_shared
from shared.law.model.outcome import HouseholdType


async def get_run(session: AsyncSession, run_id: uuid.UUID, scope: str, *, lock: bool = False) -> Run | None:
    """A run whose region is inside the caller's; ``lock`` locks it until the end of the transaction."""
    query = select(Run).where(Run.id == run_id, Run.region.startswith(scope, autoescape=True))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def get_run_about(session: AsyncSession, run_id: uuid.UUID, scope: str) -> Run | None:
    """A run of the caller's region, of a part of it, or of a region that holds it."""
    meets = or_(Run.region.startswith(scope, autoescape=True), literal(scope).startswith(Run.region))
    return (await session.execute(select(Run).where(Run.id == run_id, meets))).scalar_one_or_none()


async def filed_reports(session: AsyncSession, year: int) -> Sequence[str]:
    """The households whose report of a year came as an event."""
    return (await session.execute(select(FiledReport.uscc).where(FiledReport.year == year))).scalars().all()


async def lock_orders(session: AsyncSession) -> None:
    """Until the transaction's end nobody else orders work for the worker."""
    await take_lock(session, AdvisoryLock.ORDERS)


async def waiting_runs(session: AsyncSession, person: str, region: str) -> tuple[int, int]:
    """How many runs wait for the worker: of the person, of the region."""
    waiting = select(func.count().filter(Run.created_by == person), func.count().filter(Run.region == region)).where(
        Run.state.in_(WORKABLE_STATES)
    )
    of_person, of_region = (await session.execute(waiting)).one()
    return of_person, of_region


async def list_runs(session: AsyncSession, scope: str, below: int | None, limit: int) -> Sequence[Run]:
    """Runs inside the caller's region, the newest first, with numbers below ``below``."""
    query = select(Run).where(Run.region.startswith(scope, autoescape=True))
    if below is not None:
        query = query.where(Run.number < below)
    return (await session.execute(query.order_by(Run.number.desc()).limit(limit))).scalars().all()


async def workable_runs(session: AsyncSession) -> Sequence[Run]:
    """Runs that a worker can take further, the oldest first."""
    query = select(Run).where(Run.state.in_(WORKABLE_STATES)).order_by(Run.number)
    return (await session.execute(query)).scalars().all()


async def runs_of_closing(session: AsyncSession, closing_id: uuid.UUID) -> Sequence[Run]:
    """The runs that a closing ordered, the oldest first."""
    return (await session.execute(select(Run).where(Run.closing_id == closing_id).order_by(Run.number))).scalars().all()


async def runs_in_state(session: AsyncSession, state: RunState) -> Sequence[Run]:
    """Runs in a state, the oldest first."""
    query = select(Run).where(Run.state == state).order_by(Run.number)
    return (await session.execute(query)).scalars().all()


async def replace_changes(session: AsyncSession, run_number: int, cells: Iterable[TypeChange]) -> None:
    """Store a draft's change matrix in place of an earlier one."""
    await session.execute(delete(RunChange).where(RunChange.run_number == run_number))
    values = [{"run_number": run_number, **change_values(cell)} for cell in cells]
    if values:
        await session.execute(insert(RunChange), values)


async def run_changes(session: AsyncSession, run_number: int, scope: str) -> Sequence[TypeChange]:
    """A draft's change matrix inside the caller's region."""
    query = (
        select(RunChange.region, RunChange.from_type, RunChange.to_type, RunChange.households)
        .where(RunChange.run_number == run_number, RunChange.region.startswith(scope, autoescape=True))
        .order_by(RunChange.region, RunChange.from_type, RunChange.to_type)
    )
    return [stored_change(*row) for row in await session.execute(query)]


NO_TYPE = -1
"""Stands for "not typed" in stored change matrices, whose types are parts of the key."""


def change_values(cell: TypeChange) -> dict[str, object]:
    """A cell's columns."""
    return {
        "region": cell.region,
        "from_type": NO_TYPE if cell.from_type is None else int(cell.from_type),
        "to_type": NO_TYPE if cell.to_type is None else int(cell.to_type),
        "households": cell.households,
    }


def stored_change(region: str, from_type: int, to_type: int, households: int) -> TypeChange:
    """A cell from its columns."""
    before, now = (None if code == NO_TYPE else HouseholdType(code) for code in (from_type, to_type))
    return TypeChange(region, before, now, households)


async def lock_publication(session: AsyncSession) -> None:
    """Serialise publications in one database: each sees what the one before made current."""
    await take_lock(session, AdvisoryLock.PUBLICATION)


async def block_publications(session: AsyncSession) -> None:
    """Hold off publications until the end of the transaction; a shared lock, so corrections run in parallel."""
    await take_lock_shared(session, AdvisoryLock.PUBLICATION)


async def current_runs(session: AsyncSession, region: str) -> Sequence[CurrentRun]:
    """What the counties below a region show now."""
    query = select(CurrentRun).where(CurrentRun.region.startswith(region, autoescape=True))
    return (await session.execute(query.order_by(CurrentRun.region))).scalars().all()


async def make_current(session: AsyncSession, run: Run, counties: Iterable[str]) -> None:
    """Switch every county below the run's region to the run, in the caller's transaction."""
    await session.execute(delete(CurrentRun).where(CurrentRun.region.startswith(run.region, autoescape=True)))
    shared = {"run_number": run.number, "run_id": run.id, "policy": run.policy, "as_of": run.as_of}
    values = [{"region": county, "revision": run.revision, **shared} for county in counties]
    if values:
        await session.execute(insert(CurrentRun), values)


async def replace_statistics(session: AsyncSession, run: Run) -> None:
    """Keep the year's households by county and type, in place of an earlier publication of that year."""
    year = run.as_of.year
    await session.execute(
        delete(Statistic).where(Statistic.year == year, Statistic.region.startswith(run.region, autoescape=True))
    )
    values = [
        {"region": county, "year": year, "type": int(kind), "households": n, "run_id": run.id}
        for county, by_type in run.counts.items()
        for kind, n in by_type.items()
    ]
    if values:
        await session.execute(insert(Statistic), values)


CARRY_OVER_REASONS = text(
    """
    INSERT INTO correction (run_number, uscc, region, facts, type, true_mask, unknown_mask, reasons, revision)
    SELECT r.run_number, r.uscc, r.region, '{}', r.type, r.true_mask, r.unknown_mask,
           jsonb_agg(jsonb_build_object('source', CAST(:prefix AS text) || c.id, 'reason', c.reason) ORDER BY c.number),
           :revision
      FROM run_correction o JOIN evidence_correction c ON c.id = o.correction_id
      JOIN result r ON r.run_number = o.run_number AND r.uscc = c.uscc
     WHERE o.run_number = :run_number AND o.counted AND c.state <> 'lifted'
     GROUP BY r.run_number, r.uscc, r.region, r.type, r.true_mask, r.unknown_mask
    ON CONFLICT DO NOTHING"""
)


async def carry_over_reasons(session: AsyncSession, run: Run) -> None:
    """Households whose corrections are in the run's snapshot keep their public reasons when it is published."""
    values = {"run_number": run.number, "revision": run.revision, "prefix": SOURCE_PREFIX}
    await session.execute(CARRY_OVER_REASONS, values)


async def corrected_types(session: AsyncSession, run_numbers: Sequence[int]) -> Sequence[tuple[int, str, int]]:
    """(run number, uscc, type) of the households whose published type was corrected."""
    query = select(Correction.run_number, Correction.uscc, Correction.type)
    rows = await session.execute(query.where(Correction.run_number.in_(run_numbers)))
    return [(number, uscc, code) for number, uscc, code in rows.all()]


async def get_run_by_number(session: AsyncSession, number: int) -> Run:
    """The run behind a partition number."""
    return (await session.execute(select(Run).where(Run.number == number))).scalar_one()


async def list_statistics(session: AsyncSession, scope: str, year: int | None) -> Sequence[Statistic]:
    """Published statistics of a region, by county, year and type, in the order of region codes.

    No ranking by growth or report rate is offered: 促进个体工商户发展条例 art. 32.
    """
    query = select(Statistic).where(Statistic.region.startswith(scope, autoescape=True))
    if year is not None:
        query = query.where(Statistic.year == year)
    ordered = query.order_by(Statistic.year, Statistic.region, Statistic.type)
    return (await session.execute(ordered)).scalars().all()


async def central_counts(session: AsyncSession, scope: str, year: int) -> dict[str, dict[str, int]]:
    """Households of each county of a region by type in the year's published central typing, the base of the quota
    (以每年个体工商户集中分型判定数量为基准): a run published in between replaces what is shown, not the base.
    """
    query = (
        select(Run)
        .where(Run.purpose == RunPurpose.CENTRAL, Run.state == RunState.PUBLISHED)
        .where(Run.as_of.between(dt.date(year, 1, 1), dt.date(year, 12, 31)))
        .where(or_(Run.region.startswith(scope, autoescape=True), literal(scope).startswith(Run.region)))
        .order_by(Run.number)
    )
    counts: dict[str, dict[str, int]] = {}
    for run in (await session.execute(query)).scalars():
        counts |= {
            county: by_type for county, by_type in counts_by_slug(run.counts).items() if county.startswith(scope)
        }
    return counts


async def last_published_feed_rows(session: AsyncSession, region: str) -> dict[str, int]:
    """Rows by feed of the last run published for exactly this region: what a new run is compared with."""
    query = (
        select(Run.feed_rows)
        .where(Run.region == region, Run.state == RunState.PUBLISHED)
        .order_by(Run.number.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none() or {}


async def published_county_rows(session: AsyncSession, region: str) -> dict[str, dict[str, int]]:
    """Rows by county and feed of the runs that the counties below a region show now."""
    query = select(CurrentRun.region, Run.county_rows.op("->")(CurrentRun.region)).join(
        Run, Run.number == CurrentRun.run_number
    )
    found = await session.execute(query.where(CurrentRun.region.startswith(region, autoescape=True)))
    return {county: rows for county, rows in found if rows}


async def set_progress(session: AsyncSession, run_id: uuid.UUID, state: RunState, progress: float) -> None:
    """Store a run's progress in a state, 0–1; it never decreases, also when a step is restarted."""
    grown = func.greatest(Run.progress, progress)
    await session.execute(update(Run).where(Run.id == run_id, Run.state == state).values(progress=grown))


async def latest_correction_revision(session: AsyncSession, run_number: int) -> int:
    """The highest revision of a run's corrections; 0 when it has none."""
    query = select(func.coalesce(func.max(Correction.revision), 0)).where(Correction.run_number == run_number)
    return (await session.execute(query)).scalar_one()


RESULTS_OF_RUN = f"""
    SELECT r.uscc, coalesce(h.name, '') AS name, r.region, r.type, r.true_mask, r.unknown_mask
      FROM result_group g {CODES_OF_GROUP} JOIN result r ON r.run_number = $1 AND r.uscc = one.uscc
      LEFT JOIN household_name h ON h.uscc = r.uscc
     WHERE g.run_number = $1 AND g.region LIKE $2 || '%' AND ($3::smallint IS NULL OR g.type = $3)
       AND (g.region, g.type, g.last) > ($4, $5::bigint, $6) AND (g.region, g.type, one.uscc) > ($4, $5::bigint, $6)
     ORDER BY g.region, g.type, g.last, one.uscc LIMIT $7"""


PageKey = tuple[str | int, ...]
"""The sort values of the last row of the page before."""


@dataclass(frozen=True)
class ResultFilter:
    """Which results inside ``scope``."""

    scope: str = ""
    type: int | None = None
    limit: int = 20


async def list_results(
    pool: asyncpg.Pool, number: int, search: ResultFilter, after: PageKey | None
) -> Sequence[asyncpg.Record]:
    """Results of one run, draft or published, inside the caller's region."""
    region, code, uscc = after or ("", -1, "")
    return list(await pool.fetch(RESULTS_OF_RUN, number, search.scope, search.type, region, code, uscc, search.limit))


async def add_closing(session: AsyncSession, values: dict[str, object]) -> AnnualReportClosing | None:
    """Store a closing; None when the region and year already have one, also one stored concurrently."""
    statement = upsert(AnnualReportClosing).values(values).on_conflict_do_nothing().returning(AnnualReportClosing)
    return (await session.execute(statement)).scalar_one_or_none()


async def get_closing(session: AsyncSession, region: str, year: int) -> AnnualReportClosing:
    """The closing of exactly this region and year, which is there."""
    query = select(AnnualReportClosing).filter_by(region=region, year=year)
    return (await session.execute(query)).scalar_one()


async def list_closings(session: AsyncSession, scope: str) -> Sequence[AnnualReportClosing]:
    """All closings inside a caller's region, the newest first."""
    query = (
        select(AnnualReportClosing)
        .where(AnnualReportClosing.region.startswith(scope, autoescape=True))
        .order_by(AnnualReportClosing.closed_on.desc(), AnnualReportClosing.region)
    )
    return (await session.execute(query)).scalars().all()


async def find_closing_for(session: AsyncSession, region: str, as_of: dt.date) -> AnnualReportClosing | None:
    """The latest closing of the reports that count on ``as_of``, those of the year before: on or before that day,
    and of a region that holds ``region``.
    """
    query = (
        select(AnnualReportClosing)
        .where(
            literal(region).startswith(AnnualReportClosing.region),
            AnnualReportClosing.year == as_of.year - 1,
            AnnualReportClosing.closed_on <= as_of,
        )
        .order_by(AnnualReportClosing.closed_on.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()
