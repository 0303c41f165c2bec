"""SQL of the last days of objections."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.domain import DueDay
from services.objection.objections.models import Objection, ObjectionDueDay


@dataclass(frozen=True)
class EndedDay:
    """A last day that no longer runs, and how often the objection has climbed because of it."""

    id: uuid.UUID
    climbs: int


async def end_running(
    session: AsyncSession,
    objection: uuid.UUID,
    what: Collection[DueDay],
    item: uuid.UUID | None,
    *,
    at: dt.datetime,
    replaced: bool,
) -> Sequence[EndedDay]:
    """End the running last days of an objection. A day that replaces another is for the same item; settling without an
    item is for all.
    """
    table = ObjectionDueDay
    change = update(table).where(table.objection_id == objection, table.what.in_(what), table.settled_at.is_(None))
    if item is not None or replaced:
        change = change.where(table.item.is_not_distinct_from(item))
    change = change.values(settled_at=at, replaced=replaced).execution_options(synchronize_session="fetch")
    rows = await session.execute(change.returning(table.id, table.climbs))
    return [EndedDay(*row) for row in rows.all()]


async def earliest_running(session: AsyncSession, objection: uuid.UUID) -> dt.date | None:
    """The next last day of an objection."""
    table = ObjectionDueDay
    query = select(func.min(table.due_on)).where(table.objection_id == objection, table.settled_at.is_(None))
    return (await session.execute(query)).scalar_one()


async def earliest_of_each(session: AsyncSession, objections: Collection[uuid.UUID]) -> Mapping[uuid.UUID, dt.date]:
    """The next last day of each of some objections; those of which nothing is due are left out."""
    table = ObjectionDueDay
    query = select(table.objection_id, func.min(table.due_on)).where(
        table.objection_id.in_(objections), table.settled_at.is_(None)
    )
    return {row[0]: row[1] for row in (await session.execute(query.group_by(table.objection_id))).all()}


async def due_days_of(session: AsyncSession, objection: uuid.UUID) -> Sequence[ObjectionDueDay]:
    """All last days of an objection, in the order in which they were set."""
    query = select(ObjectionDueDay).where(ObjectionDueDay.objection_id == objection)
    return (await session.execute(query.order_by(ObjectionDueDay.created_at, ObjectionDueDay.id))).scalars().all()


async def running_day(session: AsyncSession, objection: uuid.UUID, what: DueDay) -> ObjectionDueDay | None:
    """The last day of this kind that runs, of a locked objection."""
    day = ObjectionDueDay
    query = select(day).where(day.objection_id == objection, day.what == what, day.settled_at.is_(None))
    return (await session.execute(query.execution_options(populate_existing=True))).scalars().first()


async def lock_running(
    session: AsyncSession, due_days: Collection[uuid.UUID]
) -> Sequence[tuple[ObjectionDueDay, Objection]]:
    """Of these last days those that still run, with their objections, which are locked in the order of their ids."""
    day = ObjectionDueDay
    concerned = select(day.objection_id).where(day.id.in_(due_days), day.settled_at.is_(None))
    locking = select(Objection).where(Objection.id.in_(concerned)).order_by(Objection.id).with_for_update()
    rows = await session.execute(locking.execution_options(populate_existing=True))
    objections = {objection.id: objection for objection in rows.scalars()}
    query = select(day).where(day.id.in_(due_days), day.settled_at.is_(None))  # again: under the locks
    running = await session.execute(query.order_by(day.due_on, day.id).execution_options(populate_existing=True))
    return [(row, objections[row.objection_id]) for row in running.scalars() if row.objection_id in objections]
