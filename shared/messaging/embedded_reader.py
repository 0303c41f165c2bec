"""Reading the embedded log: which partitions hold more than was read, and then as much of each as is fair."""

from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Self

import asyncpg

from shared.messaging.bus import Bounds, Message, OutOfBoundsError, Partition
from shared.messaging.embedded_connection import bus_errors, cluster_of
from shared.messaging.wake import Wake

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

    Its connection dies with the database: so the cluster is the same for as long as it lives.
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
        """Reading goes on at these offsets."""
        self._positions.update(positions)

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
        """A share of the limit for every partition that is ahead of its position."""
        topics, numbers = zip(*self._positions, strict=True)
        ahead = await self._connection.fetch(AHEAD, topics, numbers, list(self._positions.values()))
        if not ahead:
            return []
        share = max(1, limit // len(ahead))
        for _, _, position, end in ahead:
            if position > end:
                raise OutOfBoundsError(f"position {position} lies behind the end {end}")
        wanted = [(*row[:3], min(row["position"] + share, row["next_offset"])) for row in ahead]
        rows = await self._connection.fetch(READ, *map(list, zip(*wanted, strict=True)))
        if not rows:
            raise OutOfBoundsError("positions lie before what is still kept")
        return [Message(Partition(topic, number), *rest) for topic, number, *rest in rows]
