"""The work list."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Task

SHOWN = (Task.id, Task.application_id, Task.county, Task.step, Task.due_on, Task.claimed_by)


async def listed(
    session: AsyncSession,
    scope: str,
    step: str | None,
    claimed_by: str | None,
    after: tuple[dt.date, uuid.UUID] | None,
    limit: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Open tasks of a region by last day, as a list shows them; of one county straight from its index."""
    in_scope = Task.county == scope if len(scope) == 6 else Task.county.startswith(scope, autoescape=True)
    query = select(*SHOWN).where(in_scope, Task.outcome.is_(None))
    if step is not None:
        query = query.where(Task.step == step)
    if claimed_by is not None:
        query = query.where(Task.claimed_by == claimed_by)
    if after is not None:
        query = query.where(tuple_(Task.due_on, Task.id) > after)
    return (await session.execute(query.order_by(Task.due_on, Task.id).limit(limit))).all()


async def get_open(session: AsyncSession, task_id: uuid.UUID, scope: str) -> Task | None:
    """An open task of a region, locked."""
    query = select(Task).where(
        Task.id == task_id, Task.county.startswith(scope, autoescape=True), Task.outcome.is_(None)
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()
