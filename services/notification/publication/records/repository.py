"""Statements on records and their rows: thousands of records in one."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.records.domain import RecordDraft, Urgency, canonical
from services.notification.publication.systems import Kind, System

COPIED = ("kind", "key", "uscc", "region", "revision", "removed", "urgency", "first_urgency")

WANT = text(
    """
    WITH draft AS MATERIALIZED (
        SELECT d.*, r.version, r.digest IS NOT NULL AS known
        FROM unnest(CAST(:kind AS text[]), CAST(:key AS text[]), CAST(:uscc AS text[]), CAST(:region AS text[]),
                    CAST(:revision AS bigint[]), CAST(:removed AS boolean[]), CAST(:content AS text[]),
                    CAST(:digest AS bytea[]), CAST(:urgency AS smallint[]), CAST(:first_urgency AS smallint[]))
            AS d(kind, key, uscc, region, revision, removed, content, digest, urgency, first_urgency)
        LEFT JOIN LATERAL (
            SELECT * FROM publication_record r WHERE r.kind = d.kind AND r.key = d.key LIMIT 1
        ) r ON true
        WHERE CASE WHEN r.key IS NULL THEN NOT d.removed
              ELSE coalesce(d.revision >= r.revision, true) AND CASE WHEN d.removed THEN NOT r.removed
                   ELSE r.removed OR r.digest <> d.digest OR r.region <> d.region END END
    ), changed AS (
        INSERT INTO publication_record AS r (kind, key, uscc, region, version, revision, removed, content, digest,
            changed_at)
        SELECT d.kind, d.key, d.uscc, d.region, 1, d.revision, d.removed, CAST(d.content AS jsonb), d.digest,
            CAST(:now AS timestamptz)
        FROM draft d ORDER BY d.kind, d.key
        ON CONFLICT (kind, key) DO UPDATE SET
            version = r.version + 1, revision = excluded.revision, removed = excluded.removed,
            region = excluded.region, uscc = excluded.uscc, changed_at = excluded.changed_at,
            content = CASE WHEN excluded.removed THEN r.content ELSE excluded.content END,
            digest = CASE WHEN excluded.removed THEN r.digest ELSE excluded.digest END
        RETURNING r.kind, r.key, r.uscc, r.region, r.version, r.removed
    ), told AS (
        SELECT c.*, CASE WHEN d.known THEN d.urgency ELSE d.first_urgency END AS urgency
        FROM changed c JOIN draft d USING (kind, key)
    ), holding AS MATERIALIZED (
        SELECT * FROM unnest(CAST(:systems AS text[]), CAST(:kinds AS text[]), CAST(:scopes AS text[]))
            AS s(system, kind, scope)
    ), removals AS (
        UPDATE publication_row w SET wanted_version = c.version, wanted_at = CAST(:now AS timestamptz),
            region = c.region, urgency = c.urgency, code = NULL, message = NULL,
            state = CASE WHEN w.batch_id IS NULL THEN 'waiting' ELSE w.state END
        FROM told c JOIN holding s ON s.kind = c.kind
        WHERE c.removed AND w.system = s.system AND w.kind = c.kind AND w.key = c.key
        RETURNING 1
    ), wanted AS (
        INSERT INTO publication_row AS w (system, kind, key, uscc, region, state, urgency, wanted_version, wanted_at)
        SELECT s.system, c.kind, c.key, c.uscc, c.region, 'waiting', c.urgency, c.version,
            CAST(:now AS timestamptz)
        FROM told c
        JOIN holding s ON s.kind = c.kind AND (starts_with(c.region, s.scope) OR EXISTS (
            SELECT FROM publication_row w WHERE w.system = s.system AND w.kind = c.kind AND w.key = c.key))
        WHERE NOT c.removed
        ORDER BY s.system, c.kind, c.key
        ON CONFLICT (system, kind, key) DO UPDATE SET
            wanted_version = excluded.wanted_version, wanted_at = excluded.wanted_at, region = excluded.region,
            uscc = excluded.uscc, code = NULL, message = NULL,
            urgency = CASE WHEN w.state = 'waiting' THEN least(w.urgency, excluded.urgency)
                      ELSE excluded.urgency END,
            state = CASE WHEN w.batch_id IS NULL THEN 'waiting' ELSE w.state END
        RETURNING 1
    )
    SELECT count(*) AS changed, count(*) FILTER (WHERE removed) AS removed FROM changed
    """
)
"""A draft's record is looked for by its key, however small the tables were when the plan was made (LATERAL)."""
FORGET_UNSENT = text(
    """
    DELETE FROM publication_row w
    USING unnest(CAST(:kind AS text[]), CAST(:key AS text[])) AS d(kind, key), publication_record r
    WHERE w.kind = d.kind AND w.key = d.key AND w.system = ANY(CAST(:systems AS text[]))
        AND r.kind = d.kind AND r.key = d.key AND r.removed
        AND w.batch_id IS NULL AND w.sent_version IS NULL AND w.acknowledged_version IS NULL
    """
)
"""What no system was ever sent need not be taken back. A statement of its own: the first has locked the rows, so that
no batch takes one of them meanwhile.
"""
KINDS_BY_REVISION = frozenset({Kind.APPLICATION, Kind.INFORMATION_REPORT})
"""What follows from one event alone: only the record knows how far it was heard. The others are made of the copies."""
NOTE_REVISION = text(
    """
    UPDATE publication_record r SET revision = d.revision
    FROM unnest(CAST(:kind AS text[]), CAST(:key AS text[]), CAST(:revision AS bigint[])) AS d(kind, key, revision)
    WHERE r.kind = d.kind AND r.key = d.key AND r.revision < d.revision
    """
)
"""A later event that says the same is no change, but nothing earlier may follow it."""
WANT_AGAIN = text(
    """
    UPDATE publication_row w SET state = 'waiting', urgency = :urgency, wanted_at = CAST(:now AS timestamptz),
        code = NULL, message = NULL
    FROM unnest(CAST(:kind AS text[]), CAST(:key AS text[])) AS d(kind, key)
    WHERE w.system = :system AND w.kind = d.kind AND w.key = d.key
        AND w.batch_id IS NULL AND w.state IN ('rejected', 'acknowledged')
    RETURNING w.kind, w.key
    """
)

