"""Handlers of the other services' events. Urgent events never wait behind a published run's millions.

Types and register entries are told only where the copy changes with them: an event that is read again, or was overtaken
by a later one, costs one look at the copy.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.digests.reminders import follow_dates
from services.notification.registers import repository as register_repository
from services.notification.resources import Resources
from services.notification.rules.facts import PAYLOADS_BY_NAME
from services.notification.telling.later import tell_waiting, tell_waiting_of
from services.notification.telling.service import Limits, tell
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped, TypingAdjusted
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject
from shared.platform import household_copy
from shared.platform.service import BatchEventHandler


def limits_of(resources: Resources) -> Limits:
    """How old an event may be, and how long it waits."""
    settings = resources.settings
    return Limits(settings.oldest_event_days, dt.timedelta(hours=settings.household_wait_hours))


async def on_event(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """Whatever the rules tell of it, now or before a date."""
    await tell(session, events, limits_of(resources))
    await follow_dates(session, events)


async def on_households_typed(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """Types in force, of a published run or after a correction."""
    fresh = await register_repository.newly_typed(session, events)
    if fresh:
        await household_copy.apply_typed(session, [event.payload(HouseholdTyped) for event in fresh])
        await tell_households(session, fresh, resources)


async def on_typing_adjusted(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """Types that an upheld objection changed."""
    fresh = await register_repository.newly_typed(session, events)
    if fresh:
        await household_copy.apply_typed(session, [event.payload(TypingAdjusted) for event in fresh])
        await tell_households(session, fresh, resources)


async def on_households_changed(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """New or changed register entries."""
    fresh = await register_repository.newly_changed(session, latest_per_subject(events))
    if fresh:
        await household_copy.apply_changed(session, [event.payload(HouseholdChanged) for event in fresh])
        await tell_households(session, fresh, resources)


async def tell_households(session: AsyncSession, fresh: Sequence[Event], resources: Resources) -> None:
    """What is new of households; and what waited for them."""
    limits = limits_of(resources)
    await tell(session, fresh, limits)
    await follow_dates(session, fresh)
    await tell_waiting_of(session, [event.subject for event in fresh], limits)


async def tell_what_waited(resources: Resources) -> None:
    """Once a minute: what has waited long enough."""
    await tell_waiting(resources.database, limits_of(resources))


OF_HOUSEHOLDS: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    HouseholdTyped: on_households_typed,
    TypingAdjusted: on_typing_adjusted,
    HouseholdChanged: on_households_changed,
}
BULK_TOPICS = ("typing.events", "annual-report.events")
URGENT_TOPICS = ("objection.events", "recognition.events")
SUPPORT_TOPICS = ("support.events",)
"""Entitlements and visits change for hundreds of thousands at once: heard by a consumer of its own, too"""
OWN_TOPICS = ("notification.events",)
"""Also says how each of a million messages ended: heard by a consumer of its own, nothing urgent waits behind it"""


def told(topics: Collection[str]) -> Mapping[type[Payload], BatchEventHandler[Resources]]:
    """Handlers of whatever a rule may be about."""
    return {payload: on_event for payload in PAYLOADS_BY_NAME.values() if payload.topic in topics}


BULK_HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = {**told(BULK_TOPICS), **OF_HOUSEHOLDS}
HANDLERS = told(URGENT_TOPICS)
OWN_HANDLERS = told(OWN_TOPICS)
SUPPORT_HANDLERS = told(SUPPORT_TOPICS)
