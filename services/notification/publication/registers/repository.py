"""Statements on the copies. Each event is applied only if its revision is higher than the stored one, so the order and
the number of times in which events are heard does not matter.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.registers.domain import (
    CREDIT_DEFECTS,
    HouseholdFacts,
    RecognitionFacts,
    Standing,
)
from shared.contracts.recognition import (
    RecognitionCancelled,
    RecognitionExpired,
    RecognitionRevoked,
    RecognitionStatePayload,
)
from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.messaging.events import Event
from shared.messaging.inbox import latest_per_subject

FACTS = """uscc, name, region, status, type, typed_year, typed_revision, defects, unknown_feeds, marks"""
HOUSEHOLDS = text(f"SELECT {FACTS} FROM publication_household WHERE uscc = ANY(:codes)")
APPLY_TYPED = text(
    """
    WITH before AS MATERIALIZED (
        SELECT uscc, typed_revision, typed_run FROM publication_household WHERE uscc = ANY(CAST(:uscc AS text[]))
    ), applied AS (
        INSERT INTO publication_household AS h (uscc, name, region, status, changed_revision, type, typed_year,
            typed_run, typed_revision, typed_at, defects, unknown_feeds)
        SELECT n.uscc, n.name, n.region, 'registered', 0, n.type, n.year, n.run, n.revision, n.heard,
            string_to_array(n.defects, ';'), string_to_array(n.feeds, ';')
        FROM unnest(CAST(:uscc AS text[]), CAST(:name AS text[]), CAST(:region AS text[]), CAST(:type AS text[]),
                    CAST(:year AS int[]), CAST(:run AS uuid[]), CAST(:revision AS bigint[]),
                    CAST(:heard AS timestamptz[]), CAST(:defects AS text[]), CAST(:feeds AS text[]))
            AS n(uscc, name, region, type, year, run, revision, heard, defects, feeds)
        LEFT JOIN before b USING (uscc)
        WHERE b.typed_revision IS NULL OR b.typed_revision < n.revision
        ORDER BY n.uscc
        ON CONFLICT (uscc) DO UPDATE SET
            name = CASE WHEN h.changed_revision = 0 THEN excluded.name ELSE h.name END,
            region = CASE WHEN h.changed_revision = 0 THEN excluded.region ELSE h.region END,
            type = excluded.type, typed_year = excluded.typed_year, typed_run = excluded.typed_run,
            typed_revision = excluded.typed_revision, typed_at = excluded.typed_at, defects = excluded.defects,
            unknown_feeds = excluded.unknown_feeds
        WHERE h.typed_revision < excluded.typed_revision
        RETURNING h.*
    )
    SELECT a.uscc, b.typed_run IS NOT DISTINCT FROM a.typed_run AS corrected
    FROM applied a LEFT JOIN before b USING (uscc)
    """
)
APPLY_MARKS = text(
    """
    UPDATE publication_household h SET marks = h.marks || (
        SELECT jsonb_object_agg(m.key, greatest(CAST(m.value AS bigint), CAST(h.marks ->> m.key AS bigint)))
        FROM jsonb_each_text(n.marks) AS m
    )
    FROM unnest(CAST(:uscc AS text[]), CAST(:marks AS jsonb[])) AS n(uscc, marks)
    WHERE h.uscc = n.uscc AND EXISTS (
        SELECT FROM jsonb_each_text(n.marks) AS m
        WHERE CAST(m.value AS bigint) > coalesce(CAST(h.marks ->> m.key AS bigint), 0)
    )
    RETURNING h.uscc
    """
)
APPLY_CHANGED = text(
    """
    INSERT INTO publication_household AS h (uscc, name, region, status, changed_revision, typed_revision)
    SELECT n.uscc, n.name, n.region, n.status, n.revision, 0
    FROM unnest(CAST(:uscc AS text[]), CAST(:name AS text[]), CAST(:region AS text[]), CAST(:status AS text[]),
                CAST(:revision AS bigint[])) AS n(uscc, name, region, status, revision)
    LEFT JOIN publication_household b USING (uscc)
    WHERE b.uscc IS NULL OR b.changed_revision < n.revision
    ORDER BY n.uscc
    ON CONFLICT (uscc) DO UPDATE SET
        name = excluded.name, region = excluded.region, status = excluded.status,
        changed_revision = excluded.changed_revision
    WHERE h.changed_revision < excluded.changed_revision
    RETURNING h.uscc, (SELECT b.region FROM publication_household b WHERE b.uscc = h.uscc) <> h.region AS moved
    """
)
APPLY_RECOGNITIONS = text(
    """
    INSERT INTO publication_recognition AS r (id, uscc, region, name, category, granted_on, valid_until, certificate,
        standing, revision)
    SELECT * FROM unnest(CAST(:id AS uuid[]), CAST(:uscc AS text[]), CAST(:region AS text[]), CAST(:name AS text[]),
        CAST(:category AS text[]), CAST(:granted_on AS date[]), CAST(:valid_until AS date[]),
        CAST(:certificate AS text[]), CAST(:standing AS text[]), CAST(:revision AS bigint[]))
        AS n(id, uscc, region, name, category, granted_on, valid_until, certificate, standing, revision)
    ORDER BY n.id
    ON CONFLICT (id) DO UPDATE SET
        uscc = excluded.uscc, region = excluded.region, name = coalesce(excluded.name, r.name),
        category = excluded.category, valid_until = excluded.valid_until, standing = excluded.standing,
        granted_on = coalesce(excluded.granted_on, r.granted_on),
        certificate = coalesce(excluded.certificate, r.certificate), revision = excluded.revision
    WHERE r.revision < excluded.revision
    RETURNING r.uscc
    """
)
FILL_GRANTED = text(
    """
    UPDATE publication_recognition r SET granted_on = coalesce(r.granted_on, n.granted_on),
        certificate = coalesce(r.certificate, n.certificate), name = coalesce(r.name, n.name)
    FROM unnest(CAST(:id AS uuid[]), CAST(:granted_on AS date[]), CAST(:certificate AS text[]), CAST(:name AS text[]))
        AS n(id, granted_on, certificate, name)
    WHERE r.id = n.id AND ((r.granted_on IS NULL AND n.granted_on IS NOT NULL)
        OR (r.certificate IS NULL AND n.certificate IS NOT NULL) OR (r.name IS NULL AND n.name IS NOT NULL))
    RETURNING r.uscc
    """
)
RECOGNITIONS_OF = text(
    """
    SELECT id, uscc, region, name, category, granted_on, valid_until, certificate, standing, revision
    FROM publication_recognition WHERE uscc = ANY(:codes) ORDER BY id
    """
)
STANDINGS: Mapping[type[RecognitionStatePayload], Standing] = {
    RecognitionCancelled: Standing.CANCELLED,
    RecognitionRevoked: Standing.REVOKED,
    RecognitionExpired: Standing.EXPIRED,
}
"""Of the events that end a recognition; the others that are heard say that it is in force."""


async def apply_typed(session: AsyncSession, events: Sequence[Event]) -> dict[str, bool]:
    """The households whose state is another one now, and whether it is another one of the same run."""
    latest = latest_per_subject(events)
    typed = [_typed(event) for event in latest]
    columns: dict[str, list[Any]] = {
        name: [getattr(one, name) for one in typed]
        for name in ("uscc", "name", "region", "type", "year", "run", "revision")
    }
    columns["heard"] = [event.time for event in latest]
    columns["defects"] = [_joined(one.defects) for one in typed]
    columns["feeds"] = [_joined(one.unknown_feeds) for one in typed]
    applied = {row.uscc: bool(row.corrected) for row in await session.execute(APPLY_TYPED, columns)}
    for uscc in await _apply_marks(session, events):
        applied.setdefault(uscc, False)
    return applied


async def _apply_marks(session: AsyncSession, events: Sequence[Event]) -> list[str]:
    """Remember of each credit defect the latest state that had it, whatever is heard after it or before."""
    latest: dict[str, dict[str, int]] = {}
    for event in events:
        one = _typed(event)
        for mark in CREDIT_DEFECTS.keys() & set(one.defects or ()):
            marks = latest.setdefault(one.uscc, {})
            marks[mark] = max(one.revision, marks.get(mark, 0))
    if not latest:
        return []
    values = {"uscc": list(latest), "marks": [orjson.dumps(marks).decode() for marks in latest.values()]}
    return list((await session.execute(APPLY_MARKS, values)).scalars())


async def apply_changed(session: AsyncSession, events: Sequence[Event]) -> dict[str, bool]:
    """The households whose register entry is another one now, and whether they moved."""
    changed = [event.payload(HouseholdChanged) for event in latest_per_subject(events)]
    columns = ("uscc", "name", "region", "status", "revision")
    values = {name: [getattr(one, name) for one in changed] for name in columns}
    return {row.uscc: bool(row.moved) for row in await session.execute(APPLY_CHANGED, values)}


async def apply_recognitions(session: AsyncSession, events: Sequence[Event]) -> list[str]:
    """The households of which a recognition is another one now."""
    states = [_recognition(event) for event in events]
    latest: dict[Any, RecognitionStatePayload] = {}
    for one in states:
        if one.recognition not in latest or one.revision > latest[one.recognition].revision:
            latest[one.recognition] = one
    chosen = list(latest.values())
    values = {
        "id": [one.recognition for one in chosen],
        **{name: [getattr(one, name) for one in chosen] for name in ("uscc", "region", "category", "valid_until")},
        **{name: [getattr(one, name, None) for one in chosen] for name in ("name", "granted_on", "certificate")},
        "standing": [STANDINGS.get(type(one), Standing.VALID) for one in chosen],
        "revision": [one.revision for one in chosen],
    }
    applied = list((await session.execute(APPLY_RECOGNITIONS, values)).scalars())
    fill = {
        "id": [one.recognition for one in states],
        **{name: [getattr(one, name, None) for one in states] for name in ("name", "granted_on", "certificate")},
    }
    return applied + list((await session.execute(FILL_GRANTED, fill)).scalars())


async def households(session: AsyncSession, codes: Mapping[str, bool]) -> list[HouseholdFacts]:
    """The households with these codes, as they are now; `codes` says which of them are corrected."""
    rows = await session.execute(HOUSEHOLDS, {"codes": list(codes)})
    return [
        HouseholdFacts(**row._mapping, corrected=codes[row.uscc])  # noqa: SLF001 - a row's names
        for row in rows
    ]


async def recognitions_of(session: AsyncSession, codes: Collection[str]) -> list[RecognitionFacts]:
    """All recognitions of the households."""
    rows = await session.execute(RECOGNITIONS_OF, {"codes": list(codes)})
    return [
        RecognitionFacts(**{**row._mapping, "standing": Standing(row.standing)})  # noqa: SLF001 - a row's names
        for row in rows
    ]


def _typed(event: Event) -> HouseholdTyped:
    if not isinstance(event.data, HouseholdTyped):
        raise TypeError(f"{event.data.event_type} is no state of a type")
    return event.data


def _recognition(event: Event) -> RecognitionStatePayload:
    if not isinstance(event.data, RecognitionStatePayload):
        raise TypeError(f"{event.data.event_type} is no state of a recognition")
    return event.data


def _joined(words: Sequence[str] | None) -> str | None:
    return None if words is None else ";".join(words)
