"""Annual reports that were filed late: the household is typed again with its report."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.resources import Resources
from services.typing.retyping import repository as retyping_repository
from services.typing.retyping.service import Retyping, retype_household
from services.typing.runs.models import FiledReport
from shared import clock
from shared.contracts.annual_report import AnnualReportFiled
from shared.messaging.events import Event


@dataclass(frozen=True)
class HeardReport:
    """A report that counts: whether it is `new`, and what came of it (None: no published run knows the household)."""

    new: bool
    retyping: Retyping | None

    @property
    def effect(self) -> str:
        """As the answer says it."""
        if self.retyping is None:
            return "waits"
        return "changed" if self.retyping.changed else "unchanged"


async def why_not_late_report(session: AsyncSession, event: Event) -> str | None:
    """Why a report cannot be right, for its sender; None where it can. A year's reports are filed from the year after
    on; the first one that was told about a household and year counts.
    """
    report, today = event.payload(AnnualReportFiled), clock.today()
    if event.subject != report.uscc:
        return f"subject 应为 data.uscc（{report.uscc}）"
    if report.filed_on > today:
        return f"补报日期 {report.filed_on} 晚于今天（{today}）"
    if report.filed_on.year <= report.year:
        return f"{report.year} 年度年报自 {report.year + 1} 年起报送，补报日期不会是 {report.filed_on}"
    stored = await retyping_repository.filed_report(session, report.uscc, report.year)
    if stored is not None and stored.filed_on != report.filed_on:
        return f"该户 {report.year} 年度年报已记录于 {stored.filed_on} 补报，不能再记为 {report.filed_on}"
    return None


async def hear_late_report(session: AsyncSession, resources: Resources, event: Event) -> HeardReport:
    """A late annual report counts though it was filed after as-of; its figures are not in the event: unknown.

    It is kept, so that a run published later, whose evidence lacks it, is corrected too (`apply_waiting_reports`).
    An abnormal mark stays until the credit feed restores it.
    """
    report = event.payload(AnnualReportFiled)
    new = await retyping_repository.record_report(
        session,
        FiledReport(
            uscc=report.uscc,
            year=report.year,
            filed_on=report.filed_on,
            event_id=event.id,
            source=event.source,
            actor=event.actor,
            heard_at=event.time,
        ),
    )
    return HeardReport(new, await retype_household(session, resources, report.uscc, report.year, cause=event))


async def apply_waiting_reports(resources: Resources, *, limit: int = 500) -> int:
    """Apply late reports that arrived before their run was published, each in a transaction; returns how many."""
    async with resources.database.session() as session:
        waiting = await retyping_repository.unapplied_reports(session, limit)
    for report in waiting:
        async with resources.database.transaction() as session:
            await retype_household(session, resources, report.uscc, report.year, cause=event_of_report(report))
    return len(waiting)


def event_of_report(report: FiledReport) -> Event:
    """The event that announced a report, restored from what was stored of it."""
    return Event(
        id=report.event_id,
        source=report.source,
        subject=report.uscc,
        time=report.heard_at,
        data=AnnualReportFiled(uscc=report.uscc, year=report.year, filed_on=report.filed_on),
        correlation=report.event_id,
        actor=report.actor,
    )
