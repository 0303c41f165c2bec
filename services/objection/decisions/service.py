"""Proposals and decisions: by two people, neither of whom took part before; the decision is carried out at once.

All take a locked objection. What upheld objections lead to is in `effects`, how they end in `conclusion`.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections.seals import Seals
from services.objection.decisions import repository as decision_repository
from services.objection.decisions.domain import PROPOSAL_STATES, ProposalState, last_day_to_withdraw
from services.objection.decisions.effects import dismiss, uphold
from services.objection.decisions.models import Decision
from services.objection.decisions.participation import require_may_decide
from services.objection.decisions.problems import (
    CorrectionUnusable,
    NothingToCorrect,
    NotWorse,
    WorseNotTold,
    WorseOnlyUpheld,
)
from services.objection.decisions.readings import require_deciding_bureau, require_reading
from services.objection.decisions.warning import schedule_warned
from services.objection.examination.service import announce_accepted
from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.domain import ObjectionState, Outcome
from services.objection.objections.due_days import DueDay, settle_due
from services.objection.objections.events import announce_state
from services.objection.objections.models import Objection
from services.objection.objections.next_steps import Step, require_step
from services.objection.objections.service import move
from services.objection.registers.domain import Against
from services.objection.verifications import repository as verification_repository
from shared import clock
from shared.contracts.objection import ObjectionWarned
from shared.platform import audit
from shared.platform.identity import Caller


@dataclass(frozen=True)
class Proposal:
    """What somebody proposes."""

    outcome: Outcome
    reason: str
    articles: Sequence[str] = ()
    verifications: Sequence[uuid.UUID] = ()
    interpretation: str | None = None
    reading: str | None = None
    worse: bool = False


async def propose(session: AsyncSession, objection: Objection, proposal: Proposal, caller: Caller) -> Decision:
    """Propose how to decide."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.PROPOSE, rules)
    point = require_reading(objection, rules, proposal.outcome, proposal.interpretation, proposal.reading)
    require_deciding_bureau(objection, rules, point, proposal.outcome, caller)
    await require_may_decide(session, objection, caller)
    await require_substance(session, objection, proposal)
    decision = Decision(
        id=uuid.uuid4(),
        objection_id=objection.id,
        county=objection.county,
        state=ProposalState.PROPOSED,
        outcome=proposal.outcome,
        reason=proposal.reason,
        articles=list(proposal.articles),
        verifications=[str(one) for one in proposal.verifications],
        interpretation=proposal.interpretation,
        reading=proposal.reading,
        worse=proposal.worse,
        proposed_by=caller.subject,
        proposed_region=caller.region,
    )
    session.add(decision)
    objection.proposed_by = caller.subject
    await settle_due(session, objection, DueDay.EXPLAIN)
    await move(session, objection, ObjectionState.PROPOSED, None, caller, audited={"outcome": proposal.outcome.value})
    return decision


async def require_substance(session: AsyncSession, objection: Objection, proposal: Proposal) -> None:
    """422 for a proposal that would change nothing, or that uses what is no verified correction."""
    if proposal.outcome is Outcome.DISMISSED:
        if proposal.verifications:
            raise CorrectionUnusable("异议不成立的，不采用更正。")
        if proposal.worse:
            raise WorseOnlyUpheld
        return
    known = {one.id: one for one in await verification_repository.verifications_of(session, objection.id)}
    rows = set()
    for used in proposal.verifications:
        verification = known.get(used)
        if verification is None or verification.row is None:
            raise CorrectionUnusable("只能采用这件异议中部门已答复“数据有误，已更正”并给出更正数据的核实。")
        if (verification.feed, verification.year) in rows:
            raise CorrectionUnusable("同一行数据只能采用一次更正。")
        rows.add((verification.feed, verification.year))
    if objection.against is Against.TYPING and not rows and proposal.interpretation is None:
        raise NothingToCorrect


async def send_back(
    session: AsyncSession, objection: Objection, decision: Decision, reason: str, caller: Caller
) -> Decision:
    """The proposal goes back to examination, with a reason."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.SEND_BACK, rules)
    require_level(objection, rules, decision, caller)
    PROPOSAL_STATES.require(decision.state, ProposalState.SENT_BACK)
    decision.state, decision.sent_back_by, decision.sent_back_reason = ProposalState.SENT_BACK, caller.subject, reason
    objection.proposed_by, objection.warning = None, None
    await settle_due(session, objection, DueDay.RESPOND)
    await audit.record(session, decision, caller, "decision:sent-back", {"reason": reason})
    await announce_accepted(session, objection, rules, caller, sent_back=True)
    return decision


def require_level(objection: Objection, rules: AppliedRules, decision: Decision, caller: Caller) -> None:
    """403 unless the caller's bureau decides what was proposed."""
    point = rules.policy.interpretations.get(decision.interpretation or "")
    require_deciding_bureau(objection, rules, point, decision.outcome, caller)


async def warn(session: AsyncSession, objection: Objection, decision: Decision, text: str, caller: Caller) -> Decision:
    """Tell the objector, before it is decided, that the result may become worse: time to withdraw."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.DECIDE, rules)
    require_level(objection, rules, decision, caller)
    if not decision.worse or decision.told_on is not None:
        raise NotWorse
    today = clock.today()
    last_day = await schedule_warned(session, objection, rules, today)
    decision.told_on, decision.decide_after = today, last_day
    objection.warning = text
    objection.version += 1
    await session.flush()
    await audit.record(session, decision, caller, "decision:warned", {"until": str(decision.decide_after)})
    await announce_state(session, objection, ObjectionWarned, {"respond_by": last_day}, caller)
    return decision


async def decide(
    session: AsyncSession, objection: Objection, decision: Decision, seals: Seals, caller: Caller
) -> Decision:
    """Decide as proposed, by another person, and carry it out."""
    rules = await AppliedRules.of(session, objection)
    require_step(objection, Step.DECIDE, rules)
    require_level(objection, rules, decision, caller)
    PROPOSAL_STATES.require(decision.state, ProposalState.DECIDED)
    await require_may_decide(session, objection, caller, decision)
    require_told(objection, decision)
    today = clock.today()
    decision.decide_after = last_day_to_withdraw(objection, decision)
    decision.state, decision.decided_by, decision.decided_on = ProposalState.DECIDED, caller.subject, today
    objection.decided_by, objection.decided_by_region, objection.decided_on = caller.subject, caller.region, today
    objection.reason, objection.outcome, objection.respond_by = decision.reason, decision.outcome, None
    await settle_due(session, objection)
    await audit.record(session, decision, caller, "decision:decided")
    if decision.outcome is Outcome.UPHELD:
        await uphold(session, objection, decision, rules, seals, caller)
    else:
        await dismiss(session, objection, decision, rules, caller)
    return decision


def require_told(objection: Objection, decision: Decision) -> None:
    """409 where the result may become worse and the objector has not been told, or may still withdraw."""
    if not decision.worse:
        return
    last_day = last_day_to_withdraw(objection, decision)
    if last_day is None:
        raise WorseNotTold("结果可能变差：请先告知异议人（…/warning），异议人可以撤回。")
    if clock.today() <= last_day:
        raise WorseNotTold(f"已告知异议人结果可能变差，{last_day} 之前异议人可以撤回，请在此后作出决定。")


async def decision_history(session: AsyncSession, objection: Objection) -> Sequence[Decision]:
    """All proposals about an objection."""
    return await decision_repository.decisions_of(session, objection.id)
