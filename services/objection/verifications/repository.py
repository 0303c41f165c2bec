"""SQL of questions to departments. A department's questions are found by department and region alone."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.domain import ObjectionState
from services.objection.objections.models import Objection
from services.objection.verifications.models import FactVerification
from shared.platform.scope import in_region
from shared.reference.departments import Department

Position = tuple[dt.date, uuid.UUID]
WAITING = (ObjectionState.ACCEPTED, ObjectionState.EXPLAINED, ObjectionState.PROPOSED)
"""States of an objection whose questions are still to be answered."""


@dataclass(frozen=True)
class AskedOf:
    """For whom somebody answers: a department in one region."""

    department: Department
    region: str


async def get_asked(session: AsyncSession, verification: uuid.UUID, of: AskedOf) -> FactVerification | None:
    """A question to this department of this region."""
    query = select(FactVerification).where(FactVerification.id == verification, *asked_condition(of))
    return (await session.execute(query)).scalar_one_or_none()


async def get_inside(session: AsyncSession, verification: uuid.UUID, scope: str) -> FactVerification | None:
    """A question about a household of a region."""
    query = select(FactVerification).where(
        FactVerification.id == verification, in_region(FactVerification.county, scope)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def lock_verification(session: AsyncSession, verification: uuid.UUID) -> FactVerification:
    """A question that is known to be there, locked. Its objection is locked before."""
    query = select(FactVerification).where(FactVerification.id == verification).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one()


async def set_due_days(session: AsyncSession, days: Mapping[uuid.UUID, dt.date]) -> None:
    """The last days of questions are others."""
    rows = await session.execute(select(FactVerification).where(FactVerification.id.in_(days)).with_for_update())
    for verification in rows.scalars():
        verification.due_on = days[verification.id]
    await session.flush()


async def verifications_of(session: AsyncSession, objection: uuid.UUID) -> Sequence[FactVerification]:
    """The questions about an objection, in their order."""
    query = select(FactVerification).where(FactVerification.objection_id == objection)
    return (await session.execute(query.order_by(FactVerification.asked_at, FactVerification.id))).scalars().all()


async def open_for_department(
    session: AsyncSession, of: AskedOf, after: Position | None, limit: int
) -> Sequence[tuple[FactVerification, ObjectionState]]:
    """What a department of a region has to answer, by last day."""
    return await _page(session, _open().where(*asked_condition(of)), after, limit)


async def open_inside(
    session: AsyncSession, scope: str, after: Position | None, limit: int
) -> Sequence[tuple[FactVerification, ObjectionState]]:
    """What the departments of a region have to answer, by last day."""
    return await _page(session, _open().where(in_region(FactVerification.county, scope)), after, limit)


def asked_condition(of: AskedOf) -> tuple[ColumnElement[bool], ...]:
    """Invariant D1: asked of this department, in this region."""
    return (FactVerification.department == of.department, FactVerification.region == of.region)


def _open() -> Select[FactVerification, ObjectionState]:
    query = select(FactVerification, Objection.state).join(Objection, Objection.id == FactVerification.objection_id)
    return query.where(FactVerification.answered_at.is_(None), Objection.state.in_(WAITING))


async def _page(
    session: AsyncSession,
    query: Select[FactVerification, ObjectionState],
    after: Position | None,
    limit: int,
) -> Sequence[tuple[FactVerification, ObjectionState]]:
    place = tuple_(FactVerification.due_on, FactVerification.id)
    if after is not None:
        query = query.where(place > after)
    found = await session.execute(query.order_by(FactVerification.due_on, FactVerification.id).limit(limit))
    return [(verification, state) for verification, state in found]
