"""Corrections: one household typed again from its run's snapshot plus corrected facts, by the run's policy.

Facts that a correction does not prove stay as they were frozen.
"""

import asyncio
import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.directory import repository as directory_repository
from services.typing.engine.snapshot import read_household
from services.typing.resources import Resources
from services.typing.runs import repository as runs_repository
from services.typing.runs.models import CorrectedFact, Correction, CorrectionReason, FiledReport
from services.typing.runs.policies import compiled_policy
from shared.contracts.annual_report import AnnualReportFiled
from shared.contracts.typing import HouseholdTyped
from shared.law.model.outcome import HouseholdType, Outcome
from shared.messaging.events import Event
from shared.platform import audit

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
    facts: Mapping[str, CorrectedFact]
    source: str
    reason: str


async def retype_household(
    session: AsyncSession, resources: Resources, order: CorrectionOrder, *, cause: Event
) -> Outcome | None:
    """Type a household again with corrected facts; announces the type when it changes.

    None when no published run of that year knows the household.
    Publications wait until the end of the transaction: of two events about the household, the one with the higher
    revision must agree with the directory.
    """
    await runs_repository.block_publications(session)
    await directory_repository.lock_household(session, order.uscc)
    shown = await directory_repository.find_entry(session, order.uscc)
    if shown is None or shown.run.as_of.year - 1 != order.year:
        log.info("correction_without_run", year=order.year)
        return None
    corrected = {**(shown.correction.facts if shown.correction else {}), **order.facts}
    compiled = await compiled_policy(session, shown.run)
    facts = await household_facts(resources, shown.run.id, shown.result.region, order.uscc, corrected)
    outcome = compiled.type_one(facts)
    revision = await ANNOUNCER.next_revision(session)
    await directory_repository.put_correction(
        session,
        Correction(
            run_number=shown.run.number,
            uscc=order.uscc,
            facts=corrected,
            type=int(outcome.type),
            true_mask=outcome.true_mask,
            unknown_mask=outcome.unknown_mask,
            reasons=merge_reasons(shown.correction.reasons if shown.correction else [], order),
            revision=revision,
        ),
    )
    await announce_retyped(session, shown, outcome, revision, cause)
    await audit.record(
        session,
        audit.about(order.uscc, shown.result.region),
        cause.actor or cause.source,
        "household:retype",
        {"type": outcome.type.slug, "source": order.source, "reason": order.reason, "cause": cause.id},
    )
    return outcome


def merge_reasons(earlier: Sequence[CorrectionReason], order: CorrectionOrder) -> list[CorrectionReason]:
    """The public reasons of a household's correction, one per source in the order in which the sources first spoke."""
    reasons = {correction["source"]: correction["reason"] for correction in earlier} | {order.source: order.reason}
    return [CorrectionReason(source=source, reason=reason) for source, reason in reasons.items()]


async def announce_retyped(
    session: AsyncSession, shown: directory_repository.DirectoryEntry, outcome: Outcome, revision: int, cause: Event
) -> None:
    """HouseholdTyped, when the type that readers see has changed."""
    if shown.type == outcome.type:
        return
    await ANNOUNCER.announce(
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
        cause=cause,
    )


async def apply_late_report(session: AsyncSession, resources: Resources, event: Event) -> Outcome | None:
    """A late annual report counts though it was filed after as-of; its figures are not in the event: unknown.

    It is kept, so that a run published later, whose evidence lacks it, is corrected too (`apply_waiting_reports`).
    An abnormal mark stays until the credit feed restores it.
    """
    report = event.payload(AnnualReportFiled)
    await directory_repository.record_report(
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
    order = CorrectionOrder(
        uscc=report.uscc,
        year=report.year,
        facts={"reported": True, "reported_on": report.filed_on.isoformat()},
        source=ANNUAL_REPORT,
        reason=f"{report.filed_on} 补报了 {report.year} 年度年报",
    )
    return await retype_household(session, resources, order, cause=event)


async def apply_waiting_reports(resources: Resources, *, limit: int = 500) -> int:
    """Apply late reports that arrived before their run was published, each in a transaction; returns how many."""
    async with resources.database.session() as session:
        waiting = await directory_repository.unapplied_reports(session, limit)
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


ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class SnapshotRowMissing(RuntimeError):
    """A published result whose snapshot row is not there: files were lost or moved."""


async def household_facts(
    resources: Resources, run: uuid.UUID, region: str, uscc: str, corrected: Mapping[str, object] | None
) -> dict[str, object]:
    """Snapshot columns by name (money in fen, dates as dates, None unknown), corrected facts included."""
    facts = await asyncio.to_thread(read_household, resources.workspace.snapshot(run), region, uscc)
    if facts is None:
        raise SnapshotRowMissing(f"{run}: {uscc}")
    return {**facts, **{name: fact_from_json(facts[name], value) for name, value in (corrected or {}).items()}}


def fact_from_json(like: object, value: object) -> object:
    """A fact as JSON kept it, as the snapshot has it: dates come back as dates."""
    dated = isinstance(like, dt.date) or ISO_DATE.fullmatch(str(value))
    return dt.date.fromisoformat(value) if isinstance(value, str) and dated else value
