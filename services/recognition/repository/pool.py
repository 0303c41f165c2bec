"""Promising households: those that passed the review, for whom there was no place or no time."""

import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.models import Application, Recognition, Season
from services.recognition.repository.recognitions import VALID

Promising = tuple[Application, int]
"""An application and the year of its season."""


async def listed(
    session: AsyncSession, scope: str, year: int | None, after: uuid.UUID | None, limit: int
) -> Sequence[Promising]:
    """Inside a region, by id: on the reserve or left over at a season's end, and not recognised since."""
    recognised = select(Recognition.id).where(Recognition.uscc == Application.uscc, VALID).exists()
    query = (
        select(Application, Season.year)
        .join(Season, Season.id == Application.season_id)
        .where(Application.county.startswith(scope, autoescape=True), Application.reviewed_by.is_not(None))
        .where(or_(Application.state == ApplicationState.RESERVE.value, Application.unplaced), ~recognised)
    )
    if year is not None:
        query = query.where(Season.year == year)
    if after is not None:
        query = query.where(Application.id > after)
    rows = await session.execute(query.order_by(Application.id).limit(limit))
    return [(application, season_year) for application, season_year in rows]
