"""The bus in PostgreSQL, for one machine: a database of its own whose tables stand for Kafka's topics.

The tables are created when first used. Errors of the database appear as BusDownError. Reading asks which
partitions hold more than was read, and takes a fair share of each.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from types import TracebackType
from typing import Self
from zlib import crc32

import asyncpg

from shared.database.addresses import database_address
from shared.database.advisory_locks import AdvisoryLock, lock_statement
from shared.messaging.bus import (
    PARTITIONS,
    RETENTION,
    Bounds,
    BusDownError,
    Message,
    OutOfBoundsError,
    Partition,
    Record,
)
from shared.worker.failpoints import failpoint
from shared.worker.lease import Wake, close_quietly
from shared.worker.transient import is_transient

CREATE_TABLES = f"""
    {lock_statement(AdvisoryLock.EMBEDDED_LOG)};
    CREATE TABLE IF NOT EXISTS log_cluster (
        single boolean PRIMARY KEY DEFAULT true CHECK (single), id uuid NOT NULL DEFAULT gen_random_uuid());
    CREATE TABLE IF NOT EXISTS log_partition (
        topic text, partition int, next_offset bigint NOT NULL DEFAULT 0, PRIMARY KEY (topic, partition));
    CREATE TABLE IF NOT EXISTS log_record (
        topic text, partition int, "offset" bigint, key text NOT NULL, value bytea NOT NULL,
        appended_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (topic, partition, "offset"));
    CREATE INDEX IF NOT EXISTS log_record_appended_at ON log_record USING brin (appended_at);
    INSERT INTO log_cluster DEFAULT VALUES ON CONFLICT DO NOTHING
"""
WIPED_STATES = frozenset({"42P01", "3D000", "55000"})
"""SQLSTATEs of a database that was dropped, refuses connections, or was created again without our tables."""


@contextmanager
def bus_errors() -> Iterator[None]:
    """Turns the errors of an unreachable database into BusDownError. Wrap only our own statements, never a caller's."""
    try:
        yield
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError) as error:
        if is_transient(error) or getattr(error, "sqlstate", None) in WIPED_STATES:
            raise BusDownError(type(error).__name__) from error
        raise


async def connect_to_log(url: str) -> asyncpg.Connection:
    """A connection to the log; makes sure that its tables exist."""
    connection = await asyncpg.connect(**database_address(url).connect_options(), timeout=5)
    try:
        if await connection.fetchval("SELECT to_regclass('log_cluster')") is None:
            async with connection.transaction():
                await connection.execute(CREATE_TABLES)
    except BaseException:
        await close_quietly(connection)
        raise
    return connection


async def cluster_of(connection: asyncpg.Connection) -> str:
    """The id that the tables were created with."""
    return str(await connection.fetchval("SELECT id FROM log_cluster"))


CHANNEL = "minglu_log"

BOUNDS = """
    SELECT p.topic, p.partition, p.next_offset, coalesce(
        (SELECT min(r."offset") FROM log_record r WHERE r.topic = p.topic AND r.partition = p.partition),
        p.next_offset) AS first
    FROM log_partition p WHERE p.topic = ANY($1::text[]) ORDER BY p.topic, p.partition
"""
AHEAD = """
    SELECT w.topic, w.partition, w.position, p.next_offset
    FROM unnest($1::text[], $2::int[], $3::bigint[]) AS w(topic, partition, position)
    JOIN log_partition p USING (topic, partition) WHERE p.next_offset <> w.position
"""
READ = """
    SELECT r.topic, r.partition, r."offset", r.key, r.value
    FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS w(topic, partition, position, upto)
    JOIN log_record r ON r.topic = w.topic AND r.partition = w.partition
        AND r."offset" >= w.position AND r."offset" < w.upto
    ORDER BY r.topic, r.partition, r."offset"
"""


