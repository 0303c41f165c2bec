"""Reading Kafka with partitions assigned by hand: no group, no rebalance, no offsets kept by the brokers.

A cluster that was wiped under the reader's feet may have grown past its positions unnoticed; so every answer is
followed by the question whether it is still the cluster that the reader was opened on.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from shared.messaging.bus import Bounds, BusDownError, Message, Partition
from shared.messaging.kafka_faults import PATIENCE, ended, in_time


class KafkaReader:
    """`open`, then `seek` to positions, then `read`."""

    cluster: str

    def __init__(
        self, options: dict[str, Any], topics: Collection[str], cluster_id: Callable[[], Awaitable[str]]
    ) -> None:
        self._topics, self._cluster_id, self._options = sorted(topics), cluster_id, options
        self._consumer = AIOKafkaConsumer(
            **options,
            enable_auto_commit=False,
            auto_offset_reset="none",
            isolation_level="read_committed",
        )
        self._partitions: list[TopicPartition] = []

    async def open(self) -> None:
        """Connects and learns the topics' partitions."""
        self.cluster = await self._cluster_id()
        async with in_time():
            await self._consumer.start()
            self._partitions = await self._known_partitions()

    async def close(self) -> None:
        """Disconnects; the client apart, since the consumer's own stop may end halfway."""
        await ended(self._consumer.stop())
        await ended(self._consumer._client.close())  # noqa: SLF001

    async def bounds(self) -> dict[Partition, Bounds]:
        """What every partition holds now."""
        async with in_time():
            first = await self._consumer.beginning_offsets(self._partitions)
            end = await self._consumer.end_offsets(self._partitions)
        return {Partition(*at): Bounds(first[at], end[at]) for at in self._partitions}

    async def seek(self, positions: Mapping[Partition, int]) -> None:
        """Reading goes on at these offsets, of these partitions."""
        self._consumer.assign([TopicPartition(*partition) for partition in positions])
        for partition, offset in positions.items():
            self._consumer.seek(TopicPartition(*partition), offset)

    async def read(self, limit: int, wait: float) -> list[Message]:
        """At most `limit` messages, in order per partition; none if none come in `wait` seconds."""
        async with in_time(wait + PATIENCE):
            fetched = await self._consumer.getmany(timeout_ms=int(wait * 1000), max_records=limit)
        if await self._cluster_id() != self.cluster:
            raise BusDownError("the bus is another cluster")
        return [
            Message(Partition(*at), record.offset, _text(record.key), record.value or b"")
            for at, records in fetched.items()
            for record in records
        ]

    async def _known_partitions(self) -> list[TopicPartition]:
        admin = AIOKafkaAdminClient(**self._options)
        try:
            await admin.start()
            described = await admin.describe_topics(self._topics)
        finally:
            await ended(admin.close())
        found = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]
        if {at.topic for at in found} != set(self._topics):
            raise BusDownError("a topic does not exist")
        return sorted(found)


def _text(key: bytes | None) -> str | None:
    """A key is the subject in UTF-8. What PostgreSQL could not store as a text is no key."""
    try:
        return key.decode() if key is not None and b"\x00" not in key else None
    except UnicodeDecodeError:
        return None
