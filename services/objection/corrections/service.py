"""Corrections of evidence: sent to typing, answered, acknowledged by the bureau, met or contradicted, lifted.

What is sealed for typing is opened from the vault and sealed again here; nothing of it goes anywhere else.
"""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.corrections import repository as correction_repository
from services.objection.corrections.domain import BY_TYPING, ITEM_STATES, CorrectionOutcome, ItemState
from services.objection.corrections.models import CorrectionItem
from services.objection.corrections.problems import CorrectionNotAnswered
from services.objection.corrections.seals import Seals
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.events import shorten
from services.objection.objections.models import Objection
from services.objection.verifications.models import FactVerification
from services.objection.verifications.service import corrected_row
from shared import clock
from shared.contracts.objection import CorrectionItemOpened, EvidenceCorrected, SealedCorrection
from shared.contracts.typing import CorrectionAnswered, CorrectionSettlement
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import BUS


async def send_correction(
    session: AsyncSession,
    objection: Objection,
    verification: FactVerification,
    reason: str,
    seals: Seals,
    caller: Caller,
    *,
    worse_told: bool,
) -> CorrectionItem:
    """Send a corrected row to typing, and open the item of the bureau that delivered the wrong one. `worse_told`: the
    objector knows that the result may become worse, so typing applies it whatever comes of it.
    """
    correction = CorrectionItem(
        id=uuid.uuid4(),
        objection_id=objection.id,
        verification_id=verification.id,
        county=objection.county,
        uscc=objection.uscc,
        department=verification.department,
        region=verification.region,
        feed=verification.feed,
        year=verification.year,
        state=ItemState.OPEN,
        opened_on=clock.today(),
        worse_told=worse_told,
    )
    session.add(correction)
    await session.flush()
    await audit.record(session, correction, caller, "correction:sent", {"verification": str(verification.id)})
    await announce_correction(session, correction, verification, reason, seals, caller)
    item = CorrectionItemOpened(
        item=correction.id,
        objection=objection.id,
        uscc=objection.uscc,
        region=correction.region,
        department=correction.department.value,
        feed=correction.feed,
        year=correction.year,
    )
    await ANNOUNCER.announce(session, item, subject=objection.uscc, actor=caller.subject)
    return correction


async def announce_correction(
    session: AsyncSession,
    correction: CorrectionItem,
    verification: FactVerification,
    reason: str,
    seals: Seals,
    caller: Caller,
    *,
    lifted: bool = False,
) -> None:
    """EvidenceCorrected, sealed for typing alone; inside it names correction and household again."""
    inside = SealedCorrection(
        correction=correction.id,
        objection=correction.objection_id,
        uscc=correction.uscc,
        feed=correction.feed,
        row={**(corrected_row(verification, seals.vault) or {}), "uscc": correction.uscc},
    )
    sealed = seals.sealer.seal(inside)
    if not lifted:
        correction.sealed = sealed
    await announce_sealed(session, correction, sealed, reason, caller, lifted=lifted)


async def announce_sealed(
    session: AsyncSession,
    correction: CorrectionItem,
    sealed: str,
    reason: str,
    caller: Caller,
    *,
    lifted: bool = False,
) -> None:
    """EvidenceCorrected with what is sealed already."""
    corrected = EvidenceCorrected(
        correction=correction.id,
        objection=correction.objection_id,
        uscc=correction.uscc,
        region=correction.county,
        feed=correction.feed,
        year=correction.year,
        sealed=sealed,
        lifted=lifted,
        worse_told=correction.worse_told,
        reason=shorten(reason),
    )
    await ANNOUNCER.announce(session, corrected, subject=correction.uscc, actor=caller.subject)


async def send_again(session: AsyncSession, correction: CorrectionItem, reason: str, caller: Caller) -> None:
    """A locked correction whose type would be worse: the objector has been told, typing is to apply it."""
    correction.outcome, correction.worse_told = None, True
    correction.version += 1
    await session.flush()
    await audit.record(session, correction, caller, "correction:sent", {"worse_told": True})
    await announce_sealed(session, correction, correction.sealed or "", reason, caller)


