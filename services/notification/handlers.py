"""Handlers of the other services' events. Two consumers: urgent events never wait behind a published run's millions."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.resources import Resources
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform import household_copy
from shared.platform.service import BatchEventHandler


async def on_households_typed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types in force, of a published run or after a correction."""
    latest = latest_per_subject(events)
    await household_copy.apply_typed(session, [event.payload(HouseholdTyped) for event in latest])


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """Types that an upheld objection changed."""
    latest = latest_per_subject(events)
    await household_copy.apply_typed(session, [event.payload(TypingAdjusted) for event in latest])


async def on_households_changed(session: AsyncSession, events: Sequence[Event], _resources: Resources) -> None:
    """New or changed register entries."""
    latest = latest_per_subject(events)
    await household_copy.apply_changed(session, [event.payload(HouseholdChanged) for event in latest])


BULK_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
}
