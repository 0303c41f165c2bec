"""``/v1/public-notices``: whom a county means to recognise, for all to read, without anything personal."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.versions import Match, check_given
from services.recognition.models import PublicNotice
from services.recognition.repository import notices
from services.recognition.schemas.common import Region
from services.recognition.schemas.steps import NoticeBody, NoticeView
from services.recognition.service.public_notices import open_notice
from shared.service.identity import Caller, Role, allow, anyone
from shared.service.pagination import Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["public-notices"], route_class=TransactionalRoute)


@router.post("/public-notices", status_code=201, summary="发布公示")
async def open_one(
    body: NoticeBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)], match: Match = None
) -> NoticeView:
    """Over all that wait for a notice in a season of the region, or some; `If-Match` names the season's ETag."""
    season = await season_of(session, body.season, caller.region, lock=True)
    check_given(season.version, match)
    return await shown(session, await open_notice(session, season, caller, body.applications))


@router.get("/public-notices", summary="公示")
async def listed(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> Page[NoticeView]:
    """Notices at or below a region, the newest first."""
    return Page(items=[await shown(session, one) for one in await notices.listed(session, region, limit)])


@router.get("/public-notices/{notice_id}", summary="一次公示")
async def get(notice_id: uuid.UUID, session: SessionDep, _: Annotated[Caller, anyone()]) -> NoticeView:
    """One notice."""
    notice = await notices.get(session, notice_id, "")
    if notice is None:
        raise Problem(404, "public-notice-not-found", "没有这次公示", "没有这次公示")
    return await shown(session, notice)


async def shown(session: SessionDep, notice: PublicNotice) -> NoticeView:
    """With its households, those that are still in it: whoever withdrew or was refused is shown no longer."""
    return NoticeView.of(notice, list(await notices.items(session, notice.id)))
