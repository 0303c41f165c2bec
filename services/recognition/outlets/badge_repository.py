"""SQL of badges: those that may be shown, and those that are withdrawn."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, cast, func, not_, or_, select
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.outlets.domain import OF_CONCERN
from services.recognition.recognitions.domain import RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.repository import VALID

WITHDRAWING = " || ".join(f'@.kind == "{kind.value}"' for kind in OF_CONCERN)
RAISED_SINCE = f"$[*] ? (({WITHDRAWING}) && @.since >= $since)"
"""A day is a text in the JSON, written so that later ones compare as greater."""


async def list_shown(session: AsyncSession, scope: str, after: uuid.UUID | None, limit: int) -> Sequence[Recognition]:
    """Recognitions of a region whose badge may be shown, by id."""
    query = select(Recognition).where(VALID, not_(_held_back_since(dt.date.min)))
    return await _page(session, query.where(_inside(scope)), after, limit)


async def list_withdrawn(
    session: AsyncSession, scope: str, since: dt.date, after: uuid.UUID | None, limit: int
) -> Sequence[Recognition]:
    """Recognitions of a region whose badge is withdrawn now, for a reason of that day or later, by id; as
    `domain.withdrawal_of`.
    """
    eve = since - dt.timedelta(days=1) if since > dt.date.min else since
    ended = (Recognition.state != RecognitionState.VALID) & (Recognition.ended_on >= since)
    over = (Recognition.state == RecognitionState.VALID) & not_(VALID) & (Recognition.valid_until >= eve)
    held_back = VALID & _held_back_since(since)
    query = select(Recognition).where(_inside(scope), or_(ended, over, held_back))
    return await _page(session, query, after, limit)


def _inside(scope: str) -> ColumnElement[bool]:
    return Recognition.county.startswith(scope, autoescape=True)


def _held_back_since(day: dt.date) -> ColumnElement[bool]:
    """Whether a concern that was raised on that day or later holds the badge back."""
    variables = cast({"since": day.isoformat()}, JSONB)
    return func.jsonb_path_exists(Recognition.concerns, cast(RAISED_SINCE, JSONPATH), variables)


async def _page(
    session: AsyncSession, query: Select[Recognition], after: uuid.UUID | None, limit: int
) -> Sequence[Recognition]:
    if after is not None:
        query = query.where(Recognition.id > after)
    return (await session.execute(query.order_by(Recognition.id).limit(limit))).scalars().all()
