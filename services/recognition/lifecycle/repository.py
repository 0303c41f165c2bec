"""SQL of the work lists of recognitions (concerns, evaluations and confirmations due) and of bans."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import Select, cast, exists, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.recognitions.domain import ConcernKind
from services.recognition.recognitions.models import Ban, Confirmation, Evaluation, Recognition
from services.recognition.recognitions.repository import VALID

WorklistPosition = tuple[str, uuid.UUID]
"""County and id of the last row seen."""
CONCERNED = text("recognition.concerns <> '[]'")
"""The same condition as in the index."""
CONCERN_FILTER = "$[*] ? ((@.kind == $kind || $kind == null) && @.since <= $since)"
LAST_YEAR_BEGUN = text("recognition.valid_until - interval '1 year' < :day")
"""The last year of validity has begun; as `recognitions.domain.in_last_year`."""


async def list_concerned(
    session: AsyncSession,
    scope: str,
    kind: ConcernKind | None,
    since: dt.date,
    after: WorklistPosition | None,
    limit: int,
) -> Sequence[Recognition]:
    """Recognitions, also ended ones, with a concern of a kind (None: of any) that was raised on or before a day."""
    variables = cast({"kind": kind, "since": since.isoformat()}, JSONB)
    raised = func.jsonb_path_exists(Recognition.concerns, cast(CONCERN_FILTER, JSONPATH), variables)
    return await worklist_page(session, select(Recognition).where(CONCERNED, raised), scope, after, limit)


async def list_unevaluated(
    session: AsyncSession, scope: str, day: dt.date, after: WorklistPosition | None, limit: int
) -> Sequence[Recognition]:
    """Valid recognitions in their last year without a decided evaluation."""
    decided = exists().where(
        Evaluation.recognition_id == Recognition.id,
        Evaluation.valid_until == Recognition.valid_until,
        Evaluation.decided_at.is_not(None),
    )
    query = select(Recognition).where(VALID, LAST_YEAR_BEGUN.bindparams(day=day), ~decided)
    return await worklist_page(session, query, scope, after, limit)


async def list_unconfirmed(
    session: AsyncSession, scope: str, year: int, after: WorklistPosition | None, limit: int
) -> Sequence[Recognition]:
    """Valid recognitions of earlier years that are not confirmed for a year."""
    confirmed = exists().where(
        Confirmation.recognition_id == Recognition.id, Confirmation.year == year, Confirmation.confirmed
    )
    query = select(Recognition).where(VALID, Recognition.granted_on < dt.date(year, 1, 1), ~confirmed)
    return await worklist_page(session, query, scope, after, limit)


async def worklist_page(
    session: AsyncSession, query: Select[Recognition], scope: str, after: WorklistPosition | None, limit: int
) -> Sequence[Recognition]:
    """A page of a list, inside a region."""
    query = query.where(Recognition.county.startswith(scope, autoescape=True))
    if after is not None:
        query = query.where(tuple_(Recognition.county, Recognition.id) > after)
    return (await session.execute(query.order_by(Recognition.county, Recognition.id).limit(limit))).scalars().all()


async def list_bans(
    session: AsyncSession, scope: str, since: dt.date, after: tuple[dt.date, uuid.UUID] | None, limit: int
) -> Sequence[Ban]:
    """Bans of a region's households that end on or after a day, the earliest end first."""
    query = select(Ban).where(Ban.county.startswith(scope, autoescape=True), Ban.until >= since)
    if after is not None:
        query = query.where(tuple_(Ban.until, Ban.recognition_id) > after)
    return (await session.execute(query.order_by(Ban.until, Ban.recognition_id).limit(limit))).scalars().all()
