"""Deadlines: rows that fire exactly once, despite downtime, several schedulers and clock shifts.

Due ones are fired many to a transaction, each in a savepoint of its own: a handler that fails is put off and undone,
the others stay. Their marks are written in the same transaction, so that a kill undoes both or neither. What falls due
in great numbers has a handler for many at once: they share a savepoint, and one by one find out whose fault it is.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

import structlog
from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, MetaData, Row, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.clock import CHINA
from shared.database.connections import Database
from shared.database.direct import SentStatement, fetch
from shared.worker.failpoints import failpoint
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(hours=1)
BATCH = 50
"""Deadlines per transaction: PostgreSQL keeps the savepoints of a transaction in memory up to 64."""
LANES = 2
"""Transactions at once while many are due."""
HELD_SECONDS = 1.0
"""After so long a transaction takes no further deadline: what it has locked, others wait for."""
KEPT_AFTER_FIRING = timedelta(days=731)
OLDEST_INSTANT = timedelta(days=730)
"""An instant that lies longer ago can no longer be told from one that fired and was tidied away: it is not set again.
Events, from which deadlines follow, are read 400 days back at most.
"""

SCHEDULED = ("kind", "subject", "due_at", "start", "days", "unit", "before", "parameter", "provisional", "unverified")
"""What `SCHEDULE` takes: an array of each."""
SCHEDULE = """
    INSERT INTO deadline (kind, subject, due_at, try_at, reckoned_from, reckoned_days, reckoned_unit, reckoned_before,
                          parameter, provisional, unverified)
    SELECT kind, subject, due_at, due_at, start, days, unit, before, parameter, provisional, unverified
    FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::date[], $5::int[], $6::text[], $7::int[], $8::text[],
                $9::bool[], $10::bool[])
      AS due(kind, subject, due_at, start, days, unit, before, parameter, provisional, unverified)
    ON CONFLICT (kind, subject) DO UPDATE SET
      try_at = CASE WHEN deadline.due_at = excluded.due_at THEN deadline.try_at ELSE excluded.due_at END,
      fired_at = CASE WHEN deadline.due_at = excluded.due_at THEN deadline.fired_at END,
      failures = CASE WHEN deadline.due_at = excluded.due_at THEN deadline.failures ELSE 0 END,
      due_at = excluded.due_at, reckoned_from = excluded.reckoned_from, reckoned_days = excluded.reckoned_days,
      reckoned_unit = excluded.reckoned_unit, reckoned_before = excluded.reckoned_before,
      parameter = excluded.parameter, provisional = excluded.provisional, unverified = excluded.unverified
    WHERE (deadline.due_at, deadline.reckoned_from, deadline.reckoned_days, deadline.reckoned_unit,
           deadline.reckoned_before, deadline.parameter, deadline.provisional, deadline.unverified)
      IS DISTINCT FROM (excluded.due_at, excluded.reckoned_from, excluded.reckoned_days, excluded.reckoned_unit,
           excluded.reckoned_before, excluded.parameter, excluded.provisional, excluded.unverified)
"""
NOT_RECKONED: Mapping[str, object] = dict.fromkeys(
    ("start", "days", "unit", "before", "parameter", "provisional", "unverified")
)
CANCEL = text(
    """
    DELETE FROM deadline WHERE (kind, subject) IN (
      SELECT kind, subject FROM deadline WHERE kind = ANY(:kinds) AND subject = ANY(:subjects) AND fired_at IS NULL
      FOR UPDATE SKIP LOCKED
    )
    """
)
"""One that fires at this moment is left to its handler, which waits for the caller's locks and finds nothing to do: to
wait for it here would be a deadlock.
"""
DUE = text(
    """
    SELECT kind, subject, due_at, failures FROM deadline
    WHERE fired_at IS NULL AND try_at <= :now AND kind = ANY(:kinds)
    ORDER BY try_at, kind, subject LIMIT :batch FOR UPDATE SKIP LOCKED
    """
)
MARK_FIRED = text(
    """
    UPDATE deadline SET fired_at = :now
    FROM unnest(CAST(:kinds AS text[]), CAST(:subjects AS text[])) AS fired(kind, subject)
    WHERE deadline.kind = fired.kind AND deadline.subject = fired.subject
    """
)
MARK_FAILED = text(
    "UPDATE deadline SET failures = failures + 1, try_at = :again WHERE kind = :kind AND subject = :subject"
)
FORGET_FIRED = text("DELETE FROM deadline WHERE fired_at < :before AND due_at < :before")


def deadline_tables(metadata: MetaData) -> None:
    """Adds the table to a service's metadata. The columns from `reckoned_from` on say how a date was reckoned (see
    shared.worker.reckoning); they are empty where it was not.
    """
    table = Table(
        "deadline",
        metadata,
        Column("kind", Text, primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("try_at", DateTime(timezone=True), nullable=False),
        Column("fired_at", DateTime(timezone=True)),
        Column("failures", Integer, nullable=False, server_default="0"),
        Column("reckoned_from", Date),
        Column("reckoned_days", Integer),
        Column("reckoned_unit", Text),
        Column("reckoned_before", Integer),
        Column("parameter", Text),
        Column("provisional", Boolean),
        Column("unverified", Boolean),
    )
    open_ones = table.c.fired_at.is_(None)
    Index("ix_deadline_next", table.c.try_at, table.c.kind, table.c.subject, postgresql_where=open_ones)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due deadline: its kind, subject and instant."""

    kind: str
    subject: str
    due_at: datetime


