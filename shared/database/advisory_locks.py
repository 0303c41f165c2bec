"""PostgreSQL's advisory locks: all their names, and the statements that take them.

    await take_lock(session, AdvisoryLock.PUBLICATION)                 # until the end of the transaction
    await take_lock(session, AdvisoryLock.HOUSEHOLD, uscc)             # one of its kind

A lock's key is the pair (hashtext(name), hashtext(subject)): two kinds never collide, and two subjects with the same
hash merely wait for each other. Locks belong to one database; services have one each.
"""

from enum import StrEnum, unique

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.direct import fetch


@unique
class AdvisoryLock(StrEnum):
    """The names of all locks; no other module defines one."""

    MIGRATION = "minglu.migration"
    """Migrations: of two processes that start together, one migrates."""
    IDEMPOTENCY_KEY = "minglu.idempotency-key"
    """Calls of one caller under one Idempotency-Key."""
    OFFICER = "minglu.officer"
    """Recording that a member of staff has acted; tried, never waited for."""
    LEASE = "minglu.lease"
    """A worker's task that only one process may do; held by a session."""
    EMBEDDED_LOG = "minglu.embedded-log"
    """Creating the tables of the embedded event log."""
    PUBLICATION = "minglu.publication"
    """Publications of typing runs; shared by corrections, which must not be overtaken by one."""
    ORDERS = "minglu.orders"
    """Ordering work for the typing worker: of orders at once, the second counts the first."""
    RUN = "minglu.run"
    """Working on a typing run; held by a session."""
    HOUSEHOLD = "minglu.household"
    """Corrections of one household."""
    REGISTRATION = "minglu.registration"
    """Deliveries of the registration feed, each of which is compared with all earlier ones."""
    DELIVERY = "minglu.delivery"
    """Deliveries of one feed for one region, and an officer's word about them: what came last is the state. Deliveries
    for a part of the region hold it together."""
    NAMES = "minglu.names"
    """The register of names, which takes one delivery after the other."""
    CALENDAR = "minglu.calendar"
    """Recording a year's holidays, and moving the deadlines that they change."""
    REGISTER = "minglu.register"
    """Deliveries of one register to recognition: a later one's rows replace an earlier one's."""
    FILING = "minglu.filing"
    """One objector's filings against one thing: the second finds the first."""
    CONTESTED = "minglu.contested"
    """Held together by filings against what has not been heard of; whoever hears of something waits for them."""
    CONTACT = "minglu.contact"
    """One person's own contact; or the contacts of a region: deliveries hold those around theirs together. Without a
    subject: held together by all deliveries that are being merged; a withdrawal waits for them."""
    PUBLICATION_COPIES = "minglu.publication-copies"
    """Changing the publisher's copies of households and recognitions, with what follows from both together."""
    PUBLICATION_SCOPE = "minglu.publication-scope"
    """Held together by those who write what is to stand in the national systems; a change of a system's region waits
    for them."""
    RULES = "minglu.rules"
    """Numbering and publishing versions of notification rules."""


async def take_lock(session: AsyncSession, name: AdvisoryLock, subject: str = "") -> None:
    """Wait for the lock and hold it until the end of the transaction."""
    await fetch(session, TAKE_LOCK, name.value, subject)


async def take_lock_shared(session: AsyncSession, name: AdvisoryLock, subject: str = "") -> None:
    """Wait for the lock and hold it together with others that take it shared; `take_lock` waits for all of them."""
    await fetch(session, _SHARED, name.value, subject)


async def try_lock(session: AsyncSession, name: AdvisoryLock, subject: str = "") -> bool:
    """Take the lock until the end of the transaction if it is free; whether it was."""
    return bool((await fetch(session, _TRY, name.value, subject))[0][0])


def lock_key(name: AdvisoryLock, subject: str = "") -> tuple[TextClause, dict[str, str]]:
    """`take_lock` as a statement and its parameters, for a connection: `connection.execute(*lock_key(…))`."""
    return _EXCLUSIVE, {"name": name.value, "subject": subject}


def lock_statement(name: AdvisoryLock) -> str:
    """`take_lock` as a statement without parameters, for scripts."""
    return f"SELECT pg_advisory_xact_lock(hashtext('{name.value}'), hashtext(''))"


TAKE_LOCK = "SELECT pg_advisory_xact_lock(hashtext($1), hashtext($2))"
"""`take_lock` for `direct`, with name and subject."""
TRY_SESSION_LOCK = "SELECT pg_try_advisory_lock(hashtext($1), hashtext($2))"
"""For an asyncpg connection, with name and subject: whether it got the lock, which it holds until it closes or unlocks.
"""
SESSION_UNLOCK = "SELECT pg_advisory_unlock(hashtext($1), hashtext($2))"

_EXCLUSIVE = text("SELECT pg_advisory_xact_lock(hashtext(:name), hashtext(:subject))")
_TRY = "SELECT pg_try_advisory_xact_lock(hashtext($1), hashtext($2))"
_SHARED = "SELECT pg_advisory_xact_lock_shared(hashtext($1), hashtext($2))"
