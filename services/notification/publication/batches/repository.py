"""SQL of batches: rows taken into them, pages, what became of them."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches.domain import STUCK_AFTER, WITHOUT_RESULT, BatchState, OpenBatch
from services.notification.publication.batches.models import PublicationBatch, PublicationPage
from services.notification.publication.peers.peer import RecordKey
from services.notification.publication.records.domain import RowState, Urgency
from services.notification.publication.records.models import PublicationRow
from services.notification.publication.records.repository import forget_unsent
from services.notification.publication.systems import Kind, System

B, P, R = PublicationBatch, PublicationPage, PublicationRow

STATEMENT = f"""CASE WHEN p.removed OR r.outside THEN NULL
        WHEN p.kind = '{Kind.TYPE}' THEN concat_ws(' ', p.content->>'type_label', p.content->>'year')
        WHEN p.kind = '{Kind.RECOGNITION}' THEN concat_ws(' ', p.content->>'category', p.content->>'valid_until') END"""
"""What a record says in short, as `shared.platform.annotations` compares it with what is in force."""

TAKE_WAITING = text(
    f"""
    WITH next AS MATERIALIZED (
        SELECT system, kind, key FROM publication_row
        WHERE system = :system AND state = '{RowState.WAITING}' AND urgency = :urgency
            AND together IS NOT DISTINCT FROM CAST(:together AS int)
        ORDER BY wanted_at, kind, key LIMIT :most FOR UPDATE SKIP LOCKED
    )
    UPDATE publication_row r
    SET state = '{RowState.IN_BATCH}', batch_id = :batch, sent_before = r.sent_version IS NOT NULL,
        sent_version = p.version, sent_revision = p.revision,
        sent_digest = CASE WHEN p.removed OR r.outside THEN NULL ELSE p.digest END, sent_statement = {STATEMENT},
        sent_region = CASE WHEN p.removed OR r.outside THEN coalesce(r.acknowledged_region, r.region) ELSE p.region END
    FROM next JOIN publication_record p USING (kind, key)
    WHERE r.system = next.system AND r.kind = next.kind AND r.key = next.key
    RETURNING r.kind, r.key, p.uscc, r.sent_region AS region, p.version, p.removed OR r.outside AS removed,
        CASE WHEN p.removed OR r.outside THEN NULL ELSE CAST(p.content AS text) END AS content
    """
)
"""What is sent is the version of the record that was read, never the row's wanted one: a change that is committed in
between is seen by the lock, not by the join, and would be taken for sent. A removal names the region that the system
has acknowledged the record in: another one it may not take.
"""
REOPEN = text(
    f"""
    UPDATE publication_row
    SET state = '{RowState.WAITING}', batch_id = NULL, together = NULL,
        sent_version = CASE WHEN sent_before THEN sent_version END
    WHERE batch_id = :batch
    RETURNING kind, key
    """
)
OVERTAKEN = text(
    f"""
    SELECT b.id FROM publication_batch b
    WHERE b.system = :system AND b.ended_at IS NULL AND b.state = '{BatchState.SEALED}' AND EXISTS (
        SELECT FROM publication_row r
        WHERE r.batch_id = b.id AND r.wanted_version > r.sent_version AND r.urgency = {int(Urgency.URGENT)})
    ORDER BY b.number LIMIT 1
    """
)
LOCK_ROWS = text(
    "SELECT count(*) FROM (SELECT 1 FROM publication_row WHERE batch_id = :batch ORDER BY kind, key FOR UPDATE) locked"
)
AFTERWARDS = f"CASE WHEN wanted_version > sent_version THEN '{RowState.WAITING}' ELSE '{{end}}' END"
"""A row whose later version is wanted waits again, whatever became of the earlier one."""
REJECT = text(
    f"""
    UPDATE publication_row r
    SET state = {AFTERWARDS.format(end=RowState.REJECTED)}, batch_id = NULL, together = NULL, code = v.code,
        message = v.message
    FROM unnest(CAST(:kinds AS text[]), CAST(:keys AS text[]), CAST(:codes AS text[]), CAST(:messages AS text[]))
         AS v(kind, key, code, message)
    WHERE r.batch_id = :batch AND r.kind = v.kind AND r.key = v.key
    RETURNING r.kind, r.key, r.uscc, r.region, r.sent_revision AS revision, r.code, r.message
    """
)
REJECT_ALL = text(
    f"""
    UPDATE publication_row
    SET state = {AFTERWARDS.format(end=RowState.REJECTED)}, batch_id = NULL, together = NULL, code = :code,
        message = :message
    WHERE batch_id = :batch
    RETURNING kind, key, uscc, region, sent_revision AS revision, code, message
    """
)
HALVE = text(
    f"""
    UPDATE publication_row
    SET state = '{RowState.WAITING}', batch_id = NULL, together = (CAST(:records AS int) + 1) / 2
    WHERE batch_id = :batch
    """
)
LARGEST_HALF = text(
    f"""
    SELECT max(together) FROM publication_row
    WHERE system = :system AND state = '{RowState.WAITING}' AND urgency = :urgency AND together IS NOT NULL
    """
)
ACKNOWLEDGE = text(
    f"""
    WITH taken AS (
        UPDATE publication_row
        SET state = {AFTERWARDS.format(end=RowState.ACKNOWLEDGED)}, batch_id = NULL, together = NULL,
            acknowledged_version = sent_version, acknowledged_digest = sent_digest,
            acknowledged_region = sent_region, acknowledged_at = :now,
            code = NULL, message = NULL
        WHERE batch_id = :batch
        RETURNING kind, region, sent_revision AS revision, sent_digest IS NULL AS removed,
            sent_statement AS statement, uscc, key
    )
    SELECT kind, region, revision, removed, statement, count(*) AS records,
        array_agg(uscc ORDER BY uscc, key) FILTER (WHERE uscc IS NOT NULL) AS households,
        array_agg(key ORDER BY uscc, key) FILTER (WHERE key <> uscc) AS keys
    FROM taken GROUP BY kind, region, revision, removed, statement, uscc IS NULL ORDER BY 1, 2, 3, 4, 5, 6
    """
)
WAITING = text(
    f"""
    SELECT system, urgency, count(*) AS records, min(wanted_at) AS oldest FROM publication_row
    WHERE state = '{RowState.WAITING}' GROUP BY system, urgency
    """
)


@dataclass(frozen=True)
class RefusedRecord:
    """A record that a system has refused."""

    kind: Kind
    key: str
    uscc: str | None
    region: str
    revision: int | None
    code: str
    message: str


@dataclass(frozen=True)
class TakenRecords:
    """Records of one kind, region and revision that a system has confirmed, and that say the same in short.
    `households`: whose they are, or none; `keys`: the records', where these are not the households' codes.
    """

    kind: Kind
    region: str
    revision: int | None
    removed: bool
    statement: str | None
    records: int
    households: Sequence[str] | None
    keys: Sequence[str] | None


async def open_batches(session: AsyncSession, system: System, due: dt.datetime | None = None) -> list[OpenBatch]:
    """Batches of a system that are not over, the first sealed first. Overdue: those that it had before `due`."""
    query = select(B.id, B.number, B.urgency, B.state, B.attempts, B.next_try_at, B.sent_at)
    query = query.where(B.system == system, B.ended_at.is_(None)).order_by(B.number)
    return [
        OpenBatch(
            *(row.id, row.number, Urgency(row.urgency), row.state, row.attempts, row.next_try_at),
            overdue=due is not None and row.sent_at is not None and row.sent_at < due,
        )
        for row in await session.execute(query)
    ]


async def count_waiting(session: AsyncSession, system: System, urgency: Urgency, most: int) -> int:
    """How many records wait; not counted beyond `most`."""
    query = select(R.key).where(R.system == system, R.state == RowState.WAITING, R.urgency == urgency).limit(most)
    return (await session.execute(select(func.count()).select_from(query.subquery()))).scalar_one()


async def largest_half(session: AsyncSession, system: System, urgency: Urgency) -> int | None:
    """How many records the next batch has at most, where rows of a refused one wait; the largest parts go first."""
    found: int | None = await session.scalar(LARGEST_HALF, {"system": system, "urgency": int(urgency)})
    return found


async def take_waiting(
    session: AsyncSession, system: System, urgency: Urgency, batch: uuid.UUID, most: int, together: int | None
) -> Sequence[Row[Any]]:
    """Puts so many waiting rows into a batch, the first wanted first; each with its record. Rows that others have
    locked stay for later. `together`: only rows that may go so many at a time.
    """
    values = {"system": system, "urgency": int(urgency), "batch": batch, "most": most, "together": together}
    return (await session.execute(TAKE_WAITING, values)).all()


async def lock_batch(session: AsyncSession, batch: uuid.UUID) -> PublicationBatch | None:
    """A batch, locked."""
    return await session.get(B, batch, with_for_update=True, populate_existing=True)


async def get_page(session: AsyncSession, batch: uuid.UUID, number: int) -> PublicationPage:
    """A page with its body."""
    return await session.get_one(P, (batch, number))


async def page_digests(session: AsyncSession, batch: uuid.UUID) -> Sequence[Row[int, str, dt.datetime | None]]:
    """Number, digest and when it was sent, of every page in order."""
    query = select(P.number, P.digest, P.sent_at).where(P.batch_id == batch).order_by(P.number)
    return (await session.execute(query)).all()


async def mark_page(session: AsyncSession, batch: uuid.UUID, number: int, now: dt.datetime) -> None:
    """The system has a page."""
    await session.execute(update(P).where(P.batch_id == batch, P.number == number).values(sent_at=now))


async def mark_pages(session: AsyncSession, batch: uuid.UUID, there: Sequence[int], now: dt.datetime) -> None:
    """The system has these pages and no other."""
    has = P.number.in_(there)
    await session.execute(update(P).where(P.batch_id == batch, has, P.sent_at.is_(None)).values(sent_at=now))
    await session.execute(update(P).where(P.batch_id == batch, ~has, P.sent_at.is_not(None)).values(sent_at=None))


async def empty_pages(session: AsyncSession, batch: uuid.UUID) -> None:
    """Bodies are not kept when a batch is over; digests are."""
    await session.execute(update(P).where(P.batch_id == batch).values(body=None))


async def lock_rows(session: AsyncSession, batch: uuid.UUID) -> int:
    """Locks the batch's rows in the order in which all lock them; how many."""
    return int((await session.execute(LOCK_ROWS, {"batch": batch})).scalar_one())


