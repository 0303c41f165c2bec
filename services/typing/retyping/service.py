"""One household typed again by its run's policy: from its run's own snapshot, with everything that came to light since.

The facts of a corrected feed are computed from rows by the run's own code; a late annual report says only that it was
filed, its figures are not in the event. Facts that nothing corrects stay as they were frozen.
"""

import asyncio
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.corrections import repository as corrections_repository
from services.typing.corrections.domain import correction_source
from services.typing.corrections.evidence import HouseholdEvidence, correction_delivery, facts_of_feeds
from services.typing.corrections.models import EvidenceCorrection
from services.typing.corrections.repository import HouseholdCorrection
from services.typing.deliveries import repository as deliveries_repository
from services.typing.deliveries.intake import evidence_of
from services.typing.directory.household_facts import household_facts, with_corrected
from services.typing.resources import Resources
from services.typing.retyping import repository as retyping_repository
from services.typing.retyping.domain import ANNUAL_REPORT, Ground, in_order, is_worse
from services.typing.retyping.repository import DirectoryEntry
from services.typing.runs import repository as runs_repository
from services.typing.runs.models import CorrectedFact, Correction, CorrectionReason, FiledReport, Run
from services.typing.runs.policies import compiled_policy, unknown_feeds
from shared.contracts.typing import HouseholdTyped, TypingAdjusted
from shared.law.model.outcome import HouseholdType, Outcome
from shared.messaging.events import Event
from shared.platform import audit


@dataclass(frozen=True)
class Retyping:
    """A household that was typed again. ``left_out``: by its corrected registration it would not be typed on the run's
    day; its published type stays.
    """

    before: HouseholdType
    outcome: Outcome
    revision: int
    left_out: bool

    @property
    def changed(self) -> bool:
        """Whether readers see another type than before."""
        return self.before is not self.outcome.type

    @property
    def worse(self) -> bool:
        """Whether the household loses by it."""
        return is_worse(self.before, self.outcome.type)


async def hold_household(session: AsyncSession, uscc: str) -> None:
    """Publications, and whoever else types the household again, wait until the end of the transaction: of two events
    about the household, the one with the higher revision must agree with the directory.
    """
    await runs_repository.block_publications(session)
    await retyping_repository.lock_household(session, uscc)


async def retype_household(
    session: AsyncSession,
    resources: Resources,
    uscc: str,
    year: int | None,
    *,
    cause: Event,
    correction: EvidenceCorrection | None = None,
) -> Retyping | None:
    """Type a household again; announces the type when it changes: as adjusted where a ``correction`` is the reason.

    None when no published run about that ``year`` knows the household; a year of None asks for any.
    """
    await hold_household(session, uscc)
    shown = await retyping_repository.find_entry(session, uscc)
    if shown is None or (year is not None and shown.run.as_of.year - 1 != year):
        return None
    known = await read_evidence(session, shown)
    corrected = await corrected_facts(session, resources, shown, known)
    compiled = await compiled_policy(session, shown.run)
    facts = with_corrected(corrected.frozen, corrected.facts)
    outcome = compiled.type_one(facts)
    revision = await ANNOUNCER.next_revision(session)
    await retyping_repository.put_correction(
        session,
        Correction(
            run_number=shown.run.number,
            uscc=uscc,
            region=shown.result.region,
            facts=corrected.facts,
            type=int(outcome.type),
            true_mask=outcome.true_mask,
            unknown_mask=outcome.unknown_mask,
            reasons=[CorrectionReason(source=one.source, reason=one.reason) for one in known.grounds(shown)],
            revision=revision,
        ),
    )
    done = Retyping(HouseholdType(shown.type), outcome, revision, corrected.left_out)
    if done.changed:
        held = compiled.names(outcome.true_mask & compiled.decision.defects)
        unknown = unknown_feeds(compiled, facts, outcome.unknown_mask)
        typed = typed_again(shown, done, defects=list(held) or None, unknown_feeds=unknown)
        await announce_retyped(session, typed, cause, correction)
    await record_retyping(session, shown, done, cause, correction)
    return done


@dataclass(frozen=True)
class HouseholdKnowledge:
    """What came to light about a household besides its run's snapshot."""

    report: FiledReport | None
    corrections: Sequence[HouseholdCorrection]

    @property
    def feeds(self) -> frozenset[str]:
        """Feeds whose facts differ from the snapshot's: a correction came after it, or one that it holds was lifted."""
        return frozenset(
            one.correction.feed for one in self.corrections if (one.counted if one.lifted else one.counted is None)
        )

    def grounds(self, shown: DirectoryEntry) -> list[Ground]:
        """Everyone's public reason. A lifted correction is named where it had an effect on what is shown."""
        mentioned = {reason["source"] for reason in shown.correction.reasons} if shown.correction else set()
        grounds = []
        if self.report is not None:
            reason = f"{self.report.filed_on} 补报了 {self.report.year} 年度年报"
            grounds.append(Ground(ANNUAL_REPORT, reason, self.report.heard_at))
        for one in self.corrections:
            row, source = one.correction, correction_source(one.correction.id, lifted=one.lifted)
            if one.holds:
                grounds.append(Ground(source, row.reason, row.heard_at))
            elif one.lifted and (one.counted or mentioned & {correction_source(row.id), source}):
                grounds.append(Ground(source, row.lifting_reason or row.reason, row.heard_at))
        return in_order(grounds)


