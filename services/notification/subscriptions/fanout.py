"""The consumer `webhooks`: from an event to a delivery for every subscription that asks for it.

It has a place of its own on every topic, so it holds nobody up. A topic of which nobody subscribes to anything is not
read at all; otherwise there is one statement for all events of a batch. An event that is read again makes nothing new
while its deliveries are kept, and afterwards it is too old.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from services.notification.subscriptions import repository
from services.notification.subscriptions.domain import TOLD, concerned, is_offered
from shared import clock
from shared.contracts.payload import Payload
from shared.messaging.events import Event
from shared.platform.service import BatchEventHandler

NAMESPACE = uuid.UUID("2f9d0b6e-0f0b-5d57-9a8e-6b0a2d7c4e11")
"""Of the ids of events whose own ids are no UUIDs."""
PRUNED_AT_ONCE = 5_000
PRUNINGS = 20
"""Statements per round of housekeeping."""


async def asked_topics(session: AsyncSession, resources: Resources) -> Collection[str]:
    """The topics with events that somebody subscribes to at present."""
    types = await repository.asked_types(session, clock.now() - kept_for(resources.settings))
    return {kind.topic for kind in TOLD if kind.event_type in types}


async def on_events(session: AsyncSession, events: Sequence[Event], resources: Resources) -> None:
    """Queues events of one type, in the transaction that moves the consumer on."""
    now = clock.now()
    settings = resources.settings
    kind = type(events[0].data)
    asking = await repository.listening(session, kind.event_type, now - kept_for(settings))
    wanted = [one for one in asking if is_offered(kind, one.receiver, one.department)]
    oldest = now - dt.timedelta(days=settings.oldest_event_days)
    if not wanted:
        return
    queued: dict[uuid.UUID, Event] = {}
    pairs: list[tuple[uuid.UUID, uuid.UUID]] = []
    for event in events:
        whom = concerned(event.data, event.subject)
        if whom is None or event.time < oldest:
            continue
        matching = [one.id for one in wanted if whom.is_for(one.department.value, one.region)]
        if matching:
            identity = message_id(event)
            queued[identity] = event
            pairs += [(identity, subscription) for subscription in matching]
    if pairs:
        await repository.queue(session, queued, pairs, now)


def message_id(event: Event) -> uuid.UUID:
    """The `webhook-id`: the event's own id, or one that follows from it where it is no UUID."""
    try:
        return uuid.UUID(event.id)
    except ValueError:
        return uuid.uuid5(NAMESPACE, f"{event.source}|{event.id}")


def kept_for(settings: NotificationSettings) -> dt.timedelta:
    """How long deliveries are kept: at least until their events are too old to be told."""
    return dt.timedelta(days=max(settings.webhook_kept_days, settings.oldest_event_days))


async def forget_old(resources: Resources) -> None:
    """Housekeeping: deliveries that were kept long enough, and secrets that sign nothing any more."""
    now = clock.now()
    async with resources.database.transaction() as session:
        await repository.erase_expired(session, now)
    for _ in range(PRUNINGS):
        async with resources.database.transaction() as session:
            removed = await repository.prune(session, now - kept_for(resources.settings), PRUNED_AT_ONCE)
        if removed < PRUNED_AT_ONCE:
            return


HANDLERS: Mapping[type[Payload], BatchEventHandler[Resources]] = dict.fromkeys(TOLD, on_events)
TOPICS = sorted({kind.topic for kind in TOLD})
