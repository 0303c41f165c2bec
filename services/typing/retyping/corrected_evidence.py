"""Corrections of evidence upon upheld objections: kept, counted at once, and answered exactly once (invariant O2).

A correction is a row that outranks the bureau's in every later run. The household is typed again in the transaction
that stores it, by the published run's own snapshot and code, and the objection service hears what became of it. Where
no published run knows the household, the correction waits: runs to come hold it in their evidence, and one that was
frozen before is followed up as soon as it is published.

No correction makes a type worse unannounced: one that would, and of which its event does not say that the objector was
told, is undone as if it had never come, and answered so. The objection service sends it again when they were told. One
that waits is compared with nothing, for there is no type yet.
"""

import asyncio

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.base import ANNOUNCER
from services.typing.corrections import repository as corrections_repository
from services.typing.corrections.domain import CORRECTION_STATES, CorrectionRefused, CorrectionState
from services.typing.corrections.intake import StoredRow, store_row, unsealed
from services.typing.corrections.models import EvidenceCorrection
from services.typing.deliveries.domain import REGISTRATION
from services.typing.directory.household_facts import household_facts
from services.typing.resources import Resources
from services.typing.retyping import repository as retyping_repository
from services.typing.retyping.service import Retyping, hold_household, retype_household
from shared import clock
from shared.contracts.objection import EvidenceCorrected
from shared.contracts.typing import CorrectionAnswered
from shared.messaging.events import Event
from shared.platform import audit
from shared.worker.failpoints import failpoint

log = structlog.get_logger()

UNKNOWN_CORRECTION = "没有这项更正，或它没有被采用，不能撤销"
LEFT_OUT = "更正后的成立日期晚于判定日：已公布的类型不变，下一次判定起采用"


async def hear_correction(session: AsyncSession, resources: Resources, event: Event) -> None:
    """An upheld objection corrects a row, or an earlier correction is lifted. Each is taken, and answered, once."""
    corrected = event.payload(EvidenceCorrected)
    known = await corrections_repository.find_correction(session, corrected.correction)
    if corrected.lifted:
        await lift_correction(session, resources, event, known)
    elif known is None:
        await take_correction(session, resources, event)
    else:
        log.info("correction_repeated", correction=str(corrected.correction))
    failpoint("correction.answered")


async def take_correction(session: AsyncSession, resources: Resources, event: Event) -> None:
    """Keep a correction and type its household again, unless that makes the type worse and nobody was told of it."""
    corrected = event.payload(EvidenceCorrected)
    await hold_household(session, corrected.uscc)
    attempt = await session.begin_nested()
    done = await keep_correction(session, resources, event)
    if done is None or not done.worse or corrected.worse_told:
        await attempt.commit()
        return
    await attempt.rollback()
    details = {"type": done.outcome.type.slug, "previous_type": done.before.slug, "cause": event.id}
    about = audit.about(corrected.correction, corrected.region)
    await audit.record(session, about, event.actor or event.source, "correction:worse", details)
    await answer(session, event, "worse", done=done)


async def keep_correction(session: AsyncSession, resources: Resources, event: Event) -> Retyping | None:
    """Store a correction, type its household again and answer; one that cannot be used is kept as refused."""
    corrected = event.payload(EvidenceCorrected)
    correction = await new_correction(session, event)
    try:
        stored = await store_corrected_row(session, resources, corrected)
    except CorrectionRefused as refusal:
        correction.state, correction.refusal = CorrectionState.REFUSED, str(refusal)
    else:
        correction.columns, correction.accepted_file = stored.columns, stored.accepted_file
        correction.rejects_file, correction.rejected_keys_file = stored.rejects_file, stored.rejected_keys_file
    failpoint("correction.stored")
    await corrections_repository.add_correction(session, correction)
    await record(session, correction, event, "refuse" if correction.refusal else "take")
    if correction.refusal is not None:
        await answer(session, event, "refused", reason=correction.refusal)
        return None
    return await retype_and_answer(session, resources, event, correction)


async def new_correction(session: AsyncSession, event: Event) -> EvidenceCorrection:
    """A correction as its event names it, in force."""
    corrected = event.payload(EvidenceCorrected)
    named = {name: getattr(corrected, name) for name in ("objection", "uscc", "region", "feed", "year", "reason")}
    return EvidenceCorrection(
        id=corrected.correction,
        state=CorrectionState.IN_FORCE,
        last_delivery=await corrections_repository.last_delivery(session),
        event_id=event.id,
        correlation=event.correlation,
        source=event.source,
        actor=event.actor,
        heard_at=event.time,
        changed_at=clock.now(),
        **named,
    )


