"""Statements on records and their rows: thousands of records in one."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.records.domain import RecordDraft, Urgency, canonical
from services.notification.publication.systems import KINDS_OF, Kind, System
from shared.database.advisory_locks import AdvisoryLock, take_lock, take_lock_shared

COPIED = ("kind", "key", "uscc", "region", "revision", "removed", "urgency", "first_urgency")
FITTED_AT_ONCE = 5000
"""Records looked at in one transaction when a system's region is another one."""

URGENT, BULK = int(Urgency.URGENT), int(Urgency.BULK)
WAITS_AGAIN = """
    ON CONFLICT (system, kind, key) DO UPDATE SET
        wanted_version = excluded.wanted_version, wanted_at = excluded.wanted_at, uscc = excluded.uscc,
        outside = excluded.outside, code = NULL, message = NULL,
        region = CASE WHEN excluded.outside THEN w.region ELSE excluded.region END,
        urgency = CASE WHEN w.state = 'waiting' THEN least(w.urgency, excluded.urgency) ELSE excluded.urgency END,
        state = CASE
            WHEN w.batch_id IS NOT NULL THEN w.state
            WHEN excluded.outside AND w.state = 'rejected' AND w.acknowledged_version IS NULL THEN w.state
            ELSE 'waiting' END
"""
"""What becomes of a row that is there already. One that the system refused and is not sent any more stays so until it
is forgotten.
"""
WANT = text(
    f"""
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
    ), aimed AS MATERIALIZED (
        SELECT s.system, c.*, starts_with(c.region, s.scope) AS inside
        FROM told c JOIN (
            SELECT n.system, n.kind, coalesce(p.scope, '') AS scope
            FROM unnest(CAST(:systems AS text[]), CAST(:kinds AS text[])) AS n(system, kind)
            LEFT JOIN publication_scope p ON p.system = n.system
        ) s ON s.kind = c.kind
    ), gone AS MATERIALIZED (
        SELECT a.* FROM aimed a CROSS JOIN LATERAL (
            SELECT * FROM publication_row w
            WHERE (a.removed OR NOT a.inside) AND w.system = a.system AND w.kind = a.kind AND w.key = a.key LIMIT 1
        ) w
        WHERE w.batch_id IS NOT NULL OR w.state <> 'acknowledged' OR w.acknowledged_digest IS NOT NULL
    ), wanted AS (
        INSERT INTO publication_row AS w (system, kind, key, uscc, region, state, urgency, wanted_version, wanted_at,
            outside)
        SELECT system, kind, key, uscc, region, 'waiting', CASE WHEN inside THEN urgency ELSE {URGENT} END, version,
            CAST(:now AS timestamptz), NOT inside
        FROM (SELECT * FROM aimed WHERE inside AND NOT removed UNION ALL SELECT * FROM gone) AS a
        ORDER BY system, kind, key
        {WAITS_AGAIN}
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM changed) AS changed, (SELECT array_agg(kind) FROM gone) AS gone_kinds,
        (SELECT array_agg(key) FROM gone) AS gone_keys
    """
)
"""What is found by its key is looked for by its key, however small the tables were when the plan was made (LATERAL).

A record that is removed, or in a region that a system is not sent, is taken back there, if there is anything to be
taken back; nothing more is said to that system until the record is to stand there again.
"""
FORGET_UNSENT = text(
    """
    DELETE FROM publication_row WHERE ctid = ANY(ARRAY(
        SELECT w.ctid
        FROM (SELECT DISTINCT kind, key FROM unnest(CAST(:kind AS text[]), CAST(:key AS text[])) AS n(kind, key)) d
        CROSS JOIN unnest(CAST(:systems AS text[])) AS s(system)
        CROSS JOIN LATERAL (SELECT removed FROM publication_record r WHERE r.kind = d.kind AND r.key = d.key LIMIT 1) r
        CROSS JOIN LATERAL (
            SELECT w.ctid, w.* FROM publication_row w
            WHERE w.system = s.system AND w.kind = d.kind AND w.key = d.key LIMIT 1
        ) w
        WHERE w.batch_id IS NULL AND w.acknowledged_version IS NULL AND w.acknowledged_region IS NULL
            AND (w.sent_version IS NULL AND (r.removed OR w.outside) OR w.outside AND w.state = 'rejected')
    ))
    """
)
"""What no system was ever sent need not be taken back, nor what one refused and is not sent any more; but what one was
seen to hold, in a region that its row names, must be. A statement of its own: the first has locked the rows, so that no
batch takes one of them meanwhile.
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

GET_SCOPE = text("SELECT scope, fitted_at FROM publication_scope WHERE system = :system")
SET_SCOPE = text(
    """
    INSERT INTO publication_scope (system, scope, fitted_at) VALUES (:system, :scope, CAST(:fitted AS timestamptz))
    ON CONFLICT (system) DO UPDATE SET scope = excluded.scope, fitted_at = excluded.fitted_at
    """
)
LOCK_PAGE = text(
    """
    SELECT key FROM publication_record WHERE kind = :kind AND key > :after ORDER BY key LIMIT :most FOR UPDATE
    """
)
FIT = text(
    f"""
    WITH unfit AS MATERIALIZED (
        SELECT r.*, starts_with(r.region, :scope) AS inside, w.sent_version IS NOT NULL AS sent
        FROM unnest(CAST(:keys AS text[])) AS k(key)
        CROSS JOIN LATERAL (
            SELECT r.ctid AS place, r.* FROM publication_record r WHERE r.kind = :kind AND r.key = k.key LIMIT 1
        ) r
        LEFT JOIN LATERAL (
            SELECT * FROM publication_row w WHERE w.system = :system AND w.kind = :kind AND w.key = k.key LIMIT 1
        ) w ON true
        WHERE CASE WHEN starts_with(r.region, :scope) THEN NOT r.removed AND (w.key IS NULL OR w.outside)
              ELSE NOT w.outside
                  AND (w.batch_id IS NOT NULL OR w.state <> 'acknowledged' OR w.acknowledged_digest IS NOT NULL) END
    ), raised AS (
        UPDATE publication_record r SET version = r.version + 1
        WHERE r.ctid = ANY(ARRAY(SELECT place FROM unfit WHERE sent))
        RETURNING r.key, r.version
    ), fitted AS (
        INSERT INTO publication_row AS w (system, kind, key, uscc, region, state, urgency, wanted_version, wanted_at,
            outside)
        SELECT :system, :kind, key, u.uscc, u.region, 'waiting', CASE WHEN inside THEN {BULK} ELSE {URGENT} END,
            coalesce(n.version, u.version), CAST(:now AS timestamptz), NOT inside
        FROM unfit u LEFT JOIN raised n USING (key) ORDER BY key
        {WAITS_AGAIN}
        RETURNING 1
    )
    SELECT (SELECT array_agg(key) FROM unfit WHERE NOT inside) AS gone
    """
)
"""Rows of one system as its region wants them. What was sent under a version is sent otherwise under the next one only.
"""


async def want(session: AsyncSession, drafts: Sequence[RecordDraft], now: dt.datetime) -> int:
    """Write the records that are not yet so; their rows wait. One draft per record. Returns how many changed."""
    await take_lock_shared(session, AdvisoryLock.PUBLICATION_SCOPE)
    held = [(system, kind) for system, kinds in KINDS_OF.items() for kind in sorted(kinds & {d.kind for d in drafts})]
    values: dict[str, Any] = {name: [getattr(one, name) for one in drafts] for name in COPIED}
    contents = [canonical(one.content) for one in drafts]
    values["content"] = [one.decode() for one in contents]
    values["digest"] = [hashlib.sha256(one).digest() for one in contents]
    values["systems"], values["kinds"] = [system for system, _ in held], [kind for _, kind in held]
    done = (await session.execute(WANT, values | {"now": now})).one()
    if done.gone_keys:
        gone = {"kind": done.gone_kinds, "key": done.gone_keys, "systems": list(KINDS_OF)}
        await session.execute(FORGET_UNSENT, gone)
    heard = [one for one in drafts if one.kind in KINDS_BY_REVISION]
    if heard:
        names = ("kind", "key", "revision")
        await session.execute(NOTE_REVISION, {name: [getattr(one, name) for one in heard] for name in names})
    return int(done.changed)


async def forget_unsent(session: AsyncSession, system: System, keys: Sequence[tuple[Kind, str]]) -> None:
    """Deletes those of these rows of a system that are to be taken back and never came there."""
    named = {"kind": [kind for kind, _ in keys], "key": [key for _, key in keys], "systems": [system]}
    if keys:
        await session.execute(FORGET_UNSENT, named)


async def want_again(
    session: AsyncSession, system: System, keys: Sequence[tuple[Kind, str]], urgency: Urgency, now: dt.datetime
) -> list[tuple[Kind, str]]:
    """Make rows of a system wait that are in no batch and do not wait yet. Returns which."""
    values = {"kind": [kind for kind, _ in keys], "key": [key for _, key in keys]}
    rows = await session.execute(WANT_AGAIN, values | {"system": system, "urgency": urgency, "now": now})
    return [(Kind(row.kind), row.key) for row in rows]


async def set_scope(session: AsyncSession, system: System, scope: str, now: dt.datetime) -> bool:
    """From now on a system is sent the records of this region; whether rows made before may be others'."""
    await take_lock(session, AdvisoryLock.PUBLICATION_SCOPE)
    known = (await session.execute(GET_SCOPE, {"system": system})).one_or_none()
    before, fits = (known.scope, known.fitted_at is not None) if known is not None else ("", True)
    fits = fits and before == scope
    if known is None or not fits:
        await session.execute(SET_SCOPE, {"system": system, "scope": scope, "fitted": now if fits else None})
    return not fits


async def fit_page(
    session: AsyncSession, system: System, scope: str, kind: Kind, after: str, now: dt.datetime
) -> str | None:
    """Makes the rows of the next records of a kind as a system's region wants them: made, taken back or forgotten.
    Returns the last key, None at the end.
    """
    keys = (await session.scalars(LOCK_PAGE, {"kind": kind, "after": after, "most": FITTED_AT_ONCE})).all()
    if not keys:
        return None
    values = {"system": system, "scope": scope, "kind": kind, "keys": keys, "now": now}
    gone = (await session.execute(FIT, values)).scalar_one()
    await forget_unsent(session, system, [(kind, key) for key in gone or ()])
    return str(keys[-1])


async def note_fitted(session: AsyncSession, system: System, scope: str, now: dt.datetime) -> None:
    """The rows of a system are those of its region."""
    await session.execute(SET_SCOPE, {"system": system, "scope": scope, "fitted": now})


async def was_ever_set(session: AsyncSession, system: System) -> bool:
    """Whether the publisher ever had a system to publish to."""
    return (await session.execute(GET_SCOPE, {"system": system})).one_or_none() is not None
