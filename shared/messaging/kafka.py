"""The bus on Apache Kafka, by aiokafka: an idempotent producer, acks=all, batches built per partition.

Partitions are assigned by hand: no consumer group, no rebalance, no offsets kept by the brokers (offsets live in the
consumer's database). aiokafka's errors become BusDownError or OutOfBoundsError.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, OffsetOutOfRangeError, ProducerClosed
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.protocol.metadata import MetadataRequest

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
from shared.messaging.events import CONTENT_TYPE
from shared.messaging.kafka_address import KafkaAddress

log = structlog.get_logger()

TIMEOUT = 10.0
"""Seconds that a broker may take to answer before it counts as down."""

logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # logs on every retry what our loops log once


@asynccontextmanager
async def kafka_errors_as_bus_errors(seconds: float = TIMEOUT) -> AsyncIterator[None]:
    """Limits the block to `seconds`; Kafka's errors in it become BusDownError or OutOfBoundsError."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except OffsetOutOfRangeError as error:
        raise OutOfBoundsError(str(error)) from error
    except (KafkaError, OSError) as error:
        raise BusDownError(type(error).__name__) from error


async def wait_until_closed(closing: Coroutine[Any, Any, None]) -> None:
    """Waits for a connection's end, however it ends.

    While a broker is down aiokafka cancels tasks of its own and lets their CancelledError out, which must not be
    mistaken for a cancellation of this task.
    """
    task = asyncio.ensure_future(closing)
    await asyncio.wait([task])
    if not task.cancelled() and task.exception():
        log.info("closing_failed", error=type(task.exception()).__name__)


async def stop_without_flush(producer: AIOKafkaProducer) -> None:
    """Stops the producer without its flush, which would wait for a broker that is down; aiokafka has no public way.
    Pending acknowledgements fail with ProducerClosed.
    """
    await producer._sender.close()  # noqa: SLF001
    accumulator = producer._message_accumulator  # noqa: SLF001
    unsent = accumulator._pending_batches  # noqa: SLF001
    unsent.update(*accumulator._batches.values())  # noqa: SLF001  where each batch's own callback expects it
    for batch in list(unsent):
        if not batch.future.done():
            batch.future.set_exception(ProducerClosed())
            batch.future.exception()  # retrieved, so that asyncio does not warn when no task waits any more
    await producer.stop()


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
        async with kafka_errors_as_bus_errors():
            await self._consumer.start()
            self._partitions = await self._known_partitions()

    async def close(self) -> None:
        """Disconnects; the client separately, since the consumer's own stop may end halfway."""
        await wait_until_closed(self._consumer.stop())
        await wait_until_closed(self._consumer._client.close())  # noqa: SLF001

    async def bounds(self) -> dict[Partition, Bounds]:
        """What every partition holds now."""
        async with kafka_errors_as_bus_errors():
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
        fetched: dict[TopicPartition, list[ConsumerRecord]] = {}
        if self._consumer.assignment():
            async with kafka_errors_as_bus_errors(wait + TIMEOUT):
                fetched = await self._consumer.getmany(timeout_ms=int(wait * 1000), max_records=limit)
        else:
            await asyncio.sleep(wait)
        if await self._cluster_id() != self.cluster:
            raise BusDownError("the bus is another cluster")
        return [
            Message(partition, record.offset, _text(record.key), record.value or b"")
            for partition, records in ((Partition(*at), records) for at, records in fetched.items())
            for record in records
        ]

    async def _known_partitions(self) -> list[TopicPartition]:
        admin = AIOKafkaAdminClient(**self._options)
        try:
            await admin.start()
            described = await admin.describe_topics(self._topics)
        finally:
            await wait_until_closed(admin.close())
        partitions = [
            TopicPartition(topic["topic"], partition["partition"])
            for topic in described
            for partition in topic["partitions"]
        ]
        if {at.topic for at in partitions} != set(self._topics):
            raise BusDownError("a topic does not exist")
        return sorted(partitions)


def _text(key: bytes | None) -> str | None:
    """A record's key: the subject in UTF-8. None if PostgreSQL could not store it as a text."""
    try:
        return key.decode() if key is not None and b"\x00" not in key else None
    except UnicodeDecodeError:
        return None


HEADERS = [("content-type", CONTENT_TYPE.encode())]
BATCH_BYTES = 950_000
TOPIC_EXISTS = 36
NOT_OURS = 29
"""TOPIC_AUTHORIZATION_FAILED: the topic's owner creates it; who only reads it waits for that."""
REPLICAS = 3


