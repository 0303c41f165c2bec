"""The bus in PostgreSQL, for one machine: a database of its own whose tables mean what Kafka's topics mean.

Appending locks the partition's row until commit: so offsets appear in order, without holes, and a commit is
the acknowledgement. A database that was wiped gets another cluster id.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from zlib import crc32

import asyncpg

from shared.messaging.bus import KEPT, PARTITIONS, BusDownError, Record
from shared.messaging.crash import crash_point
from shared.messaging.embedded_connection import bus_errors, cluster_of, connect
from shared.messaging.embedded_reader import CHANNEL, EmbeddedReader
from shared.messaging.lease import closed

NEW_TOPIC = """
    INSERT INTO log_partition (topic, partition) SELECT $1, generate_series(0, $2 - 1) ON CONFLICT DO NOTHING
"""
LOCK = """
    SELECT partition, next_offset FROM log_partition WHERE topic = $1 AND partition = ANY($2::int[])
    ORDER BY partition FOR UPDATE
"""
ADVANCE = """
    UPDATE log_partition p SET next_offset = p.next_offset + n.count
    FROM unnest($2::int[], $3::bigint[]) AS n(partition, count)
    WHERE p.topic = $1 AND p.partition = n.partition
"""
TRIM = """
    DELETE FROM log_record WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM log_record WHERE appended_at < now() - $1::interval LIMIT 10000))
"""
TRIM_EVERY = 3600.0


class EmbeddedLog:
    """The bus over one PostgreSQL database."""

    def __init__(self, url: str, *, keep: timedelta = KEPT) -> None:
        self._url, self._keep = url, keep
        self._connection: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()
        self._trim_at = 0.0

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[asyncpg.Connection]:
        """The one connection for all but reading, opened again after a fault; one user at a time."""
        async with self._turn:
            with bus_errors():
                if self._connection is None or self._connection.is_closed():
                    self._connection = await connect(self._url)
                yield self._connection

    async def cluster_id(self) -> str:
        """The id that the tables were created with."""
        async with self._connected() as connection:
            return await cluster_of(connection)

    async def ensure_topics(self, topics: Collection[str]) -> None:
        """Creates the topics that do not exist yet."""
        async with self._connected() as connection:
            await connection.executemany(NEW_TOPIC, [(topic, PARTITIONS) for topic in sorted(topics)])

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Appends in one transaction: all or none."""
        by_partition: dict[int, list[Record]] = defaultdict(list)
        for record in records:
            by_partition[crc32(record.key.encode()) % PARTITIONS].append(record)
        async with self._connected() as connection:
            async with connection.transaction():
                await _append(connection, topic, by_partition)
            await self._trim(connection)

    @asynccontextmanager
    async def reader(self, topics: Collection[str]) -> AsyncIterator[EmbeddedReader]:
        """Reads over a connection of its own."""
        with bus_errors():
            connection = await connect(self._url)
        try:
            async with EmbeddedReader(connection, topics) as reader:
                yield reader
        finally:
            await closed(connection)

    async def close(self) -> None:
        """Lets go of the connection."""
        if self._connection is not None:
            await closed(self._connection)
            self._connection = None

    async def _trim(self, connection: asyncpg.Connection) -> None:
        """Forgets records older than the topics' memory, now and then."""
        now = asyncio.get_running_loop().time()
        if now < self._trim_at:
            return
        while await connection.execute(TRIM, self._keep) == "DELETE 10000":
            continue
        self._trim_at = now + TRIM_EVERY


async def _append(connection: asyncpg.Connection, topic: str, by_partition: dict[int, list[Record]]) -> None:
    """Writes the records behind the last ones, under the partitions' locks."""
    ends = dict(await connection.fetch(LOCK, topic, sorted(by_partition)))
    if len(ends) != len(by_partition):
        raise BusDownError(f"topic {topic} does not exist")
    rows = [
        (topic, partition, ends[partition] + number, record.key, record.value)
        for partition, records in by_partition.items()
        for number, record in enumerate(records)
    ]
    columns = ("topic", "partition", "offset", "key", "value")
    await connection.copy_records_to_table("log_record", records=rows, columns=columns)
    crash_point("log.appended")
    counts = [len(records) for records in by_partition.values()]
    await connection.execute(ADVANCE, topic, list(by_partition), counts)
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
