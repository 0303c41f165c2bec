"""`/v1/decisions`: proposed by an officer of the deciding level, sent back or decided by an approver who took no part.

`If-Match` names the objection's version: whatever changed it since must have been read.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.objection.corrections.seals import seals_of
from services.objection.decisions import (
    conclusion,
    repository as decision_repository,
    service as decision_service,
    worse,
)
from services.objection.decisions.models import Decision
from services.objection.decisions.papers import answer_paper
from services.objection.decisions.problems import DecisionNotFound
from services.objection.decisions.schemas import DecisionView, GivingUpBody, ProposalBody, WarningBody
from services.objection.decisions.service import Proposal
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.endpoints import objection_response
from services.objection.objections.lookups import lock_objection, require_objection
from services.objection.objections.models import Objection
from services.objection.objections.schemas import ObjectionView
from services.objection.objectors.service import keep_consent
from services.objection.resources import ResourcesDep
from shared.platform.audited_access import record_read
from shared.platform.etag import RequiredMatch, etag_of
from shared.platform.fields import ReasonBody, ShortText
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.papers import PAPER, PaperFormat, WantedFormat
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["decisions"], route_class=TransactionalRoute)

Number = Annotated[ShortText | None, Query(description="文号；不写的，文书上留空")]
Officer = Annotated[Caller, allow(Role.OFFICER)]
Objector = Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER)]
"""The objector, or an officer with what the objector signed"""
Approver = Annotated[Caller, allow(Role.APPROVER)]
Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


async def locked_decision(
    session: SessionDep, decision: uuid.UUID, caller: Caller, match: str
) -> tuple[Objection, Decision]:
    """A proposal with its objection, both locked, in the version that the caller has read."""
    found = or_404(await decision_repository.get_decision(session, decision, caller.region), DecisionNotFound)
    objection = await lock_objection(session, found.objection_id, caller, match)
    return objection, await decision_repository.lock_decision(session, decision)


def decision_response(decision: Decision, objection: Objection, response: Response) -> DecisionView:
    """A proposal with the objection's ETag."""
    response.headers["ETag"] = etag_of(objection.version)
    return DecisionView.of(decision, objection)


@router.post("/decisions", status_code=201, summary="提出处理意见")
async def propose_decision(
    body: ProposalBody, response: Response, session: SessionDep, match: RequiredMatch, caller: Officer
) -> DecisionView:
    """By the level that decides; a dispute about a reading by the bureau that the policy names for it."""
    objection = await lock_objection(session, body.objection, caller, match)
    proposal = Proposal(**{name: getattr(body, name) for name in ProposalBody.model_fields if name != "objection"})
    return decision_response(await decision_service.propose(session, objection, proposal, caller), objection, response)


@router.post("/objections/{objection_id}/giving-up", summary="异议人放弃会使结果变差的更正")
async def give_up_corrections(
    objection_id: uuid.UUID,
    body: GivingUpBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Objector,
) -> ObjectionView:
    """By the objector, or at the counter, once told what the type would become: it stays as it is."""
    objection = await lock_objection(session, objection_id, caller, match)
    await worse.give_up(session, objection, caller, body.consent)
    await keep_consent(session, resources.vault, objection, "give-up", body.consent, caller)
    await conclusion.conclude(session, objection, await AppliedRules.of(session, objection), caller)
    return await objection_response(session, objection, caller, response)


@router.get("/decisions/{decision_id}", summary="一份处理意见")
async def get_decision(decision_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader) -> DecisionView:
    """With the objection's ETag."""
    found = or_404(await decision_repository.get_decision(session, decision_id, caller.region), DecisionNotFound)
    objection = await require_objection(session, found.objection_id, caller)
    return decision_response(found, objection, response)


@router.get("/objections/{objection_id}/decisions", summary="一件异议的各次处理意见")
async def list_decisions(objection_id: uuid.UUID, session: SessionDep, caller: Reader) -> list[DecisionView]:
    """In their order; those that were sent back, too."""
    objection = await require_objection(session, objection_id, caller)
    return [DecisionView.of(one, objection) for one in await decision_service.decision_history(session, objection)]


@router.post("/decisions/{decision_id}/return", summary="退回处理意见")
async def send_proposal_back(
    decision_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Approver,
) -> DecisionView:
    """It is examined on."""
    objection, decision = await locked_decision(session, decision_id, caller, match)
    done = await decision_service.send_back(session, objection, decision, body.reason, caller)
    return decision_response(done, objection, response)


@router.post("/decisions/{decision_id}/warning", summary="告知异议人结果可能变差")
async def warn_objector(
    decision_id: uuid.UUID,
    body: WarningBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> DecisionView:
    """Before it is decided: the objector may withdraw."""
    objection, decision = await locked_decision(session, decision_id, caller, match)
    done = await decision_service.warn(session, objection, decision, body.text, caller)
    return decision_response(done, objection, response)


@router.post("/decisions/{decision_id}/approval", summary="按处理意见作出决定")
async def approve_decision(
    decision_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Approver,
) -> DecisionView:
    """By somebody who took no part in what is objected to, did not verify and did not propose; carried out at once."""
    objection, decision = await locked_decision(session, decision_id, caller, match)
    done = await decision_service.decide(session, objection, decision, seals_of(resources), caller)
    return decision_response(done, objection, response)


@router.get(
    "/objections/{objection_id}/answer/paper",
    summary="异议答复书（PDF 或 DOCX）",
    response_class=Response,
    responses=PAPER,
)
async def print_answer(
    objection_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    number: Number = None,
    wanted: WantedFormat = PaperFormat.PDF,
) -> Response:
    """The answer, or why it was not accepted; to be handed to the objector."""
    objection = await require_objection(session, objection_id, caller)
    paper = answer_paper(objection, number)
    await record_read(session, request, objection, caller, "objection:print")
    await session.close()
    return await resources.typesetter.set(paper, wanted)
