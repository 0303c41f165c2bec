"""SQL of oversight. Nothing counts the rows: sums are the tally's, lists are read along an index."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, exists, func, or_, select, text, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql import ColumnElement

from services.notification.publication.batches.domain import WITHOUT_RESULT
from services.notification.publication.batches.models import PublicationBatch, PublicationPage
from services.notification.publication.oversight.domain import EndedBatch
from services.notification.publication.oversight.models import PublicationRun, PublicationTally
from services.notification.publication.records.domain import RowState, Urgency
from services.notification.publication.records.models import PublicationRecord, PublicationRow
from services.notification.publication.registers.models import HELD_BACK, PublicationHousehold
from services.notification.publication.systems import KINDS_OF, Kind, System
from shared.platform.scope import PROVINCE_DIGITS

BATCHES_OF_RATE = 20
"""So many of the last batches say how fast a system takes records."""
TALLY, RUN, ROW, BATCH = PublicationTally, PublicationRun, PublicationRow, PublicationBatch
LEFT = (RowState.WAITING, RowState.IN_BATCH)


def inside(region: InstrumentedAttribute[str], scope: str) -> ColumnElement[bool]:
    """In a region or one of its counties; what is about a whole province or city has its shorter code."""
    return and_(region.startswith(scope, autoescape=True), region.between(scope, scope.ljust(6, "9")))


async def tallied(session: AsyncSession, scope: str) -> dict[tuple[System, Kind, RowState], int]:
    """How many rows of a region are in which state."""
    total = func.sum(TALLY.rows)
    query = select(TALLY.system, TALLY.kind, TALLY.state, total).where(inside(TALLY.region, scope))
    rows = await session.execute(query.group_by(TALLY.system, TALLY.kind, TALLY.state).having(total != 0))
    return {(system, kind, state): int(count) for system, kind, state, count in rows}


COMPACT = text(
    """
    WITH gone AS (
        DELETE FROM publication_tally WHERE id IN (SELECT id FROM publication_tally ORDER BY id FOR UPDATE SKIP LOCKED)
        RETURNING system, kind, region, state, rows
    ), summed AS (
        SELECT system, kind, region, state, sum(rows) AS rows FROM gone GROUP BY system, kind, region, state
    )
    INSERT INTO publication_tally (system, kind, region, state, rows) SELECT * FROM summed WHERE rows <> 0
    """
)


async def compact_tally(session: AsyncSession) -> None:
    """One line for each group. Lines that others write meanwhile stay; sums are the same before and after."""
    await session.execute(COMPACT)


async def count_records(session: AsyncSession, kind: Kind, scope: str) -> int:
    """How many records of a kind were ever wanted in a region, also those withdrawn since. It reads them all."""
    query = select(func.count()).select_from(PublicationRecord)
    return (
        await session.scalar(query.where(PublicationRecord.kind == kind, inside(PublicationRecord.region, scope))) or 0
    )


async def oldest_waiting(session: AsyncSession, system: System) -> dt.datetime | None:
    """Since when the record waits that has waited longest for a system, in all regions."""
    oldest = []
    for urgency in Urgency:
        query = select(ROW.wanted_at).where(ROW.system == system, ROW.state == RowState.WAITING, ROW.urgency == urgency)
        oldest.append(await session.scalar(query.order_by(ROW.wanted_at).limit(1)))
    return min((one for one in oldest if one is not None), default=None)


def with_records_of(scope: str) -> ColumnElement[bool]:
    """Batches that have records of the region's province; all for the whole country."""
    return BATCH.provinces.contains([scope[:PROVINCE_DIGITS]]) if scope else true()


async def open_batches(session: AsyncSession, system: System, scope: str) -> Sequence[PublicationBatch]:
    """Batches of a system with records of a province that are not over, the first sealed first."""
    query = select(BATCH).where(BATCH.system == system, BATCH.ended_at.is_(None), with_records_of(scope))
    query = query.order_by(BATCH.number).limit(100)
    return (await session.scalars(query)).all()


async def last_ended(session: AsyncSession, system: System) -> list[EndedBatch]:
    """The last batches of a system that are over; those of first loads, where there are any, since a batch of three
    corrections takes as long as one of twenty thousand.
    """
    query = select(BATCH.sealed_at, BATCH.ended_at, BATCH.records, BATCH.urgency)
    query = query.where(BATCH.system == system, BATCH.ended_at.is_not(None), BATCH.state.not_in(WITHOUT_RESULT))
    rows = (await session.execute(query.order_by(BATCH.number.desc()).limit(BATCHES_OF_RATE))).all()
    bulk = [row for row in rows if row.urgency == Urgency.BULK]
    return [EndedBatch(row.sealed_at, row.ended_at, row.records) for row in bulk or rows if row.ended_at is not None]


