"""SQL of the work lists of recognitions (concerns, evaluations and confirmations due), of proceedings and of bans."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, cast, exists, func, select, text, tuple_
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.lifecycle.domain import OPEN_STATES, ProceedingState, ProposedEnd
from services.recognition.lifecycle.models import EndProceeding
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
    query = select(Ban).where(
        Ban.county.startswith(scope, autoescape=True), Ban.until >= since, Ban.lifted_on.is_(None)
    )
    if after is not None:
        query = query.where(tuple_(Ban.until, Ban.recognition_id) > after)
    return (await session.execute(query.order_by(Ban.until, Ban.recognition_id).limit(limit))).scalars().all()


async def lock_open(session: AsyncSession, recognition_id: uuid.UUID, what: ProposedEnd) -> EndProceeding | None:
    """The proceeding of a kind that is not decided yet, locked."""
    query = select(EndProceeding).where(
        EndProceeding.recognition_id == recognition_id,
        EndProceeding.what == what,
        EndProceeding.state.in_(OPEN_STATES),
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def lock_decided(session: AsyncSession, recognition_id: uuid.UUID, what: ProposedEnd) -> EndProceeding | None:
    """The proceeding of a kind whose decision stands, locked."""
    query = select(EndProceeding).where(
        EndProceeding.recognition_id == recognition_id,
        EndProceeding.what == what,
        EndProceeding.state == ProceedingState.DECIDED,
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def proceedings_of(
    session: AsyncSession, recognitions: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[EndProceeding]]:
    """All proceedings about each of the recognitions, the earliest first."""
    query = select(EndProceeding).where(EndProceeding.recognition_id.in_(recognitions))
    found = defaultdict[uuid.UUID, list[EndProceeding]](list)
    for row in (await session.execute(query.order_by(EndProceeding.proposed_on, EndProceeding.id))).scalars():
        found[row.recognition_id].append(row)
    return found
