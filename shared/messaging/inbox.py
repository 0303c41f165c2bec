"""Which events were applied: a row per event, in the transaction of its effects. Never pruned.

A topic may be delivered again from its beginning, years later (a wiped bus, a restored backup, a new cluster), and
no number of days is then enough. State events need no row: their revision tells.
"""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import StatePayload
from shared.messaging.events import Event

REMEMBER = text(
    """
    INSERT INTO inbox (consumer, source, event_id)
    SELECT :consumer, n.source, n.event_id
    FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS n(source, event_id)
    ON CONFLICT DO NOTHING
    RETURNING source, event_id
    """
)


async def not_applied_before(session: AsyncSession, consumer: str, events: Sequence[Event]) -> list[Event]:
    """The events that are new, in their order, each once; they are remembered if the transaction commits."""
    steps = [event for event in events if not isinstance(event.data, StatePayload)]
    if not steps:
        return list(events)
    parameters = {
        "consumer": consumer,
        "sources": [event.source for event in steps],
        "ids": [event.id for event in steps],
    }
    new = {(source, event_id) for source, event_id in await session.execute(REMEMBER, parameters)}
    return [event for event in events if isinstance(event.data, StatePayload) or _taken(new, event)]


def _taken(new: set[tuple[str, str]], event: Event) -> bool:
    """Whether this is the first of the batch with that id."""
    identity = (event.source, event.id)
    if identity not in new:
        return False
    new.remove(identity)
    return True
