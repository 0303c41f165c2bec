"""``/v1/recommendations``: departments recommend households, with their operators' consent first."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.found import known, season_of
from services.recognition.endpoints.seen import READERS, ListQuery, key_of, readable, rows_of, sight_of
from services.recognition.models import Application
from services.recognition.repository import applications as stored
from services.recognition.repository.sights import recommended_by
from services.recognition.schemas.recommendations import ConsentBody, RecommendationBody, RecommendationView
from services.recognition.service import recommendations as use
from services.recognition.service.recommendations import RecommendationOrder
from shared.service.departments import department_of
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow, within
from shared.service.pagination import Page, page_of
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["recommendations"], route_class=TransactionalRoute)

FromBureau = Annotated[Caller, allow(Role.BUREAU)]
Match = Annotated[str, Depends(require_match)]


@router.post("/recommendations", status_code=201, summary="部门推荐一户")
async def draft(
    body: RecommendationBody, response: Response, session: SessionDep, caller: FromBureau
) -> RecommendationView:
    """It waits for the operator's consent."""
    season = await season_of(session, body.season)
    within(caller, season.county)
    order = RecommendationOrder(body.uscc, body.category, body.reason, body.criteria)
    return shown_recommendation(await use.draft_recommendation(session, season, order, caller), response)


@router.post("/recommendations/{application_id}/consent", summary="经营者同意推荐")
async def consent(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Annotated[Caller, allow(Role.OPERATOR)],
) -> RecommendationView:
    """The operator's own word."""
    recommendation = await readable(session, application_id, caller, lock=True)
    check_match(match, recommendation.version)
    return shown_recommendation(await use.give_consent(session, recommendation, caller), response)


@router.post("/recommendations/{application_id}/written-consent", summary="登记经营者的书面同意")
async def written_consent(
    application_id: uuid.UUID,
    body: ConsentBody,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: FromBureau,
) -> RecommendationView:
    """With the paper as evidence."""
    recommendation = await of_department(session, application_id, caller, match)
    done = await use.record_consent(session, recommendation, body.given_on, body.document, caller)
    return shown_recommendation(done, response)


@router.post("/recommendations/{application_id}/submission", summary="提交推荐")
async def submit(
    application_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: FromBureau
) -> RecommendationView:
    """Once consent is recorded."""
    recommendation = await of_department(session, application_id, caller, match)
    season = await season_of(session, recommendation.season_id)
    return shown_recommendation(await use.submit_recommendation(session, recommendation, season, caller), response)


@router.get("/recommendations", summary="推荐：部门看本部门推荐的，经营者看自己的，经办人员看本辖区的")
async def listed(
    session: SessionDep, caller: Annotated[Caller, allow(*READERS)], query: Annotated[ListQuery, Query()]
) -> Page[RecommendationView]:
    """By id."""
    rows = await rows_of(session, sight_of(caller).recommended(), query)
    return page_of(rows, query.limit, RecommendationView.of, key_of)


@router.get("/recommendations/{application_id}", summary="一份推荐，及经营者的同意")
async def get(
    application_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, allow(*READERS)]
) -> RecommendationView:
    """With its ETag."""
    sight = sight_of(caller).recommended()
    return shown_recommendation(known(await stored.seen(session, application_id, sight)), response)


async def of_department(session: SessionDep, application_id: uuid.UUID, caller: Caller, match: str) -> Application:
    """A recommendation of the caller's department, whatever other roles they have; locked, of the version they saw."""
    sight = recommended_by(department_of(caller), caller.region)
    recommendation = known(await stored.seen(session, application_id, sight, lock=True))
    check_match(match, recommendation.version)
    return recommendation


def shown_recommendation(recommendation: Application, response: Response) -> RecommendationView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(recommendation.version)
    response.headers["Location"] = f"/v1/recommendations/{recommendation.id}"
    return RecommendationView.of(recommendation)