async def reopen(session: AsyncSession, batch: PublicationBatch) -> int:
    """Lets the rows of a batch that never left wait again, as if it had not been sealed; how many. What was to be taken
    back and is nowhere is forgotten.
    """
    rows = (await session.execute(REOPEN, {"batch": batch.id})).all()
    await forget_unsent(session, batch.system, [(Kind(row.kind), row.key) for row in rows])
    return len(rows)


async def next_overtaken(session: AsyncSession, system: System) -> uuid.UUID | None:
    """The first sealed batch that nobody has handed over and that an urgent change of one of its records has met."""
    found: uuid.UUID | None = await session.scalar(OVERTAKEN, {"system": system.value})
    return found


async def count_changed(session: AsyncSession, batch: uuid.UUID) -> int:
    """Of how many records of an open batch something later is wanted."""
    query = select(func.count()).where(R.batch_id == batch, R.wanted_version > R.sent_version)
    return (await session.execute(query)).scalar_one()


async def has_small_file(session: AsyncSession, system: System, urgency: Urgency, most: int) -> bool:
    """Whether a batch of this urgency that is not full waits to be handed over."""
    query = select(B.id).where(B.system == system, B.urgency == int(urgency), B.ended_at.is_(None))
    query = query.where(B.state == BatchState.SEALED, B.records < most)
    return await session.scalar(query.limit(1)) is not None


