"""``/v1/pool``: promising households that passed the review and were not recognised, to be helped along."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from services.recognition.repository import pool
from services.recognition.schemas.common import ReasonBody
from services.recognition.schemas.pool import PromisingView, RemovalView
from services.recognition.schemas.seasons import Year
from services.recognition.service.pool import still_promising, take_off
from shared.service.etag import check_match, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["pool"], route_class=TransactionalRoute)


@router.get("/pool", summary="培育库：审核通过而未获认定、现在仍符合基础标准的个体工商户")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    year: Annotated[Year | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[PromisingView]:
    """Inside the caller's region. A page may have fewer than `limit`: who no longer meets the standards is left out."""
    read = Cursor.read(cursor, str, uuid.UUID)
    rows = await pool.listed(session, caller.region, year, (read[0], read[1]) if read else None, limit + 1)
    last = rows[limit - 1] if len(rows) > limit else None
    more = Cursor.write(last.county, last.id) if last else None
    standing = await still_promising(session, rows[:limit])
    return Page(items=[PromisingView.of(one) for one in standing], next=more)


@router.post("/pool/{application_id}/removal", summary="把一户移出培育库，写明理由")
async def remove(
    application_id: uuid.UUID,
    body: ReasonBody,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> RemovalView:
    """On the version of its application."""
    application = await pool.get(session, application_id, caller.region)
    if application is None:
        raise Problem(404, "not-in-pool", "培育库里没有这一户", "培育库里没有这一户，或已移出，或不在您的管辖范围内")
    check_match(match, application.version)
    return RemovalView.of(await take_off(session, application, body.reason, caller))
