"""PostgreSQL's advisory locks: every name that is used anywhere, and the statements that take them.

    await take_lock(session, AdvisoryLock.PUBLICATION)                 # until the end of the transaction
    await take_lock(session, AdvisoryLock.HOUSEHOLD, uscc)             # one of its kind

A lock's key is the pair (hashtext(name), hashtext(subject)): two kinds never meet, and two subjects that happen to have
one hash only wait for each other. Locks belong to one database; services have one each.
"""

from enum import StrEnum, unique

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession


@unique
class AdvisoryLock(StrEnum):
    """What is locked. No other module names a key."""

    MIGRATION = "minglu.migration"
    """Two processes that start together do not both migrate."""
    IDEMPOTENCY_KEY = "minglu.idempotency-key"
    """Calls of one caller under one Idempotency-Key."""
    OFFICER = "minglu.officer"
    """Writing down that one of the staff has acted; tried, never waited for."""
    LEASE = "minglu.lease"
    """A worker's task that only one process may do; held by a session."""
    EMBEDDED_LOG = "minglu.embedded-log"
    """Making the tables of the embedded event log."""
    PUBLICATION = "minglu.publication"
    """Publications of typing runs; shared by corrections, which must not be overtaken by one."""
    RUN = "minglu.run"
    """Who works on a typing run; held by a session."""
    HOUSEHOLD = "minglu.household"
    """Corrections of one household."""
    REGISTRATION = "minglu.registration"
    """Deliveries of the registration feed, each compared with all before."""
    REGISTER = "minglu.register"
    """Deliveries of one register to recognition: the later one's rows replace."""


async def take_lock(session: AsyncSession, name: AdvisoryLock, subject: str = "") -> None:
    """Wait for the lock and hold it until the end of the transaction."""
    await session.execute(*lock_key(name, subject))


async def take_lock_shared(session: AsyncSession, name: AdvisoryLock, subject: str = "") -> None:
    """The same together with others that hold it shared; whoever wants it for itself waits for all of them."""
    await session.execute(_SHARED, _key(name, subject))


async def try_lock(session: AsyncSession, name: AdvisoryLock, subject: str = "") -> bool:
    """Hold the lock until the end of the transaction if nobody else holds it now."""
    return bool(await session.scalar(_TRY, _key(name, subject)))


def lock_key(name: AdvisoryLock, subject: str = "") -> tuple[TextClause, dict[str, str]]:
    """`take_lock` as a statement and its parameters, for a connection: `connection.execute(*lock_key(…))`."""
    return _EXCLUSIVE, _key(name, subject)


def lock_statement(name: AdvisoryLock) -> str:
    """`take_lock` as a statement of its own, for a script without parameters."""
    return f"SELECT pg_advisory_xact_lock(hashtext('{name.value}'), hashtext(''))"


TRY_SESSION_LOCK = "SELECT pg_try_advisory_lock(hashtext($1), hashtext($2))"
"""For an asyncpg connection, with name and subject: whether it holds the lock now, until it ends or gives it back."""
SESSION_UNLOCK = "SELECT pg_advisory_unlock(hashtext($1), hashtext($2))"

_EXCLUSIVE = text("SELECT pg_advisory_xact_lock(hashtext(:name), hashtext(:subject))")
_TRY = text("SELECT pg_try_advisory_xact_lock(hashtext(:name), hashtext(:subject))")
_SHARED = text("SELECT pg_advisory_xact_lock_shared(hashtext(:name), hashtext(:subject))")


def _key(name: AdvisoryLock, subject: str) -> dict[str, str]:
    return {"name": name.value, "subject": subject}
