"""Bulk streams: millions of facts go directly from a run's results to the bus, not through the outbox."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.database.connections import Database, now_column
from shared.messaging import metrics
from shared.messaging.bus import Bus, Record
from shared.worker.failpoints import failpoint
from shared.worker.lease import exclusive_lease
from shared.worker.transient import RestartRequired

log = structlog.get_logger()

Fetch = Callable[[int, int], Sequence[Record]]
"""`fetch(start, limit)`: the records from number `start` on, always the same ones. Called in a thread."""

REGISTER = text(
    """
    INSERT INTO bulk_stream (stream_id, topic, total) VALUES (:stream, :topic, :total)
    ON CONFLICT DO NOTHING
    """
)
DUE = text("SELECT stream_id FROM bulk_stream WHERE next_record < total OR cluster <> :cluster ORDER BY registered_at")
BEGIN = """
    UPDATE bulk_stream SET next_record = CASE WHEN cluster = $2 THEN next_record ELSE 0 END, cluster = $2
    WHERE stream_id = $1 RETURNING topic, next_record, total
"""
ADVANCE = "UPDATE bulk_stream SET next_record = $2 WHERE stream_id = $1"


def bulk_stream_table(metadata: MetaData) -> None:
    """Adds the table. `next_record` counts the records that `cluster` acknowledged; complete at `total`."""
    Table(
        "bulk_stream",
        metadata,
        Column("stream_id", Text, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("next_record", BigInteger, nullable=False, server_default=text("0")),
        Column("cluster", Text),
        now_column("registered_at"),
    )


@dataclass(frozen=True)
class StreamKind:
    """A kind of stream, for example all HouseholdTyped of a run; each stream has the id of its run or delivery."""

    name: str
    payload: type[Payload]

    def stream_id(self, origin: UUID) -> str:
        """The stream's id in the table."""
        return f"{self.name}/{origin}"

    def origin_of(self, stream_id: str) -> UUID | None:
        """The run or delivery of a stream of this kind; None for one of another kind."""
        name, _, origin = stream_id.partition("/")
        return UUID(origin) if name == self.name else None

    async def register(self, session: AsyncSession, origin: UUID, total: int) -> None:
        """Registers, in the caller's transaction, that `total` records are due. A second call has no effect."""
        await BulkStream.register(session, self.stream_id(origin), self.payload.topic, total)


class BulkStream:
    """Streams over one bus. Any number of processes may try; each stream is sent by one at a time."""

    def __init__(self, database: Database, bus: Bus, *, batch: int = 10_000) -> None:
        self._database, self._bus, self._batch = database, bus, batch

    @staticmethod
    async def register(session: AsyncSession, stream_id: str, topic: str, total: int) -> None:
        """Registers, in the caller's transaction, that `total` records are due. A second call has no effect."""
        await session.execute(REGISTER, {"stream": stream_id, "topic": topic, "total": total})

    async def due(self) -> list[str]:
        """Streams that are not complete on this cluster, oldest first."""
        cluster = await self._bus.cluster_id()
        async with self._database.session() as session:
            return list((await session.execute(DUE, {"cluster": cluster})).scalars())

    async def run(self, stream_id: str, fetch: Fetch) -> None:
        """Streams from the cursor to the end. May raise BusDownError or the database's errors: call again."""
        async with exclusive_lease(self._database, f"bulk:{stream_id}") as connection:
            cluster = await self._bus.cluster_id()
            row = await connection.fetchrow(BEGIN, stream_id, cluster)
            if row is None:
                raise LookupError(f"no stream {stream_id} is registered")
            await self._bus.ensure_topics({row["topic"]})
            await self._stream(connection, stream_id, row, cluster, fetch)

    async def _stream(
        self, connection: asyncpg.Connection, stream_id: str, row: asyncpg.Record, cluster: str, fetch: Fetch
    ) -> None:
        """Publishes a batch while the next one is being fetched."""
        topic, cursor, total = row

        async def fetched(start: int) -> Sequence[Record]:
            return await asyncio.to_thread(fetch, start, self._batch) if start < total else []

        records = await fetched(cursor)
        while records:
            ahead = cursor + len(records)
            following, _ = await asyncio.gather(fetched(ahead), self._bus.publish(topic, records))
            failpoint("bulk.acked")
            if await self._bus.cluster_id() != cluster:
                raise RestartRequired("the bus is another cluster")
            await connection.execute(ADVANCE, stream_id, ahead)
            metrics.STREAMED.labels(topic).inc(len(records))
            cursor, records = ahead, following
        if cursor < total:
            raise LookupError(f"stream {stream_id} ends at {cursor} of {total}")
        log.info("stream_complete", stream=stream_id, records=total)
