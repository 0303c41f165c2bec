"""``/v1/pool``: promising households that passed the review and were not recognised, to be helped along."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from services.recognition.repository import pool
from services.recognition.schemas.pool import PromisingView
from services.recognition.schemas.seasons import Year
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["pool"], route_class=TransactionalRoute)


@router.get("/pool", summary="培育库：审核通过而未获认定的个体工商户")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.PUBLISHER, Role.AUDITOR)],
    year: Annotated[Year | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[PromisingView]:
    """Inside the caller's region."""
    after = Cursor.read(cursor, str)
    last = uuid.UUID(str(after[0])) if after else None
    rows = await pool.listed(session, caller.region, year, last, limit + 1)
    more = Cursor.write(str(rows[limit - 1][0].id)) if len(rows) > limit else None
    return Page(items=[PromisingView.of(one) for one in rows[:limit]], next=more)
