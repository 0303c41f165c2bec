"""``/v1/recommendations``: departments recommend households, with their operators' consent first."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.recognition.endpoints.applications import readable, shown
from services.recognition.endpoints.found import application_of, season_of
from services.recognition.models import Application
from services.recognition.schemas.applications import ApplicationView
from services.recognition.schemas.recommendations import ConsentBody, RecommendationBody
from services.recognition.service import recommendations as use
from services.recognition.service.recommendations import RecommendationOrder
from shared.service.etag import check_match, require_match
from shared.service.identity import Caller, Role, allow, within
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["recommendations"], route_class=TransactionalRoute)

Department = Annotated[Caller, allow(Role.BUREAU)]
Match = Annotated[str, Depends(require_match)]


@router.post("/recommendations", status_code=201, summary="部门推荐一户")
async def draft(
    body: RecommendationBody, response: Response, session: SessionDep, caller: Department
) -> ApplicationView:
    """It waits for the operator's consent."""
    season = await season_of(session, body.season)
    within(caller, season.county)
    order = RecommendationOrder(body.uscc, body.department, body.category, body.reason, body.criteria)
    return shown(await use.draft_recommendation(session, season, order, caller), response)


@router.post("/recommendations/{application_id}/consent", summary="经营者同意推荐")
async def consent(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Annotated[Caller, allow(Role.OPERATOR)],
) -> ApplicationView:
    """The operator's own word."""
    recommendation = await readable(session, application_id, caller, lock=True)
    check_match(match, recommendation.version)
    return shown(await use.give_consent(session, recommendation, caller), response)


@router.post("/recommendations/{application_id}/written-consent", summary="登记经营者的书面同意")
async def written_consent(
    application_id: uuid.UUID,
    body: ConsentBody,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Department,
) -> ApplicationView:
    """With the paper as evidence."""
    recommendation = await of_department(session, application_id, caller, match)
    done = await use.record_consent(session, recommendation, body.given_on, body.document, caller)
    return shown(done, response)


@router.post("/recommendations/{application_id}/submission", summary="提交推荐")
async def submit(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: Department
) -> ApplicationView:
    """Once consent is recorded."""
    recommendation = await of_department(session, application_id, caller, match)
    season = await season_of(session, recommendation.season_id)
    return shown(await use.submit_recommendation(session, recommendation, season, caller), response)


async def of_department(session: SessionDep, application_id: uuid.UUID, caller: Caller, match: str) -> Application:
    """A recommendation inside the department's region, locked, of the version that it has seen."""
    recommendation = await application_of(session, application_id, caller, lock=True)
    check_match(match, recommendation.version)
    return recommendation
