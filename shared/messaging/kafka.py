"""The bus on Apache Kafka, by aiokafka: an idempotent producer, acks=all, batches built per partition.

Whatever goes wrong, all connections are dropped, what was not acknowledged is forgotten and the caller publishes
again: a producer left to itself would deliver old records after newer ones once its broker is back.
The brokers must not create topics by themselves (auto.create.topics.enable=false).
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.protocol.metadata import MetadataRequest

from shared.messaging.bus import KEPT, PARTITIONS, Record
from shared.messaging.events import CONTENT_TYPE
from shared.messaging.kafka_faults import PATIENCE, abandon, ended, in_time
from shared.messaging.kafka_reader import KafkaReader

HEADERS = [("content-type", CONTENT_TYPE.encode())]
BATCH_BYTES = 950_000
TOPIC_EXISTS = 36
REPLICAS = 3


def partition_of(key: str, partitions: int) -> int:
    """Where Kafka's own clients put this key."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)


class KafkaBus:
    """The bus over one Kafka cluster; `servers` is `host:port,host:port`."""

    def __init__(self, servers: str) -> None:
        self._options = {"bootstrap_servers": servers, "request_timeout_ms": int(PATIENCE * 1000)}
        self._producer: AIOKafkaProducer | None = None
        self._client: AIOKafkaClient | None = None
        self._opening = asyncio.Lock()

    async def cluster_id(self) -> str:
        """The id that the brokers' storage was formatted with."""
        async with self._dropping(), in_time():
            client = await self._connected()
            response = await client.send(client.get_random_node(), MetadataRequest([]))
        return str(response.to_object()["cluster_id"])

    async def ensure_topics(self, topics: Collection[str]) -> None:
        """Creates the topics that do not exist yet: replicated on up to three brokers, two of which must ack."""
        admin = AIOKafkaAdminClient(**self._options)
        try:
            async with in_time():
                await admin.start()
                await _create(admin, topics)
                while not await _all_have_leaders(admin, topics):  # noqa: ASYNC110  the broker does not call
                    await asyncio.sleep(0.02)
        finally:
            await ended(admin.close())

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Sends round by round: a partition's next batch goes only when its last one was acknowledged."""
        async with self._dropping(), in_time():
            producer = await self._producing()
            waiting = await self._batches(producer, topic, records)
            while waiting:
                first = [(partition, batches.pop(0)) for partition, batches in waiting.items()]
                await asyncio.gather(*[_sent(producer, topic, *batch) for batch in first])
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
        """Lets go of all connections and forgets what was not acknowledged."""
        producer, self._producer = self._producer, None
        client, self._client = self._client, None
        if producer is not None:
            await ended(abandon(producer))
        if client is not None:
            await ended(client.close())

    @asynccontextmanager
    async def _dropping(self) -> AsyncIterator[None]:
        """Whatever ends the block other than its own end also ends the connections."""
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
                    await ended(client.close())
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
                    await ended(producer.stop())
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
            if not batches or not _added(batches[-1], key, value):
                batches.append(producer.create_batch())
                _added(batches[-1], key, value)
        return by_partition


def _added(batch: BatchBuilder, key: str, value: bytes) -> bool:
    return batch.append(key=key.encode(), value=value, timestamp=None, headers=HEADERS) is not None


async def _sent(producer: AIOKafkaProducer, topic: str, partition: int, batch: BatchBuilder) -> None:
    acknowledged = await producer.send_batch(batch, topic, partition=partition)
    await acknowledged


async def _create(admin: AIOKafkaAdminClient, topics: Collection[str]) -> None:
    brokers = len((await admin.describe_cluster())["brokers"])
    replicas = min(REPLICAS, brokers)
    configuration = {
        "retention.ms": str(int(KEPT.total_seconds() * 1000)),
        "min.insync.replicas": str(max(1, replicas - 1)),
    }
    new = [NewTopic(topic, PARTITIONS, replicas, topic_configs=configuration) for topic in sorted(topics)]
    response = await admin.create_topics(new)
    for topic, code, *_ in response.topic_errors:
        if code not in {0, TOPIC_EXISTS}:
            raise KafkaError(f"topic {topic} cannot be created: error {code}")


async def _all_have_leaders(admin: AIOKafkaAdminClient, topics: Collection[str]) -> bool:
    described = await admin.describe_topics(list(topics))
    return all(
        topic["partitions"] and all(partition["leader"] >= 0 for partition in topic["partitions"])
        for topic in described
    )
