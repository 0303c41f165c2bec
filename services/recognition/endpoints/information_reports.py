"""``/v1/information-reports``: filed by operators each year, reviewed by officers."""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from services.recognition.domain.recognitions import ReportState
from services.recognition.endpoints.bulk import Done, each
from services.recognition.endpoints.found import recognition_of, recognitions_of
from services.recognition.models import InformationReport, Recognition
from services.recognition.repository import recognitions, reports
from services.recognition.repository.reports import Reported
from services.recognition.schemas.common import OutcomeView
from services.recognition.schemas.reports import FindingBody, ReportBody, ReportView, ReturnBody, ReviewItem
from services.recognition.schemas.seasons import Year
from services.recognition.service.report_filing import Return, file_report, return_report, review_report
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Cursor, Page, page_of
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["information-reports"], route_class=TransactionalRoute)


@router.post("/information-reports", summary="报送年度信息报告")
async def file(body: ReportBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]) -> ReportView:
    """Of one's own recognised household; a late one is taken, too."""
    recognition = await own(session, body.recognition, caller)
    content = body.content.model_dump(mode="json")
    return ReportView.of(await file_report(session, recognition, body.year, content, caller), recognition)


@router.get("/information-reports", summary="信息报告：经营者看自己的，经办人员看本辖区的报送情况")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    year: Annotated[Year, Query()],
    state: Annotated[ReportState | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[ReportView]:
    """One's own, or who has filed and who has not inside the caller's region."""
    if caller.operator_ref is not None:
        mine = await reports.of_operator(session, caller.operator_ref, year)
        return Page(items=[ReportView.of(*row) for row in mine])
    after = Cursor.read(cursor, uuid.UUID)
    rows = await reports.listed(session, caller.region, year, state, after[0] if after else None, limit + 1)
    return page_of(rows, limit, lambda row: ReportView.of(*row), lambda row: (row[1].id,))


@router.post("/information-reports/{recognition_id}/{year}/review", summary="审核信息报告")
async def review(
    recognition_id: uuid.UUID,
    year: Year,
    body: FindingBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ReportView:
    """Read and found as said."""
    report, recognition = await report_of(session, recognition_id, year, caller)
    return ReportView.of(await review_report(session, recognition, report, body.finding, caller), recognition)


@router.post("/information-reports/reviews", summary="批量审核信息报告，逐份给出结果")
async def review_many(
    bodies: list[ReviewItem], session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> list[OutcomeView]:
    """Each on its own."""

    async def together(some: Sequence[ReviewItem]) -> list[Done]:
        known = await recognitions_of(session, [body.recognition for body in some], caller)
        filed = await reports.among(session, [(body.recognition, body.year) for body in some], lock=True)
        for body in some:
            report = expected(filed.get((body.recognition, body.year)), body.year)
            await review_report(session, known[body.recognition], report, body.finding, caller)
        return [(body.recognition, ReportState.CONFIRMED.value) for body in some]

    return await each(session, bodies, lambda body: body.recognition, together, recognitions.among, caller.region)


@router.post("/information-reports/{recognition_id}/{year}/return", summary="退回不完整的信息报告，限期补报")
async def give_back(
    recognition_id: uuid.UUID,
    year: Year,
    body: ReturnBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> ReportView:
    """Due again, with the reason."""
    report, recognition = await report_of(session, recognition_id, year, caller)
    said = Return(body.reason, body.due_on)
    return ReportView.of(await return_report(session, recognition, report, said, caller), recognition)


async def report_of(session: SessionDep, recognition_id: uuid.UUID, year: int, caller: Caller) -> Reported:
    """A report with its recognition, both locked, inside an officer's region, or 404."""
    recognition = await recognition_of(session, recognition_id, caller, lock=True)
    return expected(await reports.get(session, recognition.id, year, lock=True), year), recognition


def expected(report: InformationReport | None, year: int) -> InformationReport:
    """The report, or 404."""
    if report is None:
        raise Problem(404, "report-not-expected", "没有这一年度的报告", f"{year} 年度没有应报送的信息报告")
    return report


async def own(session: SessionDep, recognition_id: uuid.UUID, caller: Caller) -> Recognition:
    """The operator's own recognition, locked."""
    recognition = await recognitions.of_operator(session, recognition_id, caller.operator_ref or "")
    if recognition is None:
        raise Problem(404, "recognition-not-found", "没有这项认定", "没有这项认定，或不是您的个体工商户")
    return recognition
