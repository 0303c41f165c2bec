"""Messages that could not be applied, and those that wait behind them, in the consumer's own database.

A letter that failed or is invalid blocks its key: later events of the key wait here as letters too, in order, until an
operator has had the cause repaired and requests the replay. Other keys continue. Bytes that are not an event block no
key.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import now_column
from shared.messaging.inbox import Fault, IncomingMessage, message_identity

log = structlog.get_logger()

INSERT = text(
    """
    INSERT INTO dead_letter (consumer, topic, key, event_id, value, kind, cause)
    VALUES (:consumer, :topic, :key, :event_id, :value, :kind, :cause)
    ON CONFLICT (consumer, topic, event_id)
        DO UPDATE SET settled_at = NULL, kind = excluded.kind, cause = excluded.cause
        WHERE dead_letter.settled_at IS NOT NULL AND dead_letter.kind <> 'discarded'
    """
)
BLOCKED_KEYS = text(
    """
    SELECT DISTINCT topic, key FROM dead_letter
    WHERE consumer = :consumer AND settled_at IS NULL AND kind <> 'unreadable' AND key = ANY(CAST(:keys AS text[]))
    """
)
OPEN_LETTERS = text(
    """
    SELECT letter_id, consumer, topic, key, event_id, kind, cause, recorded_at, replay_asked_at
    FROM dead_letter WHERE settled_at IS NULL ORDER BY letter_id LIMIT :limit
    """
)
REQUEST_REPLAY = text(
    """
    UPDATE dead_letter d SET replay_asked_at = now()
    FROM dead_letter named
    WHERE d.settled_at IS NULL AND named.settled_at IS NULL
        AND (named.letter_id = :letter OR CAST(:letter AS bigint) IS NULL)
        AND (d.letter_id = named.letter_id OR d.kind <> 'unreadable' AND named.kind <> 'unreadable'
            AND (d.consumer, d.topic, d.key) = (named.consumer, named.topic, named.key))
    RETURNING d.letter_id
    """
)
OUTCOME = text(
    """
    SELECT count(*) FILTER (WHERE settled_at IS NOT NULL) AS settled,
        count(*) FILTER (WHERE settled_at IS NULL AND replay_asked_at IS NULL) AS failed
    FROM dead_letter WHERE letter_id = ANY(CAST(:letters AS bigint[]))
    """
)
DISCARD = text(
    """
    UPDATE dead_letter SET settled_at = now(), kind = 'discarded', cause = CAST(:reason AS text)
    WHERE settled_at IS NULL AND letter_id = :letter RETURNING consumer, topic, key
    """
)
REQUEST_REPLAY_OF_REST = text(
    """
    UPDATE dead_letter SET replay_asked_at = now()
    WHERE settled_at IS NULL AND consumer = :consumer AND topic = :topic AND key = :key
    """
)
OPEN_BY_KIND = text(
    "SELECT kind, count(*) AS letters FROM dead_letter WHERE consumer = :consumer AND settled_at IS NULL GROUP BY kind"
)


def dead_letter_table(metadata: MetaData) -> None:
    """Adds the table. `event_id`: the bytes' SHA-256 if they hold no id. `kind`: a `Fault`, or discarded."""
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
        now_column("recorded_at"),
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


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One open letter, as an operator sees it."""

    letter_id: int
    consumer: str
    topic: str
    key: str | None
    event_id: str
    kind: Fault
    cause: str
    recorded_at: datetime
    replay_asked_at: datetime | None


async def dead_letter(
    session: AsyncSession, consumer: str, incoming: IncomingMessage, fault: Fault, cause: str
) -> None:
    """Stores the message as a letter, and logs it; a second time has no effect."""
    message = incoming.message
    log.error("dead_letter", consumer=consumer, kind=fault.value, topic=message.partition.topic, subject=incoming.key)
    letter = {
        "consumer": consumer,
        "topic": message.partition.topic,
        "key": incoming.key,
        "event_id": message_identity(message.value),
        "value": message.value,
        "kind": fault.value,
        "cause": cause.replace("\x00", ""),
    }
    await session.execute(INSERT, letter)


async def blocked_keys(
    session: AsyncSession, consumer: str, incoming: Sequence[IncomingMessage]
) -> set[tuple[str, str]]:
    """The topics and keys, among those of the messages, that are blocked by an open letter."""
    keys = list({message.key for message in incoming if message.key is not None})
    rows = await session.execute(BLOCKED_KEYS, {"consumer": consumer, "keys": keys})
    return {(topic, key) for topic, key in rows}


async def open_dead_letters(session: AsyncSession, limit: int = 100) -> list[DeadLetter]:
    """The oldest unsettled letters."""
    rows = await session.execute(OPEN_LETTERS, {"limit": limit})
    return [DeadLetter(**{**row, "kind": Fault(row["kind"])}) for row in rows.mappings()]


async def request_replay(session: AsyncSession, letter: int | None = None) -> list[int]:
    """Requests that the running consumer apply a letter, with all others of its key; None requests all letters. Returns
    the letters requested: empty if there is no such open letter.
    """
    return list((await session.execute(REQUEST_REPLAY, {"letter": letter})).scalars())


async def replay_outcome(session: AsyncSession, letters: Sequence[int]) -> tuple[int, int]:
    """How many of the requested letters were settled, and how many failed again."""
    row = (await session.execute(OUTCOME, {"letters": list(letters)})).one()
    return row.settled, row.failed


async def discard(session: AsyncSession, letter: int, reason: str) -> bool:
    """Settles a letter without applying it, and requests the replay of those waiting for it. False: no such letter."""
    row = (await session.execute(DISCARD, {"letter": letter, "reason": reason})).one_or_none()
    if row is None:
        return False
    await session.execute(REQUEST_REPLAY_OF_REST, {"consumer": row.consumer, "topic": row.topic, "key": row.key})
    return True


async def count_open(session: AsyncSession, consumer: str) -> dict[str, int]:
    """Open letters by kind, for the metric."""
    rows = await session.execute(OPEN_BY_KIND, {"consumer": consumer})
    return {row.kind: row.letters for row in rows}
