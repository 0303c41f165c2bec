"""`/v1/information-reports`, `/v1/confirmations`, `/v1/evaluations`.

Operators file reports and officers review them; officers confirm each year and evaluate in the last year; recommending
departments agree; approvers decide.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.recognition.applications.lookups import require_recognition, require_recognitions
from services.recognition.assessments import repository as assessment_repository
from services.recognition.assessments.conditions import conditions_of
from services.recognition.assessments.confirmations import confirm_recognitions
from services.recognition.assessments.evaluations import decide_evaluations, evaluate_recognitions, record_agreement
from services.recognition.assessments.problems import EvaluationNotFound, ReportNotExpected
from services.recognition.assessments.reports import ReportReturn, file_report, return_report, review_report
from services.recognition.assessments.repository import Evaluated, Reported
from services.recognition.assessments.schemas import (
    AgreementBody,
    AgreementView,
    ConfirmationBody,
    ConfirmationItem,
    ConfirmationView,
    EvaluationBody,
    EvaluationDecisionItem,
    EvaluationView,
    ReportBody,
    ReportFindingBody,
    ReportReturnBody,
    ReportReviewItem,
    ReportView,
)
from services.recognition.recognitions import repository as recognition_repository
from services.recognition.recognitions.domain import ReportState
from services.recognition.recognitions.models import InformationReport, Recognition
from services.recognition.recognitions.problems import RecognitionNotFound
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.bulk import Outcome, check_size, run_bulk
from shared.platform.department_scope import department_of
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import OutcomeView, ReasonBody, Region, Year
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

report_router = APIRouter(prefix="/v1", tags=["information-reports"], route_class=TransactionalRoute)


@report_router.post("/information-reports", summary="报送年度信息报告")
async def file_own_report(
    body: ReportBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]
) -> ReportView:
    """For the operator's own recognised household; a late report is accepted, too."""
    recognition = await lock_own_recognition(session, body.recognition, caller)
    content = body.content.report_content()
    return ReportView.of(await file_report(session, recognition, body.year, content, caller), recognition)


@report_router.get("/information-reports", summary="信息报告：经营者看自己的，经办人员看本辖区的报送情况")
async def list_reports(
    request: Request,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    year: Annotated[Year, Query()],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
    state: Annotated[ReportState | None, Query()] = None,
) -> Page[ReportView]:
    """An operator's own, or who has and has not filed inside an officer's region."""
    if caller.operator_ref is not None:
        mine = await assessment_repository.reports_of_operator(session, caller.operator_ref, year)
        return Page(items=[ReportView.of(*row) for row in mine])
    await record_read(session, request, about("information-reports", caller.region, year=year), caller, "report:list")
    rows = await assessment_repository.list_reports(session, caller.region, year, state, page.after, page.wanted)
    return page.of(rows, lambda row: ReportView.of(*row), lambda row: row[1].id)


