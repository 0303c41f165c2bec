"""Reads of what was reported to superiors."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Filing


async def of_season(session: AsyncSession, season_id: uuid.UUID) -> Sequence[Filing]:
    """A season's receipts, the oldest first."""
    query = select(Filing).filter_by(season_id=season_id).order_by(Filing.filed_on, Filing.filed_at)
    return (await session.execute(query)).scalars().all()
