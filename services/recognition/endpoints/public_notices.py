"""``/v1/public-notices``: whom a county means to recognise, for all to read, without anything personal."""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.versions import Match, check_given
from services.recognition.models import PublicNotice
from services.recognition.repository import notices
from services.recognition.schemas.common import Region
from services.recognition.schemas.steps import NoticeBody, NoticeItemView, NoticeSummary, NoticeView
from services.recognition.service.public_notices import open_notice
from shared.service.identity import Caller, Role, allow, anyone
from shared.service.pagination import Cursor, Page, page_of
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["public-notices"], route_class=TransactionalRoute)

PAGE = 100
"""Households of a notice on one page, unless asked otherwise."""


@router.post("/public-notices", status_code=201, summary="发布公示")
async def open_one(
    body: NoticeBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)], match: Match = None
) -> NoticeView:
    """Over all that wait for a notice in a season of the region, or some; `If-Match` names the season's ETag."""
    season = await season_of(session, body.season, caller.region, lock=True)
    check_given(season.version, match)
    return await shown(session, await open_notice(session, season, caller, body.applications), None, PAGE)


@router.get("/public-notices", summary="公示")
async def listed(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Page[NoticeSummary]:
    """Notices at or below a region, the newest first, each with its address but without its households."""
    read = Cursor.read(cursor, dt.date, uuid.UUID)
    rows = await notices.listed(session, region, (read[0], read[1]) if read else None, limit + 1)
    return page_of(rows, limit, NoticeSummary.of, lambda row: (row.opens_on, row.id))


@router.get("/public-notices/{notice_id}", summary="一次公示及其名单")
async def get(
    notice_id: uuid.UUID,
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=500, description="名单一页的户数")] = PAGE,
) -> NoticeView:
    """One notice with a page of its households."""
    notice = await notices.get(session, notice_id, "")
    if notice is None:
        raise Problem(404, "public-notice-not-found", "没有这次公示", "没有这次公示")
    return await shown(session, notice, cursor, limit)


async def shown(session: SessionDep, notice: PublicNotice, cursor: str | None, limit: int) -> NoticeView:
    """With households that are still in it: whoever withdrew or was refused is shown no longer."""
    (after,) = Cursor.read(cursor, uuid.UUID) or (None,)
    rows = await notices.page(session, notice.id, after, limit + 1)
    return NoticeView.with_items(notice, page_of(rows, limit, NoticeItemView.of, lambda row: (row.id,)))
