"""How a recognition ends: cancelled or revoked by an approver on an officer's proposal, or expired.

A proposal is one of the recognition's concerns, so that approvers find it on their work list. The officer who made it
may withdraw it.
"""

from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.lifecycle.problems import (
    DecisionOnOwnProposal,
    NotProposed,
    ProposalOfAnother,
    ProposedBefore,
)
from services.recognition.recognitions.domain import (
    RECOGNITION_STATES,
    Concern,
    ConcernKind,
    RecognitionState,
    period_end,
)
from services.recognition.recognitions.models import Ban, Recognition
from services.recognition.recognitions.service import (
    EXPIRY_DEADLINE,
    LAST_YEAR_DEADLINE,
    announce_recognition,
    clear_concern,
    find_concern,
    raise_concern,
    release_conflicts,
)
from services.recognition.rules.problems import ParameterUnset
from services.recognition.rules.service import stored_rules
from shared import clock
from shared.contracts.recognition import RecognitionCancelled, RecognitionExpired, RecognitionRevoked
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK
from shared.worker import deadlines


class ProposedEnd(StrEnum):
    """How an officer proposes to end a recognition."""

    CANCELLATION = "cancellation"
    REVOCATION = "revocation"


PROPOSAL_CONCERNS = {
    ProposedEnd.CANCELLATION: ConcernKind.CANCELLATION,
    ProposedEnd.REVOCATION: ConcernKind.REVOCATION,
}
"""What an officer proposes → the kind of concern that stores it."""


async def propose_end(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, reason: str, caller: Caller
) -> Recognition:
    """An officer proposes a cancellation or revocation with the reason; another person decides."""
    target = RecognitionState.CANCELLED if what is ProposedEnd.CANCELLATION else RecognitionState.REVOKED
    RECOGNITION_STATES.require(recognition.state, target)
    if find_proposal(recognition, what) is not None:
        raise ProposedBefore
    raise_concern(recognition, PROPOSAL_CONCERNS[what], reason, by=caller.subject)
    await audit.record(session, recognition, caller, f"recognition:propose-{what}", {"reason": reason})
    return recognition


async def reject_proposal(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, reason: str, caller: Caller
) -> Recognition:
    """Another person rejects a proposal, with the reason; the recognition stays as it is."""
    proposed = accepted_reason(recognition, what, caller)
    clear_concern(recognition, PROPOSAL_CONCERNS[what])
    details = {"proposed": proposed, "reason": reason}
    await audit.record(session, recognition, caller, f"recognition:reject-{what}", details)
    return recognition


async def withdraw_proposal(
    session: AsyncSession, recognition: Recognition, what: ProposedEnd, caller: Caller
) -> Recognition:
    """The person who made a proposal withdraws it. 403 for anybody else."""
    waiting = pending_proposal(recognition, what)
    if waiting.by != caller.subject:
        raise ProposalOfAnother
    clear_concern(recognition, PROPOSAL_CONCERNS[what])
    await audit.record(session, recognition, caller, f"recognition:withdraw-{what}", {"proposed": waiting.sentence})
    return recognition


def accepted_reason(recognition: Recognition, what: ProposedEnd, caller: Caller) -> str:
    """The reason of the pending proposal. 409 without one, 403 for the person who made it."""
    waiting = pending_proposal(recognition, what)
    if waiting.by == caller.subject:
        raise DecisionOnOwnProposal
    return waiting.sentence


def pending_proposal(recognition: Recognition, what: ProposedEnd) -> Concern:
    """The pending proposal; 409 without one."""
    waiting = find_proposal(recognition, what)
    if waiting is None:
        raise NotProposed
    return waiting


def find_proposal(recognition: Recognition, what: ProposedEnd) -> Concern | None:
    """The pending proposal, if any."""
    return find_concern(recognition, PROPOSAL_CONCERNS[what])


async def cancel_recognition(session: AsyncSession, recognition: Recognition, caller: Caller) -> Recognition:
    """The standards are no longer met: cancel, with the reason of the proposal. No ban follows."""
    reason = accepted_reason(recognition, ProposedEnd.CANCELLATION, caller)
    await end_recognition(session, recognition, RecognitionState.CANCELLED, reason)
    await announce_recognition(session, RecognitionCancelled, recognition, actor=caller.subject, reason=reason)
    await audit.record(session, recognition, caller, "recognition:cancel", {"reason": reason})
    return recognition


async def revoke_recognition(session: AsyncSession, recognition: Recognition, caller: Caller) -> Recognition:
    """Obtained by fraud: revoke, also after another ending; the household may not apply for some years."""
    reason = accepted_reason(recognition, ProposedEnd.REVOCATION, caller)
    rules = await stored_rules(session, recognition.policy_hash)
    today = clock.today()
    years = rules.value(rules.lifecycle.ban_years, today)
    if not isinstance(years, int):
        raise ParameterUnset(f"政策没有设定禁止期（{rules.lifecycle.ban_years}）")
    await end_recognition(session, recognition, RecognitionState.REVOKED, reason)
    until = period_end(today, years)
    ban = Ban(
        recognition_id=recognition.id,
        uscc=recognition.uscc,
        county=recognition.county,
        revoked_on=today,
        until=until,
        reason=reason,
    )
    session.add(ban)
    await session.flush()
    await announce_recognition(
        session, RecognitionRevoked, recognition, actor=caller.subject, reason=reason, banned_until=until
    )
    await audit.record(
        session, recognition, caller, "recognition:revoke", {"reason": reason, "until": until.isoformat()}
    )
    return recognition


async def expire_recognition(session: AsyncSession, recognition: Recognition) -> None:
    """The last day of validity is over. A recognition that was extended or has ended stays as it is."""
    if recognition.state != RecognitionState.VALID or clock.today() <= recognition.valid_until:
        return
    await end_recognition(
        session, recognition, RecognitionState.EXPIRED, f"有效期至 {recognition.valid_until}，没有延长"
    )
    await announce_recognition(session, RecognitionExpired, recognition, actor=CLOCK.subject)
    await audit.record(session, recognition, CLOCK, "recognition:expire")


async def end_recognition(
    session: AsyncSession, recognition: Recognition, state: RecognitionState, reason: str
) -> None:
    """Set the state, day and reason. Concerns are dropped except a proposed revocation; a conflict with another
    recognition of the same person in the county is resolved.
    """
    was_valid = recognition.state == RecognitionState.VALID
    RECOGNITION_STATES.require(recognition.state, state)
    recognition.state, recognition.ended_on, recognition.end_reason = state, clock.today(), reason
    waiting = None if state is RecognitionState.REVOKED else find_proposal(recognition, ProposedEnd.REVOCATION)
    recognition.concerns = (waiting,) if waiting else ()
    recognition.version += 1
    await deadlines.cancel_all(session, [LAST_YEAR_DEADLINE, EXPIRY_DEADLINE], [str(recognition.id)])
    if was_valid and not recognition.person_conflict:
        await release_conflicts(session, recognition.operator_ref, recognition.county)
