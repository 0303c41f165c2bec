"""Writing an event: one outbox row, in the transaction of the fact that it tells.

The caller locks what it changes, changes it, emits, and the edge commits: so events about one subject get
their positions in the order in which their facts were committed. The relay does the rest.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.messaging.events import Event, new_event
from shared.messaging.tracing import current_traceparent

CHANNEL = "minglu_outbox"
LARGEST = 900_000
"""Bytes of one event. Kafka refuses messages of 1 MB, and a refused row would stop the relay for good."""

INSERT = text(
    f"""
    WITH wake AS MATERIALIZED (SELECT pg_notify('{CHANNEL}', ''))
    INSERT INTO outbox (event_id, topic, key, value) SELECT :event_id, :topic, :key, :value FROM wake
    """
)


class EventTooLargeError(ValueError):
    """The event would not pass the bus."""


async def emit(
    session: AsyncSession,
    payload: Payload,
    *,
    subject: str,
    source: str,
    actor: str | None = None,
    cause: Event | None = None,
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
    value = event.encode()
    if len(value) > LARGEST:
        raise EventTooLargeError(f"{payload.event_type} has {len(value)} bytes, more than {LARGEST}")
    row = {"event_id": event.id, "topic": payload.topic, "key": subject, "value": value}
    await session.execute(INSERT, row)
    return event
