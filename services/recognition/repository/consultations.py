"""Reads of consultations."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Consultation


async def of_application(session: AsyncSession, application_id: uuid.UUID) -> Sequence[Consultation]:
    """Everybody who was asked, locked in the order of their ids."""
    query = select(Consultation).filter_by(application_id=application_id).order_by(Consultation.id).with_for_update()
    return (await session.execute(query)).scalars().all()


async def get(session: AsyncSession, consultation_id: uuid.UUID, scope: str) -> Consultation | None:
    """One question inside a caller's region."""
    query = select(Consultation).where(
        Consultation.id == consultation_id, Consultation.county.startswith(scope, autoescape=True)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def open_below(session: AsyncSession, scope: str, limit: int) -> Sequence[Consultation]:
    """Questions that wait for an answer, the most urgent first."""
    query = (
        select(Consultation)
        .where(Consultation.county.startswith(scope, autoescape=True), Consultation.answered_at.is_(None))
        .order_by(Consultation.due_on, Consultation.id)
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()
