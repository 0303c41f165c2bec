"""An information report is filed (a late one, too), then reviewed, or returned once more to be completed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import LABELS, REPORT_LABELS, RecognitionState, ReportState, standing
from services.recognition.models import InformationReport, Recognition
from services.recognition.repository import reports
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.concerns import recorded
from services.recognition.service.last_days import check_last_day
from services.recognition.service.reports import DUE, REMINDER, expect_reports, show_overdue
from shared.contracts.recognition import InformationReportDue
from shared.messaging import deadlines
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem


@dataclass(frozen=True)
class Return:
    """Why a report goes back, and until when it is to be completed."""

    reason: str
    due_on: dt.date


async def file_report(
    session: AsyncSession, recognition: Recognition, year: int, content: Mapping[str, Any], caller: Caller
) -> InformationReport:
    """The operator's report of this year; a late one is taken, too.

    Errors: 404 when none is expected, 409 before its year has begun, when it was reviewed, and once the recognition
    has ended.
    """
    state = standing(recognition.state, recognition.valid_until, clock.today())
    if state is not RecognitionState.VALID:
        said = f"认定当前为“{LABELS[state]}”，不再报送信息报告"
        raise Problem(409, "recognition-ended", "认定已经结束", said)
    report = await reports.get(session, recognition.id, year, lock=True)
    if report is None:
        raise Problem(404, "report-not-expected", "没有这一年度的报告", f"{year} 年度没有应报送的信息报告")
    if clock.today().year < year:
        raise Problem(
            409, "too-early", "还没到报送期", f"{year} 年度的信息报告在 {year} 年内报送，{report.due_on} 截止"
        )
    if report.state == ReportState.CONFIRMED:
        raise Problem(409, "report-confirmed", "已经审核", "这一年度的信息报告已经审核，不能再改")
    was_overdue = report.state == ReportState.OVERDUE
    report.state, report.filed_at, report.content = ReportState.FILED.value, clock.now(), dict(content)
    await deadlines.lift_all(session, [DUE, REMINDER], [f"{recognition.id}:{year}"])
    if was_overdue:
        await show_overdue(session, recognition)
    await expect_reports(session, [recognition], year + 1)
    late = clock.today() > report.due_on
    await recorded(session, recognition, caller, "report:file", {"year": year, "late": late})
    return report


async def return_report(
    session: AsyncSession, recognition: Recognition, report: InformationReport, said: Return, caller: Caller
) -> InformationReport:
    """An officer finds it incomplete: due again, until a day that is never earlier than its last one."""
    check_filed(report)
    check_last_day(said.due_on)
    report.state, report.finding, report.filed_at = ReportState.DUE.value, said.reason, None
    report.due_on = max(report.due_on, said.due_on)
    subject = f"{recognition.id}:{report.year}"
    await deadlines.put(session, kind=DUE, subject=subject, due_at=deadlines.after(report.due_on))
    await announce_recognition(
        session, InformationReportDue, recognition, actor=caller.subject, reason=said.reason, year=report.year,
        due_on=report.due_on,
    )  # fmt: skip
    details = {"year": report.year, "reason": said.reason, "due_on": report.due_on.isoformat()}
    await recorded(session, recognition, caller, "report:return", details)
    return report


async def review_report(
    session: AsyncSession, recognition: Recognition, report: InformationReport, finding: str, caller: Caller
) -> InformationReport:
    """An officer has read it."""
    check_filed(report)
    report.state, report.reviewed_by, report.finding = ReportState.CONFIRMED.value, caller.subject, finding
    await recorded(session, recognition, caller, "report:review", {"year": report.year})
    return report


def check_filed(report: InformationReport) -> None:
    """409 unless it waits for an officer."""
    if report.state != ReportState.FILED:
        said = f"信息报告当前为“{REPORT_LABELS[ReportState(report.state)]}”，只有已报送、待审核的可以审核或退回"
        raise Problem(409, "report-not-filed", "目前不能审核", said)
