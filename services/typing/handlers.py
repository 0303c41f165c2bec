"""What typing does when it hears of annual reports: a closing orders runs, a late report types one household."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.resources import Resources
from services.typing.service.closings import Closing, close_annual_reports
from services.typing.service.corrections import count_filed_report
from shared.contracts.annual_report import AnnualReportClosed, AnnualReportFiled
from shared.messaging.consumer import Handler
from shared.messaging.events import Event, Payload


def handlers(resources: Resources) -> dict[type[Payload], Handler]:
    """Event → use case, for the topic of annual reports."""

    async def closed(session: AsyncSession, event: Event) -> None:
        said = event.payload(AnnualReportClosed)
        closing = Closing(said.region, said.year, said.closed_on, event.actor or event.source)
        await close_annual_reports(session, closing, cause=event)

    async def filed(session: AsyncSession, event: Event) -> None:
        await count_filed_report(session, resources, event)

    return {AnnualReportClosed: closed, AnnualReportFiled: filed}
