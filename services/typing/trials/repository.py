"""SQL of trials."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.engine.comparison import TypeChange
from services.typing.runs.repository import change_values, stored_change
from services.typing.trials.domain import TrialState
from services.typing.trials.models import Trial, TrialChange


def inside(scope: str) -> ColumnElement[bool]:
    """The trial's region is inside the caller's."""
    return Trial.region.startswith(scope, autoescape=True)


async def get_trial(session: AsyncSession, trial_id: uuid.UUID, scope: str) -> Trial | None:
    """A trial whose region is inside the caller's."""
    query = select(Trial).where(Trial.id == trial_id, inside(scope))
    return (await session.execute(query)).scalar_one_or_none()


async def waiting_trials(session: AsyncSession, person: str, region: str) -> tuple[int, int]:
    """How many trials wait for the worker: of the person, of the region."""
    waiting = select(
        func.count().filter(Trial.created_by == person), func.count().filter(Trial.region == region)
    ).where(Trial.state == TrialState.QUEUED)
    of_person, of_region = (await session.execute(waiting)).one()
    return of_person, of_region


async def list_trials(session: AsyncSession, run_id: uuid.UUID, below: int | None, limit: int) -> Sequence[Trial]:
    """A run's trials, the newest first, with numbers below ``below``."""
    query = select(Trial).where(Trial.run_id == run_id)
    if below is not None:
        query = query.where(Trial.number < below)
    return (await session.execute(query.order_by(Trial.number.desc()).limit(limit))).scalars().all()


async def next_queued(session: AsyncSession) -> Trial | None:
    """The oldest waiting trial that no worker holds, locked until the end of the transaction."""
    query = select(Trial).where(Trial.state == TrialState.QUEUED).order_by(Trial.number).limit(1)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalar_one_or_none()


async def add_trial_changes(session: AsyncSession, trial_id: uuid.UUID, cells: Iterable[TypeChange]) -> None:
    """Store a trial's change matrix."""
    values = [{"trial_id": trial_id, **change_values(cell)} for cell in cells]
    if values:
        await session.execute(insert(TrialChange), values)


async def trial_changes(session: AsyncSession, trial_id: uuid.UUID) -> Sequence[TypeChange]:
    """A trial's change matrix by county and types."""
    query = (
        select(TrialChange.region, TrialChange.from_type, TrialChange.to_type, TrialChange.households)
        .where(TrialChange.trial_id == trial_id)
        .order_by(TrialChange.region, TrialChange.from_type, TrialChange.to_type)
    )
    return [stored_change(*row) for row in await session.execute(query)]


async def trials_created_before(session: AsyncSession, before: dt.datetime) -> Sequence[Trial]:
    """Trials that were ordered before a time, the oldest first."""
    query = select(Trial).where(Trial.created_at < before).order_by(Trial.number)
    return (await session.execute(query)).scalars().all()


async def delete_trials(session: AsyncSession, trial_ids: Sequence[uuid.UUID]) -> None:
    """Delete trials and their matrices."""
    await session.execute(delete(Trial).where(Trial.id.in_(trial_ids)))
