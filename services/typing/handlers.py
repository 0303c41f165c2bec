"""What typing does on events: a closing of annual reports orders runs; a late report, or evidence that an upheld
objection corrects, types one household again.
"""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.report_answers import answer_event
from services.typing.resources import Resources
from services.typing.retyping.corrected_evidence import hear_correction
from services.typing.retyping.late_reports import hear_late_report, why_not_late_report
from services.typing.runs.closings import ClosingNotice, close_annual_reports
from services.typing.runs.problems import ClosingDiffers, ClosingInFuture, ClosingOutOfSeason, PoliciesOverlap
from shared.contracts.annual_report import AnnualReportClosed, AnnualReportFiled
from shared.contracts.objection import EvidenceCorrected
from shared.contracts.payload import Payload
from shared.messaging.events import Event
from shared.platform.service import EventHandler


async def on_annual_report_closed(session: AsyncSession, event: Event, _resources: Resources) -> None:
    """The annual reports of a region and year are closed: the runs that the policy asks for are ordered. A closing that
    cannot be right is refused, and its sender told why.
    """
    closed = event.payload(AnnualReportClosed)
    if event.subject != closed.region:
        await answer_event(session, event, "refused", reason=f"subject 应为 data.region（{closed.region}）")
        return
    closing = ClosingNotice(closed.region, closed.year, closed.closed_on, event.actor or event.source)
    try:
        recorded = await close_annual_reports(session, closing, cause=event)
    except (ClosingInFuture, ClosingOutOfSeason, ClosingDiffers, PoliciesOverlap) as refusal:  # nothing is written yet
        await answer_event(session, event, "refused", reason=refusal.detail)
        return
    await answer_event(session, event, "taken" if recorded.new else "matched", effect="ordered")


async def on_annual_report_filed(session: AsyncSession, event: Event, resources: Resources) -> None:
    """A household filed its report late: it is typed again with it. A report that cannot be right is refused, and its
    sender told why.
    """
    if reason := await why_not_late_report(session, event):
        await answer_event(session, event, "refused", reason=reason)
        return
    heard = await hear_late_report(session, resources, event)
    await answer_event(session, event, "taken" if heard.new else "matched", effect=heard.effect)


async def on_evidence_corrected(session: AsyncSession, event: Event, resources: Resources) -> None:
    """An upheld objection corrects a row of a feed, or a correction is lifted."""
    await hear_correction(session, resources, event)


HANDLERS: Mapping[type[Payload], EventHandler[Resources]] = {
    AnnualReportClosed: on_annual_report_closed,
    AnnualReportFiled: on_annual_report_filed,
    EvidenceCorrected: on_evidence_corrected,
}
