"""A revocation is undone of what had ended before: that ending stands again."""

import datetime as dt
import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.lifecycle import repository as lifecycle_repository
from services.recognition.lifecycle.domain import ProposedEnd
from services.recognition.lifecycle.proceedings import announce_end
from services.recognition.lifecycle.service import expiry_reason
from services.recognition.recognitions.domain import RECOGNITION_STATES, RecognitionState
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.service import announce_recognition
from shared.contracts.recognition import RecognitionCancelled, RecognitionExpired, RecognitionReinstated
from shared.platform.identity import Caller


async def restore_ended(
    session: AsyncSession,
    recognition: Recognition,
    before: RecognitionState,
    objection: uuid.UUID,
    reason: str,
    caller: Caller,
) -> None:
    """It is cancelled or expired as it was. Told in two events: the revocation stands no longer; then how it had ended
    before, with who decided that and when it was served.
    """
    RECOGNITION_STATES.require(recognition.state, before)
    recognition.state = before
    recognition.version += 1
    await announce_recognition(
        session,
        RecognitionReinstated,
        recognition,
        actor=caller.subject,
        reason=reason,
        objection=objection,
        benefits_from=recognition.benefits_from,
    )
    if before is RecognitionState.EXPIRED:
        recognition.ended_on = recognition.valid_until + dt.timedelta(days=1)
        recognition.end_reason = expiry_reason(recognition)
        await announce_recognition(session, RecognitionExpired, recognition, actor=caller.subject)
        return
    cancelled = await lifecycle_repository.lock_decided(session, recognition.id, ProposedEnd.CANCELLATION)
    if cancelled is None or cancelled.decision is None:  # of before proceedings were kept
        await announce_recognition(
            session, RecognitionCancelled, recognition, actor=caller.subject, reason=recognition.end_reason
        )
        return
    recognition.ended_on, recognition.end_reason = cancelled.decision.on, cancelled.decision.reason
    await announce_end(session, recognition, cancelled)
