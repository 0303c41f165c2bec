"""The mistakes that the tests of E1-E8 must catch, each planted where it is usually made."""

from collections.abc import Sequence

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.messaging import relay
from shared.messaging.bus import Record
from shared.messaging.consumer import Consumer
from shared.messaging.events import Event
from shared.messaging.inbox import IncomingMessage
from shared.messaging.offsets import Positions, advance
from shared.messaging.outbox import emit
from shared.messaging.relay import Relay
from shared.worker.failpoints import failpoint
from tests.faults.counting_service import Kinds, count_up


async def step_in_two_transactions(database: Database, kinds: Kinds, key: str) -> int:
    """E1: the fact is committed, then its event."""
    async with database.transaction() as session:
        number = await count_up(session, key)
    failpoint("writer.between")
    async with database.transaction() as session:
        await emit(session, kinds.step(number=number), subject=key, source="/test")
    return number


class RelayWithCursor(Relay):
    """E2: goes on behind the last row it saw, so it passes by rows that commit late."""

    _last = 0

    async def _relay_batch(self, connection: asyncpg.Connection, cluster: str) -> bool:
        rows = await connection.fetch(
            "SELECT position, topic, key, value FROM outbox WHERE position > $1 ORDER BY position LIMIT $2",
            self._last,
            self._batch,
        )
        if rows:
            await self._ensure(rows[0]["topic"])
            await self._bus.publish(rows[0]["topic"], [Record(row["key"], row["value"]) for row in rows])
            self._last = rows[-1]["position"]
            await connection.execute(relay.MARK, [row["position"] for row in rows], cluster)
        return len(rows) == self._batch


class RelayThatMarksFirst(Relay):
    """E2: marks, then publishes; what it holds when killed is never sent."""

    async def _relay_batch(self, connection: asyncpg.Connection, cluster: str) -> bool:
        rows = await connection.fetch(relay.UNSENT, self._batch)
        await connection.execute(relay.MARK, [row["position"] for row in rows], cluster)
        failpoint("relay.read")
        if rows:
            await self._ensure(rows[0]["topic"])
            await self._bus.publish(rows[0]["topic"], [Record(row["key"], row["value"]) for row in rows])
        failpoint("relay.acked")
        return len(rows) == self._batch


class RelayWithoutMemory(Relay):
    """E7: believes that what was sent once is there for good."""

    async def _adopt_cluster(self, connection: asyncpg.Connection) -> str:  # noqa: ARG002
        return await self._bus.cluster_id()


class ConsumerWithOffsetsApart(Consumer):
    """E3: effects in one transaction, offsets in the next, no inbox."""

    async def _apply(self, cluster: str, positions: Positions, batch: Sequence[IncomingMessage]) -> None:
        upto = {incoming.message.partition: incoming.message.offset + 1 for incoming in batch}
        async with self._database.transaction() as session:
            await self._handlers.handle(session, [incoming.event for incoming in batch if incoming.event])
        failpoint("consumer.applied")
        async with self._database.transaction() as session:
            await advance(session, self._name, cluster, positions, upto)
        positions.update(upto)


class ConsumerWithOffsetsFirst(Consumer):
    """E8: moves on, then applies; what the database loses in between is lost."""

    async def _apply(self, cluster: str, positions: Positions, batch: Sequence[IncomingMessage]) -> None:
        upto = {incoming.message.partition: incoming.message.offset + 1 for incoming in batch}
        async with self._database.transaction() as session:
            await advance(session, self._name, cluster, positions, upto)
        positions.update(upto)
        async with self._database.transaction() as session:
            await self._handlers.handle(session, [incoming.event for incoming in batch if incoming.event])


class ConsumerThatSkips(Consumer):
    """E6: notes the failure and goes on, also with the events of the same key."""

    async def _dead_letter(self, cluster: str, positions: Positions, incoming: IncomingMessage, _: Exception) -> None:
        upto = {incoming.message.partition: incoming.message.offset + 1}
        async with self._database.transaction() as session:
            await advance(session, self._name, cluster, positions, upto)
        positions.update(upto)


async def apply_last_state(session: AsyncSession, event: Event) -> None:
    """E5: what comes last is taken for the newest."""
    data = event.data
    await session.execute(
        text(
            "INSERT INTO state VALUES (:key, :revision, :value)"
            " ON CONFLICT (key) DO UPDATE SET revision = excluded.revision, value = excluded.value"
        ),
        {"key": event.subject, "revision": data.revision, "value": data.value},  # type: ignore[attr-defined]
    )
