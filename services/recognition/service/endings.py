"""How a recognition ends before its time: proposed by one person, decided by another. And how it expires."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain import recognitions as life
from services.recognition.domain.recognitions import RecognitionState, last_day
from services.recognition.models import Ban, Recognition
from services.recognition.service.announcing import announce_recognition
from services.recognition.service.clocked import CLOCK
from services.recognition.service.concerns import recorded
from services.recognition.service.rules import rules_of
from services.recognition.service.steps import refusing
from shared.contracts.recognition import RecognitionCancelled, RecognitionExpired, RecognitionRevoked
from shared.messaging import deadlines
from shared.service import clock
from shared.service.identity import Caller
from shared.service.problems import Problem

EXPIRES = "recognition-expires"
"""Kind of the deadline at the end of validity."""
PROPOSED = {"cancellation": "cancellation-proposed", "revocation": "revocation-proposed"}
"""What an officer proposes → the kind of concern that keeps it."""


async def propose(
    session: AsyncSession, recognition: Recognition, what: str, reason: str, caller: Caller
) -> Recognition:
    """An officer proposes a cancellation or revocation with the reason; another person decides."""
    target = RecognitionState.CANCELLED if what == "cancellation" else RecognitionState.REVOKED
    with refusing():
        life.require_transition(RecognitionState(recognition.state), target)
    if proposal(recognition, what) is not None:
        raise Problem(409, "proposed-before", "已有提议", "同样的提议正等待决定")
    found = {"kind": PROPOSED[what], "sentence": reason, "since": clock.today().isoformat(), "by": caller.subject}
    recognition.concerns = [*recognition.concerns, found]
    recognition.version += 1
    await recorded(session, recognition, caller, f"recognition:propose-{what}", {"reason": reason})
    return recognition


def proposal(recognition: Recognition, what: str) -> dict[str, str] | None:
    """The proposal that waits, if there is one."""
    return next((one for one in recognition.concerns if one["kind"] == PROPOSED[what]), None)


async def cancel(session: AsyncSession, recognition: Recognition, caller: Caller) -> Recognition:
    """The standards are no longer met: cancelled, with the reason of the proposal. No ban follows."""
    reason = accepted(recognition, "cancellation", caller)
    end(recognition, RecognitionState.CANCELLED, reason)
    await deadlines.lift(session, kind=EXPIRES, subject=str(recognition.id))
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
    end(recognition, RecognitionState.REVOKED, reason)
    until = last_day(today, years)
    ban = Ban(
        recognition_id=recognition.id, uscc=recognition.uscc, county=recognition.county, revoked_on=today, until=until,
        reason=reason,
    )  # fmt: skip
    session.add(ban)
    await session.flush()
    await deadlines.lift(session, kind=EXPIRES, subject=str(recognition.id))
    await announce_recognition(
        session, RecognitionRevoked, recognition, actor=caller.subject, reason=reason, banned_until=until
    )
    await recorded(session, recognition, caller, "recognition:revoke", {"reason": reason, "until": until.isoformat()})
    return recognition


async def expire(session: AsyncSession, recognition: Recognition) -> None:
    """The last day of validity is over. One that was extended or ended meanwhile stays as it is."""
    if recognition.state != RecognitionState.VALID or clock.today() <= recognition.valid_until:
        return
    end(recognition, RecognitionState.EXPIRED, f"有效期至 {recognition.valid_until}，没有延长")
    await announce_recognition(session, RecognitionExpired, recognition, actor=CLOCK.subject)
    await recorded(session, recognition, CLOCK, "recognition:expire", {})


def accepted(recognition: Recognition, what: str, caller: Caller) -> str:
    """The reason of the proposal that the caller may decide on. 409 without one, 403 for its maker."""
    waiting = proposal(recognition, what)
    if waiting is None:
        raise Problem(409, "not-proposed", "没有提议", "须先由一名经办人员提议并写明理由，再由另一人决定")
    if waiting["by"] == caller.subject:
        raise Problem(403, "maker-is-not-checker", "须由另一人决定", "提议人不能决定自己的提议")
    return waiting["sentence"]


def end(recognition: Recognition, state: RecognitionState, reason: str) -> None:
    """The state, the day, the reason; what was to be looked at is over."""
    with refusing():
        life.require_transition(RecognitionState(recognition.state), state)
    recognition.state, recognition.ended_on, recognition.end_reason = state.value, clock.today(), reason
    recognition.concerns = []
    recognition.version += 1
