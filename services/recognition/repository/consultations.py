"""Reads of consultations. A question is its department's, in the caller's region; officers see those of all."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Consultation
from shared.departments import Department

Asked = tuple[Consultation, Application]


async def of_applications(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[Consultation]]:
    """Everybody who was asked about each of the applications, locked in the order of their ids, as they are now."""
    query = select(Consultation).where(Consultation.application_id.in_(applications)).order_by(Consultation.id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    found = defaultdict[uuid.UUID, list[Consultation]](list)
    for one in (await session.execute(locked)).scalars():
        found[one.application_id].append(one)
    return found


async def open_below(
    session: AsyncSession,
    scope: str,
    department: Department | None,
    day: dt.date,
    after: tuple[dt.date, uuid.UUID] | None,
    limit: int,
) -> Sequence[Asked]:
    """Questions to a department (None: to any) that can still be answered on a day, the most urgent first, with what
    they are about.
    """
    query = (
        select(Consultation, Application)
        .join(Application, Application.id == Consultation.application_id)
        .where(Consultation.county.startswith(scope, autoescape=True))
        .where(Consultation.answered_at.is_(None), Consultation.due_on >= day)
    )
    if department is not None:
        query = query.where(Consultation.department == department)
    if after is not None:
        query = query.where(tuple_(Consultation.due_on, Consultation.id) > after)
    rows = await session.execute(query.order_by(Consultation.due_on, Consultation.id).limit(limit))
    return [(asked, application) for asked, application in rows]


async def applications_of(
    session: AsyncSession, asked: Collection[uuid.UUID], scope: str, department: Department
) -> Mapping[uuid.UUID, uuid.UUID]:
    """Question to a department, inside a caller's region → the application that it is about."""
    query = select(Consultation.id, Consultation.application_id).where(
        Consultation.id.in_(asked),
        Consultation.county.startswith(scope, autoescape=True),
        Consultation.department == department,
    )
    return {row.id: row.application_id for row in await session.execute(query)}


async def askers(session: AsyncSession, applications: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Set[str]]:
    """Who asked departments about each of the applications; none for one that nobody was asked about."""
    query = select(Consultation.application_id, Consultation.asked_by)
    found = defaultdict[uuid.UUID, set[str]](set)
    for row in await session.execute(query.where(Consultation.application_id.in_(applications)).distinct()):
        found[row.application_id].add(row.asked_by)
    return found
