"""Work reports are opened for every duty and request, told before their last day, handed in by their departments."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.base import ANNOUNCER
from services.support.catalogue.register import Register, read_register
from services.support.rules.service import SupportRulesOnDay, rules_on
from services.support.work_reports import repository as work_report_repository
from services.support.work_reports.domain import WORK_REPORT_STATES, WorkReportState
from services.support.work_reports.models import WorkReport
from services.support.work_reports.problems import HandedInBefore, LastDayOver, NobodyToAsk
from shared import clock
from shared.contracts.support import FilingDue, MonitoringDue, WorkReportDue, WorkReportPayload
from shared.law.model.support import SupportNumber
from shared.law.model.work_reports import Period, ReportedBy, Rhythm, WorkReportDuty
from shared.law.reader.work_reports import shipped_work_reports
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK
from shared.reference.departments import Department

EVENTS: Mapping[Rhythm, type[WorkReportPayload]] = {
    Rhythm.MONTHLY: WorkReportDue,
    Rhythm.QUARTERLY: MonitoringDue,
    Rhythm.ONCE: FilingDue,
}
FURTHEST_REMINDER = dt.timedelta(days=366)


async def keep_current(session: AsyncSession, day: dt.date) -> None:
    """What is due by the policies on a day is opened, what is over is overdue, and who has to report is reminded."""
    counties = await work_report_repository.counties(session)
    register = await read_register(session)
    wanted = [row for duty in shipped_work_reports() for row in _of_duty(duty, counties, register, day)]
    await work_report_repository.open_those_missing(session, wanted)
    await work_report_repository.make_overdue(session, day)
    await _remind(session, await rules_on(session, day), day)


def _of_duty(
    duty: WorkReportDuty, counties: Sequence[str], register: Register, day: dt.date
) -> Iterator[Mapping[str, Any]]:
    period = duty.period(day)
    if period is None:
        return
    for county in counties:
        if county.startswith(duty.region):
            by_departments = duty.by is ReportedBy.DEPARTMENTS
            for department in departments_in(register, county, day) if by_departments else (Department.MARKET,):
                yield {
                    **_row(period, county, department),
                    "duty": duty.id,
                    "title": duty.title,
                    "rhythm": duty.rhythm,
                    "document": str(duty.citation),
                    "unverified": bool(duty.unverified),
                }


def departments_in(register: Register, county: str, day: dt.date) -> Sequence[Department]:
    """Those that the measures of a county name which are in force, and market supervision: no text lists the members
    of the 联席会议. What a draft for comments says obliges nobody.
    """
    named = {
        department
        for entry in register.entries
        if not entry.draft and county.startswith(entry.measure.region) and entry.measure.in_force_on(day)
        for department in (*entry.measure.lead, *entry.measure.joint)
    }
    return sorted(named | {Department.MARKET})


def _row(period: Period, county: str, department: Department) -> Mapping[str, Any]:
    return {
        "id": uuid.uuid4(),
        "period": period.name,
        "begins_on": period.begins_on,
        "due_on": period.due_on,
        "county": county,
        "department": department,
        "state": WorkReportState.DUE,
        "cases": [],
        "version": 1,
    }


async def _remind(session: AsyncSession, rules: SupportRulesOnDay, day: dt.date) -> None:
    """One event for each, so many days before its last day as are set for the county; once."""
    for report in await work_report_repository.not_reminded(session, day + FURTHEST_REMINDER):
        days = rules.number(SupportNumber.REPORT_REMIND_DAYS, report.county).days
        if days is None or report.due_on - dt.timedelta(days=days) > day:
            continue
        report.reminded_on = day
        said = EVENTS[report.rhythm](
            work_report=report.id,
            region=report.county,
            department=report.department.value,
            what=report.title,
            due_on=report.due_on,
            unverified=report.unverified,
        )
        await ANNOUNCER.announce(session, said, subject=report.county, actor=CLOCK.subject)
    await session.flush()


@dataclass(frozen=True)
class Asked:
    """A bureau asks departments of its counties, or the counties' market supervision, for something by a day."""

    title: str
    due_on: dt.date
    departments: Sequence[Department]
    document: str


async def ask(session: AsyncSession, asked: Asked, caller: Caller) -> int:
    """Opens one work report for each county of the caller's region and each department; how many."""
    day = clock.today()
    if asked.due_on < day:
        raise LastDayOver(f"最后一天 {asked.due_on} 已经过去")
    counties = [one for one in await work_report_repository.counties(session) if one.startswith(caller.region)]
    if not counties:
        raise NobodyToAsk
    request = str(uuid.uuid4())
    period = Period(str(asked.due_on.year), day, asked.due_on)
    shown: dict[str, Any] = {
        "duty": request,
        "title": asked.title,
        "rhythm": Rhythm.ONCE,
        "document": asked.document,
        "unverified": False,
        "asked_by": caller.subject,
    }
    departments = dict.fromkeys(asked.departments) or (Department.MARKET,)
    rows = [{**_row(period, county, one), **shown} for county in counties for one in departments]
    opened = await work_report_repository.open_those_missing(session, rows)
    about = audit.about(request, caller.region, reports=opened, due_on=str(asked.due_on))
    await audit.record(session, about, caller, "work-report:ask")
    return opened


@dataclass(frozen=True)
class Told:
    """What a department reports: who does the work there, how it went, and cases."""

    person: str
    statement: str
    cases: Sequence[Mapping[str, str]]


async def hand_in(session: AsyncSession, report: WorkReport, told: Told, caller: Caller) -> WorkReport:
    """A locked work report is handed in, with what the platform knows of the period; late ones count, and say so."""
    if report.state is WorkReportState.HANDED_IN:
        raise HandedInBefore
    WORK_REPORT_STATES.require(report.state, WorkReportState.HANDED_IN)
    figures = await work_report_repository.figures_of(session, report)
    report.figures = {what: {"count": number, "fen": fen} for what, (number, fen) in figures.items()}
    report.state, report.handed_in_on, report.handed_in_by = WorkReportState.HANDED_IN, clock.today(), caller.subject
    report.person, report.statement, report.cases = told.person, told.statement, [dict(one) for one in told.cases]
    report.version += 1
    await session.flush()
    await audit.record(session, report, caller, "work-report:hand-in")
    return report
