"""Withdrawals, at any time before the decision: an operator's of what is under way for his household, a department's of
its recommendation.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.recognition.endpoints.applications import shown
from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.recommendations import of_department, shown_recommendation
from services.recognition.endpoints.seen import readable
from services.recognition.schemas.applications import ApplicationView
from services.recognition.schemas.recommendations import RecommendationView
from services.recognition.service.withdrawals import withdraw
from shared.service.etag import check_match, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", route_class=TransactionalRoute)

Match = Annotated[str, Depends(require_match)]


@router.post("/applications/{application_id}/withdrawal", summary="撤回申报", tags=["applications"])
async def by_operator(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Annotated[Caller, allow(Role.OPERATOR)],
) -> ApplicationView:
    """The season's row is locked first, as at a selection: the reserve may be called up."""
    known = await readable(session, application_id, caller)
    await season_of(session, known.season_id, lock=True)
    application = await readable(session, application_id, caller, lock=True)
    check_match(match, application.version)
    return shown(await withdraw(session, application, caller), response)


@router.post("/recommendations/{application_id}/withdrawal", summary="撤回推荐", tags=["recommendations"])
async def by_department(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Annotated[Caller, allow(Role.BUREAU)],
) -> RecommendationView:
    """The same for the department's own recommendation."""
    known = await readable(session, application_id, caller)
    await season_of(session, known.season_id, lock=True)
    recommendation = await of_department(session, application_id, caller, match)
    return shown_recommendation(await withdraw(session, recommendation, caller), response)
