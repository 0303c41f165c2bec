"""Annual reports that were filed late: the household is typed again with its report."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.resources import Resources
from services.typing.retyping import repository as retyping_repository
from services.typing.retyping.service import Retyping, retype_household
from services.typing.runs.models import FiledReport
from shared.contracts.annual_report import AnnualReportFiled
from shared.messaging.events import Event


async def apply_late_report(session: AsyncSession, resources: Resources, event: Event) -> Retyping | None:
    """A late annual report counts though it was filed after as-of; its figures are not in the event: unknown.

    It is kept, so that a run published later, whose evidence lacks it, is corrected too (`apply_waiting_reports`).
    An abnormal mark stays until the credit feed restores it.
    """
    report = event.payload(AnnualReportFiled)
    await retyping_repository.record_report(
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
    return await retype_household(session, resources, report.uscc, report.year, cause=event)


async def apply_waiting_reports(resources: Resources, *, limit: int = 500) -> int:
    """Apply late reports that arrived before their run was published, each in a transaction; returns how many."""
    async with resources.database.session() as session:
        waiting = await retyping_repository.unapplied_reports(session, limit)
    for report in waiting:
        async with resources.database.transaction() as session:
            await apply_late_report(session, resources, event_of_report(report))
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
