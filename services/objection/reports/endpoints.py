"""`/v1/reports`: reports of fraud by anyone named; read by officers, closed with what came of them."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.objection.reports import repository as report_repository
from services.objection.reports.domain import ReportState
from services.objection.reports.models import Report
from services.objection.reports.problems import ReportNotFound
from services.objection.reports.schemas import DisclosedReporterView, ReportBody, ReportView
from services.objection.reports.service import close_report, disclose_reporter, file_report
from services.objection.resources import Resources, ResourcesDep
from shared import clock
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import ReasonBody
from shared.platform.identity import STAFF, Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["reports"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
ById = Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)]


def report_response(report: Report, resources: Resources, response: Response) -> ReportView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(report.version)
    response.headers["Location"] = f"/v1/reports/{report.id}"
    return ReportView.of(report, resources.vault)


@router.post("/reports", status_code=201, summary="举报以弄虚作假取得认定")
async def create_report(
    body: ReportBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER)],
) -> ReportView:
    """By anyone named, at any time; no objection."""
    report = await file_report(session, resources, body.order(), caller)
    return report_response(report, resources, response)


@router.get("/reports", summary="本辖区的举报")
async def list_reports(
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    page: ById,
    state: Annotated[ReportState | None, Query()] = None,
    overdue: Annotated[bool, Query(description="只看过了最后一天还没有办结的")] = False,
) -> Page[ReportView]:
    """By id; of one state if it is said, or those whose last day is over."""
    await record_read(session, request, about("fraud-reports", caller.region), caller, "fraud-report:list")
    rows = await report_repository.list_reports(
        session, caller.region, state, page.after, page.wanted, overdue_on=clock.today() if overdue else None
    )
    return page.of(rows, lambda row: ReportView.of(row, resources.vault), lambda row: row.id)


@router.get("/reports/mine", summary="我的举报")
async def list_my_reports(
    session: SessionDep, resources: ResourcesDep, caller: Annotated[Caller, allow(Role.OPERATOR)], page: ById
) -> Page[ReportView]:
    """Those that the account made, with what came of them."""
    rows = await report_repository.list_own_reports(session, caller.operator_ref or "", page.after, page.wanted)
    return page.of(rows, lambda row: ReportView.of(row, resources.vault), lambda row: row.id)


@router.get("/reports/{report_id}", summary="一件举报")
async def get_report(
    report_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
) -> ReportView:
    """To officers of the region, and to who made it; never to the household."""
    if caller.roles & STAFF:
        found = await report_repository.get_report(session, report_id, caller.region)
    else:
        found = await report_repository.get_own_report(session, report_id, caller.operator_ref or "")
    report = or_404(found, ReportNotFound)
    await record_read(session, request, report, caller, "fraud-report:read")
    return report_response(report, resources, response)


@router.post("/reports/{report_id}/closing", summary="办结举报")
async def close(
    report_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Officer,
) -> ReportView:
    """With the reason, which the reporter reads. A revocation closes it by itself."""
    report = or_404(await report_repository.get_report(session, report_id, caller.region, lock=True), ReportNotFound)
    check_match(match, report.version)
    return report_response(await close_report(session, report, body.reason, caller), resources, response)


@router.post("/reports/{report_id}/reporter/disclosures", summary="查看举报人的姓名和联系方式（记入审计）")
async def disclose(
    report_id: uuid.UUID, body: ReasonBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> DisclosedReporterView:
    """For a reason."""
    report = or_404(await report_repository.get_report(session, report_id, caller.region), ReportNotFound)
    return DisclosedReporterView(**await disclose_reporter(session, resources.vault, report, caller, body.reason))
