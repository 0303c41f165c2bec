"""``/v1/applications/{id}/decision``: what a decision would rest on today, the readings of the law included."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response

from services.recognition.endpoints.found import application_of
from services.recognition.endpoints.rules import rules_view
from services.recognition.schemas.decision_sheets import DecisionSheetView
from services.recognition.service.decision_sheets import sheet_of
from shared.service.etag import etag_of
from shared.service.identity import Caller, Role, allow
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["applications"], route_class=TransactionalRoute)


@router.get("/applications/{application_id}/decision", summary="认定决定的依据：程序、条件、名额、读法")
async def sheet(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> DecisionSheetView:
    """With the application's ETag, which the decision must name."""
    found = await sheet_of(session, await application_of(session, application_id, caller), caller)
    response.headers["ETag"] = etag_of(found.application.version)
    rules = await rules_view(session, found.season.policy_hash, of_decision=True)
    return DecisionSheetView.of(found, rules)