async def runs_in(session: AsyncSession, scope: str, year: int) -> Sequence[PublicationRun]:
    """The published runs of a year in a region, and those of a larger region around it."""
    around = RUN.region.in_([scope[:digits] for digits in range(2, len(scope), 2)])
    query = select(RUN).where(RUN.year == year, or_(around, inside(RUN.region, scope)))
    return (await session.scalars(query.order_by(RUN.region))).all()


async def runs_to_watch(session: AsyncSession) -> Sequence[PublicationRun]:
    """Published runs that are not complete, locked."""
    query = select(RUN).where(RUN.completed_at.is_(None)).order_by(RUN.region, RUN.year)
    return (await session.scalars(query.with_for_update(skip_locked=True))).all()


async def keep_run(session: AsyncSession, values: dict[str, Any]) -> None:
    """A run was published; the first one of its region and year counts."""
    await session.execute(insert(RUN).values(values).on_conflict_do_nothing())


async def note_standard(session: AsyncSession, region: str, year: int, missing: str | None, words: str | None) -> None:
    """Which policy's standard is missing for a region and year; none: it is published."""
    run = update(RUN).where(RUN.region == region, RUN.year == year)
    await session.execute(run.values(missing_standard=missing, missing_words=words))


async def missing_standards(session: AsyncSession, scope: str) -> Sequence[PublicationRun]:
    """The latest runs of a region, and of those around it, whose standard is not published."""
    around = RUN.region.in_([scope[:digits] for digits in range(2, len(scope), 2)])
    later = aliased(RUN)
    query = select(RUN).where(RUN.missing_standard.is_not(None), or_(around, inside(RUN.region, scope)))
    query = query.where(~exists().where(later.region == RUN.region, later.year > RUN.year))
    return (await session.scalars(query.order_by(RUN.region, RUN.year))).all()


@dataclass(frozen=True)
class RowQuery:
    """Which rows a list shows. `state` REJECTED with a `code` is the work list."""

    region: str
    system: System | None = None
    kind: Kind | None = None
    state: RowState | None = None
    uscc: str | None = None
    code: str | None = None


RowPlace = tuple[str, str, str, str, str]
"""System, kind, state, region and key of the last row of a page."""
ListedRow = Row[PublicationRow, PublicationRecord]


async def list_rows(session: AsyncSession, query: RowQuery, after: RowPlace | None, limit: int) -> Sequence[ListedRow]:
    """Rows with their records, by system, kind, state, region and key. Group after group along one index: none is read
    beyond the page, however many rows there are.
    """
    if query.uscc is not None:
        return await _rows_of_household(session, query, after, limit)
    found: list[ListedRow] = []
    for group in groups_of(query):
        if after is not None and group < after[:3]:
            continue
        place = (after[3], after[4]) if after is not None and group == after[:3] else None
        found += await _rows_of_group(session, query, group, place, limit - len(found))
        if len(found) >= limit:
            break
    return found


def groups_of(query: RowQuery) -> list[tuple[str, str, str]]:
    """The groups that a list goes through, in its order."""
    systems = [query.system] if query.system else list(System)
    states = [query.state] if query.state else list(RowState)
    pairs = [(one, kind) for one in systems for kind in KINDS_OF[one] if query.kind in (None, kind)]
    return sorted((one.value, kind.value, state.value) for one, kind in pairs for state in states)


async def _rows_of_group(
    session: AsyncSession, query: RowQuery, group: tuple[str, str, str], place: tuple[str, str] | None, limit: int
) -> Sequence[ListedRow]:
    system, kind, state = System(group[0]), Kind(group[1]), RowState(group[2])
    wanted = _with_record().where(ROW.system == system, ROW.kind == kind, ROW.state == state)
    wanted = wanted.where(inside(ROW.region, query.region))
    if query.code is not None:
        wanted = wanted.where(ROW.code == query.code)
    if place is not None:
        wanted = wanted.where(tuple_(ROW.region, ROW.key) > place)
    return (await session.execute(wanted.order_by(ROW.region, ROW.key).limit(limit))).all()


