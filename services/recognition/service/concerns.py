"""What an officer must look at in a recognition: said once per kind, with the day, and taken away when settled."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import ConcernKind
from services.recognition.models import Recognition
from shared.service import audit, clock
from shared.service.identity import Caller


def raise_concern(recognition: Recognition, kind: ConcernKind, sentence: str, by: str | None = None) -> bool:
    """Say what must be looked at, and who says so if it is a person. One that stands keeps its day and gets the new
    words; False when they are the same.
    """
    standing = concern_of(recognition, kind)
    if standing is not None and standing["sentence"] == sentence:
        return False
    since = standing["since"] if standing else clock.today().isoformat()
    found = {"kind": kind.value, "sentence": sentence, "since": since, "by": by}
    recognition.concerns = [*(one for one in recognition.concerns if one["kind"] != kind), found]
    recognition.version += 1
    return True


def settle_concern(recognition: Recognition, kind: ConcernKind) -> None:
    """Take a concern away."""
    left = [one for one in recognition.concerns if one["kind"] != kind]
    if len(left) != len(recognition.concerns):
        recognition.concerns = left
        recognition.version += 1


def keep_concern(recognition: Recognition, kind: ConcernKind, sentences: Sequence[str]) -> None:
    """Raised as long as there is something to say, else settled."""
    if sentences:
        raise_concern(recognition, kind, "；".join(sentences))
    else:
        settle_concern(recognition, kind)


def concern_of(recognition: Recognition, kind: ConcernKind) -> dict[str, Any] | None:
    """The concern of a kind, if one stands."""
    return next((one for one in recognition.concerns if one["kind"] == kind), None)


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
