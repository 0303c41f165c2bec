"""Streaming a run's results: millions of facts go straight from the results to the bus, not through the outbox.

A row in `bulk_stream`, registered in the transaction of the publication, says that the stream is due and how far
it has come. The cursor moves only after acknowledgements; killed in between, some records go out twice, with the
same ids. On a bus that came back empty the stream begins anew.
"""

import asyncio
from collections.abc import Callable, Sequence

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging import metrics
from shared.messaging.bus import Bus, Record
from shared.messaging.crash import crash_point
from shared.messaging.faults import StartAgainError
from shared.messaging.lease import alone
from shared.service.database import Database

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
MOVE = "UPDATE bulk_stream SET next_record = $2 WHERE stream_id = $1"


class BulkStream:
    """Streams over one bus; any number of processes may try, one at a time does each stream."""

    def __init__(self, database: Database, bus: Bus, *, batch: int = 10_000) -> None:
        self._database, self._bus, self._batch = database, bus, batch

    @staticmethod
    async def register(session: AsyncSession, stream_id: str, topic: str, total: int) -> None:
        """Notes, with the caller's transaction, that `total` records are due. A second time does nothing."""
        await session.execute(REGISTER, {"stream": stream_id, "topic": topic, "total": total})

    async def due(self) -> list[str]:
        """Streams that are not complete on this cluster, oldest first."""
        cluster = await self._bus.cluster_id()
        async with self._database.session() as session:
            return list((await session.execute(DUE, {"cluster": cluster})).scalars())

    async def run(self, stream_id: str, fetch: Fetch) -> None:
        """Streams from the cursor to the end. May raise BusDownError or the database's errors: call again."""
        async with alone(self._database, f"bulk:{stream_id}") as connection:
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
            crash_point("bulk.acked")
            if await self._bus.cluster_id() != cluster:
                raise StartAgainError("the bus is another cluster")
            await connection.execute(MOVE, stream_id, ahead)
            metrics.STREAMED.labels(topic).inc(len(records))
            cursor, records = ahead, following
        if cursor < total:
            raise LookupError(f"stream {stream_id} ends at {cursor} of {total}")
        log.info("stream_complete", stream=stream_id, records=total)
