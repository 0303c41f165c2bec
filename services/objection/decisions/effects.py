"""What a decision leads to, by events alone: corrected evidence for typing, the upheld objection for recognition."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections.seals import Seals
from services.objection.corrections.service import send_correction
from services.objection.decisions.conclusion import conclude, load_case
from services.objection.decisions.models import Decision
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.closing import close
from services.objection.objections.domain import ObjectionState, Outcome
from services.objection.objections.events import shorten
from services.objection.objections.models import Objection
from services.objection.objections.service import move
from services.objection.verifications import repository as verification_repository
from shared.contracts import objection as contract
from shared.platform.identity import Caller


async def uphold(
    session: AsyncSession, objection: Objection, decision: Decision, rules: AppliedRules, seals: Seals, caller: Caller
) -> None:
    """Corrected rows go to typing, and recognition hears of it; closed once all have answered."""
    told = decision.told_on is not None
    for used in decision.verifications:
        verification = await verification_repository.lock_verification(session, uuid.UUID(used))
        await send_correction(session, objection, verification, decision.reason, seals, caller, worse_told=told)
    details = {"reason": shorten(decision.reason), "corrected": bool(decision.verifications)}
    await move(session, objection, ObjectionState.UPHELD, contract.ObjectionUpheld, caller, details=details)
    await conclude(session, objection, rules, caller)


async def dismiss(
    session: AsyncSession, objection: Objection, decision: Decision, rules: AppliedRules, caller: Caller
) -> None:
    """What is objected to stands: answered and closed at once."""
    details = {"reason": shorten(decision.reason)}
    await move(session, objection, ObjectionState.DISMISSED, contract.ObjectionDismissed, caller, details=details)
    case = await load_case(session, objection, decision, rules)
    await close(
        session,
        objection,
        Outcome.DISMISSED,
        changed=False,
        answer=case.full(),
        public=case.public(),
        caller=caller,
    )
