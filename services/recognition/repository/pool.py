"""Promising households: those that passed the review, for whom there was no place or no time."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, PoolRemoval, Recognition, Season
from services.recognition.repository.recognitions import VALID
from services.recognition.repository.regions import inside

Promising = tuple[Application, Season]
Seen = tuple[str, uuid.UUID]
"""County and id of the last row seen."""
WAITING = text("application.reviewed_by is not null and (application.state = 'reserve' or application.unplaced)")
"""As the index of the pool has it."""

_recognised = select(Recognition.id).where(Recognition.uscc == Application.uscc, VALID).exists()
_removed = select(PoolRemoval.application_id).where(PoolRemoval.application_id == Application.id).exists()
_PROMISING = (
    select(Application, Season).join(Season, Season.id == Application.season_id).where(WAITING, ~_recognised, ~_removed)
)


async def listed(
    session: AsyncSession, scope: str, year: int | None, after: Seen | None, limit: int
) -> Sequence[Promising]:
    """Inside a region, by county and id: on the reserve or left over, not recognised since, not taken off."""
    query = _PROMISING.where(inside(Application.county, scope))
    if year is not None:
        query = query.where(Season.year == year)
    if after is not None:
        query = query.where(tuple_(Application.county, Application.id) > after)
    rows = await session.execute(query.order_by(Application.county, Application.id).limit(limit))
    return [(application, season) for application, season in rows]


async def get(session: AsyncSession, application_id: uuid.UUID, scope: str) -> Application | None:
    """The application of a household in the pool, locked, inside a region."""
    query = _PROMISING.where(Application.id == application_id, Application.county.startswith(scope, autoescape=True))
    found = (await session.execute(query.with_for_update(of=Application))).first()
    return found[0] if found else None
