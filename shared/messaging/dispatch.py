"""Applying a batch of messages in one transaction: offsets, dead letters, inbox rows and effects, all or none."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.messaging.dead_letters import blocked_keys, dead_letter
from shared.messaging.events import Event, continue_trace
from shared.messaging.inbox import Fault, IncomingMessage, not_applied_before

Handler = Callable[[AsyncSession, Event], Awaitable[None]]
BatchHandler = Callable[[AsyncSession, Sequence[Event]], Awaitable[None]]

OutcomeCounts = Counter[str]


class Handlers:
    """What a consumer does with each kind of event, one by one or many at once."""

    def __init__(self, single: Mapping[type[Payload], Handler], batched: Mapping[type[Payload], BatchHandler]) -> None:
        if twice := set(single) & set(batched):
            raise ValueError(f"two handlers for {', '.join(sorted(kind.event_type for kind in twice))}")
        self.known: dict[str, type[Payload]] = {kind.event_type: kind for kind in (*single, *batched)}
        self._single, self._batched = single, batched

    async def handle(self, session: AsyncSession, events: Sequence[Event]) -> None:
        """Applies the events in order; consecutive ones of one kind go to its batch handler together."""
        for kind, neighbours in groupby(events, key=lambda event: type(event.data)):
            batched = self._batched.get(kind)
            if batched is not None:
                await batched(session, list(neighbours))
                continue
            for event in neighbours:
                with continue_trace(event.traceparent, kind.event_type):
                    await self._single[kind](session, event)


async def apply(
    session: AsyncSession, consumer: str, handlers: Handlers, batch: Sequence[IncomingMessage]
) -> OutcomeCounts:
    """Applies each message, stores it as a letter or ignores it. Returns counts by outcome."""
    events, outcomes = await _classify(session, consumer, batch)
    new = await not_applied_before(session, consumer, events)
    outcomes["applied"] = len(new)
    outcomes["repeated"] = len(events) - len(new)
    await handlers.handle(session, new)
    return outcomes


async def _classify(
    session: AsyncSession, consumer: str, batch: Sequence[IncomingMessage]
) -> tuple[list[Event], OutcomeCounts]:
    """The events that may be applied now; the others become letters or are ignored."""
    parked = await blocked_keys(session, consumer, batch)
    events: list[Event] = []
    outcomes: OutcomeCounts = Counter()
    for incoming in batch:
        place = (incoming.message.partition.topic, incoming.key or "")
        fault = Fault.BLOCKED if place in parked and incoming.event else incoming.fault
        if fault is not None:
            cause = "an earlier event of the key is parked" if fault is Fault.BLOCKED else incoming.cause
            await dead_letter(session, consumer, incoming, fault, cause)
            outcomes[fault] += 1
            if fault is not Fault.UNREADABLE:
                parked.add(place)
        elif incoming.event is not None:
            events.append(incoming.event)
        else:
            outcomes["unknown"] += 1
    return events, outcomes
