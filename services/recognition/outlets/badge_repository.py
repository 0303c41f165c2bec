"""SQL of badges: those that may be shown, and those that are withdrawn."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, cast, exists, func, not_, or_, select, text
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from services.recognition.outlets.domain import OF_CONCERN
from services.recognition.recognitions.domain import RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.repository import VALID, valid_now
from shared import clock

WITHDRAWING = " || ".join(f'@.kind == "{kind.value}"' for kind in OF_CONCERN)
RAISED_SINCE = f"$[*] ? (({WITHDRAWING}) && @.since >= $since)"
"""A day is a text in the JSON, written so that later ones compare as greater."""
CONCERNED = text("recognition.concerns <> '[]'")
"""In the words of the index"""


async def list_shown(session: AsyncSession, scope: str, after: uuid.UUID | None, limit: int) -> Sequence[Recognition]:
    """Recognitions of a region whose badge may be shown, by id."""
    query = select(Recognition).where(VALID, not_(_held_back_since(dt.date.min)))
    return await _page(session, query.where(_inside(scope)), after, limit)


async def list_withdrawn(
    session: AsyncSession, scope: str, since: dt.date, after: uuid.UUID | None, limit: int
) -> Sequence[Recognition]:
    """Recognitions of a region whose badge is withdrawn now, for a reason of that day or later, by id; as
    `domain.withdrawal_of`. A household that shows the badge of another recognition is none of them.
    """
    return await _page(session, withdrawn_since(since).where(_inside(scope), not_(_shows_another())), after, limit)


def withdrawn_since(since: dt.date) -> Select[Recognition]:
    """Those that ended, that are over though their end is not stored yet, and that are held back, each of which has an
    index.
    """
    eve = since - dt.timedelta(days=1) if since > dt.date.min else since
    ended = (Recognition.state != RecognitionState.VALID) & (Recognition.ended_on >= since)
    over = Recognition.ended_on.is_(None) & Recognition.valid_until.between(eve, clock.today()) & not_(VALID)
    held_back = VALID & CONCERNED & _held_back_since(since)
    return select(Recognition).where(or_(ended, over, held_back))


def _inside(scope: str) -> ColumnElement[bool]:
    return Recognition.county.startswith(scope, autoescape=True)


def _shows_another() -> ColumnElement[bool]:
    other = aliased(Recognition)
    shown = valid_now(other), not_(_held_back_since(dt.date.min, other))
    return exists().where(other.uscc == Recognition.uscc, *shown)


def _held_back_since(day: dt.date, recognition: type[Recognition] = Recognition) -> ColumnElement[bool]:
    """Whether a concern that was raised on that day or later holds the badge back."""
    variables = func.jsonb_build_object("since", day.isoformat())
    return func.jsonb_path_exists(recognition.concerns, cast(RAISED_SINCE, JSONPATH), variables)


async def _page(
    session: AsyncSession, query: Select[Recognition], after: uuid.UUID | None, limit: int
) -> Sequence[Recognition]:
    if after is not None:
        query = query.where(Recognition.id > after)
    return (await session.execute(query.order_by(Recognition.id).limit(limit))).scalars().all()