SystemsOfKinds = Sequence[tuple[System, Kind, str]]
"""A system, a kind that it holds, and the region that it holds it of (empty: everywhere)."""


async def want(session: AsyncSession, drafts: Sequence[RecordDraft], systems: SystemsOfKinds, now: dt.datetime) -> int:
    """Write the records that are not yet so; their rows wait. One draft per record. Returns how many changed."""
    values: dict[str, Any] = {name: [getattr(one, name) for one in drafts] for name in COPIED}
    contents = [canonical(one.content) for one in drafts]
    values["content"] = [one.decode() for one in contents]
    values["digest"] = [hashlib.sha256(one).digest() for one in contents]
    values["systems"] = [system for system, _, _ in systems]
    values["kinds"] = [kind for _, kind, _ in systems]
    values["scopes"] = [scope for _, _, scope in systems]
    done = (await session.execute(WANT, values | {"now": now})).one()
    if done.removed:
        gone = [one for one in drafts if one.removed]
        await session.execute(
            FORGET_UNSENT,
            {"kind": [one.kind for one in gone], "key": [one.key for one in gone], "systems": values["systems"]},
        )
    heard = [one for one in drafts if one.kind in KINDS_BY_REVISION]
    if heard:
        names = ("kind", "key", "revision")
        await session.execute(NOTE_REVISION, {name: [getattr(one, name) for one in heard] for name in names})
    return int(done.changed)


async def want_again(
    session: AsyncSession, system: System, keys: Sequence[tuple[Kind, str]], urgency: Urgency, now: dt.datetime
) -> list[tuple[Kind, str]]:
    """Make rows of a system wait that are in no batch and do not wait yet. Returns which."""
    values = {"kind": [kind for kind, _ in keys], "key": [key for _, key in keys]}
    rows = await session.execute(WANT_AGAIN, values | {"system": system, "urgency": urgency, "now": now})
    return [(Kind(row.kind), row.key) for row in rows]