class EmbeddedReader:
    """Holds the positions; `seek` must name them before the first `read`.

    Its connection ends with the database, so the cluster cannot change while it is open.
    """

    cluster: str

    def __init__(self, connection: asyncpg.Connection, topics: Collection[str]) -> None:
        self._connection, self._topics = connection, sorted(topics)
        self._wake = Wake(connection, CHANNEL)
        self._positions: dict[Partition, int] = {}

    async def __aenter__(self) -> Self:
        with bus_errors():
            await self._wake.__aenter__()
            self.cluster = await cluster_of(self._connection)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._wake.__aexit__(kind, error, trace)

    async def bounds(self) -> dict[Partition, Bounds]:
        """What every partition holds now."""
        with bus_errors():
            rows = await self._connection.fetch(BOUNDS, self._topics)
        return {Partition(topic, number): Bounds(first, end) for topic, number, end, first in rows}

    async def seek(self, positions: Mapping[Partition, int]) -> None:
        """Reading goes on at these offsets, of these partitions."""
        self._positions = dict(positions)

    async def read(self, limit: int, wait: float) -> list[Message]:
        """At most about `limit` messages, in order per partition; none if none come in `wait` seconds."""
        with bus_errors():
            messages = await self._read(limit)
            if not messages:
                await self._wake.wait(wait)
                messages = await self._read(limit)
        for message in messages:
            self._positions[message.partition] = message.offset + 1
        return messages

    async def _read(self, limit: int) -> list[Message]:
        """Reads a share of the limit from every partition that has more than was read."""
        if not self._positions:
            return []
        topics, numbers = zip(*self._positions, strict=True)
        ahead = await self._connection.fetch(AHEAD, topics, numbers, list(self._positions.values()))
        if not ahead:
            return []
        share = max(1, limit // len(ahead))
        for _, _, position, end in ahead:
            if position > end:
                raise OutOfBoundsError(f"position {position} lies behind the end {end}")
        ranges = [(*row[:3], min(row["position"] + share, row["next_offset"])) for row in ahead]
        rows = await self._connection.fetch(READ, *map(list, zip(*ranges, strict=True)))
        if not rows:
            raise OutOfBoundsError("positions lie before what is still kept")
        return [Message(Partition(topic, number), *rest) for topic, number, *rest in rows]


NEW_TOPIC = """
    INSERT INTO log_partition (topic, partition) SELECT $1, generate_series(0, $2 - 1) ON CONFLICT DO NOTHING
"""
LOCK_PARTITIONS = """
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

    def __init__(self, url: str, *, keep: timedelta = RETENTION) -> None:
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
                    self._connection = await connect_to_log(self._url)
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
        """Appends in one transaction: all records or none."""
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
            connection = await connect_to_log(self._url)
        try:
            async with EmbeddedReader(connection, topics) as reader:
                yield reader
        finally:
            await close_quietly(connection)

    async def close(self) -> None:
        """Closes the connection."""
        if self._connection is not None:
            await close_quietly(self._connection)
            self._connection = None

    async def _trim(self, connection: asyncpg.Connection) -> None:
        """Deletes, from time to time, records that are older than the retention."""
        now = asyncio.get_running_loop().time()
        if now < self._trim_at:
            return
        while await connection.execute(TRIM, self._keep) == "DELETE 10000":
            continue
        self._trim_at = now + TRIM_EVERY


async def _append(connection: asyncpg.Connection, topic: str, by_partition: dict[int, list[Record]]) -> None:
    """Appends the records to their partitions, under the partitions' locks."""
    ends = dict(await connection.fetch(LOCK_PARTITIONS, topic, sorted(by_partition)))
    if len(ends) != len(by_partition):
        raise BusDownError(f"topic {topic} does not exist")
    rows = [
        (topic, partition, ends[partition] + number, record.key, record.value)
        for partition, records in by_partition.items()
        for number, record in enumerate(records)
    ]
    columns = ("topic", "partition", "offset", "key", "value")
    await connection.copy_records_to_table("log_record", records=rows, columns=columns)
    failpoint("log.appended")
    counts = [len(records) for records in by_partition.values()]
    await connection.execute(ADVANCE, topic, list(by_partition), counts)
    await connection.execute("SELECT pg_notify($1, '')", CHANNEL)
