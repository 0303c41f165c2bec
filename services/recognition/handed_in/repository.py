"""SQL of applications that were handed in."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import literal, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.handed_in.models import HandedInApplication as H

Place = tuple[dt.datetime, uuid.UUID]
"""When one was told, and its id."""


async def lock_hand_in(session: AsyncSession, hand_in: uuid.UUID) -> H | None:
    """One that was told before, locked."""
    return await session.get(H, hand_in, with_for_update=True, populate_existing=True)


async def waiting(session: AsyncSession, behind: Place | None, limit: int) -> Sequence[Place]:
    """Those that could not be taken yet, oldest first."""
    query = select(H.told_at, H.hand_in).where(H.outcome.is_(None))
    if behind is not None:
        query = query.where(tuple_(H.told_at, H.hand_in) > tuple_(literal(behind[0]), literal(behind[1])))
    rows = await session.execute(query.order_by(H.told_at, H.hand_in).limit(limit))
    return [(told_at, hand_in) for told_at, hand_in in rows]


async def note_waiting(session: AsyncSession, hand_in: uuid.UUID, reason: str) -> None:
    """Why one waits on."""
    await session.execute(update(H).where(H.hand_in == hand_in, H.outcome.is_(None)).values(reason=reason))