async def _rows_of_household(
    session: AsyncSession, query: RowQuery, after: RowPlace | None, limit: int
) -> Sequence[ListedRow]:
    """A household has few: its records by their index, their rows by the primary key."""
    wanted = _with_record().where(PublicationRecord.uscc == query.uscc, inside(ROW.region, query.region))
    for column, value in ((ROW.system, query.system), (ROW.kind, query.kind), (ROW.state, query.state)):
        if value is not None:
            wanted = wanted.where(column == value)
    if query.code is not None:
        wanted = wanted.where(ROW.code == query.code)
    rows = (await session.execute(wanted)).all()
    ordered = sorted(rows, key=lambda row: place_of(row[0]))
    return [row for row in ordered if after is None or place_of(row[0]) > after][:limit]


def place_of(row: PublicationRow) -> RowPlace:
    """Where a row stands in the lists."""
    return row.system.value, row.kind.value, row.state.value, row.region, row.key


def _with_record() -> Any:  # noqa: ANN401 - a select of two entities
    same = and_(PublicationRecord.kind == ROW.kind, PublicationRecord.key == ROW.key)
    return select(ROW, PublicationRecord).join(PublicationRecord, same)


async def lock_rejected(
    session: AsyncSession, scope: str, system: System, keys: Sequence[tuple[Kind, str]]
) -> Sequence[PublicationRow]:
    """Rows of a region by their keys, locked in the order in which all lock them."""
    query = select(ROW).where(ROW.system == system, tuple_(ROW.kind, ROW.key).in_(keys), inside(ROW.region, scope))
    return (await session.scalars(query.order_by(ROW.kind, ROW.key).with_for_update())).all()


async def rejected_keys(
    session: AsyncSession, query: RowQuery, system: System, named: Sequence[str] | None, limit: int
) -> list[tuple[Kind, str]]:
    """The first rejected rows of a system that a filter finds, of those named if any are."""
    wanted = select(ROW.kind, ROW.key).where(ROW.system == system, ROW.state == RowState.REJECTED)
    wanted = wanted.where(inside(ROW.region, query.region))
    for column, value in ((ROW.kind, query.kind), (ROW.code, query.code)):
        if value is not None:
            wanted = wanted.where(column == value)
    if named is not None:
        wanted = wanted.where(ROW.key.in_(named))
    rows = await session.execute(wanted.order_by(ROW.region, ROW.kind, ROW.key).limit(limit))
    return [(row.kind, row.key) for row in rows]


async def rows_of_household(session: AsyncSession, uscc: str, scope: str) -> Sequence[ListedRow]:
    """Everything about a household at all systems."""
    return await list_rows(session, RowQuery(scope, uscc=uscc), None, 1000)


async def get_household(session: AsyncSession, uscc: str, scope: str) -> PublicationHousehold | None:
    """A household of a region."""
    query = select(PublicationHousehold).where(PublicationHousehold.uscc == uscc)
    return await session.scalar(query.where(inside(PublicationHousehold.region, scope)))


async def held_back(
    session: AsyncSession, scope: str, after: tuple[str, str] | None, limit: int
) -> Sequence[PublicationHousehold]:
    """Households without a label that the texts know, by region and code."""
    household = PublicationHousehold
    query = select(household).where(text(HELD_BACK), inside(household.region, scope))
    if after is not None:
        query = query.where(tuple_(household.region, household.uscc) > after)
    return (await session.scalars(query.order_by(household.region, household.uscc).limit(limit))).all()


async def list_batches(
    session: AsyncSession, scope: str, system: System | None, *, still_open: bool | None, after: int | None, limit: int
) -> Sequence[PublicationBatch]:
    """Batches with records of a province, the last sealed first."""
    query = select(BATCH).where(with_records_of(scope))
    if system is not None:
        query = query.where(BATCH.system == system)
    if still_open is not None:
        query = query.where(BATCH.ended_at.is_(None) if still_open else BATCH.ended_at.is_not(None))
    if after is not None:
        query = query.where(BATCH.number < after)
    return (await session.scalars(query.order_by(BATCH.number.desc()).limit(limit))).all()


async def get_batch(session: AsyncSession, batch: uuid.UUID, scope: str) -> PublicationBatch | None:
    """A batch with records of a province."""
    return await session.scalar(select(BATCH).where(BATCH.id == batch, with_records_of(scope)))


async def pages_of(session: AsyncSession, batch: uuid.UUID) -> Sequence[Row[int, int, str, dt.datetime | None]]:
    """Number, records, digest and when it was sent, of each page in order; without the bodies."""
    page = PublicationPage
    query = select(page.number, page.records, page.digest, page.sent_at).where(page.batch_id == batch)
    return (await session.execute(query.order_by(page.number))).all()
