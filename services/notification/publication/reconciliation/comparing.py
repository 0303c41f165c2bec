"""SQL of a comparison: our digests by county, what the system was seen to hold, the verdict on every record.

Compared is what a system has acknowledged with what it holds, never what is wanted: what waits, is in an open batch or
was refused is on other lists, and what was acknowledged after reading began may or may not have been seen. All of that
is left out and counted. Whatever the order of the system's pages, the rows meet in the database.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.peers.peer import CountySummary, HeldRecord
from services.notification.publication.reconciliation.domain import CountyState, DifferenceKind
from services.notification.publication.reconciliation.models import PublicationReconciliation
from services.notification.publication.records.domain import RowState
from services.notification.publication.systems import Kind, System
from shared.platform.scope import COUNTY_DIGITS

LEFT_OUT = "left-out"

SUMMARIES = text(
    """
    SELECT region, count(*) AS records,
        encode(sha256(string_agg(convert_to(key, 'UTF8') || acknowledged_digest, ''::bytea ORDER BY key)), 'hex')
            AS digest
    FROM publication_row
    WHERE system = :system AND kind = :kind AND acknowledged_digest IS NOT NULL AND starts_with(region, :region)
    GROUP BY region
    """
)
SUMMARY_OF_COUNTY = text(str(SUMMARIES).replace("starts_with(region, :region)", "region = :region"))
OPEN_REGIONS = text(
    """
    SELECT DISTINCT region FROM publication_difference
    WHERE system = :system AND kind = :kind AND closed_at IS NULL AND starts_with(region, :region)
    """
)
PLAN = text(
    """
    INSERT INTO publication_reconciliation_county
        (round_id, kind, region, state, ours, theirs, our_digest, their_digest, compared_at)
    SELECT :round, :kind, n.*, CASE WHEN n.state = 'equal' THEN CAST(:now AS timestamptz) END
    FROM unnest(CAST(:region AS text[]), CAST(:state AS text[]), CAST(:ours AS integer[]), CAST(:theirs AS integer[]),
        CAST(:our_digest AS text[]), CAST(:their_digest AS text[]))
        AS n(region, state, ours, theirs, our_digest, their_digest)
    ON CONFLICT DO NOTHING
    """
)
KEEP_HELD = text(
    """
    INSERT INTO publication_held_record (round_id, kind, region, key, uscc, version, digest)
    SELECT DISTINCT ON (n.key) :round, :kind, :region, n.*
    FROM unnest(CAST(:key AS text[]), CAST(:uscc AS text[]), CAST(:version AS bigint[]), CAST(:digest AS bytea[]))
        AS n(key, uscc, version, digest)
    ON CONFLICT (round_id, kind, region, key) DO UPDATE
        SET uscc = excluded.uscc, version = excluded.version, digest = excluded.digest
    """
)
FORGET_HELD = text("DELETE FROM publication_held_record WHERE round_id = :round AND kind = :kind AND region = :region")
IN_FLUX = f"r.state <> '{RowState.ACKNOWLEDGED}' OR r.acknowledged_at >= :since"
"""Of which rows nobody can say yet what the system holds."""
OURS, OUR_VERSION = "r.acknowledged_digest", "r.acknowledged_version"
"""What the system should hold: what it has acknowledged."""


def judged() -> str:
    """A verdict on every record of a county that either side has."""
    return f"""
        theirs AS (
            SELECT key, uscc, version, digest FROM publication_held_record
            WHERE round_id = :round AND kind = :kind AND region = :region
        ),
        judged AS (
            SELECT t.key, coalesce(r.uscc, t.uscc) AS uscc, {OUR_VERSION} AS our_version, {OURS} AS our_digest,
                t.version AS their_version, t.digest AS their_digest,
                CASE
                    WHEN r.key IS NOT NULL AND ({IN_FLUX}) THEN '{LEFT_OUT}'
                    WHEN r.key IS NULL OR {OURS} IS NULL THEN '{DifferenceKind.EXTRA}'
                    WHEN r.region <> :region THEN '{DifferenceKind.DIFFERENT}'
                    WHEN t.digest = {OURS} THEN 'same'
                    WHEN t.version < {OUR_VERSION} THEN '{DifferenceKind.OLDER}'
                    ELSE '{DifferenceKind.DIFFERENT}'
                END AS verdict
            FROM theirs t
            LEFT JOIN publication_row r ON r.system = :system AND r.kind = :kind AND r.key = t.key
            UNION ALL
            SELECT r.key, r.uscc, {OUR_VERSION}, {OURS}, NULL, NULL,
                CASE WHEN {IN_FLUX} THEN '{LEFT_OUT}' ELSE '{DifferenceKind.MISSING}' END
            FROM publication_row r
            WHERE r.system = :system AND r.kind = :kind AND r.region = :region AND {OURS} IS NOT NULL
                AND NOT EXISTS (SELECT FROM theirs t WHERE t.key = r.key)
        )
    """


def judge_statement() -> str:
    """Keeps the differences of a county and counts the verdicts. A difference that an officer has decided on stays
    decided while both sides stay as they were.
    """
    kinds = ", ".join(f"'{kind}'" for kind in DifferenceKind)
    return f"""
        WITH {judged()},
        kept AS (
            INSERT INTO publication_difference AS d
                (id, system, kind, region, key, uscc, difference, our_version, our_digest, their_version, their_digest,
                 state, first_round, last_round, found_at, version)
            SELECT gen_random_uuid(), :system, :kind, :region, j.key, j.uscc, j.verdict, j.our_version, j.our_digest,
                j.their_version, j.their_digest, 'open', :number, :number, :now, 1
            FROM judged j WHERE j.verdict IN ({kinds})
            ON CONFLICT (system, kind, region, key) WHERE closed_at IS NULL DO UPDATE SET
                difference = excluded.difference, uscc = excluded.uscc,
                our_version = excluded.our_version, our_digest = excluded.our_digest,
                their_version = excluded.their_version, their_digest = excluded.their_digest,
                last_round = excluded.last_round, version = d.version + 1,
                state = CASE
                    WHEN d.state = 'repairing' AND (d.sent_at IS NULL OR d.sent_at >= :since) THEN d.state
                    WHEN d.state = 'decided' AND (d.difference, d.our_digest, d.their_digest) IS NOT DISTINCT FROM
                        (excluded.difference, excluded.our_digest, excluded.their_digest) THEN d.state
                    ELSE 'open' END
        )
        SELECT verdict, count(*) AS rows FROM judged GROUP BY verdict
    """


CLOSE = f"""
    UPDATE publication_difference d SET closed_at = :now, version = d.version + 1,
        state = CASE WHEN d.state = 'decided' THEN d.state ELSE 'repaired' END
    WHERE d.system = :system AND d.kind = :kind AND d.region = :region
        AND d.closed_at IS NULL AND d.last_round < :number
        AND (:equal OR NOT EXISTS (
            SELECT FROM publication_row r
            WHERE r.system = d.system AND r.kind = d.kind AND r.key = d.key AND ({IN_FLUX})))
