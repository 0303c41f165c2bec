"""What an officer must look at in a recognition: said once per kind, with the day, and taken away when settled."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Recognition
from shared.service import audit, clock
from shared.service.identity import Caller

ONE_PER_PERSON = "one-per-person"
MOVED = "moved-away"
REGISTER = "register"
PENALTY = "penalty"
DEBTOR = "dishonest-debtor"
OVERDUE = "report-overdue"
STANDARDS = "standards"
SPOT_CHECK = "spot-check"


def raise_concern(recognition: Recognition, kind: str, sentence: str) -> bool:
    """Add a concern; False when one of that kind stands already."""
    if any(one["kind"] == kind for one in recognition.concerns):
        return False
    found = {"kind": kind, "sentence": sentence, "since": clock.today().isoformat()}
    recognition.concerns = [*recognition.concerns, found]
    recognition.version += 1
    return True


def settle_concern(recognition: Recognition, kind: str) -> None:
    """Take a concern away."""
    left = [one for one in recognition.concerns if one["kind"] != kind]
    if len(left) != len(recognition.concerns):
        recognition.concerns = left
        recognition.version += 1


async def recorded(
    session: AsyncSession, recognition: Recognition, caller: Caller, action: str, details: Mapping[str, object]
) -> None:
    """The audit entry of something that happened to a recognition."""
    await audit.record(
        session,
        actor=caller.subject,
        action=action,
        subject=str(recognition.id),
        region=recognition.county,
        details={"state": recognition.state, **details},
    )
