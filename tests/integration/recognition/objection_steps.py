"""The objection service's word about applications and recognitions, and what recognition answers."""

from typing import Any
from uuid import UUID, uuid4

from shared.contracts.objection import ObjectionUpheld
from tests.integration.recognition.recognition_client import COUNTY, uscc
from tests.integration.recognition.walkthrough import Walkthrough


async def uphold(
    walkthrough: Walkthrough, against: str, subject: str | None, number: int = 1, **changed: Any
) -> dict[str, Any]:
    """An objection is upheld, and heard of twice; the one answer to it."""
    known = {
        "objection": uuid4(),
        "uscc": uscc(number),
        "region": COUNTY,
        "reason": "证据充分",
        "revision": 1,
    } | changed
    said = ObjectionUpheld(against=against, subject=UUID(subject) if subject else None, **known)
    await walkthrough.office.hear(said)
    await walkthrough.office.hear(said)
    (answer,) = [one for one in await answers(walkthrough) if one["objection"] == str(known["objection"])]
    return answer


async def answers(walkthrough: Walkthrough) -> list[dict[str, Any]]:
    """Everything that was answered."""
    return [one["data"] for one in await walkthrough.office.events("ObjectionApplied")]


async def told(walkthrough: Walkthrough, name: str) -> list[dict[str, Any]]:
    """The payloads of an event's name."""
    return [one["data"] for one in await walkthrough.office.events(name)]
