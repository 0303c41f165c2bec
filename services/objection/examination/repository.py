"""SQL of notes of hearings."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.examination.models import HearingNote


async def hearings_of(session: AsyncSession, objection: uuid.UUID) -> Sequence[HearingNote]:
    """The notes about an objection, by day."""
    query = select(HearingNote).where(HearingNote.objection_id == objection)
    return (await session.execute(query.order_by(HearingNote.held_on, HearingNote.noted_at))).scalars().all()


async def get_hearing(session: AsyncSession, objection: uuid.UUID, hearing: uuid.UUID) -> HearingNote | None:
    """A note about this objection."""
    query = select(HearingNote).where(HearingNote.id == hearing, HearingNote.objection_id == objection)
    return (await session.execute(query)).scalar_one_or_none()
