"""For batch handlers of state events: what is left to apply when several of one subject come together."""

from collections.abc import Iterable

from shared.contracts.payload import StatePayload
from shared.messaging.events import Event


def newest(events: Iterable[Event]) -> list[Event]:
    """The event with the highest revision per subject. One INSERT … ON CONFLICT cannot change a row twice."""
    highest: dict[str, Event] = {}
    for event in events:
        known = highest.get(event.subject)
        if known is None or _revision(event) > _revision(known):
            highest[event.subject] = event
    return list(highest.values())


def _revision(event: Event) -> int:
    if not isinstance(event.data, StatePayload):
        raise TypeError(f"{event.data.event_type} has no revision")
    return event.data.revision
