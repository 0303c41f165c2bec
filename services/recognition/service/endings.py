"""How a recognition ends: cancelled or revoked by a decision on another person's proposal, or expired by the clock."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import recognitions as life
from services.recognition.domain.recognitions import RecognitionState, last_day, last_year_begins_after
from services.recognition.models import Ban, Recognition
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.clocked import CLOCK
from services.recognition.service.concerns import recorded
from services.recognition.service.persons import clear_others
from services.recognition.service.proposals import accepted, proposal
from services.recognition.service.rules import rules_of
from services.recognition.service.steps import refusing
from shared.contracts.recognition import RecognitionCancelled, RecognitionExpired, RecognitionRevoked
from shared.messaging import deadlines
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

EXPIRES = "recognition-expires"
"""Kind of the deadline at the end of validity."""
LAST_YEAR = "recognition-last-year"
"""Kind of the deadline at which the last year of validity begins."""


async def expect_end(session: AsyncSession, recognitions: Sequence[Recognition]) -> None:
    """What is due because validity has an end: the last year, with its evaluation, and the end itself."""
    ends = {str(one.id): one.valid_until for one in recognitions}
    last_years = {one: deadlines.after(last_year_begins_after(day)) for one, day in ends.items()}
    over = {one: deadlines.after(day) for one, day in ends.items()}
    await deadlines.put_all(session, {LAST_YEAR: last_years, EXPIRES: over})


async def cancel(session: AsyncSession, recognition: Recognition, caller: Caller) -> Recognition:
    """The standards are no longer met: cancelled, with the reason of the proposal. No ban follows."""
    reason = accepted(recognition, "cancellation", caller)
    await end(session, recognition, RecognitionState.CANCELLED, reason)
    await announce_recognition(session, RecognitionCancelled, recognition, actor=caller.subject, reason=reason)
    await recorded(session, recognition, caller, "recognition:cancel", {"reason": reason})
    return recognition


async def revoke(session: AsyncSession, recognition: Recognition, caller: Caller) -> Recognition:
    """Obtained by fraud: revoked, also when it has ended otherwise; the household may not apply for some years."""
    reason = accepted(recognition, "revocation", caller)
    rules = await rules_of(session, recognition.policy_hash)
    today = clock.today()
    years = rules.value(rules.life.ban_years, today)
    if not isinstance(years, int):
        raise Problem(409, "parameter-unset", "政策数值未设定", f"政策没有设定禁止期（{rules.life.ban_years}）")
    await end(session, recognition, RecognitionState.REVOKED, reason)
    until = last_day(today, years)
    ban = Ban(
        recognition_id=recognition.id, uscc=recognition.uscc, county=recognition.county, revoked_on=today, until=until,
        reason=reason,
    )  # fmt: skip
    session.add(ban)
    await session.flush()
    await announce_recognition(
        session, RecognitionRevoked, recognition, actor=caller.subject, reason=reason, banned_until=until
    )
    await recorded(session, recognition, caller, "recognition:revoke", {"reason": reason, "until": until.isoformat()})
    return recognition


async def expire(session: AsyncSession, recognition: Recognition) -> None:
    """The last day of validity is over. One that was extended or ended meanwhile stays as it is."""
    if recognition.state != RecognitionState.VALID or clock.today() <= recognition.valid_until:
        return
    await end(session, recognition, RecognitionState.EXPIRED, f"有效期至 {recognition.valid_until}，没有延长")
    await announce_recognition(session, RecognitionExpired, recognition, actor=CLOCK.subject)
    await recorded(session, recognition, CLOCK, "recognition:expire", {})


async def end(session: AsyncSession, recognition: Recognition, state: RecognitionState, reason: str) -> None:
    """The state, the day, the reason. What was to be looked at is over, but a proposed revocation still waits; who
    had one recognition too many in the county because of this one, has no longer.
    """
    was_valid = recognition.state == RecognitionState.VALID
    with refusing():
        life.require_transition(RecognitionState(recognition.state), state)
    recognition.state, recognition.ended_on, recognition.end_reason = state.value, clock.today(), reason
    waiting = None if state is RecognitionState.REVOKED else proposal(recognition, "revocation")
    recognition.concerns = [waiting] if waiting else []
    recognition.version += 1
    await deadlines.lift_all(session, [LAST_YEAR, EXPIRES], [str(recognition.id)])
    if was_valid and not recognition.person_conflict:
        await clear_others(session, recognition.operator_ref, recognition.county)