"""
"""What was not found again is over, unless its row was left out."""
COUNTY_DONE = text(
    """
    UPDATE publication_reconciliation_county SET state = 'compared', compared_at = :now,
        missing = :missing, extra = :extra, older = :older, different = :different, left_out = :left_out
    WHERE round_id = :round AND kind = :kind AND region = :region
    """
)
COUNT_HELD = text(
    "SELECT count(*) FROM publication_held_record WHERE round_id = :round AND kind = :kind AND region = :region"
)
READ_AGAIN = text(
    """
    UPDATE publication_reconciliation_county SET state = 'waiting', since = NULL, after = NULL, theirs = :theirs
    WHERE round_id = :round AND kind = :kind AND region = :region AND state = 'read'
    """
)
LOCK_COUNTY = text(
    """
    SELECT state FROM publication_reconciliation_county
    WHERE round_id = :round AND kind = :kind AND region = :region FOR UPDATE
    """
)


@dataclass(frozen=True)
class Place:
    """One county and kind of a round."""

    round: PublicationReconciliation
    kind: Kind
    region: str

    def values(self) -> dict[str, object]:
        """As the statements bind it."""
        return {"round": self.round.id, "kind": self.kind.value, "region": self.region}


async def our_summaries(
    session: AsyncSession, system: System, kind: Kind, region: str = ""
) -> dict[str, CountySummary]:
    """Count and digest by county of what a system has acknowledged and is not removed: one pass over its rows, in a
    transaction. The index by county would visit the rows one by one, all over the table; reading it whole and sorting
    takes less than half as long. Only one county's are found by the index.
    """
    if len(region) == COUNTY_DIGITS:
        rows = await session.execute(SUMMARY_OF_COUNTY, {"system": system.value, "kind": kind.value, "region": region})
        return {row.region: CountySummary(row.region, row.records, row.digest) for row in rows}
    await session.execute(text("SET LOCAL enable_indexscan = off"))
    rows = await session.execute(SUMMARIES, {"system": system.value, "kind": kind.value, "region": region})
    found = {row.region: CountySummary(row.region, row.records, row.digest) for row in rows}
    await session.execute(text("SET LOCAL enable_indexscan TO DEFAULT"))
    return found


async def plan_counties(
    session: AsyncSession,
    a_round: PublicationReconciliation,
    kind: Kind,
    theirs: Sequence[CountySummary],
    now: dt.datetime,
) -> int:
    """Rows for all counties of a kind, with both sides' counts and digests; returns how many. Where they are the same,
    the county is done and its open differences are over.
    """
    scope = {"system": a_round.system.value, "kind": kind.value, "region": a_round.region}
    ours = await our_summaries(session, a_round.system, kind, a_round.region)
    their = {one.region: one for one in theirs if one.region.startswith(a_round.region)}
    regions = sorted({*ours, *their, *(await session.scalars(OPEN_REGIONS, scope))})
    pairs = {one: (ours.get(one) or _none_of(one), their.get(one) or _none_of(one)) for one in regions}
    states = [CountyState.EQUAL if _equal(*pairs[one]) else CountyState.WAITING for one in regions]
    columns: Mapping[str, list[object]] = {
        "region": [*regions],
        "state": [one.value for one in states],
        "ours": [pairs[one][0].records for one in regions],
        "theirs": [pairs[one][1].records for one in regions],
        "our_digest": [pairs[one][0].digest for one in regions],
        "their_digest": [pairs[one][1].digest for one in regions],
    }
    if regions:
        await session.execute(PLAN, {"round": a_round.id, "kind": kind.value, "now": now, **columns})
    for region, state in zip(regions, states, strict=True):
        if state is CountyState.EQUAL:
            await close_differences(session, Place(a_round, kind, region), now, now, equal=True)
    return len(regions)


def _none_of(region: str) -> CountySummary:
    return CountySummary(region, 0, None)


def _equal(ours: CountySummary, theirs: CountySummary) -> bool:
    """Nothing on both sides, or the same digest. A system that gives none is read row by row."""
    if not ours.records and not theirs.records:
        return True
    return ours.records == theirs.records and ours.digest is not None and ours.digest == theirs.digest


async def keep_held(session: AsyncSession, place: Place, records: Sequence[HeldRecord]) -> None:
    """A page of what the system holds; ValueError for a digest that is none."""
    if not records:
        return
    columns = {
        "key": [one.key for one in records],
        "uscc": [one.uscc for one in records],
        "version": [one.version for one in records],
        "digest": [_digest_bytes(one.digest) for one in records],
    }
    await session.execute(KEEP_HELD, place.values() | columns)


def _digest_bytes(written: str) -> bytes:
    digest = bytes.fromhex(written)
    if len(digest) != 32:
        raise ValueError("no SHA-256")
    return digest


async def count_held(session: AsyncSession, place: Place) -> int:
    """How many records were read of a county."""
    return int((await session.execute(COUNT_HELD, place.values())).scalar_one())


async def read_again(session: AsyncSession, place: Place, theirs: int) -> None:
    """A county from its first page; `theirs`: how many records the system says there are."""
    await session.execute(READ_AGAIN, place.values() | {"theirs": theirs})
    await session.execute(FORGET_HELD, place.values())


async def judge(session: AsyncSession, place: Place, since: dt.datetime, now: dt.datetime) -> None:
    """Compare a county whose records are all there: differences kept, found again or closed, and counted. Once: a
    process that comes too late finds it done.
    """
    state = (await session.execute(LOCK_COUNTY, place.values())).scalar_one()
    if state != CountyState.READ:
        return
    common = place.values() | {"system": place.round.system.value, "number": place.round.number}
    verdicts = await session.execute(text(judge_statement()), common | {"since": since, "now": now})
    counts = {row.verdict: row.rows for row in verdicts}
    found = {kind.value: counts.get(kind.value, 0) for kind in DifferenceKind}
    await close_differences(session, place, since, now)
    await session.execute(COUNTY_DONE, place.values() | found | {"left_out": counts.get(LEFT_OUT, 0), "now": now})
    await session.execute(FORGET_HELD, place.values())


async def close_differences(
    session: AsyncSession, place: Place, since: dt.datetime, now: dt.datetime, *, equal: bool = False
) -> None:
    """Ends the differences of a county that this round has not found."""
    values = {"system": place.round.system.value, "kind": place.kind.value, "region": place.region}
    marks = {"number": place.round.number, "since": since, "now": now, "equal": equal}
    await session.execute(text(CLOSE), values | marks)


async def forget_held(session: AsyncSession, a_round: uuid.UUID) -> None:
    """Whatever was read in a round that is over."""
    await session.execute(text("DELETE FROM publication_held_record WHERE round_id = :round"), {"round": a_round})
