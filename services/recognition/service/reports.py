"""The yearly information report as the clock has it: expected, reminded of, overdue."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import ConcernKind, RecognitionState, ReportState
from services.recognition.models import Recognition
from services.recognition.repository import reports
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.clocked import CLOCK
from services.recognition.service.concerns import keep_concern, recorded
from services.recognition.service.rules import rules_of
from shared.contracts.recognition import InformationReportDue, InformationReportOverdue
from shared.messaging import deadlines
from shared.policy.recognition.model import Recognition as Rules
from shared.policy.units import month_day
from shared.service import clock

DUE = "report-due"
"""Kind of the deadline of a report; its subject is `<recognition>:<year>`."""
REMINDER = "report-reminder"
"""Kind of the deadline at which a report is reminded of; the same subject."""


async def expect_reports(session: AsyncSession, recognitions: Sequence[Recognition], year: int) -> None:
    """A year's reports of recognitions under one policy, due on its day; not of those that end before."""
    if not recognitions:
        return
    rules = await rules_of(session, recognitions[0].policy_hash)
    due_on = last_day_of(rules, year)
    if due_on is None:
        return
    reach = [one.id for one in recognitions if due_on <= one.valid_until]
    await reports.expect(session, reach, year, due_on)
    days = {DUE: due_on}
    if (ahead := reminder_days(rules, due_on)) is not None:
        days[REMINDER] = due_on - dt.timedelta(days=ahead + 1)
    due = {kind: {f"{one}:{year}": deadlines.after(day) for one in reach} for kind, day in days.items()}
    await deadlines.put_all(session, due)


def last_day_of(rules: Rules, year: int) -> dt.date | None:
    """The last day of a year's report; None where the policy demands none."""
    value = rules.value(rules.life.report_until, dt.date(year, 1, 1))
    return month_day(value, year) if value is not None else None


def reminder_days(rules: Rules, day: dt.date) -> int | None:
    """How many days before the last one the operator is reminded; None when the policy leaves it open."""
    value = rules.value(rules.life.report_reminder, day) if rules.life.report_reminder else None
    return value if isinstance(value, int) else None


async def remind(session: AsyncSession, recognition: Recognition, year: int) -> None:
    """The last day comes near and nothing was filed: the bus hears of it, so that the operator is told."""
    report = await reports.get(session, recognition.id, year, lock=True)
    if report is None or report.state != ReportState.DUE or recognition.state != RecognitionState.VALID:
        return
    report.reminded_at = clock.now()
    await announce_recognition(
        session, InformationReportDue, recognition, actor=CLOCK.subject, year=year, due_on=report.due_on
    )
    await recorded(session, recognition, CLOCK, "report:remind", {"year": year, "due_on": report.due_on.isoformat()})


async def report_overdue(session: AsyncSession, recognition: Recognition, year: int) -> None:
    """The last day is over: shown overdue, told to the bus, put before an officer; the next year's is expected."""
    report = await reports.get(session, recognition.id, year, lock=True)
    if report is None or report.state != ReportState.DUE or recognition.state != RecognitionState.VALID:
        return
    report.state = ReportState.OVERDUE.value
    await show_overdue(session, recognition)
    await announce_recognition(session, InformationReportOverdue, recognition, actor=CLOCK.subject, year=year)
    await recorded(session, recognition, CLOCK, "report:overdue", {"year": year})
    await expect_reports(session, [recognition], year + 1)


async def show_overdue(session: AsyncSession, recognition: Recognition) -> None:
    """Every year that is overdue, before the officers of the county and all levels above it."""
    late = await reports.overdue(session, recognition.id)
    said = [f"{one.year} 年度信息报告逾期未报（截止日期 {one.due_on}）" for one in late]
    keep_concern(recognition, ConcernKind.OVERDUE, said)