async def reject(
    session: AsyncSession, batch: uuid.UUID, verdicts: Sequence[tuple[RecordKey, str, str]]
) -> list[RefusedRecord]:
    """Takes refused records out of a batch, each with code and message; those that are in it."""
    values = {
        "batch": batch,
        "kinds": [kind.value for (kind, _), _, _ in verdicts],
        "keys": [key for (_, key), _, _ in verdicts],
        "codes": [code for _, code, _ in verdicts],
        "messages": [message for _, _, message in verdicts],
    }
    return _rejected((await session.execute(REJECT, values)).all())


async def reject_all(session: AsyncSession, batch: uuid.UUID, code: str, message: str) -> list[RefusedRecord]:
    """Takes every record out of a batch that was refused as a whole."""
    values = {"batch": batch, "code": code, "message": message}
    return _rejected((await session.execute(REJECT_ALL, values)).all())


async def halve(session: AsyncSession, batch: uuid.UUID, records: int) -> None:
    """Lets the rows of a batch of so many records wait again, half of them at a time."""
    await session.execute(HALVE, {"batch": batch, "records": records})


def _rejected(rows: Sequence[Row[Any]]) -> list[RefusedRecord]:
    return [
        RefusedRecord(Kind(one.kind), one.key, one.uscc, one.region, one.revision, one.code, one.message)
        for one in rows
    ]


async def acknowledge(session: AsyncSession, batch: uuid.UUID, now: dt.datetime) -> list[TakenRecords]:
    """Takes the records that are left out of a batch: the system has them."""
    rows = await session.execute(ACKNOWLEDGE, {"batch": batch, "now": now})
    return [TakenRecords(Kind(row.kind), *row[1:]) for row in rows]


async def last_ends(session: AsyncSession, system: System, count: int) -> Sequence[Row[str | None, dt.datetime | None]]:
    """Whether a whole call was refused (its code), and when they ended: the last bulk batches of a system that were
    not given up or taken apart, the latest first.
    """
    query = select(B.trouble, B.ended_at).where(B.system == system, B.ended_at.is_not(None))
    query = query.where(B.urgency == int(Urgency.BULK), B.state.not_in(WITHOUT_RESULT))
    return (await session.execute(query.order_by(B.number.desc()).limit(count))).all()


async def waiting(session: AsyncSession) -> Sequence[Row[Any]]:
    """By system and urgency: how many records wait, and since when the oldest."""
    return (await session.execute(WAITING)).all()


async def open_by_state(session: AsyncSession, due: dt.datetime) -> Sequence[Row[System, BatchState, int, int, int]]:
    """By system and state: how many batches are not over, how many of them are stuck, how many the system had before
    `due`.
    """
    stuck, overdue = func.count().filter(B.attempts >= STUCK_AFTER), func.count().filter(B.sent_at < due)
    counts = func.count().label("batches"), stuck.label("stuck"), overdue.label("overdue")
    query = select(B.system, B.state, *counts).where(B.ended_at.is_(None))
    return (await session.execute(query.group_by(B.system, B.state))).all()


async def rejected(session: AsyncSession) -> Sequence[Row[System, int]]:
    """By system: how many records are rejected."""
    query = select(R.system, func.count().label("records")).where(R.state == RowState.REJECTED).group_by(R.system)
    return (await session.execute(query)).all()
