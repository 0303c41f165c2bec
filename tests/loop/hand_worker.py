"""A service's worker whose steps a test takes one by one: what it sends, hears and does on a day, in which order."""

from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from sqlalchemy import text

from services.notification.delivery.task import suppress_without_provider
from services.notification.handlers import limits_of
from services.notification.messages.domain import Channel
from services.notification.resources import Resources as NotificationResources
from services.notification.telling.later import tell_page
from services.typing.resources import Resources as TypingResources
from services.typing.run_worker import RunWorker
from services.typing.runs.streams import run_stream
from shared.database.connections import Database
from shared.messaging.bulk_stream import BulkStream
from shared.messaging.bus import Bus, Reader
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import read_message
from shared.messaging.offsets import Positions
from shared.messaging.relay import Relay
from shared.platform.service import Service
from shared.worker.deadlines import Deadlines
from shared.worker.lease import exclusive_lease

EVERYTHING = 2000
"""Events that are heard in one transaction unless a test asks for fewer."""


@dataclass
class _Hearing:
    """An open reader of a consumer, and how far it has come."""

    consumer: Consumer
    reader: Reader
    positions: Positions

    async def behind(self) -> int:
        """How many events it has not heard."""
        bounds = await self.reader.bounds()
        return sum(bound.end - self.positions[partition] for partition, bound in bounds.items())


@dataclass
class HandWorker:
    """The worker of one service over its database and the bus; leases and readers are opened when first needed."""

    service: Service[Any, Any]
    database: Database
    resources: Any
    bus: Bus
    batch: int = EVERYTHING
    _open: AsyncExitStack | None = None
    _relay: tuple[Relay, asyncpg.Connection, str] | None = None
    _hearings: dict[str, _Hearing] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The service's name."""
        return self.service.name

    async def send(self) -> int:
        """The outbox to the bus, once; how many rows had waited."""
        if self._relay is None:
            relay = Relay(self.database, self.bus, batch=self.batch)
            connection = await self._stack().enter_async_context(exclusive_lease(self.database, "relay"))
            self._relay = relay, connection, await relay._adopt_cluster(connection)
        relay, connection, cluster = self._relay
        waiting = int(await connection.fetchval("SELECT count(*) FROM outbox WHERE sent_at IS NULL"))
        if waiting:
            await relay._relay_batch(connection, cluster)
        return waiting

    async def hear(self) -> int:
        """The next events of every subscription; how many there were."""
        heard = 0
        for subscription in self.service.subscriptions:
            hearing = await self._hearing(subscription.name)
            if await hearing.behind():
                messages = await hearing.reader.read(self.batch, 0.2)
                batch = [read_message(one, hearing.consumer._handlers.known) for one in messages]
                await hearing.consumer._take(hearing.reader.cluster, hearing.positions, batch)
                heard += len(messages)
        return heard

    async def fire(self) -> int:
        """All deadlines that are due by the clock; how many were tried."""
        return await Deadlines(self.database, self.service.deadlines).fire_due()

    async def work(self) -> int:
        """What the service's own tasks have to do, once: typing's runs and streams; what is told to many, and
        messages that no provider takes.
        """
        done = 0
        if isinstance(self.resources, TypingResources):
            done += await RunWorker(self.resources, poll_seconds=0.01).take_one_step()
            streams = BulkStream(self.database, self.bus)
            for stream in await streams.due():
                await run_stream(self.resources, streams, stream)
                done += 1
        if isinstance(self.resources, NotificationResources):
            while await self._tell_page(self.resources) is not None:
                done += 1
            done += await suppress_without_provider(self.database, list(Channel))
        return done

    async def tidy(self) -> None:
        """What is repeated every minute, once."""
        for tidy in self.service.tidying:
            await tidy(self.resources)

    async def _tell_page(self, resources: NotificationResources) -> int | None:
        async with self.database.transaction() as session:
            return await tell_page(session, limits_of(resources))

    async def hear_again(self) -> None:
        """Both topics come from their beginning, as after a restored database or a new consumer group."""
        await self.stop()
        async with self.database.transaction() as session:
            await session.execute(text("DELETE FROM consumer_offset"))

    async def stop(self) -> None:
        """Give back leases and readers; the next step opens them again."""
        stack, self._open, self._relay, self._hearings = self._open, None, None, {}
        if stack is not None:
            await stack.aclose()

    def _stack(self) -> AsyncExitStack:
        if self._open is None:
            self._open = AsyncExitStack()
        return self._open

    async def _hearing(self, name: str) -> _Hearing:
        if name not in self._hearings:
            subscription = next(one for one in self.service.subscriptions if one.name == name)
            consumer = subscription.consumer(self.database, self.bus, self.resources)
            await self.bus.ensure_topics(subscription.topics)
            await self._stack().enter_async_context(exclusive_lease(self.database, f"consumer:{name}"))
            reader = await self._stack().enter_async_context(self.bus.reader(subscription.topics))
            positions = await consumer._positions(reader)
            await reader.seek(positions)
            self._hearings[name] = _Hearing(consumer, reader, positions)
        return self._hearings[name]
