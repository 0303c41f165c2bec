"""Writing an event: one outbox row, in the transaction of the change that it announces.

The caller locks what it changes, changes it, emits, and the edge commits: so events about one subject get
their positions in the order in which their facts were committed. The relay does the rest.
"""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, LargeBinary, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.database.connections import now_column
from shared.database.direct import SentStatement, fetch
from shared.messaging.events import ChainLink, Event, current_traceparent, new_event

CHANNEL = "minglu_outbox"
MAX_EVENT_BYTES = 900_000
"""Bytes of one event. Kafka refuses messages of 1 MB, and a row that it refuses would stop the relay for good."""

INSERT = f"""
    WITH wake AS MATERIALIZED (SELECT pg_notify('{CHANNEL}', ''))
    INSERT INTO outbox (event_id, topic, key, value) SELECT $1::text, $2::text, $3::text, $4::bytea FROM wake
"""
INSERT_MANY = text(
    f"""
    WITH wake AS MATERIALIZED (SELECT pg_notify('{CHANNEL}', ''))
    INSERT INTO outbox (event_id, topic, key, value) SELECT :event_id, :topic, :key, :value FROM wake
    """
)


THIS_TRANSACTION = "pg_current_xact_id()::text::bigint"


def outbox_table(metadata: MetaData) -> None:
    """Adds the table. `written_by`: the writing transaction; `sent_to`: the cluster that acknowledged the event."""
    outbox = Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Text, nullable=False, unique=True),
        Column("topic", Text, nullable=False),
        Column("key", Text, nullable=False),
        Column("value", LargeBinary, nullable=False),
        Column("written_by", BigInteger, nullable=False, server_default=text(THIS_TRANSACTION)),
        now_column("written_at"),
        Column("sent_at", DateTime(timezone=True)),
        Column("sent_to", Text),
    )
    Index("ix_outbox_unsent", outbox.c.position, postgresql_where=outbox.c.sent_at.is_(None))
    Index("ix_outbox_sent_at", outbox.c.sent_at)


class EventTooLargeError(ValueError):
    """The event is larger than the bus accepts."""


async def emit(
    session: AsyncSession,
    payload: Payload,
    *,
    subject: str,
    source: str,
    actor: str | None = None,
    cause: Event | ChainLink | None = None,
    correlation: str | None = None,
) -> Event:
    """Adds the event to the session's transaction: it is sent if, and only if, that transaction commits.

    `source` names the service (`/typing`), `cause` the event that led here, `actor` the officer's subject.
    """
    event = new_event(
        payload,
        subject=subject,
        source=source,
        actor=actor,
        cause=cause,
        correlation=correlation,
        traceparent=current_traceparent(),
    )
    statement = writing(event)
    await fetch(session, statement.text, *statement.values)
    return event


def writing(event: Event) -> SentStatement:
    """The statement that adds an event, for who sends it together with the change that the event announces."""
    return SentStatement(INSERT, tuple(_row_of(event).values()))


async def emit_all(
    session: AsyncSession, payloads: Sequence[tuple[str, Payload]], *, source: str, actor: str | None = None
) -> None:
    """Adds many events, each with its subject, in their order: one round trip for all."""
    traceparent = current_traceparent()
    rows = [
        _row_of(new_event(payload, subject=subject, source=source, actor=actor, traceparent=traceparent))
        for subject, payload in payloads
    ]
    if rows:
        await session.execute(INSERT_MANY, rows)


def _row_of(event: Event) -> dict[str, object]:
    value = event.encode()
    if len(value) > MAX_EVENT_BYTES:
        raise EventTooLargeError(f"{event.data.event_type} has {len(value)} bytes, more than {MAX_EVENT_BYTES}")
    return {"event_id": event.id, "topic": event.data.topic, "key": event.subject, "value": value}
