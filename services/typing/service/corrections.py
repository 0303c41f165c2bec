"""Typing one household again: its run's own snapshot plus corrected facts, under the run's policy and date.

Nothing else moves: what the correction does not prove stays as it was frozen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.models import CorrectionReason, FiledReport
from services.typing.repository import corrections, runs
from services.typing.repository.corrections import Shown
from services.typing.resources import Resources
from services.typing.serving.evidence import facts_behind
from services.typing.serving.policies import compiled_policy
from shared.contracts.annual_report import AnnualReportFiled
from shared.contracts.typing import HouseholdTyped
from shared.messaging.events import Event
from shared.messaging.outbox import emit
from shared.policy.outcome import HouseholdType, Outcome
from shared.service import audit

log = structlog.get_logger()

ANNUAL_REPORT = "annual-report"
"""The source of corrections by annual reports that were filed late"""


@dataclass(frozen=True)
class CorrectionOrder:
    """Facts of one household that ``source`` proves after the run; ``reason`` is shown to readers (Chinese).

    A source corrects a household once: when it speaks again, its new reason replaces its old one and no other's.
    """

    uscc: str
    year: int
    facts: Mapping[str, object]
    source: str
    reason: str


async def retype_household(
    session: AsyncSession, resources: Resources, order: CorrectionOrder, *, cause: Event
) -> Outcome | None:
    """Type a household again with corrected facts; announces the type when it changes.

    None when no published run of that year knows the household.
    A publication waits meanwhile: of two events about the household, the higher revision must tell what the
    directory shows.
    """
    await runs.hold_publications(session)
    await corrections.lock_household(session, order.uscc)
    shown = await corrections.shown(session, order.uscc)
    if shown is None or shown.run.as_of.year - 1 != order.year:
        log.info("correction_without_run", year=order.year)
        return None
    corrected = {**(shown.correction.facts if shown.correction else {}), **order.facts}
    compiled = await compiled_policy(session, shown.run)
    facts = await facts_behind(resources, shown.run.id, shown.result.region, order.uscc, corrected)
    outcome = compiled.type_one(facts)
    revision = await runs.next_revision(session)
    await corrections.put(
        session,
        {
            "run_number": shown.run.number,
            "uscc": order.uscc,
            "facts": corrected,
            "type": int(outcome.type),
            "true_mask": outcome.true_mask,
            "unknown_mask": outcome.unknown_mask,
            "reasons": reasons_with(shown.correction.reasons if shown.correction else [], order),
            "revision": revision,
        },
    )
    await announce(session, shown, outcome, revision, cause)
    await audit.record(
        session,
        actor=cause.actor or cause.source,
        action="household:retype",
        subject=order.uscc,
        region=shown.result.region,
        details={"type": outcome.type.slug, "source": order.source, "reason": order.reason, "cause": cause.id},
    )
    return outcome


def reasons_with(known: Sequence[CorrectionReason], order: CorrectionOrder) -> list[CorrectionReason]:
    """The public reasons of a household's correction, one per source in the order in which the sources first spoke."""
    said = {one["source"]: one["reason"] for one in known} | {order.source: order.reason}
    return [CorrectionReason(source=source, reason=reason) for source, reason in said.items()]


async def announce(session: AsyncSession, shown: Shown, outcome: Outcome, revision: int, cause: Event) -> None:
    """HouseholdTyped, when the type that readers see has changed."""
    if shown.type == outcome.type:
        return
    await emit(
        session,
        HouseholdTyped(
            uscc=shown.result.uscc,
            name=shown.result.name,
            region=shown.result.region,
            operator_ref=shown.result.operator_ref,
            type=outcome.type.slug,
            previous_type=HouseholdType(shown.type).slug,
            year=shown.run.as_of.year,
            run=shown.run.id,
            revision=revision,
        ),
        subject=shown.result.uscc,
        source="/typing",
        cause=cause,
    )


async def count_filed_report(session: AsyncSession, resources: Resources, event: Event) -> Outcome | None:
    """A late annual report counts though it was filed after as-of; its figures are not in the event: unknown.

    It is kept, so that a run published later, whose evidence lacks it, is corrected too (``count_waiting_reports``).
    An abnormal mark stays until the credit feed restores it.
    """
    said = event.payload(AnnualReportFiled)
    await corrections.note_report(
        session,
        FiledReport(
            uscc=said.uscc,
            year=said.year,
            filed_on=said.filed_on,
            event_id=event.id,
            source=event.source,
            actor=event.actor,
            heard_at=event.time,
        ),
    )
    order = CorrectionOrder(
        uscc=said.uscc,
        year=said.year,
        facts={"reported": True, "reported_on": said.filed_on.isoformat()},
        source=ANNUAL_REPORT,
        reason=f"{said.filed_on} 补报了 {said.year} 年度年报",
    )
    return await retype_household(session, resources, order, cause=event)


async def count_waiting_reports(resources: Resources, *, limit: int = 500) -> int:
    """Correct the published runs that late reports came too early for; how many households, each in a transaction."""
    async with resources.database.session() as session:
        waiting = await corrections.reports_not_counted(session, limit)
    for report in waiting:
        async with resources.database.transaction() as session:
            await count_filed_report(session, resources, event_of(report))
    return len(waiting)


def event_of(report: FiledReport) -> Event:
    """The event that told of a report, as far as it was kept."""
    return Event(
        id=report.event_id,
        source=report.source,
        subject=report.uscc,
        time=report.heard_at,
        data=AnnualReportFiled(uscc=report.uscc, year=report.year, filed_on=report.filed_on),
        correlation=report.event_id,
        actor=report.actor,
    )
