"""The worker's task of delivery: hands over by channel, follows up, applies receipts, ends what is out of time."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any

from services.notification.channels.gateway import Provider
from services.notification.channels.providers import providers_of
from services.notification.delivery import repository as delivery_repository
from services.notification.delivery.domain import Pace
from services.notification.delivery.following_up import FollowingUp
from services.notification.delivery.handing_over import HandingOver, Means
from services.notification.delivery.metrics import OLDEST_URGENT, PAUSED, QUEUED
from services.notification.delivery.provider_gate import ProviderGate
from services.notification.delivery.receipts import apply_receipts
from services.notification.messages.domain import Channel, Lane, MessageState, Suppression
from services.notification.messages.transitions import move_all
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from shared.platform.service import WorkerContext
from shared.worker.transient import run_forever

AT_ONCE = 500
SWEEPING = dt.timedelta(seconds=5)
MEASURING = dt.timedelta(seconds=15)
LONGEST_ASKING = dt.timedelta(hours=6)


def delivery_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Delivery, forever."""
    return deliver(context.settings, context.resources)


async def deliver(settings: NotificationSettings, resources: Resources) -> None:
    """Everything that delivery does, until cancelled."""
    providers = providers_of(settings)
    try:
        await deliver_by(means_of(settings, resources), providers, dt.timedelta(days=settings.receipt_days))
    finally:
        for provider in [one for some in providers.values() for one in some]:
            await provider.close()


async def deliver_by(
    means: Means, providers: Mapping[Channel, Sequence[Provider]], receipts_kept_for: dt.timedelta
) -> None:
    """The same with providers that are open."""
    database, poll = means.database, means.poll
    without = [channel for channel in Channel if not providers.get(channel)]
    async with asyncio.TaskGroup() as group:
        for channel, some in providers.items():
            if some:
                handing_over = HandingOver(means, channel, some)
                group.create_task(
                    handing_over.run(run_forever(f"following up {channel}", FollowingUp(handing_over).run))
                )
        for what, once, pause in (
            ("receipts", lambda: apply_receipts(database, receipts_kept_for), poll),
            ("metrics of messages", lambda: measure(database), MEASURING),
            ("messages out of time", lambda: end_out_of_time(database), SWEEPING),
            ("messages without a provider", lambda: suppress_without_provider(database, without), SWEEPING),
        ):
            group.create_task(run_forever(what, _again_and_again(once, pause)))


def means_of(settings: NotificationSettings, resources: Resources) -> Means:
    """What delivery works with, from the settings."""
    seconds = dt.timedelta(seconds=1)
    pace = Pace(
        first_pause=settings.delivery_first_pause * seconds,
        longest_pause=settings.delivery_longest_pause * seconds,
        asked_after=settings.delivery_asked_after * seconds,
        longest_asking=LONGEST_ASKING,
        asks=settings.delivery_asks,
        lease=settings.delivery_lease * seconds,
        keys_for=dt.timedelta(hours=settings.delivery_key_hours),
    )
    gate = ProviderGate(
        resources.database, failures=settings.delivery_failures, pause=settings.delivery_provider_pause * seconds
    )
    return Means(
        database=resources.database,
        vault=resources.vault,
        gate=gate,
        pace=pace,
        slots=settings.delivery_slots,
        urgent_slots=settings.delivery_urgent_slots,
        poll=settings.delivery_poll * seconds,
    )


async def end_out_of_time(database: Database) -> int:
    """Ends what is open beyond its time: what no provider has taken is expired; of what one has taken and never
    confirmed nobody knows.
    """
    async with database.transaction() as session:
        due = await delivery_repository.take_out_of_time(session, clock.now(), AT_ONCE)
        expired = {MessageState.QUEUED: MessageState.EXPIRED}
        await move_all(session, [(message, expired.get(message.state, MessageState.UNCERTAIN)) for message in due])
    return len(due)


async def suppress_without_provider(database: Database, channels: Sequence[Channel]) -> int:
    """Where no provider is set, messages stay in the inbox alone."""
    taken = 0
    for channel in channels:
        async with database.transaction() as session:
            due = await delivery_repository.take_queued_of(session, channel, clock.now(), AT_ONCE)
            for message in due:
                message.suppression = Suppression.NO_PROVIDER
            await move_all(session, [(message, MessageState.SUPPRESSED) for message in due])
        taken += len(due)
    return taken


async def measure(database: Database) -> int:
    """Sets the gauges."""
    now = clock.now()
    async with database.reading() as session:
        waiting = await delivery_repository.queue_lengths(session, now)
        paused = await delivery_repository.paused_providers(session, now)
    lengths = {(row.channel, row.lane): row.queued for row in waiting}
    for channel in Channel:
        for lane in Lane:
            QUEUED.labels(channel, lane).set(lengths.get((channel, lane), 0))
    oldest = min((row.oldest for row in waiting if row.oldest is not None), default=now)
    OLDEST_URGENT.set((now - oldest).total_seconds())
    for name, is_paused in paused.items():
        PAUSED.labels(name).set(is_paused)
    return 0


def _again_and_again(once: Callable[[], Awaitable[int]], pause: dt.timedelta) -> Callable[[], Awaitable[None]]:
    """Repeats at once while there is something to do, else after a pause."""

    async def repeat() -> None:
        while True:
            if not await once():
                await asyncio.sleep(pause.total_seconds())

    return repeat