@report_router.post("/information-reports/{recognition_id}/{year}/review", summary="审核信息报告")
async def review_one_report(
    recognition_id: uuid.UUID,
    year: Year,
    body: ReportFindingBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ReportView:
    """Record what the officer found."""
    report, recognition = await require_report(session, recognition_id, year, caller)
    return ReportView.of(await review_report(session, recognition, report, body.finding, caller), recognition)


@report_router.post("/information-reports/reviews", summary="批量审核信息报告，逐份给出结果")
async def review_reports(
    bodies: list[ReportReviewItem], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each item succeeds or fails on its own."""

    async def together(batch: Sequence[ReportReviewItem]) -> list[Outcome]:
        recognitions = await require_recognitions(session, [body.recognition for body in batch], caller)
        filed = await assessment_repository.reports_by_key(
            session, [(body.recognition, body.year) for body in batch], lock=True
        )
        for body in batch:
            report = report_or_404(filed.get((body.recognition, body.year)), body.year)
            await review_report(session, recognitions[body.recognition], report, body.finding, caller)
        return [(body.recognition, ReportState.CONFIRMED) for body in batch]

    return await run_bulk(
        session,
        bodies,
        lambda body: body.recognition,
        together,
        recognition_repository.lock_recognitions,
        caller.region,
    )


@report_router.post("/information-reports/{recognition_id}/{year}/return", summary="退回不完整的信息报告，限期补报")
async def return_one_report(
    recognition_id: uuid.UUID,
    year: Year,
    body: ReportReturnBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ReportView:
    """It is due again, with the reason."""
    report, recognition = await require_report(session, recognition_id, year, caller)
    report_return = ReportReturn(body.reason, body.due_on)
    return ReportView.of(await return_report(session, recognition, report, report_return, caller), recognition)


async def require_report(session: SessionDep, recognition_id: uuid.UUID, year: int, caller: Caller) -> Reported:
    """A report with its recognition, both locked, inside an officer's region, or 404."""
    recognition = await require_recognition(session, recognition_id, caller, lock=True)
    return report_or_404(
        await assessment_repository.get_report(session, recognition.id, year, lock=True), year
    ), recognition


def report_or_404(report: InformationReport | None, year: int) -> InformationReport:
    """The report, or 404."""
    if report is None:
        raise ReportNotExpected(f"{year} 年度没有应报送的信息报告")
    return report


async def lock_own_recognition(session: SessionDep, recognition_id: uuid.UUID, caller: Caller) -> Recognition:
    """The operator's own recognition, locked."""
    return or_404(
        await recognition_repository.lock_own_recognition(session, recognition_id, caller.operator_ref or ""),
        RecognitionNotFound("没有这项认定，或不是您的个体工商户"),
    )


confirmation_router = APIRouter(prefix="/v1", tags=["confirmations"], route_class=TransactionalRoute)


@confirmation_router.post("/recognitions/{recognition_id}/confirmation", summary="年度确认是否继续符合标准")
async def confirm_year(
    recognition_id: uuid.UUID,
    body: ConfirmationBody,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ConfirmationView:
    """Confirmed, or a concern with every standard that is not met."""
    recognition = await require_recognition(session, recognition_id, caller, lock=True)
    check_match(match, recognition.version)
    (confirmation,) = await confirm_recognitions(session, [(recognition, body.year)], caller)
    return ConfirmationView.of(confirmation, recognition)


@confirmation_router.post("/confirmations/bulk", summary="批量年度确认，逐户给出结果：confirmed，或 failing")
async def confirm_years(
    bodies: list[ConfirmationItem], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each item succeeds or fails on its own; the list of confirmations shows what is not met."""

    async def together(batch: Sequence[ConfirmationItem]) -> list[Outcome]:
        recognitions = await require_recognitions(session, [body.recognition for body in batch], caller)
        for body in batch:
            check_match(body.etag, recognitions[body.recognition].version)
        confirmations = await confirm_recognitions(
            session, [(recognitions[body.recognition], body.year) for body in batch], caller
        )
        return [
            (confirmation.recognition_id, "confirmed" if confirmation.confirmed else "failing")
            for confirmation in confirmations
        ]

    return await run_bulk(
        session,
        bodies,
        lambda body: body.recognition,
        together,
        recognition_repository.lock_recognitions,
        caller.region,
    )


@confirmation_router.get("/confirmations", summary="一年的确认结果")
async def list_confirmations(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    year: Annotated[Year, Query()],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
    region: Annotated[Region | None, Query(description="不写是本人的整个辖区")] = None,
    confirmed: Annotated[bool | None, Query()] = None,
) -> Page[ConfirmationView]:
    """Inside the caller's region, or a part of it."""
    if region is not None:
        require_region(caller, region)
    rows = await assessment_repository.list_confirmations(
        session, region or caller.region, year, confirmed, page.after, page.wanted
    )
    return page.of(rows, lambda row: ConfirmationView.of(*row), lambda row: row[1].id)


evaluation_router = APIRouter(prefix="/v1", tags=["evaluations"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
FromBureau = Annotated[Caller, allow(Role.BUREAU)]


@evaluation_router.post(
    "/evaluations", status_code=201, summary="评估：逐条判断延长有效期的情形；没有决定以前可以重新评估"
)
async def evaluate(
    body: EvaluationBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> EvaluationView:
    """Judge the conditions by the evidence so far."""
    (evaluated,) = await carry_out_evaluations(session, [body], caller)
    return await evaluation_response(session, evaluated, response)


@evaluation_router.post("/evaluations/bulk", summary="批量评估，逐户给出评估的编号")
async def evaluate_many(
    bodies: list[EvaluationBody], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each item succeeds or fails on its own; a success names the evaluation, a failure the recognition."""

    async def together(batch: Sequence[EvaluationBody]) -> list[Outcome]:
        return [(evaluation.id, "judged") for evaluation, _ in await carry_out_evaluations(session, batch, caller)]

    return await run_bulk(
        session,
        bodies,
        lambda body: body.recognition,
        together,
        recognition_repository.lock_recognitions,
        caller.region,
    )


@evaluation_router.get("/evaluations", summary="评估：待决定的或已决定的，按有效期")
async def list_evaluations(
    request: Request,
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID)],
    decided: Annotated[bool, Query()] = False,
) -> Page[EvaluationView]:
    """Inside the caller's region, the earliest end of validity first."""
    await record_read(session, request, about("evaluations", caller.region), caller, "evaluation:list")
    rows = await assessment_repository.list_evaluations(session, caller.region, decided, page.after, page.wanted)
    found = await conditions_of(session, rows)
    return page.of(
        rows, lambda row: EvaluationView.of(*row, found[row[0].id]), lambda row: (row[0].valid_until, row[0].id)
    )


@evaluation_router.get("/evaluations/agreements", summary="请推荐部门表示是否同意延长的评估")
async def list_awaiting_agreement(
    session: SessionDep, caller: FromBureau, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> Page[AgreementView]:
    """Evaluations of households that the caller's department recommended, in the caller's region or below it."""
    rows = await assessment_repository.list_awaiting_department(session, caller.region, department_of(caller), limit)
    return Page(items=[AgreementView.of(*row) for row in rows])


@evaluation_router.get("/evaluations/{evaluation_id}", summary="一次评估：依据、逐条判断、决定")
async def get_evaluation(
    evaluation_id: uuid.UUID, request: Request, response: Response, session: SessionDep, caller: Reader
) -> EvaluationView:
    """With its ETag, which the decision names."""
    evaluated = await require_evaluation(session, evaluation_id, caller)
    await record_read(session, request, evaluated[1], caller, "evaluation:read")
    return await evaluation_response(session, evaluated, response)


@evaluation_router.post("/evaluations/{evaluation_id}/agreement", summary="推荐部门表示是否同意延长有效期")
async def agree_to_extension(
    evaluation_id: uuid.UUID, body: AgreementBody, session: SessionDep, caller: FromBureau
) -> AgreementView:
    """The recommending department's opinion, until the decision; the conditions are judged again."""
    department = department_of(caller)
    evaluation, recognition = or_404(
        await assessment_repository.lock_asked_evaluation(session, evaluation_id, caller.region, department),
        EvaluationNotFound,
    )
    done = await record_agreement(
        session, evaluation, recognition, agrees=body.agrees, opinion=body.opinion, caller=caller
    )
    return AgreementView.of(done, recognition, department)


@evaluation_router.post("/evaluations/{evaluation_id}/decision", summary="决定评估（评估人不能决定）")
async def decide_evaluation(
    evaluation_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> EvaluationView:
    """Validity is extended when any condition holds."""
    (evaluated,) = await carry_out_decisions(session, [(evaluation_id, match, body.reason)], caller)
    return await evaluation_response(session, evaluated, response)


@evaluation_router.post("/evaluations/decisions", summary="批量决定评估，逐次给出结果：extended，或 not-extended")
async def decide_many_evaluations(
    bodies: list[EvaluationDecisionItem], session: SessionDep, caller: Annotated[Caller, allow(Role.APPROVER)]
) -> list[OutcomeView]:
    """Each item succeeds or fails on its own."""
    check_size(bodies)
    about = await assessment_repository.recognitions_by_evaluation(session, [body.evaluation for body in bodies])

    async def together(batch: Sequence[EvaluationDecisionItem]) -> list[Outcome]:
        evaluated = await carry_out_decisions(
            session, [(body.evaluation, body.etag, body.reason) for body in batch], caller
        )
        return [(evaluation.id, "extended" if evaluation.extends else "not-extended") for evaluation, _ in evaluated]

    return await run_bulk(
        session,
        bodies,
        lambda body: body.evaluation,
        together,
        recognition_repository.lock_recognitions,
        caller.region,
        locks=lambda body: about.get(body.evaluation, body.evaluation),
    )


async def carry_out_evaluations(
    session: SessionDep, bodies: Sequence[EvaluationBody], caller: Caller
) -> list[Evaluated]:
    """Evaluate households by the evidence in the bodies."""
    recognitions = await require_recognitions(session, [body.recognition for body in bodies], caller)
    requests = [(recognitions[body.recognition], body.evidence()) for body in bodies]
    evaluations = await evaluate_recognitions(session, requests, caller)
    return [(evaluation, recognitions[evaluation.recognition_id]) for evaluation in evaluations]


async def carry_out_decisions(
    session: SessionDep, requests: Sequence[tuple[uuid.UUID, str, str]], caller: Caller
) -> list[Evaluated]:
    """Decide evaluations, each given as its id, the version that was read, and the reason."""
    evaluations = await assessment_repository.lock_evaluations(
        session, [evaluation_id for evaluation_id, _, _ in requests], caller.region
    )
    decisions = []
    for evaluation_id, etag, reason in requests:
        evaluation, recognition = or_404(evaluations.get(evaluation_id), EvaluationNotFound)
        check_match(etag, evaluation.version)
        decisions.append((evaluation, recognition, reason))
    await decide_evaluations(session, decisions, caller)
    return [(evaluation, recognition) for evaluation, recognition, _ in decisions]


async def require_evaluation(session: SessionDep, evaluation_id: uuid.UUID, caller: Caller) -> Evaluated:
    """An evaluation inside the caller's region with its recognition, or 404."""
    return or_404(await assessment_repository.get_evaluation(session, evaluation_id, caller.region), EvaluationNotFound)


async def evaluation_response(session: SessionDep, evaluated: Evaluated, response: Response) -> EvaluationView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(evaluated[0].version)
    return EvaluationView.of(*evaluated, (await conditions_of(session, [evaluated]))[evaluated[0].id])
