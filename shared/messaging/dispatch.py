"""Applying a batch of messages in one transaction: offsets, dead letters, inbox rows and effects, all or none."""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.messaging.dead_letters import blocked_keys, dead_letter
from shared.messaging.events import Event, UnreadableError, continue_trace, read_envelope
from shared.messaging.inbox import Fault, IncomingMessage, message_identity, not_applied_before, remember

log = structlog.get_logger()

Handler = Callable[[AsyncSession, Event], Awaitable[None]]
BatchHandler = Callable[[AsyncSession, Sequence[Event]], Awaitable[None]]

AnswerUnusable = Callable[[AsyncSession, "UnusableMessage"], Awaitable[None]]

OutcomeCounts = Counter[str]


@dataclass(frozen=True, slots=True)
class UnusableMessage:
    """A message that the service can do nothing with, for the answer to its sender. `identity`: the event's id, or the
    digest of the bytes where they hold none; `fault` is None for an event of an unknown type.
    """

    identity: str
    subject: str | None
    envelope: Mapping[str, str]
    fault: Fault | None
    cause: str

    @classmethod
    def of(cls, incoming: IncomingMessage) -> "UnusableMessage":
        """What can be said of a message."""
        try:
            envelope = read_envelope(incoming.message.value)
        except UnreadableError:
            envelope = {}
        texts = {name: value for name, value in envelope.items() if isinstance(value, str)}
        identity = message_identity(incoming.message.value)
        return cls(identity, texts.get("subject") or incoming.message.key, texts, incoming.fault, incoming.cause)

    @property
    def source(self) -> str:
        """Who says to have sent it; empty where it does not say so."""
        return self.envelope.get("source", "")


class Handlers:
    """What a consumer does with each kind of event, one by one or many at once.

    `unusable`, by topic: other systems write there and are answered. What cannot be used blocks no key then, since its
    sender will send it again; what cannot even be read remains a letter as well.
    """

    def __init__(
        self,
        single: Mapping[type[Payload], Handler],
        batched: Mapping[type[Payload], BatchHandler],
        unusable: Mapping[str, AnswerUnusable] | None = None,
    ) -> None:
        if twice := set(single) & set(batched):
            raise ValueError(f"two handlers for {', '.join(sorted(kind.event_type for kind in twice))}")
        self.known: dict[str, type[Payload]] = {kind.event_type: kind for kind in (*single, *batched)}
        self._single, self._batched, self._unusable = single, batched, unusable or {}

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

    def answers(self, incoming: IncomingMessage) -> bool:
        """Whether the sender of a message that cannot be used is told so."""
        return incoming.event is None and incoming.message.partition.topic in self._unusable

    async def answer(self, session: AsyncSession, consumer: str, incoming: IncomingMessage) -> None:
        """Tells the sender, once."""
        message, topic = UnusableMessage.of(incoming), incoming.message.partition.topic
        if await remember(session, consumer, [(message.source, message.identity)]):
            log.warning("message_refused", consumer=consumer, topic=topic, fault=incoming.fault, cause=incoming.cause)
            await self._unusable[topic](session, message)


async def apply(
    session: AsyncSession, consumer: str, handlers: Handlers, batch: Sequence[IncomingMessage]
) -> OutcomeCounts:
    """Applies each message, stores it as a letter or ignores it. Returns counts by outcome."""
    events, outcomes = await _classify(session, consumer, handlers, batch)
    new = await not_applied_before(session, consumer, events)
    outcomes["applied"] = len(new)
    outcomes["repeated"] = len(events) - len(new)
    await handlers.handle(session, new)
    return outcomes


async def _classify(
    session: AsyncSession, consumer: str, handlers: Handlers, batch: Sequence[IncomingMessage]
) -> tuple[list[Event], OutcomeCounts]:
    """The events that may be applied now; the others are answered, become letters or are ignored."""
    parked = await blocked_keys(session, consumer, [one for one in batch if one.event is not None])
    events: list[Event] = []
    outcomes: OutcomeCounts = Counter()
    for incoming in batch:
        place = (incoming.message.partition.topic, incoming.key or "")
        if handlers.answers(incoming):
            await handlers.answer(session, consumer, incoming)
            outcomes["refused"] += 1
            if incoming.fault is not Fault.UNREADABLE:
                continue
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
