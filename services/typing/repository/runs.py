"""Reads and writes of typing runs, their drafts and the switch of counties to a published run."""

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.domain import WORKING, RunState
from services.typing.models import Change, Correction, CurrentRun, PolicyVersion, Run, Statistic
from services.typing.models import revision_sequence as revisions
from shared.service.advisory_locks import AdvisoryLock, take_lock, take_lock_shared


async def get(session: AsyncSession, run_id: uuid.UUID, scope: str, *, lock: bool = False) -> Run | None:
    """A run whose region lies inside the caller's; ``lock`` holds it until the end of the transaction."""
    query = select(Run).where(Run.id == run_id, Run.region.startswith(scope, autoescape=True))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def listed(session: AsyncSession, scope: str, below: int | None, limit: int) -> Sequence[Run]:
    """Runs inside the caller's region, the newest first, with numbers below ``below``."""
    query = select(Run).where(Run.region.startswith(scope, autoescape=True))
    if below is not None:
        query = query.where(Run.number < below)
    return (await session.execute(query.order_by(Run.number.desc()).limit(limit))).scalars().all()


async def waiting_for_work(session: AsyncSession) -> Sequence[Run]:
    """Runs that a worker can take further, the oldest first."""
    query = select(Run).where(Run.state.in_([s.value for s in WORKING])).order_by(Run.number)
    return (await session.execute(query)).scalars().all()


async def ordered_by(session: AsyncSession, closing_id: uuid.UUID) -> Sequence[Run]:
    """The runs that a closing ordered, the oldest first."""
    return (await session.execute(select(Run).where(Run.closing_id == closing_id).order_by(Run.number))).scalars().all()


async def in_state(session: AsyncSession, state: RunState) -> Sequence[Run]:
    """Runs in a state, the oldest first."""
    query = select(Run).where(Run.state == state.value).order_by(Run.number)
    return (await session.execute(query)).scalars().all()


async def keep_policy(session: AsyncSession, content_hash: str, policy: str, content: object) -> None:
    """Store a policy's exact content once."""
    row = {"content_hash": content_hash, "policy": policy, "content": content}
    await session.execute(upsert(PolicyVersion).values(row).on_conflict_do_nothing())


async def policy_content(session: AsyncSession, content_hash: str) -> dict[str, object]:
    """The policy content that a run was typed by."""
    found = await session.get_one(PolicyVersion, content_hash)
    return found.content


async def replace_changes(session: AsyncSession, run_number: int, rows: Iterable[dict[str, object]]) -> None:
    """Store a draft's change matrix in place of an earlier one."""
    await session.execute(delete(Change).where(Change.run_number == run_number))
    values = [{"run_number": run_number, **row} for row in rows]
    if values:
        await session.execute(insert(Change), values)


async def changes(session: AsyncSession, run_number: int, scope: str) -> Sequence[Change]:
    """A draft's change matrix inside the caller's region."""
    query = (
        select(Change)
        .where(Change.run_number == run_number, Change.region.startswith(scope, autoescape=True))
        .order_by(Change.region, Change.from_type, Change.to_type)
    )
    return (await session.execute(query)).scalars().all()


async def lock_publication(session: AsyncSession) -> None:
    """Publications of one database follow one another: each sees what the one before made current."""
    await take_lock(session, AdvisoryLock.PUBLICATION)


async def hold_publications(session: AsyncSession) -> None:
    """No publication until the end of the transaction; others that hold them, too, go on side by side."""
    await take_lock_shared(session, AdvisoryLock.PUBLICATION)


async def current(session: AsyncSession, region: str) -> Sequence[CurrentRun]:
    """What the counties below a region show now."""
    query = select(CurrentRun).where(CurrentRun.region.startswith(region, autoescape=True))
    return (await session.execute(query.order_by(CurrentRun.region))).scalars().all()


async def next_revision(session: AsyncSession) -> int:
    """A number above every revision that any household event has carried."""
    return (await session.execute(select(revisions.next_value()))).scalar_one()


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
        {"region": county, "year": year, "type": int(code), "households": n, "run_id": run.id}
        for county, by_type in run.counts.items()
        for code, n in by_type.items()
    ]
    if values:
        await session.execute(insert(Statistic), values)


async def corrections(session: AsyncSession, run_numbers: Sequence[int]) -> Sequence[tuple[int, str, int]]:
    """(run number, uscc, type) of the households whose published type was corrected."""
    query = select(Correction.run_number, Correction.uscc, Correction.type)
    rows = await session.execute(query.where(Correction.run_number.in_(run_numbers)))
    return [(number, uscc, code) for number, uscc, code in rows.all()]


async def run_of_number(session: AsyncSession, number: int) -> Run:
    """The run behind a partition number."""
    return (await session.execute(select(Run).where(Run.number == number))).scalar_one()


async def households_by_type(session: AsyncSession, scope: str, year: int | None) -> Sequence[Statistic]:
    """Published statistics of a region, by county, year and type, in the order of region codes.

    No ranking by growth or report rate is offered: 促进个体工商户发展条例 art. 32.
    """
    query = select(Statistic).where(Statistic.region.startswith(scope, autoescape=True))
    if year is not None:
        query = query.where(Statistic.year == year)
    ordered = query.order_by(Statistic.year, Statistic.region, Statistic.type)
    return (await session.execute(ordered)).scalars().all()


async def last_published_feed_rows(session: AsyncSession, region: str) -> dict[str, int]:
    """Rows by feed of the last run published for exactly this region: what a new run is held against."""
    query = (
        select(Run.feed_rows)
        .where(Run.region == region, Run.state == RunState.PUBLISHED.value)
        .order_by(Run.number.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none() or {}


async def set_progress(session: AsyncSession, run_id: uuid.UUID, state: str, progress: float) -> None:
    """Keep how far a run has come in a state, 0-1: never back, however often a step is begun anew."""
    grown = func.greatest(Run.progress, progress)
    await session.execute(update(Run).where(Run.id == run_id, Run.state == state).values(progress=grown))
