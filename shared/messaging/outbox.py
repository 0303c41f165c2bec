"""Writing an event: one outbox row, in the transaction of the fact that it tells.

The caller locks what it changes, changes it, emits, and the edge commits: so events about one subject get
their positions in the order in which their facts were committed. The relay does the rest.
"""

from collections.abc import Sequence

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
    await session.execute(INSERT, _row(event))
    return event


async def emit_all(
    session: AsyncSession, payloads: Sequence[tuple[str, Payload]], *, source: str, actor: str | None = None
) -> None:
    """Adds many events, each with its subject, in their order: one round trip for all."""
    traceparent = current_traceparent()
    rows = [
        _row(new_event(payload, subject=subject, source=source, actor=actor, traceparent=traceparent))
        for subject, payload in payloads
    ]
    if rows:
        await session.execute(INSERT, rows)


def _row(event: Event) -> dict[str, object]:
    value = event.encode()
    if len(value) > LARGEST:
        raise EventTooLargeError(f"{event.data.event_type} has {len(value)} bytes, more than {LARGEST}")
    return {"event_id": event.id, "topic": event.data.topic, "key": event.subject, "value": value}
