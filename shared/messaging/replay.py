"""Replaying dead letters where an operator has requested it: key by key, in order, until one fails again."""

from collections.abc import Sequence

import structlog
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.messaging.bus import Message, Partition
from shared.messaging.dispatch import Handlers
from shared.messaging.inbox import not_applied_before, read_message
from shared.worker.transient import is_transient

log = structlog.get_logger()

REQUESTED = text(
    """
    SELECT DISTINCT topic, key, CASE WHEN kind = 'unreadable' THEN letter_id END AS alone
    FROM dead_letter WHERE consumer = :consumer AND settled_at IS NULL AND replay_asked_at IS NOT NULL
    """
)
QUEUE = text(
    """
    SELECT letter_id FROM dead_letter
    WHERE consumer = :consumer AND settled_at IS NULL AND (letter_id = :alone OR CAST(:alone AS bigint) IS NULL
        AND topic = :topic AND key IS NOT DISTINCT FROM CAST(:key AS text) AND kind <> 'unreadable')
    ORDER BY letter_id
    """
)
OPEN_LETTER = text(
    "SELECT topic, key, value FROM dead_letter WHERE letter_id = :letter AND settled_at IS NULL FOR UPDATE"
)
SETTLE = text("UPDATE dead_letter SET settled_at = now() WHERE letter_id = :letter")
MARK_FAILED_AGAIN = text(
    """
    UPDATE dead_letter SET replay_asked_at = NULL, cause = CASE WHEN letter_id = :letter THEN :cause ELSE cause END
    WHERE letter_id = ANY(CAST(:letters AS bigint[]))
    """
)


class StillUnreadableError(Exception):
    """The letter is still unreadable."""


async def replay_requested(database: Database, consumer: str, handlers: Handlers) -> int:
    """Applies the requested letters; returns how many were settled. Only the consumer's own loop calls it."""
    async with database.session() as session:
        queues = (await session.execute(REQUESTED, {"consumer": consumer})).all()
    return sum([await _replay_queue(database, consumer, handlers, queue) for queue in queues])


async def _replay_queue(database: Database, consumer: str, handlers: Handlers, queue: Row[tuple[str, str, int]]) -> int:
    """One key's letters, or one unreadable letter, each in a transaction of its own."""
    parameters = {"consumer": consumer, "topic": queue.topic, "key": queue.key, "alone": queue.alone}
    async with database.session() as session:
        letters: Sequence[int] = (await session.execute(QUEUE, parameters)).scalars().all()
    for settled, letter in enumerate(letters):
        try:
            async with database.transaction() as session:
                await _apply_letter(session, consumer, handlers, letter)
        except Exception as error:
            if is_transient(error):
                raise
            log.warning("replay_failed", consumer=consumer, letter=letter, error=type(error).__name__)
            await _note_failure(database, letters, letter, cause_of(error))
            return settled
    return len(letters)


async def _apply_letter(session: AsyncSession, consumer: str, handlers: Handlers, letter: int) -> None:
    row = (await session.execute(OPEN_LETTER, {"letter": letter})).one_or_none()
    if row is None:
        return
    incoming = read_message(Message(Partition(row.topic, -1), -1, row.key, row.value), handlers.known)
    if incoming.fault:
        raise StillUnreadableError(incoming.cause)
    if incoming.event:
        await handlers.handle(session, await not_applied_before(session, consumer, [incoming.event]))
    await session.execute(SETTLE, {"letter": letter})


async def _note_failure(database: Database, letters: Sequence[int], letter: int, cause: str) -> None:
    async with database.transaction() as session:
        parameters = {"letters": list(letters), "letter": letter, "cause": cause}
        await session.execute(MARK_FAILED_AGAIN, parameters)


def cause_of(error: BaseException) -> str:
    """The error's kind and its first line: further lines of database errors quote the row."""
    first_line = str(error).partition("\n")[0].replace("\x00", "")
    return f"{type(error).__name__}: {first_line}"[:300]
