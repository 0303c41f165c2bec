"""The audit: who did what, in the same transaction as the deed, in a table that only grows.

    await audit.record(session, actor=…, action="run:publish", subject=str(run.id), region=run.region, details={…})

`details` holds text, whole numbers, true, false, null, lists and objects, and never personal data. Entries about one
region are numbered and chained by hashes (see audit_chain); the row of the chain is locked until the transaction
ends, so a use case that records in several regions does so in their order. Triggers refuse changes and deletions;
who can drop triggers can still be found out: see audit_checkpoints.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.service import clock
from shared.service.audit_chain import GENESIS, Entry, canonical, timestamp


def audit_tables(metadata: MetaData) -> None:
    """Adds the two tables to a service's metadata; its migration also runs `GUARDS`."""
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
    Table(
        "audit_chain",
        metadata,
        Column("chain", Text, primary_key=True),
        Column("seq", BigInteger, nullable=False),
        Column("tip", Text, nullable=False),
    )


GUARDS = (
    """
    CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'the audit only grows' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
    """
    CREATE TRIGGER audit_chain_only_grows BEFORE DELETE OR TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()
    """,
)
"""For the migration that creates the tables: `for statement in audit.GUARDS: op.execute(statement)`."""
UNGUARD = "DROP FUNCTION audit_refuse() CASCADE"

LOCK = text(
    f"""
    INSERT INTO audit_chain AS known (chain, seq, tip) VALUES (:chain, :count, '{GENESIS}')
    ON CONFLICT (chain) DO UPDATE SET seq = known.seq + :count RETURNING seq, tip
    """
)
APPEND = text(
    """
    WITH appended AS (
        INSERT INTO audit_entry (chain, seq, at, actor, action, subject, details, prev, hash)
        SELECT :chain, n.seq, :at, :actor, :action, n.subject, CAST(n.details AS jsonb), n.prev, n.hash
        FROM unnest(CAST(:seqs AS bigint[]), CAST(:subjects AS text[]), CAST(:details AS text[]),
                    CAST(:prevs AS text[]), CAST(:hashes AS text[])) AS n(seq, subject, details, prev, hash)
    )
    UPDATE audit_chain SET tip = :tip WHERE chain = :chain
    """
)
PAGE = """
    SELECT chain, seq, at, actor, action, subject, details, prev, hash FROM audit_entry
    WHERE (chain, seq) > ($1, $2) AND starts_with(chain, $3) ORDER BY chain, seq LIMIT 1000
"""


async def record(
    session: AsyncSession, *, actor: str, action: str, subject: str, region: str, details: Mapping[str, object]
) -> Entry:
    """Append an entry to the region's chain, in the session's transaction."""
    (entry,) = await record_all(session, actor=actor, action=action, region=region, about=[(subject, details)])
    return entry


async def record_all(
    session: AsyncSession, *, actor: str, action: str, region: str, about: Sequence[tuple[str, Mapping[str, object]]]
) -> list[Entry]:
    """Append an entry per subject and its details, in their order, all with two round trips."""
    if not about:
        return []
    locked = (await session.execute(LOCK, {"chain": region, "count": len(about)})).one()
    at, tip = clock.now(), locked.tip
    entries: list[Entry] = []
    for seq, (subject, details) in enumerate(about, locked.seq - len(about) + 1):
        entry = Entry(region, seq, timestamp(at), actor, action, subject, details, tip)
        tip = entry.digest()
        entries.append(replace(entry, hash=tip))
    columns = {
        "seqs": [entry.seq for entry in entries],
        "subjects": [entry.subject for entry in entries],
        "details": [canonical(entry.details).decode() for entry in entries],
        "prevs": [entry.prev for entry in entries],
        "hashes": [entry.hash for entry in entries],
    }
    same = {"chain": region, "at": at, "actor": actor, "action": action, "tip": tip}
    await session.execute(APPEND, columns | same)
    return entries


async def export(connection: asyncpg.Connection | asyncpg.Pool, prefix: str = "") -> AsyncIterator[Entry]:
    """All entries of the chains whose region begins so, in order of chain and number."""
    chain, seq = "", 0
    while rows := await connection.fetch(PAGE, chain, seq, prefix):
        for row in rows:
            known = dict(row) | {"at": timestamp(row["at"]), "details": json.loads(row["details"])}
            yield Entry(**known)
        chain, seq = rows[-1]["chain"], rows[-1]["seq"]
