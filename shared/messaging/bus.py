"""The bus: topics of 12 partitions, each an ordered log of records. A key stays in one partition, in order.

Two transports with one meaning, proved by one contract test suite (tests/contracts/test_bus.py): Apache Kafka
(`shared.messaging.kafka`) and, for one machine, tables in PostgreSQL (`shared.messaging.embedded_log`).
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import NamedTuple, Protocol

from shared.worker.transient import TransientError

PARTITIONS = 12
RETENTION = timedelta(days=400)
"""How long a topic keeps records. A consumer that is down for longer starts with a gap."""


class Record(NamedTuple):
    """What is published: the key is the event's subject, the value its bytes."""

    key: str
    value: bytes


class Partition(NamedTuple):
    """One ordered log."""

    topic: str
    number: int


class Message(NamedTuple):
    """What is read. Offsets grow within a partition, maybe with gaps. Foreign records may have no key."""

    partition: Partition
    offset: int
    key: str | None
    value: bytes


class Bounds(NamedTuple):
    """The offsets that a partition holds: `first` up to, not including, `end`."""

    first: int
    end: int


class BusDownError(TransientError):
    """The bus cannot be reached or did not answer in time. Whether records arrived is unknown."""


class OutOfBoundsError(TransientError):
    """A position lies outside of what the partition holds. Align it with the bounds."""


class Reader(Protocol):
    """Reads the partitions of some topics, each from a position, as long as the cluster stays the same."""

    cluster: str

    async def bounds(self) -> dict[Partition, Bounds]:
        """What every partition holds now."""
        ...

    async def seek(self, positions: Mapping[Partition, int]) -> None:
        """Sets the offsets at which reading continues. Partitions that are not named are not read."""
        ...

    async def read(self, limit: int, wait: float) -> list[Message]:
        """At most about `limit` messages, in order per partition; none if none come in `wait` seconds."""
        ...


class Bus(Protocol):
    """One transport. Connects when first used, and again after a fault; all may raise BusDownError."""

    async def cluster_id(self) -> str:
        """The identity of what holds the records. A change means that the bus was wiped."""
        ...

    async def ensure_topics(self, topics: Collection[str]) -> None:
        """Creates the topics that do not exist yet."""
        ...

    async def publish(self, topic: str, records: Sequence[Record]) -> None:
        """Returns when all are durable, in the given order per key. After an error, some may be."""
        ...

    def reader(self, topics: Collection[str]) -> AbstractAsyncContextManager[Reader]:
        """Opens a reader of all partitions of the topics."""
        ...

    async def close(self) -> None:
        """Closes all connections."""
        ...
