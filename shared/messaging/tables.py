"""The tables that a service's database needs to send and receive events; they join its own metadata.

outbox          events written with their facts, until the relay has carried them; sent ones stay some days.
inbox           events applied; kept for good, since a whole topic may be delivered again years later.
consumer_offset how far each partition of each cluster was consumed, moved in the transaction of the effects.
dead_letter     messages that could not be applied, and those that wait behind them for their key's sake.
bulk_stream     how far a run's results were streamed.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

THIS_TRANSACTION = "pg_current_xact_id()::text::bigint"


def messaging_tables(metadata: MetaData) -> None:
    """Adds the five tables to a service's metadata."""
    _outbox(metadata)
    _inbox(metadata)
    _consumer_offset(metadata)
    _dead_letter(metadata)
    _bulk_stream(metadata)


def _now(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=text("now()"))


def _outbox(metadata: MetaData) -> None:
    """`written_by` is the writing transaction's id; `sent_to` the cluster that acknowledged the event."""
    outbox = Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Text, nullable=False, unique=True),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("value", LargeBinary, nullable=False),
        Column("written_by", BigInteger, nullable=False, server_default=text(THIS_TRANSACTION)),
        _now("written_at"),
        Column("sent_at", DateTime(timezone=True)),
        Column("sent_to", Text),
    )
    Index("ix_outbox_unsent", outbox.c.position, postgresql_where=outbox.c.sent_at.is_(None))
    Index("ix_outbox_sent_at", outbox.c.sent_at)


def _inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("source", Text, primary_key=True),
        Column("event_id", Text, primary_key=True),
        _now("applied_at"),
    )


def _consumer_offset(metadata: MetaData) -> None:
    Table(
        "consumer_offset",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("cluster", Text, primary_key=True),
        Column("topic", Text, primary_key=True),
        Column("partition", Integer, primary_key=True, autoincrement=False),
        Column("next_offset", BigInteger, nullable=False),
    )


def _dead_letter(metadata: MetaData) -> None:
    """`event_id` is the bytes' SHA-256 if they hold no id. `kind`: unreadable, invalid, failed, waiting."""
    letter = Table(
        "dead_letter",
        metadata,
        Column("letter_id", BigInteger, Identity(always=True), primary_key=True),
        Column("consumer", Text, nullable=False),
        Column("topic", Text, nullable=False),
        Column("key", Text),
        Column("event_id", Text, nullable=False),
        Column("value", LargeBinary, nullable=False),
        Column("kind", Text, nullable=False),
        Column("cause", Text, nullable=False),
        _now("recorded_at"),
        Column("replay_asked_at", DateTime(timezone=True)),
        Column("settled_at", DateTime(timezone=True)),
        UniqueConstraint("consumer", "topic", "event_id", name="uq_dead_letter_event"),
    )
    Index(
        "ix_dead_letter_open",
        letter.c.consumer,
        letter.c.topic,
        letter.c.key,
        letter.c.letter_id,
        postgresql_where=letter.c.settled_at.is_(None),
    )


def _bulk_stream(metadata: MetaData) -> None:
    """`next_record` counts the records that `cluster` acknowledged; the stream is complete at `total`."""
    Table(
        "bulk_stream",
        metadata,
        Column("stream_id", Text, primary_key=True),
        Column("topic", Text, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("next_record", BigInteger, nullable=False, server_default=text("0")),
        Column("cluster", Text),
        _now("registered_at"),
    )
