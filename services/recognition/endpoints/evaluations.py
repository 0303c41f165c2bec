"""``/v1/evaluations``: in the last year of validity; one person judges, another decides."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.recognition.endpoints.found import recognition_of
from services.recognition.models import Evaluation
from services.recognition.repository import reports
from services.recognition.schemas.common import ReasonBody
from services.recognition.schemas.life import EvaluationBody, EvaluationView
from services.recognition.service.evaluations import decide_evaluation, evaluate
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["evaluations"], route_class=TransactionalRoute)


@router.post("/evaluations", status_code=201, summary="评估：逐条判断延长有效期的情形")
async def judge(
    body: EvaluationBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> EvaluationView:
    """By the evidence that is there."""
    recognition = await recognition_of(session, body.recognition, caller, lock=True)
    evidence = body.model_dump(exclude={"recognition"})
    return shown(await evaluate(session, recognition, evidence, caller), response)


@router.post("/evaluations/{evaluation_id}/decision", summary="决定评估（评估人不能决定）")
async def decide(
    evaluation_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.PUBLISHER)],
) -> EvaluationView:
    """Extended when any condition holds."""
    found = await reports.evaluation(session, evaluation_id, caller.region)
    if found is None:
        raise Problem(404, "evaluation-not-found", "没有这次评估", "没有这次评估，或不在您的管辖范围内")
    evaluation, recognition = found
    check_match(match, evaluation.version)
    return shown(await decide_evaluation(session, evaluation, recognition, body.reason, caller), response)


def shown(evaluation: Evaluation, response: Response) -> EvaluationView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(evaluation.version)
    return EvaluationView.of(evaluation)