Handler = Callable[[AsyncSession, Deadline], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Together:
    """Handles many deadlines of one kind at once, in one savepoint; called again with each alone when it fails."""

    handle: Callable[[AsyncSession, Sequence[Deadline]], Awaitable[None]]


Handlers = Mapping[str, Handler | Together]
"""Kind of deadline → what is done when it falls due."""
Due = Row[tuple[str, str, datetime, int]]


def end_of_day(day: date) -> datetime:
    """The instant at which a last day is over in China."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


async def schedule(session: AsyncSession, *, kind: str, subject: str, due_at: datetime) -> None:
    """Sets a deadline, or moves the one of that kind and subject. The same instant again has no effect, whether it has
    fired or not.
    """
    await schedule_all(session, {kind: {subject: due_at}})


async def schedule_all(session: AsyncSession, due: Mapping[str, Mapping[str, datetime]]) -> None:
    """Sets or moves many deadlines, kind → subject → instant, in one round trip."""
    await schedule_rows(
        session,
        [
            {**NOT_RECKONED, "kind": kind, "subject": subject, "due_at": due_at}
            for kind, instants in due.items()
            for subject, due_at in instants.items()
        ],
    )


async def schedule_rows(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Sets or moves deadlines, each once, given by the names in `SCHEDULED`: one round trip for any number."""
    statement = scheduling(rows)
    if statement is not None:
        await fetch(session, statement.text, *statement.values)


def scheduling(rows: Sequence[Mapping[str, object]]) -> SentStatement | None:
    """What `schedule_rows` sends, for who sends it together with more; None where all lie too long ago."""
    oldest = clock.now() - OLDEST_INSTANT
    recent = [row for row in rows if isinstance(row["due_at"], datetime) and row["due_at"] > oldest]
    if len(recent) < len(rows):
        log.warning("deadlines_too_old", count=len(rows) - len(recent), oldest=oldest.isoformat())
    return SentStatement(SCHEDULE, [[row[name] for row in recent] for name in SCHEDULED]) if recent else None


async def cancel(session: AsyncSession, *, kind: str, subject: str) -> None:
    """Removes a deadline that has not fired."""
    await cancel_all(session, [kind], [subject])


async def cancel_all(session: AsyncSession, kinds: Sequence[str], subjects: Sequence[str]) -> None:
    """Removes the deadlines of all these kinds and subjects that have not fired, in one round trip. What the handler of
    one looks at must be changed under its lock before: it may be firing now.
    """
    if subjects:
        await session.execute(CANCEL, {"kinds": list(kinds), "subjects": list(subjects)})


async def forget_fired(session: AsyncSession) -> None:
    """Removes what fired so long ago that the same instant is no longer set (`OLDEST_INSTANT`): setting it again cannot
    make it fire twice. The day between the two is for clocks that differ.
    """
    await session.execute(FORGET_FIRED, {"before": clock.now() - KEPT_AFTER_FIRING})


class Deadlines:
    """Fires due deadlines until cancelled. Any number may run over one database: each row is taken by one."""

    def __init__(
        self,
        database: Database,
        handlers: Handlers,
        *,
        poll_seconds: float = 1.0,
        batch: int = BATCH,
    ) -> None:
        self._database, self._handlers, self._poll, self._batch = database, dict(handlers), poll_seconds, batch

    async def run(self) -> None:
        """Fires until cancelled; waits for a lost database."""
        await run_forever("deadlines", self._watch)

    async def _watch(self) -> None:
        while True:
            tried = await self.fire_batch()
            if tried == self._batch:
                await self.work_off()
            elif not tried:
                await asyncio.sleep(self._poll)

    async def work_off(self) -> None:
        """Fires a backlog, several transactions at once: while one waits for the database, another works."""
        lanes = [asyncio.create_task(self.fire_due()) for _ in range(LANES)]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()
            await asyncio.gather(*lanes, return_exceptions=True)

    async def fire_due(self) -> int:
        """Fires all that are due now; returns how many were tried."""
        taken = 0
        while tried := await self.fire_batch():
            taken += tried
        return taken

    async def fire_batch(self) -> int:
        """Fires the next due deadlines in one transaction with what their handlers do; returns how many were tried."""
        return await self._fire(self._batch)

    async def _fire(self, batch: int) -> int:
        due: Sequence[Due] = ()
        async with self._database.session() as session:
            try:
                due = await self._take(session, batch)
                tried = await self._carry_out(session, due) if due else 0
                await session.commit()
            except Exception as error:
                # of the handlers' own errors, only those that show at the end come here
                if is_transient(error) or not due:
                    raise
                await session.rollback()
                if len(due) == 1:
                    await self._put_off_alone(session, due[0])
                    return 1
            else:
                return tried
        # whose the error was cannot be told: each in a transaction of its own
        return sum([await self._fire(1) for _ in due])

    async def _take(self, session: AsyncSession, batch: int) -> Sequence[Due]:
        values = {"now": clock.now(), "kinds": list(self._handlers), "batch": batch}
        return (await session.execute(DUE, values)).all()

    async def _carry_out(self, session: AsyncSession, due: Sequence[Due]) -> int:
        """Runs the handlers of locked rows and marks the rows; returns how many there was time for."""
        passed_by = asyncio.get_running_loop().time() + HELD_SECONDS
        fired: list[Deadline] = []
        tried = 0
        for rows in self._together(due):
            fired += await self._handle(session, rows)
            tried += len(rows)
            if asyncio.get_running_loop().time() > passed_by:
                break
        await session.execute(MARK_FIRED, deadline_keys(fired) | {"now": clock.now()})
        failpoint("deadline.marked")
        return tried

    def _together(self, due: Sequence[Due]) -> Iterator[Sequence[Due]]:
        """The rows that one call of a handler is for."""
        for kind, rows in groupby(due, lambda row: row.kind):
            if isinstance(self._handlers[kind], Together):
                yield list(rows)
            else:
                yield from ([row] for row in rows)

    async def _handle(self, session: AsyncSession, rows: Sequence[Due]) -> Sequence[Deadline]:
        """Runs a handler in a savepoint; returns what it has carried out. What it has loaded is not shown to the next
        one. Of several of which one fails, each is tried alone.
        """
        fired = [Deadline(row.kind, row.subject, row.due_at) for row in rows]
        try:
            async with session.begin_nested():
                await self._call(session, fired)
            failpoint("deadline.handled")
        except Exception as error:
            if is_transient(error):
                raise
            if len(rows) == 1:
                await _put_off(session, fired[0], rows[0].failures)
                return []
        else:
            return fired
        finally:
            session.expunge_all()
        return [one for row in rows for one in await self._handle(session, [row])]

    async def _call(self, session: AsyncSession, due: Sequence[Deadline]) -> None:
        handler = self._handlers[due[0].kind]
        if isinstance(handler, Together):
            await handler.handle(session, due)
        else:
            await handler(session, due[0])

    async def _put_off_alone(self, session: AsyncSession, row: Due) -> None:
        """A deadline whose transaction could not be committed is put off in another."""
        await _put_off(session, Deadline(row.kind, row.subject, row.due_at), row.failures)
        await session.commit()


async def _put_off(session: AsyncSession, deadline: Deadline, failures: int) -> None:
    """Retries later: after one minute, two, four …, at most an hour. Called while its error is handled."""
    log.exception("deadline_failed", kind=deadline.kind, subject=deadline.subject, failures=failures + 1)
    again = clock.now() + min(timedelta(minutes=1) * 2 ** min(failures, 10), LONGEST_PAUSE)
    await session.execute(MARK_FAILED, {"kind": deadline.kind, "subject": deadline.subject, "again": again})


def deadline_keys(fired: Sequence[Deadline]) -> dict[str, list[str]]:
    """The keys of rows, as parameters of `MARK_FIRED`."""
    return {"kinds": [one.kind for one in fired], "subjects": [one.subject for one in fired]}
