"""``/v1/applications``: an operator applies, completes, withdraws; officers of the county read."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.found import season_of
from services.recognition.models import Application
from services.recognition.repository import applications as stored
from services.recognition.schemas.applications import ApplicationBody, ApplicationView, ClaimBody
from services.recognition.service import applications as use
from services.recognition.service.applications import ApplicationOrder
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["applications"], route_class=TransactionalRoute)

Operator = Annotated[Caller, allow(Role.OPERATOR)]
Match = Annotated[str, Depends(require_match)]
READERS = (Role.OPERATOR, Role.OFFICER, Role.PUBLISHER, Role.AUDITOR)


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


@router.post("/applications/{application_id}/withdrawal", summary="撤回申报")
async def withdraw(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: Operator
) -> ApplicationView:
    """At any time before the decision."""
    application = await own(session, application_id, caller, match)
    return shown(await use.withdraw_application(session, application, caller), response)


@router.get("/applications", summary="申报：经营者看自己的，经办人员看本辖区的")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(*READERS)],
    season: Annotated[uuid.UUID | None, Query()] = None,
    state: Annotated[str | None, Query(max_length=20)] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[ApplicationView]:
    """One's own, or the region's."""
    if caller.operator_ref is not None:
        mine = await stored.of_person(session, caller.operator_ref)
        return Page(items=[ApplicationView.of(one) for one in mine])
    after = Cursor.read(cursor, str)
    last = uuid.UUID(str(after[0])) if after else None
    rows = await stored.listed(session, caller.region, season, state, last, limit + 1)
    more = Cursor.write(str(rows[limit - 1].id)) if len(rows) > limit else None
    return Page(items=[ApplicationView.of(one) for one in rows[:limit]], next=more)


@router.get("/applications/{application_id}", summary="一份申报")
async def get(
    application_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> ApplicationView:
    """With its ETag, which a decision must name."""
    return shown(await readable(session, application_id, caller), response)


async def readable(
    session: SessionDep, application_id: uuid.UUID, caller: Caller, *, lock: bool = False
) -> Application:
    """An application that the caller may see: his own, or one inside his region; otherwise 404."""
    if caller.operator_ref is not None:
        found = await stored.of_operator(session, application_id, caller.operator_ref, lock=lock)
    else:
        found = await stored.get(session, application_id, caller.region, lock=lock)
    if found is None:
        raise Problem(404, "application-not-found", "没有这份申报", "没有这份申报，或不在您的管辖范围内")
    return found


async def own(session: SessionDep, application_id: uuid.UUID, caller: Caller, match: str) -> Application:
    """The operator's own application, locked, of the version that he has seen."""
    application = await readable(session, application_id, caller, lock=True)
    check_match(match, application.version)
    return application


def order_of(body: ClaimBody) -> ApplicationOrder:
    """What the operator wrote."""
    return ApplicationOrder(body.uscc, body.category, body.category_reason, body.criteria, body.kinds)


def shown(application: Application, response: Response) -> ApplicationView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(application.version)
    response.headers["Location"] = f"/v1/applications/{application.id}"
    return ApplicationView.of(application)
