"""The receiving side: what could be read of a message, which events are new, and the newest of several states.

An applied event leaves an inbox row, in the transaction of its effects. Rows are never pruned: a topic may be delivered
again from its beginning, years later (a wiped bus, a restored backup, a new cluster), so no retention period would be
long enough. State events need no row: their revision shows whether they are new.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Column, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload, StatePayload
from shared.database.connections import now_column
from shared.messaging.bus import Message
from shared.messaging.events import Event, InvalidDataError, UnreadableError, parse_event, read_envelope


class Fault(StrEnum):
    """Why a message is a dead letter. All but `unreadable` block later events of their key."""

    UNREADABLE = "unreadable"
    INVALID = "invalid"
    FAILED = "failed"
    BLOCKED = "waiting"


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """`event` is None both for faults and for unknown types; `fault` distinguishes them. `cause` says what is wrong."""

    message: Message
    event: Event | None
    fault: Fault | None = None
    cause: str = ""

    @property
    def key(self) -> str | None:
        """The key that order is kept for: the subject, or the record's key if there is no readable subject."""
        return self.event.subject if self.event else self.message.key


def read_message(message: Message, known: Mapping[str, type[Payload]]) -> IncomingMessage:
    """Reads the message; never raises for its content."""
    try:
        return IncomingMessage(message, parse_event(message.value, known))
    except UnreadableError as error:
        return IncomingMessage(message, None, Fault.UNREADABLE, str(error))
    except InvalidDataError as error:
        return IncomingMessage(message, None, Fault.INVALID, str(error))


def message_identity(value: bytes) -> str:
    """The event's id, or the bytes' SHA-256 where they hold none: the same letter is never kept twice."""
    try:
        return str(read_envelope(value)["id"])
    except UnreadableError:
        return f"sha256:{sha256(value).hexdigest()}"


REMEMBER = text(
    """
    INSERT INTO inbox (consumer, source, event_id)
    SELECT :consumer, n.source, n.event_id
    FROM unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS n(source, event_id)
    ON CONFLICT DO NOTHING
    RETURNING source, event_id
    """
)


def inbox_table(metadata: MetaData) -> None:
    """Adds the table to a service's metadata."""
    Table(
        "inbox",
        metadata,
        Column("consumer", Text, primary_key=True),
        Column("source", Text, primary_key=True),
        Column("event_id", Text, primary_key=True),
        now_column("applied_at"),
    )


async def not_applied_before(session: AsyncSession, consumer: str, events: Sequence[Event]) -> list[Event]:
    """The events that are new, in their order, each once; they are remembered if the transaction commits."""
    steps = [event for event in events if not isinstance(event.data, StatePayload)]
    if not steps:
        return list(events)
    new = await remember(session, consumer, [(event.source, event.id) for event in steps])
    return [event for event in events if isinstance(event.data, StatePayload) or _is_first(new, event)]


async def remember(session: AsyncSession, consumer: str, identities: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Remembers sources and ids; returns those that were not remembered before."""
    sources, ids = [source for source, _ in identities], [event_id for _, event_id in identities]
    rows = await session.execute(REMEMBER, {"consumer": consumer, "sources": sources, "ids": ids})
    return {(source, event_id) for source, event_id in rows}


def _is_first(new: set[tuple[str, str]], event: Event) -> bool:
    """Whether this is the first of the batch with that id."""
    identity = (event.source, event.id)
    if identity not in new:
        return False
    new.remove(identity)
    return True


def latest_per_subject(events: Iterable[Event]) -> list[Event]:
    """The event with the highest revision per subject. One INSERT … ON CONFLICT cannot change a row twice."""
    highest: dict[str, Event] = {}
    for event in events:
        latest = highest.get(event.subject)
        if latest is None or _revision(event) > _revision(latest):
            highest[event.subject] = event
    return list(highest.values())


def _revision(event: Event) -> int:
    if not isinstance(event.data, StatePayload):
        raise TypeError(f"{event.data.event_type} has no revision")
    return event.data.revision