async def give_up(session: AsyncSession, correction: CorrectionItem, caller: Caller) -> None:
    """The objector does not want a locked correction that was not applied: there is nothing left to do about it."""
    correction.outcome = CorrectionOutcome.GIVEN_UP
    await drop(session, correction, caller)


async def drop(session: AsyncSession, correction: CorrectionItem, caller: Caller) -> None:
    """A correction that is not in force and will not be: the bureau's item ends, if it has not ended otherwise."""
    correction.sealed = None
    if ItemState.DROPPED in ITEM_STATES.transitions[correction.state]:
        await move_item(session, correction, ItemState.DROPPED, caller)


async def record_answer(session: AsyncSession, answered: CorrectionAnswered) -> CorrectionItem | None:
    """Keep typing's answer to a correction or its lifting; None where it is not ours, or was answered before.

    That it would be worse is no answer to a correction of which the objector has been told: it comes a second time.
    """
    correction = await correction_repository.lock_correction(session, answered.correction)
    known = None if correction is None else correction.lift_outcome if answered.lifted else correction.outcome
    if correction is None or known is not None:
        return None
    outcome = outcome_of(answered.outcome)
    if outcome is CorrectionOutcome.WORSE and (correction.worse_told or answered.lifted):
        return None
    if answered.lifted:
        correction.lift_outcome = outcome
    else:
        correction.outcome, correction.answer_reason = outcome, answered.reason
        correction.type, correction.previous_type = answered.type, answered.previous_type
        correction.answered_at = clock.now()
    correction.version += 1
    await session.flush()
    done = {"outcome": outcome.value, "lifted": answered.lifted}
    await audit.record(session, correction, BUS, "correction:answered", done)
    if outcome is CorrectionOutcome.REFUSED and not answered.lifted:
        await drop(session, correction, BUS)
    elif outcome is not CorrectionOutcome.WORSE:
        correction.sealed = None
    return correction


def outcome_of(word: str) -> CorrectionOutcome:
    """The outcome that typing names; a word that is not known yet changes nothing that is known here."""
    return CorrectionOutcome(word) if word in BY_TYPING else CorrectionOutcome.UNCHANGED


async def acknowledge(session: AsyncSession, correction: CorrectionItem, caller: Caller) -> CorrectionItem:
    """The bureau has taken note and will deliver the right row."""
    correction.acknowledged_by = caller.subject
    return await move_item(session, correction, ItemState.ACKNOWLEDGED, caller)


async def settle(session: AsyncSession, settlement: CorrectionSettlement, state: ItemState) -> None:
    """A later delivery agrees with a correction or contradicts it. What is over, or was told before, stays."""
    correction = await correction_repository.lock_correction(session, settlement.correction)
    if correction is None or settlement.delivery == correction.settled_by:
        return
    if state in ITEM_STATES.transitions[correction.state]:
        correction.settled_by = settlement.delivery
        await move_item(session, correction, state, BUS, delivery=str(settlement.delivery))


async def lift(
    session: AsyncSession,
    objection: Objection,
    correction: CorrectionItem,
    verification: FactVerification,
    reason: str,
    seals: Seals,
    caller: Caller,
) -> CorrectionItem:
    """Somebody of the deciding level takes a correction back: the bureau's own row counts again."""
    rules = await AppliedRules.of(session, objection)
    rules.require_decider(objection, caller)
    ITEM_STATES.require(correction.state, ItemState.LIFTED)
    if correction.outcome is None or correction.outcome is CorrectionOutcome.WORSE:
        raise CorrectionNotAnswered
    correction.lifted_by, correction.lift_reason = caller.subject, reason
    await announce_correction(session, correction, verification, reason, seals, caller, lifted=True)
    return await move_item(session, correction, ItemState.LIFTED, caller)


async def move_item(
    session: AsyncSession, correction: CorrectionItem, state: ItemState, caller: Caller, **audited: object
) -> CorrectionItem:
    """A locked item's next state; 409 where that is not possible now."""
    ITEM_STATES.require(correction.state, state)
    correction.state = state
    correction.version += 1
    await session.flush()
    await audit.record(session, correction, caller, f"correction:{state.value}", audited)
    return correction
