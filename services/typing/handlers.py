"""What typing does on events about annual reports: a closing orders runs, a late report types one household."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.directory.service import apply_late_report
from services.typing.resources import Resources
from services.typing.runs.closings import ClosingNotice, close_annual_reports
from shared.contracts.annual_report import AnnualReportClosed, AnnualReportFiled
from shared.contracts.payload import Payload
from shared.messaging.events import Event
from shared.platform.service import EventHandler


async def on_annual_report_closed(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """The annual reports of a region and year are closed: the runs that the policy asks for are ordered."""
    closed = event.payload(AnnualReportClosed)
    closing = ClosingNotice(closed.region, closed.year, closed.closed_on, event.actor or event.source)
    await close_annual_reports(session, closing, cause=event)


async def on_annual_report_filed(session: AsyncSession, event: Event, resources: Resources) -> None:
    """A household filed its report late: it is typed again with it."""
    await apply_late_report(session, resources, event)


HANDLERS: Mapping[type[Payload], EventHandler[Resources]] = {
    AnnualReportClosed: on_annual_report_closed,
    AnnualReportFiled: on_annual_report_filed,
}
