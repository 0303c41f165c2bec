"""The audit: who did what, in the same transaction as the action itself, in a table that only grows."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Protocol

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from shared import clock
from shared.database.direct import fetch_within
from shared.platform.audit_chain import Entry, canonical, hashed_parts, timestamp
from shared.platform.identity import Caller


def audit_tables(metadata: MetaData) -> None:
    """Adds the two tables to a metadata; the migration that makes them also makes `audit_append` and the triggers."""
    entry = Table(
        "audit_entry",
        metadata,
        Column("chain", Text, primary_key=True),
        Column("seq", BigInteger, primary_key=True, autoincrement=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("actor", Text, nullable=False),
        Column("action", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("details", JSONB, nullable=False),
        Column("prev", Text, nullable=False),
        Column("hash", Text, nullable=False),
    )
    Index("ix_audit_entry_subject", entry.c.subject)
    Index("ix_audit_entry_at", entry.c.at, entry.c.chain, entry.c.seq)
    Table(
        "audit_chain",
        metadata,
        Column("chain", Text, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("tip", Text, nullable=False),
    )


APPEND = "SELECT audit_append($1, $2, $3, $4, $5, $6, $7, $8)"
EXPORT_PAGE = """
    SELECT chain, seq, at, actor, action, subject, details, prev, hash FROM audit_entry
    WHERE (chain, seq) > ($1, $2) AND starts_with(chain, $3) ORDER BY chain, seq LIMIT 1000
"""


NO_DETAILS: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What was done, to be written when the transaction commits."""

    region: str
    actor: str
    action: str
    subject: str
    details: Mapping[str, object]


@dataclass
class Pending:
    """What a session's transaction has recorded so far, and how much of it before each savepoint."""

    records: list[AuditRecord] = field(default_factory=list)
    before: dict[SessionTransaction, int] = field(default_factory=dict)

    @classmethod
    def of(cls, session: AsyncSession | Session) -> "Pending":
        """What this session has recorded."""
        found: Pending = session.info.setdefault("audit", cls())
        return found


@dataclass(frozen=True, slots=True)
class About:
    """What an entry is about: its subject, the region whose chain it belongs to, and details that every entry about it
    carries.
    """

    subject: str
    region: str
    details: Mapping[str, object] = field(default_factory=dict)


class Audited(Protocol):
    """A row whose changes are audited."""

    def audited(self) -> About:
        """What an entry about the row says, as the row is now."""
        ...


def about(subject: object, region: str, **details: object) -> About:
    """What an entry is about, by its id or another name; without personal data."""
    return About(str(subject), region, details)


async def record(
    session: AsyncSession,
    subject: Audited | About,
    actor: Caller | str,
    action: str,
    details: Mapping[str, object] = NO_DETAILS,
) -> None:
    """An entry of the region's chain, written with the session's transaction if that commits."""
    if not session.in_transaction():
        await session.connection()  # so that there is something to roll back
    what = subject if isinstance(subject, About) else subject.audited()
    who = actor if isinstance(actor, str) else actor.subject
    entry = AuditRecord(what.region, who, action, what.subject, {**what.details, **details})
    Pending.of(session).records.append(entry)


@event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    """Writes what was recorded, chain by chain, with the commit; the end of a savepoint is not one."""
    pending = Pending.of(session)
    if session.in_nested_transaction() or not pending.records:
        return
    session.flush()
    by_region = attrgetter("region")
    for region, deeds in groupby(sorted(pending.records, key=by_region), by_region):
        _append(session, region, list(deeds))
    pending.records.clear()


def _append(session: Session, region: str, deeds: Sequence[AuditRecord]) -> None:
    """Entries of one chain, in their order: one round trip, so that the chain is not held while the service works."""
    at = clock.now()
    sides = [hashed_parts(region, timestamp(at), deed.actor, deed.action, deed.subject, deed.details) for deed in deeds]
    columns = [[getattr(deed, name) for deed in deeds] for name in ("actor", "action", "subject")]
    columns.append([canonical(deed.details).decode() for deed in deeds])
    columns += [[head for head, _ in sides], [tail for _, tail in sides]]
    fetch_within(session.connection(), APPEND, region, at, *columns)


@event.listens_for(Session, "after_transaction_create")
def _remember_savepoint(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        pending = Pending.of(session)
        pending.before[transaction] = len(pending.records)


@event.listens_for(Session, "after_soft_rollback")
def _discard_rolled_back(session: Session, transaction: SessionTransaction) -> None:
    pending = Pending.of(session)
    if transaction.nested:
        del pending.records[pending.before.pop(transaction) :]
    elif transaction.parent is None:
        pending.records.clear()


async def export(connection: asyncpg.Connection | asyncpg.Pool, prefix: str = "") -> AsyncIterator[Entry]:
    """All entries of the chains whose region begins with the prefix, in order of chain and number."""
    chain, seq = "", 0
    while rows := await connection.fetch(EXPORT_PAGE, chain, seq, prefix):
        for row in rows:
            values = dict(row) | {"at": timestamp(row["at"]), "details": json.loads(row["details"])}
            yield Entry(**values)
        chain, seq = rows[-1]["chain"], rows[-1]["seq"]
