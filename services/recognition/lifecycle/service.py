"""How a recognition ends, by a decision or at its last day, and how an ending is undone."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.lifecycle import repository as lifecycle_repository
from services.recognition.lifecycle.domain import PROCEEDING_STATES, ProceedingState, ProposedEnd
from services.recognition.recognitions.domain import RECOGNITION_STATES, ConcernKind, RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.service import (
    EXPIRY_DEADLINE,
    LAST_YEAR_DEADLINE,
    announce_recognition,
    enforce_one_per_person,
    release_conflicts,
    report_due_date,
    schedule_end,
    schedule_reports,
)
from services.recognition.rules.life import rules_of_life
from shared import clock
from shared.contracts.recognition import (
    RecognitionEndDropped,
    RecognitionExpired,
    RecognitionReinstated,
)
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK
from shared.worker import deadlines

ABOUT_FRAUD = frozenset({ConcernKind.REVOCATION, ConcernKind.REPORTED})
"""Concerns that stay when a recognition ends otherwise: it may still be revoked."""


async def expire_recognition(session: AsyncSession, recognition: Recognition) -> None:
    """The last day of validity is over. A recognition that was extended, has ended, or waits for an evaluation that an
    objection opened again stays as it is.
    """
    if recognition.state_on(clock.today()) is not RecognitionState.EXPIRED or recognition.ended_on is not None:
        return
    await end_recognition(session, recognition, RecognitionState.EXPIRED, expiry_reason(recognition))
    await announce_recognition(session, RecognitionExpired, recognition, actor=CLOCK.subject)
    await audit.record(session, recognition, CLOCK, "recognition:expire")


def expiry_reason(recognition: Recognition) -> str:
    """Why a recognition has expired."""
    return f"有效期至 {recognition.valid_until}，没有延长"


async def end_recognition(
    session: AsyncSession, recognition: Recognition, state: RecognitionState, reason: str
) -> None:
    """Set the state, day and reason. Concerns are dropped except those about fraud; a conflict with another recognition
    of the same person in the county is resolved, and a cancellation that was proposed lapses.
    """
    was_valid = recognition.state == RecognitionState.VALID
    RECOGNITION_STATES.require(recognition.state, state)
    recognition.state, recognition.ended_on, recognition.end_reason = state, clock.today(), reason
    recognition.expiry_held = False
    left = () if state is RecognitionState.REVOKED else ABOUT_FRAUD
    recognition.concerns = tuple(concern for concern in recognition.concerns if concern.kind in left)
    recognition.version += 1
    await deadlines.cancel_all(session, [LAST_YEAR_DEADLINE, EXPIRY_DEADLINE], [str(recognition.id)])
    if was_valid and not recognition.person_conflict:
        await release_conflicts(session, recognition.operator_ref, recognition.county)
    await lapse_cancellation(session, recognition)


async def lapse_cancellation(session: AsyncSession, recognition: Recognition) -> None:
    """A proposed cancellation has no object any more; whoever was told of it is told so."""
    proceeding = await lifecycle_repository.lock_open(session, recognition.id, ProposedEnd.CANCELLATION)
    if proceeding is None:
        return
    told = proceeding.notice is not None
    PROCEEDING_STATES.require(proceeding.state, ProceedingState.LAPSED)
    proceeding.state, proceeding.closed_on = ProceedingState.LAPSED, clock.today()
    proceeding.version += 1
    if told:
        await announce_recognition(
            session, RecognitionEndDropped, recognition, actor=CLOCK.subject, what=ProposedEnd.CANCELLATION
        )


async def revive(
    session: AsyncSession, recognition: Recognition, objection: uuid.UUID, reason: str, caller: Caller
) -> None:
    """Valid again as before: the same last day, its deadlines, the reports to come. Whoever has another recognition in
    the county by now is in conflict with it.
    """
    RECOGNITION_STATES.require(recognition.state, RecognitionState.VALID)
    recognition.state, recognition.person_conflict = RecognitionState.VALID, True
    recognition.ended_on = recognition.end_reason = None
    recognition.version += 1
    await session.flush()
    await enforce_one_per_person(session, recognition, recognition.operator_ref, recognition.county)
    await schedule_end(session, [recognition])
    due = report_due_date(await rules_of_life(session, recognition), clock.today().year)
    over = due is not None and due < clock.today()
    year = max(recognition.granted_on.year + 1, clock.today().year + over)
    await schedule_reports(session, [recognition], year)
    await announce_recognition(
        session,
        RecognitionReinstated,
        recognition,
        actor=caller.subject,
        reason=reason,
        objection=objection,
        benefits_from=recognition.benefits_from,
    )
