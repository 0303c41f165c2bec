"""The yearly information report: due, reminded of, overdue, filed, returned for completion, reviewed."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.assessments import repository as assessment_repository
from services.recognition.assessments.problems import (
    DueDateOutOfRange,
    RecognitionEnded,
    ReportConfirmed,
    ReportNotExpected,
    ReportNotFiled,
    ReportTooEarly,
)
from services.recognition.recognitions.domain import (
    RECOGNITION_STATES,
    REPORT_LABELS,
    ConcernKind,
    RecognitionState,
    ReportContent,
    ReportState,
)
from services.recognition.recognitions.models import InformationReport, Recognition
from services.recognition.recognitions.service import (
    REPORT_DUE_DEADLINE,
    REPORT_REMINDER_DEADLINE,
    announce_recognition,
    require_recognising_level,
    schedule_reports,
    update_concern,
)
from shared import clock
from shared.contracts.recognition import InformationReportDue, InformationReportFiled, InformationReportOverdue
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.lookups import or_404
from shared.platform.system_callers import CLOCK
from shared.reference.calendar import add_years
from shared.worker import deadlines


def check_due_date(day: dt.date) -> None:
    """422 unless the day lies between today and a year ahead."""
    today = clock.today()
    latest = add_years(today, 1)
    if not today <= day <= latest:
        detail = f"截止日期应在今天（{today}）和一年后（{latest}）之间，写的是 {day}"
        raise DueDateOutOfRange(detail)


async def remind_of_report(session: AsyncSession, recognition: Recognition, year: int) -> None:
    """The last day is near and nothing was filed: publish the event that reminds the operator."""
    report = await assessment_repository.get_report(session, recognition.id, year, lock=True)
    if report is None or report.state != ReportState.DUE or recognition.state != RecognitionState.VALID:
        return
    report.reminded_at = clock.now()
    await announce_recognition(
        session, InformationReportDue, recognition, actor=CLOCK.subject, year=year, due_on=report.due_on
    )
    await audit.record(
        session, recognition, CLOCK, "report:remind", {"year": year, "due_on": report.due_on.isoformat()}
    )


async def mark_report_overdue(session: AsyncSession, recognition: Recognition, year: int) -> None:
    """The last day is over: mark the report overdue, publish it, raise a concern, schedule the next year's."""
    report = await assessment_repository.get_report(session, recognition.id, year, lock=True)
    if report is None or report.state != ReportState.DUE or recognition.state != RecognitionState.VALID:
        return
    report.state = ReportState.OVERDUE
    await update_overdue_concern(session, recognition)
    await announce_recognition(session, InformationReportOverdue, recognition, actor=CLOCK.subject, year=year)
    await audit.record(session, recognition, CLOCK, "report:overdue", {"year": year})
    await schedule_reports(session, [recognition], year + 1)


async def update_overdue_concern(session: AsyncSession, recognition: Recognition) -> None:
    """Keep one concern with every overdue year."""
    late = await assessment_repository.overdue_reports(session, recognition.id)
    sentences = [f"{report.year} 年度信息报告逾期未报（截止日期 {report.due_on}）" for report in late]
    update_concern(recognition, ConcernKind.OVERDUE, sentences)


@dataclass(frozen=True)
class ReportReturn:
    """Why a report is returned, and the last day to complete it."""

    reason: str
    due_on: dt.date


async def file_report(
    session: AsyncSession, recognition: Recognition, year: int, content: ReportContent, caller: Caller
) -> InformationReport:
    """File the operator's report of a year; a late report is accepted, too.

    Errors: 404 when none is expected, 409 before its year has begun, after its review, and once the recognition has
    ended.
    """
    state = recognition.state_on(clock.today())
    if state is not RecognitionState.VALID:
        detail = f"认定当前为“{RECOGNITION_STATES.label(state)}”，不再报送信息报告"
        raise RecognitionEnded(detail)
    report = or_404(
        await assessment_repository.get_report(session, recognition.id, year, lock=True),
        ReportNotExpected(f"{year} 年度没有应报送的信息报告"),
    )
    if clock.today().year < year:
        raise ReportTooEarly(f"{year} 年度的信息报告在 {year} 年内报送，{report.due_on} 截止")
    if report.state == ReportState.CONFIRMED:
        raise ReportConfirmed
    was_overdue = report.state == ReportState.OVERDUE
    report.state, report.filed_at, report.content = ReportState.FILED, clock.now(), content
    await deadlines.cancel_all(session, [REPORT_DUE_DEADLINE, REPORT_REMINDER_DEADLINE], [f"{recognition.id}:{year}"])
    if was_overdue:
        await update_overdue_concern(session, recognition)
    await schedule_reports(session, [recognition], year + 1)
    late = clock.today() > report.due_on
    await announce_recognition(session, InformationReportFiled, recognition, actor=caller.subject, year=year)
    await audit.record(session, recognition, caller, "report:file", {"year": year, "late": late})
    return report


async def return_report(
    session: AsyncSession,
    recognition: Recognition,
    report: InformationReport,
    report_return: ReportReturn,
    caller: Caller,
) -> InformationReport:
    """Return an incomplete report: it is due again, on a day no earlier than its last one."""
    require_recognising_level(recognition, caller)
    check_filed(report)
    check_due_date(report_return.due_on)
    report.state, report.finding, report.filed_at = ReportState.DUE, report_return.reason, None
    report.due_on = max(report.due_on, report_return.due_on)
    subject = f"{recognition.id}:{report.year}"
    await deadlines.schedule(
        session, kind=REPORT_DUE_DEADLINE, subject=subject, due_at=deadlines.end_of_day(report.due_on)
    )
    await announce_recognition(
        session,
        InformationReportDue,
        recognition,
        actor=caller.subject,
        reason=report_return.reason,
        year=report.year,
        due_on=report.due_on,
    )
    details = {"year": report.year, "reason": report_return.reason, "due_on": report.due_on.isoformat()}
    await audit.record(session, recognition, caller, "report:return", details)
    return report


async def review_report(
    session: AsyncSession, recognition: Recognition, report: InformationReport, finding: str, caller: Caller
) -> InformationReport:
    """Record an officer's review, of the level that recognised (认定部门应当审核信息报告)."""
    require_recognising_level(recognition, caller)
    check_filed(report)
    report.state, report.reviewed_by, report.finding = ReportState.CONFIRMED, caller.subject, finding
    await audit.record(session, recognition, caller, "report:review", {"year": report.year})
    return report


def check_filed(report: InformationReport) -> None:
    """409 unless the report is filed and waits for its review."""
    if report.state != ReportState.FILED:
        detail = f"信息报告当前为“{REPORT_LABELS[report.state]}”，只有已报送、待审核的可以审核或退回"
        raise ReportNotFiled(detail)