async def read_evidence(session: AsyncSession, shown: DirectoryEntry) -> HouseholdKnowledge:
    """The household's late report and corrections, as far as they bear on the run that is shown."""
    uscc, year = shown.result.uscc, shown.run.as_of.year - 1
    return HouseholdKnowledge(
        await retyping_repository.filed_report(session, uscc, year),
        await corrections_repository.corrections_of_household(session, uscc, shown.run.number, year),
    )


@dataclass(frozen=True)
class CorrectedFacts:
    """The facts as they were frozen, and those that are others now, as JSON keeps them."""

    frozen: Mapping[str, object]
    facts: dict[str, CorrectedFact]
    left_out: bool


async def corrected_facts(
    session: AsyncSession, resources: Resources, shown: DirectoryEntry, known: HouseholdKnowledge
) -> CorrectedFacts:
    """The facts that differ from the snapshot's. A late report counts unless a correction proves as much already."""
    run, result = shown.run, shown.result
    frozen = await household_facts(resources, run.id, result.region, result.uscc, None)
    facts: dict[str, CorrectedFact] = {}
    left_out = False
    if known.feeds:
        evidence = await household_evidence(session, resources, run, frozen, known)
        computed = await asyncio.to_thread(facts_of_feeds, resources.single_rows, evidence)
        left_out = computed is None
        facts = {name: json_of(value) for name, value in (computed or {}).items() if value != frozen[name]}
    if known.report is not None and facts.get("reported", frozen["reported"]) is not True:
        facts |= {"reported": True, "reported_on": known.report.filed_on.isoformat()}
    return CorrectedFacts(frozen, facts, left_out)


async def household_evidence(
    session: AsyncSession, resources: Resources, run: Run, frozen: Mapping[str, object], known: HouseholdKnowledge
) -> HouseholdEvidence:
    """The deliveries that the run could read, of the feeds to compute, and the corrections that hold."""
    store, feeds = resources.intake.store, known.feeds
    evidence = HouseholdEvidence(frozen, run.as_of, run.region, feeds, ())
    rows = await deliveries_repository.deliveries_affecting(session, run.region, feeds=feeds, until=run.last_delivery)
    holding = [one.correction for one in known.corrections if one.holds and one.correction.feed in feeds]
    deliveries = [
        *(evidence_of(store, row) for row in rows),
        *(correction_delivery(store, correction, evidence.narrowed) for correction in holding),
    ]
    return HouseholdEvidence(frozen, run.as_of, run.region, feeds, deliveries)


def json_of(value: object) -> CorrectedFact:
    """A fact as JSON keeps it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if value is None or isinstance(value, str | int | bool):
        return value
    raise TypeError(type(value).__name__)


def typed_again(
    shown: DirectoryEntry, done: Retyping, *, defects: list[str] | None, unknown_feeds: list[str]
) -> HouseholdTyped:
    """What is said of the household, whose type that readers see has changed."""
    return HouseholdTyped(
        uscc=shown.result.uscc,
        name=shown.name,
        region=shown.result.region,
        operator_ref=shown.result.operator_ref,
        type=done.outcome.type.slug,
        previous_type=done.before.slug,
        year=shown.run.as_of.year,
        run=shown.run.id,
        revision=done.revision,
        defects=defects,
        unknown_feeds=unknown_feeds,
    )


async def announce_retyped(
    session: AsyncSession, typed: HouseholdTyped, cause: Event, correction: EvidenceCorrection | None
) -> None:
    """HouseholdTyped, or TypingAdjusted upon an objection."""
    if correction is not None:
        reason = correction.lifting_reason or correction.reason
        typed = TypingAdjusted(**typed.model_dump(), objection=correction.objection, reason=reason)
    await ANNOUNCER.announce(session, typed, subject=typed.uscc, cause=cause)


async def record_retyping(
    session: AsyncSession, shown: DirectoryEntry, done: Retyping, cause: Event, correction: EvidenceCorrection | None
) -> None:
    """The audit entry."""
    details = {"type": done.outcome.type.slug, "previous_type": done.before.slug, "cause": cause.id}
    details["source"] = ANNUAL_REPORT if correction is None else correction_source(correction.id)
    subject = audit.about(shown.result.uscc, shown.result.region)
    await audit.record(session, subject, cause.actor or cause.source, "household:retype", details)
