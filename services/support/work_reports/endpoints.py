"""`/v1/work-reports`: what departments and counties have to report, by its last day, and handing it in."""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.work_reports import repository as work_report_repository, service as work_report_service
from services.support.work_reports.domain import WorkReportState
from services.support.work_reports.models import WorkReport
from services.support.work_reports.problems import WorkReportNotFound
from services.support.work_reports.repository import WorkReportScope
from services.support.work_reports.schemas import AskBody, AskedView, DutyView, HandInBody, WorkReportView
from shared.law.reader.work_reports import shipped_work_reports
from shared.platform.department_scope import department_of, readable_department
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import Region
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.departments import Department

router = APIRouter(prefix="/v1", tags=["work-reports"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Author = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
"""Of the department that reports, in its county; officers are of market supervision"""


@router.get("/work-report-duties", summary="各地文件要求按期报送的材料")
async def list_duties(
    _caller: Annotated[Caller, anyone()], region: Annotated[Region | None, Query(description="所在地区")] = None
) -> list[DutyView]:
    """Public, with the words that they rest on."""
    found = shipped_work_reports()
    inside = [one for one in found if region is None or region.startswith(one.region) or one.region.startswith(region)]
    return [DutyView.of(one) for one in inside]


@router.post("/work-report-requests", status_code=201, summary="要求辖区内的部门、县区按期报送材料")
async def ask_for_reports(
    body: AskBody, session: SessionDep, caller: Annotated[Caller, allow(Role.APPROVER)]
) -> AskedView:
    """One for each county and department; they are reminded as of what a policy asks for."""
    return AskedView(opened=await work_report_service.ask(session, body.asked(), caller))


@router.get("/work-reports", summary="按期报送的材料，按最后一天")
async def list_work_reports(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[dt.date, uuid.UUID]], paged(dt.date, uuid.UUID)],
    state: Annotated[WorkReportState | None, Query(description="不写：还没有报送的")] = None,
) -> Page[WorkReportView]:
    """Of the region; to other departments their own. What nobody has handed in is there, too."""
    scope = WorkReportScope(caller.region, readable_department(caller))
    rows = await work_report_repository.list_some(session, scope, state, page.after, page.wanted)
    return page.of(rows, WorkReportView.of, lambda row: (row.due_on, row.id))


@router.get("/work-reports/{report_id}", summary="一份材料")
async def get_work_report(
    report_id: uuid.UUID, response: Response, session: SessionDep, caller: Reader
) -> WorkReportView:
    """With what the platform knows of its period, and its ETag."""
    scope = WorkReportScope(caller.region, readable_department(caller))
    found = await work_report_repository.get_one(session, report_id, scope)
    return await _shown(session, or_404(found, WorkReportNotFound), response)


@router.post("/work-reports/{report_id}/hand-in", summary="报送")
async def hand_in_work_report(
    report_id: uuid.UUID,
    body: HandInBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Author,
) -> WorkReportView:
    """By its department; once. A late one counts."""
    officer_of_market = caller.department is None and Role.OFFICER in caller.roles
    scope = WorkReportScope(caller.region, Department.MARKET if officer_of_market else department_of(caller))
    report = or_404(await work_report_repository.get_one(session, report_id, scope, lock=True), WorkReportNotFound)
    if report.county != caller.region:
        raise WorkReportNotFound
    check_match(match, report.version)
    return await _shown(session, await work_report_service.hand_in(session, report, body.told(), caller), response)


async def _shown(session: AsyncSession, report: WorkReport, response: Response) -> WorkReportView:
    response.headers["ETag"] = etag_of(report.version)
    figures = await work_report_repository.figures_of(session, report)
    return WorkReportView.of(report, {what: {"count": number, "fen": fen} for what, (number, fen) in figures.items()})
