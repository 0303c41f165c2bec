"""Reads and writes of trials: drafts of the law held against runs."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.trials.domain import TrialState
from services.typing.trials.models import Trial, TrialChange


async def get_trial(session: AsyncSession, trial_id: uuid.UUID, scope: str) -> Trial | None:
    """A trial whose region lies inside the caller's."""
    query = select(Trial).where(Trial.id == trial_id, Trial.region.startswith(scope, autoescape=True))
    return (await session.execute(query)).scalar_one_or_none()


async def list_trials(session: AsyncSession, run_id: uuid.UUID, below: int | None, limit: int) -> Sequence[Trial]:
    """A run's trials, the newest first, with numbers below ``below``."""
    query = select(Trial).where(Trial.run_id == run_id)
    if below is not None:
        query = query.where(Trial.number < below)
    return (await session.execute(query.order_by(Trial.number.desc()).limit(limit))).scalars().all()


async def next_queued(session: AsyncSession) -> Trial | None:
    """The oldest trial that waits and that nobody works on; it is the caller's until the end of the transaction."""
    query = select(Trial).where(Trial.state == TrialState.QUEUED.value).order_by(Trial.number).limit(1)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalar_one_or_none()


async def add_trial_changes(session: AsyncSession, trial_id: uuid.UUID, rows: Iterable[dict[str, object]]) -> None:
    """Store a trial's change matrix."""
    values = [{"trial_id": trial_id, **row} for row in rows]
    if values:
        await session.execute(insert(TrialChange), values)


async def trial_changes(session: AsyncSession, trial_id: uuid.UUID) -> Sequence[TrialChange]:
    """A trial's change matrix by county and types."""
    query = select(TrialChange).where(TrialChange.trial_id == trial_id)
    ordered = query.order_by(TrialChange.region, TrialChange.from_type, TrialChange.to_type)
    return (await session.execute(ordered)).scalars().all()


async def trials_created_before(session: AsyncSession, before: dt.datetime) -> Sequence[Trial]:
    """Trials that were ordered before that, the oldest first."""
    query = select(Trial).where(Trial.created_at < before).order_by(Trial.number)
    return (await session.execute(query)).scalars().all()


async def delete_trials(session: AsyncSession, trial_ids: Sequence[uuid.UUID]) -> None:
    """Forget trials and their matrices."""
    await session.execute(delete(Trial).where(Trial.id.in_(trial_ids)))
