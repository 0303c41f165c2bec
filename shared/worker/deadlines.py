"""Deadlines: rows that fire exactly once, despite downtime, several schedulers and clock shifts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog
from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.clock import CHINA
from shared.database.connections import Database
from shared.worker.failpoints import failpoint
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(hours=1)

SCHEDULE = text(
    """
    INSERT INTO deadline (kind, subject, due_at, try_at) VALUES (:kind, :subject, :due_at, :due_at)
    ON CONFLICT (kind, subject) DO UPDATE
    SET due_at = excluded.due_at, try_at = excluded.due_at, fired_at = NULL, failures = 0
    WHERE deadline.due_at <> excluded.due_at
    """
)
CANCEL = text("DELETE FROM deadline WHERE kind = ANY(:kinds) AND subject = ANY(:subjects) AND fired_at IS NULL")
DUE = text(
    """
    SELECT kind, subject, due_at, failures FROM deadline
    WHERE fired_at IS NULL AND try_at <= :now AND kind = ANY(:kinds)
    ORDER BY try_at, kind, subject LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)
MARK_FIRED = text("UPDATE deadline SET fired_at = :now WHERE kind = :kind AND subject = :subject")
MARK_FAILED = text(
    "UPDATE deadline SET failures = failures + 1, try_at = :again WHERE kind = :kind AND subject = :subject"
)


def deadline_tables(metadata: MetaData) -> None:
    """Adds the table to a service's metadata."""
    table = Table(
        "deadline",
        metadata,
        Column("kind", Text, primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("try_at", DateTime(timezone=True), nullable=False),
        Column("fired_at", DateTime(timezone=True)),
        Column("failures", Integer, nullable=False, server_default="0"),
    )
    Index("ix_deadline_due", table.c.try_at, postgresql_where=table.c.fired_at.is_(None))


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due deadline: its kind, subject and instant."""

    kind: str
    subject: str
    due_at: datetime


Handler = Callable[[AsyncSession, Deadline], Awaitable[None]]


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
    rows = [
        {"kind": kind, "subject": subject, "due_at": due_at}
        for kind, instants in due.items()
        for subject, due_at in instants.items()
    ]
    if rows:
        await session.execute(SCHEDULE, rows)


async def cancel(session: AsyncSession, *, kind: str, subject: str) -> None:
    """Removes a deadline that has not fired."""
    await cancel_all(session, [kind], [subject])


async def cancel_all(session: AsyncSession, kinds: Sequence[str], subjects: Sequence[str]) -> None:
    """Removes the deadlines of all these kinds and subjects that have not fired, in one round trip."""
    if subjects:
        await session.execute(CANCEL, {"kinds": list(kinds), "subjects": list(subjects)})


class Deadlines:
    """Fires due deadlines until cancelled. Any number may run over one database: each row is taken by one."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], *, poll_seconds: float = 1.0) -> None:
        self._database, self._handlers, self._poll = database, dict(handlers), poll_seconds

    async def run(self) -> None:
        """Fires until cancelled; waits for a lost database."""
        await run_forever("deadlines", self._watch)

    async def _watch(self) -> None:
        while True:
            if not await self.fire_one():
                await asyncio.sleep(self._poll)

    async def fire_due(self) -> int:
        """Fires all that are due now; returns how many were tried."""
        taken = 0
        while await self.fire_one():
            taken += 1
        return taken

    async def fire_one(self) -> bool:
        """Fires the next due deadline, in one transaction with its handler; False when none is due."""
        async with self._database.session() as session:
            due = (await session.execute(DUE, {"now": clock.now(), "kinds": list(self._handlers)})).first()
            if due is None:
                return False
            deadline = Deadline(due.kind, due.subject, due.due_at)
            try:
                await self._handlers[deadline.kind](session, deadline)
                failpoint("deadline.handled")
                await session.execute(MARK_FIRED, {**deadline_key(deadline), "now": clock.now()})
                failpoint("deadline.marked")
                await session.commit()
            except Exception as error:
                if is_transient(error):
                    raise
                await session.rollback()
                await self._postpone(deadline, due.failures)
        return True

    async def _postpone(self, deadline: Deadline, failures: int) -> None:
        """Retries later: after one minute, two, four …, at most an hour."""
        log.exception("deadline_failed", kind=deadline.kind, subject=deadline.subject, failures=failures + 1)
        again = clock.now() + min(timedelta(minutes=1) * 2 ** min(failures, 10), LONGEST_PAUSE)
        async with self._database.transaction() as session:
            await session.execute(MARK_FAILED, {**deadline_key(deadline), "again": again})


def deadline_key(deadline: Deadline) -> dict[str, str]:
    """The key of its row, as parameters of the statements."""
    return {"kind": deadline.kind, "subject": deadline.subject}
