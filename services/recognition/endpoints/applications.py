"""``/v1/applications``: operators apply, complete, take over what a former one began; officers of the county read."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.seen import OFFICIALS, READERS, ListQuery, key_of, readable, rows_of, sight_of
from services.recognition.models import Application
from services.recognition.schemas.applications import AdoptionBody, ApplicationBody, ApplicationView, ClaimBody
from services.recognition.service import applications as use
from services.recognition.service.adoptions import adopt, check_adopted
from services.recognition.service.applications import ApplicationOrder
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Page, page_of
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["applications"], route_class=TransactionalRoute)

Operator = Annotated[Caller, allow(Role.OPERATOR)]
Match = Annotated[str, Depends(require_match)]


@router.post("/applications", status_code=201, summary="起草申报")
async def draft(body: ApplicationBody, response: Response, session: SessionDep, caller: Operator) -> ApplicationView:
    """A draft of one's own household."""
    season = await season_of(session, body.season)
    return shown(await use.draft_application(session, season, order_of(body), caller), response)


@router.put("/applications/{application_id}", summary="修改草稿或退回补正的申报")
async def change(
    application_id: uuid.UUID,
    body: ClaimBody,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Operator,
) -> ApplicationView:
    """Write it anew."""
    application = await own(session, application_id, caller, match)
    return shown(await use.change_application(session, application, order_of(body), caller), response)


@router.post("/applications/{application_id}/submission", summary="提交申报")
async def submit(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: Operator
) -> ApplicationView:
    """Hand a draft in; whatever stands against it is told at once."""
    application = await own(session, application_id, caller, match)
    season = await season_of(session, application.season_id)
    return shown(await use.submit_application(session, application, season, caller), response)


@router.post("/applications/{application_id}/completion", summary="补正后再次提交")
async def complete(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: Operator
) -> ApplicationView:
    """Hand a returned application in again."""
    application = await own(session, application_id, caller, match)
    season = await season_of(session, application.season_id)
    return shown(await use.complete_application(session, application, season, caller), response)


@router.post("/applications/{application_id}/adoption", summary="变更后的经营者接续办理（推荐的，等于本人同意）")
async def take_over(
    application_id: uuid.UUID,
    body: AdoptionBody,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Operator,
) -> ApplicationView:
    """What a former operator began, by the household's operator of today; judged anew."""
    application = await readable(session, application_id, caller, lock=True)
    check_match(match, application.version)
    season = await season_of(session, application.season_id)
    return shown(await adopt(session, application, season, body.kinds, caller), response)


@router.get("/applications", summary="申报：经营者看自己的，经办人员看本辖区的")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, *OFFICIALS)],
    query: Annotated[ListQuery, Query()],
) -> Page[ApplicationView]:
    """One's own, or the region's."""
    rows = await rows_of(session, sight_of(caller), query)
    return page_of(rows, query.limit, ApplicationView.of, key_of)


@router.get("/applications/{application_id}", summary="一份申报")
async def get(
    application_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> ApplicationView:
    """With its ETag, which a decision must name."""
    return shown(await readable(session, application_id, caller), response)


async def own(session: SessionDep, application_id: uuid.UUID, caller: Caller, match: str) -> Application:
    """The operator's own application, locked, of the version that he has seen. 409 for a former operator's."""
    application = await readable(session, application_id, caller, lock=True)
    check_match(match, application.version)
    check_adopted(application, caller)
    return application


def order_of(body: ClaimBody) -> ApplicationOrder:
    """What the operator wrote."""
    return ApplicationOrder(body.uscc, body.category, body.category_reason, body.criteria, body.kinds)


def shown(application: Application, response: Response) -> ApplicationView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(application.version)
    response.headers["Location"] = f"/v1/applications/{application.id}"
    return ApplicationView.of(application)
