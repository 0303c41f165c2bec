"""SQL of moves: seen by the county that loses the household, by the one that gains it, and by their superiors."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.deliveries.domain import MoveState
from services.typing.deliveries.models import PendingMove


def concerning(scope: str) -> ColumnElement[bool]:
    """Moves out of a region or into it."""
    return or_(
        PendingMove.from_region.startswith(scope, autoescape=True),
        PendingMove.to_region.startswith(scope, autoescape=True),
    )


async def get_move(session: AsyncSession, move_id: uuid.UUID, scope: str, *, lock: bool = False) -> PendingMove | None:
    """A move that a caller of this region may see."""
    query = select(PendingMove).where(PendingMove.id == move_id, concerning(scope))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def list_moves(
    session: AsyncSession,
    scope: str,
    state: MoveState | None,
    after: tuple[dt.datetime, uuid.UUID] | None,
    limit: int,
) -> Sequence[PendingMove]:
    """Moves that a caller of this region may see, the oldest first."""
    query = select(PendingMove).where(concerning(scope))
    if state is not None:
        query = query.where(PendingMove.state == state)
    if after is not None:
        query = query.where(tuple_(PendingMove.asked_at, PendingMove.id) > after)
    return (await session.execute(query.order_by(PendingMove.asked_at, PendingMove.id).limit(limit))).scalars().all()
