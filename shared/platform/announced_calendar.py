"""The announced holidays of a service: schedules recorded in its database, taken over by its processes once a minute.

A schedule is a row that is never changed: a correction is another revision, with its reason. The worker reckons open
deadlines again by what is recorded: it compares rather than waits for a signal, so that a kill, a restart or a process
that set a deadline by yesterday's calendar makes no difference.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from enum import StrEnum

import structlog
from sqlalchemy import Column, Date, DateTime, Integer, MetaData, Table, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.advisory_locks import AdvisoryLock, take_lock
from shared.database.connections import Database
from shared.reference.calendar import announce, packaged_schedule
from shared.reference.holiday_schedule import HolidaySchedule
from shared.worker.reckoning import MovedDeadline, OnMoved, move_deadlines
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

EVERY_SECONDS = 60.0
FIRST_LOAD_SECONDS = 5.0

NEWEST = text("SELECT DISTINCT ON (year) * FROM holiday_schedule ORDER BY year, revision DESC")
NEWEST_OF_YEAR = text("SELECT * FROM holiday_schedule WHERE year = :year ORDER BY revision DESC LIMIT 1")
RECORD = text(
    """
    INSERT INTO holiday_schedule (year, revision, document, source, issued_on, days, digest, reason)
    VALUES (:year, :revision, :document, :source, :issued_on, CAST(:days AS jsonb), :digest, :reason)
    """
)


def calendar_tables(metadata: MetaData) -> None:
    """Adds the table to a service's metadata."""
    Table(
        "holiday_schedule",
        metadata,
        Column("year", Integer, primary_key=True, autoincrement=False),
        Column("revision", Integer, primary_key=True, autoincrement=False),
        Column("document", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("issued_on", Date, nullable=False),
        Column("days", JSONB, nullable=False, comment="ISO date to off or working, where it differs from the week"),
        Column("digest", Text, nullable=False),
        Column("reason", Text, comment="of a correction"),
        Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    )


class Recorded(StrEnum):
    """What became of a schedule: new, the same as known, a correction of what was known."""

    NEW = "new"
    SAME = "same"
    CORRECTED = "corrected"


class ScheduleKnownOtherwise(Exception):
    """The year is announced with other days; recording these needs a reason. `days`: those that differ."""

    def __init__(self, document: str, days: list[date]) -> None:
        super().__init__(document)
        self.document, self.days = document, days


async def record_schedule(session: AsyncSession, schedule: HolidaySchedule, reason: str | None = None) -> Recorded:
    """Records a year's schedule; the same days once more are no change. Errors: ScheduleKnownOtherwise."""
    await take_lock(session, AdvisoryLock.CALENDAR)
    row = (await session.execute(NEWEST_OF_YEAR, {"year": schedule.year})).mappings().first()
    known = {date.fromisoformat(day): kind for day, kind in row["days"].items()} if row else None
    known = dict(packaged_schedule(schedule.year)) if known is None else known
    if known == dict(schedule.days):
        return Recorded.SAME
    if known and not reason:
        differing = sorted(day for day in {*known, *schedule.days} if known.get(day) != schedule.days.get(day))
        raise ScheduleKnownOtherwise(row["document"] if row else "随平台提供的数据", differing)
    values = {
        "year": schedule.year,
        "revision": row["revision"] + 1 if row else 1,
        "document": schedule.document,
        "source": schedule.source,
        "issued_on": schedule.issued_on,
        "days": json.dumps({day.isoformat(): kind for day, kind in schedule.days.items()}),
        "digest": schedule.digest,
        "reason": reason if known else None,
    }
    await session.execute(RECORD, values)
    return Recorded.CORRECTED if known else Recorded.NEW


async def load_calendar(session: AsyncSession) -> bool:
    """Takes over what is recorded; whether this process knew it otherwise."""
    rows = (await session.execute(NEWEST)).mappings().all()
    return announce({row["year"]: {date.fromisoformat(day): kind for day, kind in row["days"].items()} for row in rows})


async def move_by_calendar(database: Database, on_moved: OnMoved | None = None) -> list[MovedDeadline]:
    """Takes over what is recorded and moves the open deadlines that it changes, in one transaction; nobody records or
    moves meanwhile.
    """
    async with database.transaction() as session:
        await take_lock(session, AdvisoryLock.CALENDAR)
        await load_calendar(session)
        moved = await move_deadlines(session, on_moved)
    if moved:
        log.info("deadlines_moved", count=len(moved))
    return moved


async def keep_deadlines_by_calendar(database: Database, on_moved: OnMoved | None) -> None:
    """The worker's task: once a minute until cancelled; waits for a lost database. What a service does about a moved
    deadline may fail: all is undone, logged and tried again, and the worker's other tasks go on.
    """

    async def keep() -> None:
        while True:
            try:
                await move_by_calendar(database, on_moved)
            except Exception as error:
                if is_transient(error):
                    raise
                log.exception("deadlines_not_moved")
            await asyncio.sleep(EVERY_SECONDS)

    await run_forever("calendar", keep)


@asynccontextmanager
async def calendar_followed(database: Database) -> AsyncIterator[None]:
    """Takes over what is recorded before the block and once a minute beside it. Without a database the block is entered
    all the same, with the calendar that the process has.
    """
    try:
        async with asyncio.timeout(FIRST_LOAD_SECONDS), database.session() as session:
            await load_calendar(session)
    except Exception as error:  # the service starts without its database, too; /readyz says so
        log.warning("calendar_not_loaded", error=type(error).__name__)
    task = asyncio.create_task(run_forever("calendar", lambda: _follow(database)))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _follow(database: Database) -> None:
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        async with database.session() as session:
            await load_calendar(session)
