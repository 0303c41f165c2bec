"""The work list."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Season, Task
from services.recognition.repository.regions import inside

SHOWN = (Task.id, Task.application_id, Task.county, Task.step, Task.due_on, Task.claimed_by)


async def listed(
    session: AsyncSession,
    scope: str,
    step: str | None,
    claimed_by: str | None,
    after: tuple[dt.date, uuid.UUID] | None,
    limit: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Open tasks of a region by last day, as a list shows them: of each county with a season as many as a page has,
    straight from an index, and of all these the first.
    """
    counties = select(Season.county).where(inside(Season.county, scope)).distinct().subquery()
    query = select(*SHOWN).where(Task.county == counties.c.county, Task.outcome.is_(None))
    for column, wanted in ((Task.step, step), (Task.claimed_by, claimed_by)):
        if wanted is not None:
            query = query.where(column == wanted)
    if after is not None:
        query = query.where(tuple_(Task.due_on, Task.id) > after)
    first = query.order_by(Task.due_on, Task.id).limit(limit).lateral()
    merged = select(first).select_from(counties).join(first, true()).order_by(first.c.due_on, first.c.id)
    return (await session.execute(merged.limit(limit))).all()


async def get_open(session: AsyncSession, task_id: uuid.UUID, scope: str) -> Task | None:
    """An open task of a region, locked."""
    query = select(Task).where(
        Task.id == task_id, Task.county.startswith(scope, autoescape=True), Task.outcome.is_(None)
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()
