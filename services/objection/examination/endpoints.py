"""`/v1/objections/{id}/acceptance`, `/return`, `/completion`, `/decline`, `/response`, `/extension`, `/assignment`,
`/hearings` and their `/disclosures`, and `/v1/explanations`: the steps from filing to the proposal
of a decision. All name the version that they rest on.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response

from services.objection.examination import (
    assignment as assignments,
    hearings,
    repository as examination_repository,
    service as examination_service,
)
from services.objection.examination.hearings import Hearing
from services.objection.examination.problems import HearingNotFound
from services.objection.examination.schemas import (
    AssignmentBody,
    AssignmentView,
    CandidateView,
    CompletionBody,
    DeclineBody,
    DisclosedHearingView,
    ExplanationBody,
    ExtensionBody,
    HearingBody,
    HearingView,
    ResponseBody,
    ReturnBody,
)
from services.objection.objections.endpoints import objection_response
from services.objection.objections.lookups import lock_objection, require_objection
from services.objection.objections.schemas import ObjectionView
from services.objection.objectors.service import keep_consent
from services.objection.resources import ResourcesDep
from shared.platform.etag import RequiredMatch, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["objections"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Objector = Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER)]
"""The objector, or an officer with what the objector signed"""


@router.post("/objections/{objection_id}/acceptance", summary="受理")
async def accept_objection(
    objection_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Officer
) -> ObjectionView:
    """By the bureau that receives such objections."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await examination_service.accept(session, objection, caller)
    return await objection_response(session, done, caller, response)


@router.post("/objections/{objection_id}/return", summary="退回补正，一次告知全部")
async def return_objection(
    objection_id: uuid.UUID,
    body: ReturnBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> ObjectionView:
    """Once."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await examination_service.return_for_completion(session, objection, body.missing, caller)
    return await objection_response(session, done, caller, response)


@router.post("/objections/{objection_id}/completion", summary="补正")
async def complete_objection(
    objection_id: uuid.UUID,
    body: CompletionBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Objector,
) -> ObjectionView:
    """By the objector, or at the counter."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await examination_service.complete(
        session, objection, caller, text=body.text, documents=body.documents, consent=body.consent
    )
    await keep_consent(session, resources.vault, objection, "complete", body.consent, caller)
    return await objection_response(session, done, caller, response)


@router.post("/objections/{objection_id}/decline", summary="不予受理")
async def decline_objection(
    objection_id: uuid.UUID,
    body: DeclineBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> ObjectionView:
    """With a reason; a report of fraud and a mistake in one's own annual report are told where they belong."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await examination_service.decline(session, objection, body.kind, body.reason, caller)
    return await objection_response(session, done, caller, response)


@router.post("/explanations", status_code=201, summary="对结果作出解释")
async def explain_objection(
    body: ExplanationBody, response: Response, session: SessionDep, match: RequiredMatch, caller: Officer
) -> ObjectionView:
    """By any bureau that may explain, also one that does not decide. `If-Match` names the objection's version."""
    objection = await lock_objection(session, body.objection, caller, match)
    done = await examination_service.explain(session, objection, body.text, caller)
    return await objection_response(session, done, caller, response)


@router.post("/objections/{objection_id}/response", summary="异议人对解释表示意见")
async def respond_to_explanation(
    objection_id: uuid.UUID,
    body: ResponseBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Objector,
) -> ObjectionView:
    """Content: the objection is closed. Insists: it is examined on."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await examination_service.respond(session, objection, body.response, caller, body.consent)
    await keep_consent(session, resources.vault, objection, "respond", body.consent, caller)
    return await objection_response(session, done, caller, response)


@router.post("/objections/{objection_id}/resumption", summary="异议人没有回应而政策没有设期限的，按现有情况继续办理")
async def resume_objection(
    objection_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Officer
) -> ObjectionView:
    """A returned objection waits for acceptance again, an explained one is examined on."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await examination_service.resume(session, objection, caller)
    return await objection_response(session, done, caller, response)


@router.post("/objections/{objection_id}/extension", summary="延长作出决定的期限，只能一次")
async def extend_objection(
    objection_id: uuid.UUID,
    body: ExtensionBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> ObjectionView:
    """With a reason that the objector is told."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await examination_service.extend(session, objection, body.reason, caller)
    return await objection_response(session, done, caller, response)


@router.post("/objections/{objection_id}/hearings", status_code=201, summary="登记听证或者询问笔录")
async def record_hearing(
    objection_id: uuid.UUID,
    body: HearingBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Officer,
) -> HearingView:
    """By a bureau that handles the objection, before it is decided."""
    objection = await lock_objection(session, objection_id, caller, match)
    hearing = Hearing(body.kind, body.held_on, body.present, body.text, body.document)
    note = await hearings.record_hearing(session, objection, hearing, resources.vault, caller)
    response.headers["ETag"] = etag_of(objection.version)
    return HearingView.of(note)


@router.get("/objections/{objection_id}/hearings", summary="听证和询问笔录（在场人员和内容不显示）")
async def list_hearings(
    objection_id: uuid.UUID, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
) -> list[HearingView]:
    """To officers of the region: what there is, without what names people."""
    objection = await require_objection(session, objection_id, caller)
    return [HearingView.of(note) for note in await examination_repository.hearings_of(session, objection.id)]


@router.post(
    "/objections/{objection_id}/hearings/{hearing_id}/disclosures", summary="查看笔录的在场人员和内容（记入审计）"
)
async def disclose_hearing(
    objection_id: uuid.UUID,
    hearing_id: uuid.UUID,
    body: ReasonBody,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> DisclosedHearingView:
    """For a reason, to the bureaus that handle the objection."""
    objection = await require_objection(session, objection_id, caller)
    note = or_404(await examination_repository.get_hearing(session, objection.id, hearing_id), HearingNotFound)
    shown = await hearings.disclose(session, objection, note, resources.vault, caller, body.reason)
    return DisclosedHearingView.opened(note, shown)


@router.get("/objections/{objection_id}/assignment", summary="由谁经办，可以分派给谁")
async def get_assignment(
    objection_id: uuid.UUID,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> AssignmentView:
    """Those who have acted lately in the household's region or above."""
    objection = await require_objection(session, objection_id, caller)
    people = await assignments.candidates(session, objection)
    return AssignmentView(
        assigned_to=objection.assigned_to, candidates=[CandidateView.of(officer) for officer in people]
    )


@router.post("/objections/{objection_id}/assignment", summary="分派或移交")
async def assign_objection(
    objection_id: uuid.UUID,
    body: AssignmentBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> ObjectionView:
    """To a person, who then finds it in their list."""
    objection = await lock_objection(session, objection_id, caller, match)
    done = await assignments.assign(session, objection, body.to, caller, body.note or "")
    return await objection_response(session, done, caller, response)
