"""Who is concerned by the scenario's events, written down a second time without the rules: everybody is told once."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.loop.world import World

Data = Mapping[str, Any]
Told = tuple[str, str, str | None]
"""Rule, recipient, household"""
MARKET = "market"


@dataclass(frozen=True)
class Concern:
    """An event that concerns somebody. `whom`: by the event's data; None: the household's operator."""

    topic: str
    event: str
    about: Callable[[Data], bool] = lambda _: True
    whom: Callable[[Data], str] | None = None


def of_typing(data: Data) -> bool:
    """Whether the objection is against a type."""
    return bool(data["against"] == "typing")


def of_notice(data: Data) -> bool:
    """Whether the objection is against an application on notice."""
    return bool(data["against"] == "public-notice")


def bureau(data: Data) -> str:
    """The bureau that has the objection."""
    return f"mailbox:{MARKET}:{data['handled_at']}"


def department(data: Data) -> str:
    """The department that is asked."""
    return f"mailbox:{data['department']}:{data['region']}"


def county(data: Data) -> str:
    """The household's county."""
    return f"mailbox:{MARKET}:{data['region']}"


def objector(data: Data) -> str:
    """Who objects, also to somebody else's application: then it is not shown as told to that household."""
    return f"operator:{data['objector_ref']}"


OBJECTIONS = "objection.events"
CONCERNS: Mapping[str, Concern] = {
    "n05-objection-filed": Concern(OBJECTIONS, "ObjectionFiled", of_typing),
    "n05-objection-accepted": Concern(OBJECTIONS, "ObjectionAccepted", of_typing),
    "n05-objection-closed": Concern(OBJECTIONS, "ObjectionClosed", of_typing),
    "n05-notice-objection-filed": Concern(OBJECTIONS, "ObjectionFiled", of_notice, objector),
    "n05-notice-objection-closed": Concern(OBJECTIONS, "ObjectionClosed", of_notice, objector),
    "n05-notice-objection-accepted": Concern(OBJECTIONS, "ObjectionAccepted", of_notice, objector),
    "n05-verification-asked": Concern(OBJECTIONS, "VerificationAsked", lambda data: not of_notice(data)),
    "n05-notice-verification-asked": Concern(OBJECTIONS, "VerificationAsked", of_notice, objector),
    "n13-notice-objected": Concern(OBJECTIONS, "ObjectionAccepted", of_notice),
    "n13-notice-objection-closed": Concern(OBJECTIONS, "ObjectionClosed", of_notice),
    "n06-objection-to-accept": Concern(OBJECTIONS, "ObjectionFiled", whom=bureau),
    "n06-objection-in-county": Concern(OBJECTIONS, "ObjectionAccepted", whom=county),
    "n06-verification-asked": Concern(OBJECTIONS, "VerificationAsked", whom=department),
    "n30-correction-item": Concern(OBJECTIONS, "CorrectionItemOpened", whom=department),
    "n15-recognised": Concern("recognition.events", "RecognitionGranted"),
}
"""What must be told, by the name of its rule"""


async def lawfully_told(world: World) -> Counter[Told]:
    """Each event on the bus to whom it concerns, once."""
    operators = await operators_of(world)
    told: Counter[Told] = Counter()
    for rule, concern in CONCERNS.items():
        for event in await world.told(concern.topic, concern.event):
            data = event["data"]
            if not concern.about(data):
                continue
            uscc = None if concern.whom is objector else data["uscc"]
            whom = f"operator:{operators[data['uscc']]}" if concern.whom is None else concern.whom(data)
            told[rule, whom, uscc] += 1
    return told


async def operators_of(world: World) -> Mapping[str, str]:
    """Household → its operator's pseudonym, as typing knows it."""
    rows = await world.sql("typing", "select uscc, operator_ref from result where operator_ref is not null")
    return {row["uscc"]: row["operator_ref"] for row in rows}


async def really_told(world: World) -> Counter[Told]:
    """What is in the inboxes by these rules."""
    query = "select rule, recipient, uscc from notification where rule = any($1)"
    rows = await world.sql("notification", query, list(CONCERNS))
    return Counter((row["rule"], row["recipient"], row["uscc"]) for row in rows)


async def assert_told_once(world: World) -> None:
    """N1 for what is told: nobody who is concerned is left out, nobody is told twice, nobody else is told."""
    lawful, found = await lawfully_told(world), await really_told(world)
    assert lawful.total() > 0
    assert found == lawful, f"left out: {lawful - found}; told without reason or twice: {found - lawful}"