async def store_corrected_row(session: AsyncSession, resources: Resources, corrected: EvidenceCorrected) -> StoredRow:
    """The corrected row, checked and in the store. CorrectionRefused with the reason."""
    inside = unsealed(resources.seals, corrected)
    household = await registered_household(session, resources, corrected)
    held = await corrections_repository.columns_held(session, corrected.uscc, REGISTRATION)
    bench, today = resources.single_rows, clock.today()
    return await asyncio.to_thread(store_row, bench, corrected, inside.row, household, today, held)


async def registered_household(
    session: AsyncSession, resources: Resources, corrected: EvidenceCorrected
) -> dict[str, object] | None:
    """What the directory's run knows of the household, where the correction is of its registration."""
    if corrected.feed != REGISTRATION:
        return None
    shown = await retyping_repository.find_entry(session, corrected.uscc)
    if shown is None:
        return None
    return await household_facts(resources, shown.run.id, shown.result.region, corrected.uscc, None)


async def lift_correction(
    session: AsyncSession, resources: Resources, event: Event, correction: EvidenceCorrection | None
) -> None:
    """A correction no longer counts; its household is typed again without it."""
    lifting = event.payload(EvidenceCorrected)
    if correction is not None and correction.state is CorrectionState.LIFTED:
        log.info("lifting_repeated", correction=str(correction.id))
        return
    if correction is None or correction.state is CorrectionState.REFUSED or not is_same(correction, lifting):
        await answer(session, event, "refused", reason=UNKNOWN_CORRECTION)
        return
    CORRECTION_STATES.require(correction.state, CorrectionState.LIFTED)
    correction.state, correction.changed_at = CorrectionState.LIFTED, clock.now()
    correction.lifting_reason = lifting.reason
    await session.flush()
    await record(session, correction, event, "lift")
    await retype_and_answer(session, resources, event, correction)


def is_same(correction: EvidenceCorrection, lifting: EvidenceCorrected) -> bool:
    """Whether a lifting names the household and the objection that the correction is of."""
    return (correction.objection, correction.uscc) == (lifting.objection, lifting.uscc)


async def retype_and_answer(
    session: AsyncSession, resources: Resources, event: Event, correction: EvidenceCorrection
) -> Retyping | None:
    """Type the household again and say what came of it."""
    done = await retype_household(
        session, resources, correction.uscc, correction.year, cause=event, correction=correction
    )
    if done is None:
        await answer(session, event, "waits")
        return None
    reason = LEFT_OUT if done.left_out else None
    await answer(session, event, "changed" if done.changed else "unchanged", done=done, reason=reason)
    return done


async def answer(
    session: AsyncSession, event: Event, outcome: str, *, done: Retyping | None = None, reason: str | None = None
) -> None:
    """CorrectionAnswered: one for each sending of a correction that is not kept yet, and for each lifting."""
    corrected = event.payload(EvidenceCorrected)
    payload = CorrectionAnswered(
        correction=corrected.correction,
        objection=corrected.objection,
        uscc=corrected.uscc,
        region=corrected.region,
        outcome=outcome,
        lifted=corrected.lifted,
        type=None if done is None else done.outcome.type.slug,
        previous_type=None if done is None else done.before.slug,
        reason=reason,
        revision=await ANNOUNCER.next_revision(session) if done is None else done.revision,
    )
    await ANNOUNCER.announce(session, payload, subject=corrected.uscc, cause=event)


async def record(session: AsyncSession, correction: EvidenceCorrection, event: Event, what: str) -> None:
    """The audit entry; it names the row that was corrected, not its values."""
    details = {"objection": str(correction.objection), "feed": correction.feed, "year": correction.year}
    details |= {"reason": correction.lifting_reason or correction.reason, "cause": event.id}
    if correction.refusal is not None:
        details["refusal"] = correction.refusal
    await audit.record(session, correction, event.actor or event.source, f"correction:{what}", details)


async def apply_waiting_corrections(resources: Resources, *, limit: int = 500) -> int:
    """Type households again whose published run does not follow their corrections yet, each in a transaction; returns
    how many corrections. They were answered when they came.
    """
    async with resources.database.session() as session:
        waiting = await retyping_repository.unapplied_corrections(session, limit)
    for correction in waiting:
        async with resources.database.transaction() as session:
            await retype_household(
                session,
                resources,
                correction.uscc,
                correction.year,
                cause=event_of_correction(correction),
                correction=correction,
            )
    return len(waiting)


def event_of_correction(correction: EvidenceCorrection) -> Event:
    """The event that brought a correction, restored from what was stored of it; the seal is not kept."""
    named = ("objection", "uscc", "region", "feed", "year", "reason")
    data = EvidenceCorrected(correction=correction.id, sealed="", **{name: getattr(correction, name) for name in named})
    return Event(
        id=correction.event_id,
        source=correction.source,
        subject=correction.uscc,
        time=correction.heard_at,
        data=data,
        correlation=correction.correlation,
        actor=correction.actor,
    )
