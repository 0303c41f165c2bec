"""A consumer's offsets per partition, in its own database: advanced in the transaction of the effects."""

from collections.abc import Mapping

import structlog
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.bus import Bounds, Partition
from shared.worker.transient import RestartRequired

log = structlog.get_logger()

BEGIN = text(
    """
    INSERT INTO consumer_offset (consumer, cluster, topic, partition, next_offset)
    SELECT :consumer, :cluster, n.topic, n.partition, n.first
    FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:firsts AS bigint[]))
        AS n(topic, partition, first)
    ON CONFLICT DO NOTHING
    """
)
STORED = text(
    """
    SELECT topic, partition, next_offset FROM consumer_offset
    WHERE consumer = :consumer AND cluster = :cluster AND topic = ANY(CAST(:topics AS text[]))
    """
)
ADVANCE = text(
    """
    UPDATE consumer_offset o SET next_offset = n.upto
    FROM unnest(
        CAST(:topics AS text[]), CAST(:partitions AS int[]), CAST(:froms AS bigint[]), CAST(:uptos AS bigint[]))
        AS n(topic, partition, origin, upto)
    WHERE o.consumer = :consumer AND o.cluster = :cluster
        AND o.topic = n.topic AND o.partition = n.partition AND o.next_offset = n.origin
    RETURNING o.partition
    """
)

Positions = dict[Partition, int]


def consumer_offset_table(metadata: MetaData) -> None:
    """Adds the table to a service's metadata."""
    Table(
        "consumer_offset",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("cluster", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("partition", Integer, primary_key=True, autoincrement=False),
        Column("next_offset", BigInteger, nullable=False),
    )


async def load_positions(
    session: AsyncSession, consumer: str, cluster: str, bounds: Mapping[Partition, Bounds]
) -> Positions:
    """The positions to continue from: as stored; at the beginning where there is none or it is out of bounds."""
    await session.execute(
        BEGIN,
        {
            "consumer": consumer,
            "cluster": cluster,
            "topics": [partition.topic for partition in bounds],
            "partitions": [partition.number for partition in bounds],
            "firsts": [bound.first for bound in bounds.values()],
        },
    )
    topics = sorted({partition.topic for partition in bounds})
    rows = await session.execute(STORED, {"consumer": consumer, "cluster": cluster, "topics": topics})
    positions = {Partition(topic, number): offset for topic, number, offset in rows}
    back = {at: bounds[at].first for at in bounds if not bounds[at].first <= positions[at] <= bounds[at].end}
    if back:
        log.error("positions_out_of_bounds", consumer=consumer, partitions=len(back))
        await advance(session, consumer, cluster, positions, back)
    return positions | back


async def advance(session: AsyncSession, consumer: str, cluster: str, positions: Positions, upto: Positions) -> None:
    """Moves the partitions in `upto` on from `positions`; locks their rows until the commit. RestartRequired if a
    stored offset differs: another process consumes, and this transaction must be rolled back.
    """
    moved = await session.execute(
        ADVANCE,
        {
            "consumer": consumer,
            "cluster": cluster,
            "topics": [partition.topic for partition in upto],
            "partitions": [partition.number for partition in upto],
            "froms": [positions[partition] for partition in upto],
            "uptos": list(upto.values()),
        },
    )
    if len(moved.all()) != len(upto):
        raise RestartRequired("another process has moved the offsets")
