"""`POST /v1/recognitions`: the decision, by a person who did not work on the application; and refusal at any step.

`/v1/applications/{id}/decision` shows what a decision would rest on today, the readings of the law included.
"""

import uuid
from collections import defaultdict
from typing import Annotated

from fastapi import APIRouter, Request, Response

from services.recognition.applications import repository as application_repository
from services.recognition.applications.endpoints import application_response
from services.recognition.applications.lookups import require_application
from services.recognition.applications.models import Application
from services.recognition.applications.problems import ApplicationNotFound
from services.recognition.applications.schemas import ApplicationView
from services.recognition.decisions.cases import load_decision_sheet
from services.recognition.decisions.schemas import DecisionBody, DecisionSheetView, RecognitionView
from services.recognition.decisions.service import GrantOutcomes, grant, grant_all, refuse_application
from services.recognition.recognitions.models import Recognition
from services.recognition.rules.schemas import rules_view
from services.recognition.season.service import require_season
from shared.platform.audited_access import record_read
from shared.platform.bulk import check_size, failed, succeeded
from shared.platform.errors import ServiceError
from shared.platform.etag import OptionalMatch, RequiredMatch, check_match, check_version, etag_of
from shared.platform.fields import OutcomeView, ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", route_class=TransactionalRoute)


@router.get(
    "/applications/{application_id}/decision", summary="认定决定的依据：程序、条件、名额、读法", tags=["applications"]
)
async def get_decision_sheet(
    application_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> DecisionSheetView:
    """With the application's ETag, which the decision must name."""
    sheet = await load_decision_sheet(session, await require_application(session, application_id, caller), caller)
    await record_read(session, request, sheet.application, caller, "decision-sheet:read")
    response.headers["ETag"] = etag_of(sheet.application.version)
    rules = await rules_view(session, sheet.season.policy_hash, of_decision=True)
    return DecisionSheetView.of(sheet, rules)


Approver = Annotated[Caller, allow(Role.APPROVER)]


@router.post("/recognitions", status_code=201, summary="认定（经办过的人不能认定）", tags=["recognitions"])
async def grant_one(
    body: DecisionBody, response: Response, session: SessionDep, caller: Approver, match: OptionalMatch = None
) -> RecognitionView:
    """Recognise one household."""
    return recognition_response(await carry_out_grant(session, body, caller, match), response)


@router.post("/recognitions/bulk", summary="批量认定，逐户给出结果", tags=["recognitions"])
async def grant_many(bodies: list[DecisionBody], session: SessionDep, caller: Approver) -> list[OutcomeView]:
    """Each item succeeds or fails on its own; read, judged and written together, season by season."""
    check_size(bodies)
    applications = await application_repository.lock_applications(
        session, [body.application for body in bodies], caller.region
    )
    outcomes: GrantOutcomes = {}
    asked: dict[uuid.UUID, list[Application]] = defaultdict(list)
    for body in {body.application: body for body in bodies}.values():
        try:
            application = or_404(applications.get(body.application), ApplicationNotFound)
            check_version(application.version, body.etag)
            asked[application.season_id].append(application)
        except ServiceError as refusal:
            outcomes[body.application] = refusal
    for season in sorted(asked):
        outcomes |= await grant_all(session, asked[season], await require_season(session, season), caller)
    return [grant_outcome(body.application, outcomes[body.application]) for body in bodies]


async def carry_out_grant(session: SessionDep, body: DecisionBody, caller: Caller, match: str | None) -> Recognition:
    """Carry out one decision."""
    application = await require_application(session, body.application, caller, lock=True)
    check_version(application.version, match, body.etag)
    return await grant(session, application, await require_season(session, application.season_id), caller)


def grant_outcome(application: uuid.UUID, outcome: Recognition | ServiceError) -> OutcomeView:
    """The outcome of one item of a bulk call."""
    if isinstance(outcome, ServiceError):
        return failed(application, outcome)
    return succeeded(application, outcome.state)


def recognition_response(recognition: Recognition, response: Response) -> RecognitionView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(recognition.version)
    response.headers["Location"] = f"/v1/recognitions/{recognition.id}"
    return RecognitionView.of(recognition)


@router.post("/applications/{application_id}/refusal", summary="在任何一步不予通过，写明理由", tags=["reviews"])
async def refuse(
    application_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> ApplicationView:
    """By an officer of the step's level, or by the approver at the decision. The season is locked first, as in a
    selection, because the first of the reserve may take the place.
    """
    unlocked = await require_application(session, application_id, caller)
    await require_season(session, unlocked.season_id, lock=True)
    await application_repository.lock_with_reserve(session, unlocked)
    application = await require_application(session, application_id, caller, lock=True)
    check_match(match, application.version)
    return application_response(await refuse_application(session, application, body.reason, caller), response)
