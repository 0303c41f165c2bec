"""What the publisher does with the events of typing and recognition: keeps its copies, and wants what follows."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.records.domain import Urgency
from services.notification.publication.records.service import want_households
from services.notification.publication.registers import repository as registers
from services.notification.resources import Resources
from shared.contracts.payload import Payload
from shared.contracts.recognition import (
    RecognitionCancelled,
    RecognitionConfirmed,
    RecognitionExpired,
    RecognitionExtended,
    RecognitionGranted,
    RecognitionOperatorChanged,
    RecognitionReinstated,
    RecognitionRevoked,
    RecognitionTransferred,
)
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted
from shared.messaging.events import Event
from shared.platform.service import BatchEventHandler


async def on_households_typed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types in force, of a published run or typed again."""
    await want_households(session, await registers.apply_typed(session, events), Urgency.BULK)


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types that an upheld objection changed."""
    await want_households(session, await registers.apply_typed(session, events), Urgency.URGENT)


async def on_households_changed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Names, counties, and whether the household is registered."""
    changed = await registers.apply_changed(session, events)
    await want_households(session, dict.fromkeys(changed, False), Urgency.URGENT)


async def on_recognitions(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Recognitions granted, changed and ended."""
    changed = await registers.apply_recognitions(session, events)
    await want_households(session, dict.fromkeys(changed, False), Urgency.URGENT)


TOPICS = ("typing.events", "recognition.events")
RECOGNITION_STATES = (
    RecognitionGranted,
    RecognitionConfirmed,
    RecognitionExtended,
    RecognitionExpired,
    RecognitionCancelled,
    RecognitionRevoked,
    RecognitionTransferred,
    RecognitionOperatorChanged,
    RecognitionReinstated,
)
HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
    **dict.fromkeys(RECOGNITION_STATES, on_recognitions),
}
