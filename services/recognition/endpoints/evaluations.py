"""``/v1/evaluations``: in the last year of validity; one person judges, the recommender agrees, another decides."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.bulk import Done, check_size, each
from services.recognition.endpoints.found import recognitions_of
from services.recognition.repository import evaluations, recognitions
from services.recognition.repository.evaluations import Evaluated
from services.recognition.schemas.common import OutcomeView, ReasonBody
from services.recognition.schemas.evaluations import (
    AgreementBody,
    AgreementView,
    DecisionItem,
    EvaluationBody,
    EvaluationView,
)
from services.recognition.service.evaluations import agree, decide_evaluations, evaluate
from shared.service.departments import department_of
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page, page_of
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["evaluations"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
FromBureau = Annotated[Caller, allow(Role.BUREAU)]


@router.post("/evaluations", status_code=201, summary="评估：逐条判断延长有效期的情形；没有决定以前可以重新评估")
async def judge(
    body: EvaluationBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> EvaluationView:
    """By the evidence that is there."""
    (found,) = await judged(session, [body], caller)
    return shown(found, response)


@router.post("/evaluations/bulk", summary="批量评估，逐户给出评估的编号")
async def judge_many(
    bodies: list[EvaluationBody], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each on its own; the outcome is about the evaluation, a refusal about the recognition."""

    async def together(some: Sequence[EvaluationBody]) -> list[Done]:
        return [(evaluation.id, "judged") for evaluation, _ in await judged(session, some, caller)]

    return await each(session, bodies, lambda body: body.recognition, together, recognitions.among, caller.region)


@router.get("/evaluations", summary="评估：待决定的或已决定的，按有效期")
async def listed(
    session: SessionDep,
    caller: Reader,
    decided: Annotated[bool, Query()] = False,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[EvaluationView]:
    """Inside the caller's region, the first to expire first."""
    read = Cursor.read(cursor, dt.date, uuid.UUID)
    after = (read[0], read[1]) if read else None
    rows = await evaluations.listed(session, caller.region, decided, after, limit + 1)
    return page_of(rows, limit, lambda row: EvaluationView.of(*row), lambda row: (row[0].valid_until, row[0].id))


@router.get("/evaluations/agreements", summary="请推荐部门表示是否同意延长的评估")
async def awaiting(
    session: SessionDep, caller: FromBureau, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Page[AgreementView]:
    """Of households that the caller's department recommended, in the caller's region or below it."""
    rows = await evaluations.awaiting_department(session, caller.region, department_of(caller), limit)
    return Page(items=[AgreementView.of(*row) for row in rows])


@router.get("/evaluations/{evaluation_id}", summary="一次评估：依据、逐条判断、决定")
async def get(evaluation_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader) -> EvaluationView:
    """With its ETag, which the decision names."""
    return shown(await evaluation_of(session, evaluation_id, caller), response)


@router.post("/evaluations/{evaluation_id}/agreement", summary="推荐部门表示是否同意延长有效期")
async def agreement(
    evaluation_id: uuid.UUID, body: AgreementBody, session: SessionDep, caller: FromBureau
) -> AgreementView:
    """The recommender's word, until it is decided; the conditions are judged again with it."""
    department = department_of(caller)
    evaluation, recognition = seen(await evaluations.asked_of(session, evaluation_id, caller.region, department))
    done = await agree(session, evaluation, recognition, agrees=body.agrees, opinion=body.opinion, caller=caller)
    return AgreementView.of(done, recognition, department)


@router.post("/evaluations/{evaluation_id}/decision", summary="决定评估（评估人不能决定）")
async def decide(
    evaluation_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> EvaluationView:
    """Extended when any condition holds."""
    (found,) = await decided(session, [(evaluation_id, match, body.reason)], caller)
    return shown(found, response)


@router.post("/evaluations/decisions", summary="批量决定评估，逐次给出结果：extended，或 not-extended")
async def decide_many(
    bodies: list[DecisionItem], session: SessionDep, caller: Annotated[Caller, allow(Role.APPROVER)]
) -> list[OutcomeView]:
    """Each on its own."""
    check_size(bodies)
    about = await evaluations.recognitions_of(session, [body.evaluation for body in bodies])

    async def together(some: Sequence[DecisionItem]) -> list[Done]:
        done = await decided(session, [(body.evaluation, body.etag, body.reason) for body in some], caller)
        return [(one.id, "extended" if one.extends else "not-extended") for one, _ in done]

    return await each(
        session, bodies, lambda body: body.evaluation, together, recognitions.among, caller.region,
        locks=lambda body: about.get(body.evaluation, body.evaluation),
    )  # fmt: skip


async def judged(session: SessionDep, bodies: Sequence[EvaluationBody], caller: Caller) -> list[Evaluated]:
    """Households' evaluations."""
    known = await recognitions_of(session, [body.recognition for body in bodies], caller)
    wanted = [
        (known[body.recognition], body.model_dump(mode="json", exclude={"recognition"}, exclude_none=True))
        for body in bodies
    ]
    done = await evaluate(session, wanted, caller)
    return [(evaluation, known[evaluation.recognition_id]) for evaluation in done]


async def decided(session: SessionDep, wanted: Sequence[tuple[uuid.UUID, str, str]], caller: Caller) -> list[Evaluated]:
    """The decisions on evaluations, each of its id with the version that was read and the reason."""
    known = await evaluations.among(session, [evaluation_id for evaluation_id, _, _ in wanted], caller.region)
    decisions = []
    for evaluation_id, etag, reason in wanted:
        evaluation, recognition = seen(known.get(evaluation_id))
        check_match(etag, evaluation.version)
        decisions.append((evaluation, recognition, reason))
    await decide_evaluations(session, decisions, caller)
    return [(evaluation, recognition) for evaluation, recognition, _ in decisions]


async def evaluation_of(session: SessionDep, evaluation_id: uuid.UUID, caller: Caller) -> Evaluated:
    """An evaluation inside the caller's region with its recognition, or 404."""
    return seen(await evaluations.get(session, evaluation_id, caller.region))


def seen(found: Evaluated | None) -> Evaluated:
    """An evaluation that is there, or 404."""
    if found is None:
        raise Problem(404, "evaluation-not-found", "没有这次评估", "没有这次评估，或不在您的管辖范围内")
    return found


def shown(found: Evaluated, response: Response) -> EvaluationView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(found[0].version)
    return EvaluationView.of(*found)
