"""Promising households: those that passed the review, for whom there was no place or no time."""

import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.models import Application, PoolRemoval, Recognition, Season
from services.recognition.repository.recognitions import VALID

Promising = tuple[Application, Season]

_recognised = select(Recognition.id).where(Recognition.uscc == Application.uscc, VALID).exists()
_removed = select(PoolRemoval.application_id).where(PoolRemoval.application_id == Application.id).exists()
_PROMISING = (
    select(Application, Season)
    .join(Season, Season.id == Application.season_id)
    .where(Application.reviewed_by.is_not(None), ~_recognised, ~_removed)
    .where(or_(Application.state == ApplicationState.RESERVE.value, Application.unplaced))
)


async def listed(
    session: AsyncSession, scope: str, year: int | None, after: uuid.UUID | None, limit: int
) -> Sequence[Promising]:
    """Inside a region, by id: on the reserve or left over at a season's end, not recognised since, not taken off."""
    query = _PROMISING.where(Application.county.startswith(scope, autoescape=True))
    if year is not None:
        query = query.where(Season.year == year)
    if after is not None:
        query = query.where(Application.id > after)
    rows = await session.execute(query.order_by(Application.id).limit(limit))
    return [(application, season) for application, season in rows]


async def get(session: AsyncSession, application_id: uuid.UUID, scope: str) -> Application | None:
    """The application of a household in the pool, locked, inside a region."""
    query = _PROMISING.where(Application.id == application_id, Application.county.startswith(scope, autoescape=True))
    found = (await session.execute(query.with_for_update(of=Application))).first()
    return found[0] if found else None