def partition_of(key: str, partitions: int) -> int:
    """The partition in which Kafka's own clients put this key."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


class KafkaBus:
    """The bus over one Kafka cluster."""

    def __init__(self, address: KafkaAddress) -> None:
        self._options = {**address.client_options(), "request_timeout_ms": int(TIMEOUT * 1000)}
        self._producer: AIOKafkaProducer | None = None
        self._client: AIOKafkaClient | None = None
        self._opening = asyncio.Lock()

    async def cluster_id(self) -> str:
        """The id that the brokers' storage was formatted with."""
        async with self._dropping(), kafka_errors_as_bus_errors():
            client = await self._connected()
            response = await client.send(client.get_random_node(), MetadataRequest([]))
        return str(response.to_object()["cluster_id"])

    async def ensure_topics(self, topics: Collection[str]) -> None:
        """Creates the topics that do not exist yet: replicated on up to three brokers, two of which must ack. Waits for
        those that only their owner may create.
        """
        admin = AIOKafkaAdminClient(**self._options)
        try:
            async with kafka_errors_as_bus_errors():
                await admin.start()
                await _create(admin, topics)
                while not await _all_have_leaders(admin, topics):  # noqa: ASYNC110  the broker does not call
                    await asyncio.sleep(0.02)
        finally:
            await wait_until_closed(admin.close())

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Sends round by round: a partition's next batch goes only when its last one was acknowledged."""
        async with self._dropping(), kafka_errors_as_bus_errors():
            producer = await self._producing()
            waiting = await self._batches(producer, topic, records)
            while waiting:
                first = [(partition, batches.pop(0)) for partition, batches in waiting.items()]
                await asyncio.gather(*[_send_batch(producer, topic, *batch) for batch in first])
                waiting = {partition: batches for partition, batches in waiting.items() if batches}

    @asynccontextmanager
    async def reader(self, topics: Collection[str]) -> AsyncIterator[KafkaReader]:
        """A consumer of all partitions, assigned by hand."""
        reader = KafkaReader(self._options, topics, self.cluster_id)
        try:
            await reader.open()
            yield reader
        finally:
            await reader.close()

    async def close(self) -> None:
        """Closes all connections and drops what was not acknowledged."""
        producer, self._producer = self._producer, None
        client, self._client = self._client, None
        if producer is not None:
            await wait_until_closed(stop_without_flush(producer))
        if client is not None:
            await wait_until_closed(client.close())

    @asynccontextmanager
    async def _dropping(self) -> AsyncIterator[None]:
        """Closes the connections when the block ends with an error or a cancellation."""
        try:
            yield
        except BaseException:
            await self.close()
            raise

    async def _connected(self) -> AIOKafkaClient:
        async with self._opening:
            if self._client is None:
                client = AIOKafkaClient(**self._options)
                try:
                    await client.bootstrap()
                except BaseException:
                    await wait_until_closed(client.close())
                    raise
                self._client = client
            return self._client

    async def _producing(self) -> AIOKafkaProducer:
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._options, enable_idempotence=True, acks="all", max_batch_size=BATCH_BYTES
                )
                try:
                    await producer.start()
                except BaseException:
                    await wait_until_closed(producer.stop())
                    raise
                self._producer = producer
            return self._producer

    async def _batches(
        self, producer: AIOKafkaProducer, topic: str, records: Iterable[Record]
    ) -> dict[int, list[BatchBuilder]]:
        """The records packed into batches, per partition in order."""
        partitions = len(await producer.partitions_for(topic))
        by_partition: dict[int, list[BatchBuilder]] = defaultdict(list)
        for key, value in records:
            batches = by_partition[partition_of(key, partitions)]
            if not batches or not _append(batches[-1], key, value):
                batches.append(producer.create_batch())
                _append(batches[-1], key, value)
        return by_partition


def _append(batch: BatchBuilder, key: str, value: bytes) -> bool:
    return batch.append(key=key.encode(), value=value, timestamp=None, headers=HEADERS) is not None


async def _send_batch(producer: AIOKafkaProducer, topic: str, partition: int, batch: BatchBuilder) -> None:
    acknowledged = await producer.send_batch(batch, topic, partition=partition)
    await acknowledged


async def _create(admin: AIOKafkaAdminClient, topics: Collection[str]) -> None:
    brokers = len((await admin.describe_cluster())["brokers"])
    replicas = min(REPLICAS, brokers)
    configuration = {
        "retention.ms": str(int(RETENTION.total_seconds() * 1000)),
        "min.insync.replicas": str(max(1, replicas - 1)),
    }
    new = [NewTopic(topic, PARTITIONS, replicas, topic_configs=configuration) for topic in sorted(topics)]
    response = await admin.create_topics(new)
    for topic, code, *_ in response.topic_errors:
        if code not in {0, TOPIC_EXISTS, NOT_OURS}:
            raise KafkaError(f"topic {topic} cannot be created: error {code}")


async def _all_have_leaders(admin: AIOKafkaAdminClient, topics: Collection[str]) -> bool:
    described = await admin.describe_topics(list(topics))
    return all(
        topic["partitions"] and all(partition["leader"] >= 0 for partition in topic["partitions"])
        for topic in described
    )
