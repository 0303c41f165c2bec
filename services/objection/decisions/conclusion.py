"""How an upheld objection ends: when everything that it waits for has come, once, whatever comes twice or late (O2)."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections import repository as correction_repository, service as correction_service
from services.objection.corrections.domain import CorrectionOutcome
from services.objection.decisions import repository as decision_repository
from services.objection.decisions.answers import AnswerCase
from services.objection.decisions.domain import AppliedOutcome, is_complete
from services.objection.decisions.models import Decision
from services.objection.decisions.worse import ask_first
from services.objection.objections import repository as objection_repository
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.closing import close
from services.objection.objections.domain import ObjectionState, Outcome
from services.objection.objections.models import Objection
from services.objection.registers.domain import Against
from services.objection.verifications import repository as verification_repository
from shared.contracts.recognition import ObjectionApplied
from shared.contracts.typing import CorrectionAnswered
from shared.messaging.events import Event
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import BUS


async def on_correction_answered(session: AsyncSession, event: Event) -> None:
    """Typing has answered a correction or its lifting."""
    answered = event.payload(CorrectionAnswered)
    objection = await objection_repository.get_objection(session, answered.objection, "", lock=True)
    if objection is None:
        return
    correction = await correction_service.record_answer(session, answered)
    if correction is None or answered.lifted:
        return
    rules = await AppliedRules.of(session, objection)
    if correction.outcome is CorrectionOutcome.WORSE:
        await ask_first(session, objection, correction, rules, event)
    else:
        await conclude(session, objection, rules, BUS, event)


async def on_objection_applied(session: AsyncSession, event: Event) -> None:
    """Recognition has said what it did about an upheld objection."""
    applied = event.payload(ObjectionApplied)
    objection = await objection_repository.get_objection(session, applied.objection, "", lock=True)
    decision = await decision_repository.decided(session, applied.objection) if objection is not None else None
    if objection is None or decision is None or decision.applied is not None:
        return
    known = applied.outcome in set(AppliedOutcome)
    decision.applied = AppliedOutcome(applied.outcome) if known else AppliedOutcome.UNCHANGED
    decision.applied_reason = applied.reason
    await session.flush()
    await audit.record(session, decision, BUS, "decision:applied", {"applied": applied.outcome})
    await conclude(session, objection, await AppliedRules.of(session, objection), BUS, event)


async def conclude(
    session: AsyncSession, objection: Objection, rules: AppliedRules, caller: Caller, cause: Event | None = None
) -> None:
    """Close an upheld, locked objection if nothing is outstanding; one that is closed stays as it is."""
    decision = await decision_repository.decided(session, objection.id)
    if objection.state is not ObjectionState.UPHELD or decision is None:
        return
    case = await load_case(session, objection, decision, rules)
    unanswered = sum(one.outcome in (None, CorrectionOutcome.WORSE) for one in case.corrections)
    recognition = objection.against is not Against.TYPING and decision.applied is None
    if not is_complete(unanswered, awaits_recognition=recognition):
        return
    await close(
        session,
        objection,
        Outcome.UPHELD,
        changed=case.changed,
        answer=case.full(),
        public=case.public(),
        caller=caller,
        cause=cause,
    )


async def load_case(session: AsyncSession, objection: Objection, decision: Decision, rules: AppliedRules) -> AnswerCase:
    """All that the answer is made of."""
    verifications = await verification_repository.verifications_of(session, objection.id)
    corrections = await correction_repository.corrections_of(session, objection.id)
    return AnswerCase(objection, decision, rules, verifications, corrections)
