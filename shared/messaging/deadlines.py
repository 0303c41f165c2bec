"""Deadlines: rows that fire once, however long the worker was down, however many run, wherever the clock goes.

    await deadlines.put(session, kind="notice-closes", subject=str(notice.id), due_at=after(notice.closes_on))
    await Deadlines(database, {"notice-closes": close_notice}).run()      # in the worker

A deadline is set in the transaction of the fact that needs it, and moved or lifted the same way. The handler runs in
the transaction that marks it fired; one whose handler fails is tried again later and holds up no other.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog
from sqlalchemy import Column, DateTime, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.crash import crash_point
from shared.messaging.faults import keep_doing, passes_by_itself
from shared.service import clock
from shared.service.clock import CHINA
from shared.service.database import Database

log = structlog.get_logger()

LONGEST_PAUSE = timedelta(hours=1)

PUT = text(
    """
    INSERT INTO deadline (kind, subject, due_at, try_at) VALUES (:kind, :subject, :due_at, :due_at)
    ON CONFLICT (kind, subject) DO UPDATE
    SET due_at = excluded.due_at, try_at = excluded.due_at, fired_at = NULL, failures = 0
    WHERE deadline.due_at <> excluded.due_at
    """
)
LIFT = text("DELETE FROM deadline WHERE kind = ANY(:kinds) AND subject = ANY(:subjects) AND fired_at IS NULL")
DUE = text(
    """
    SELECT kind, subject, due_at, failures FROM deadline
    WHERE fired_at IS NULL AND try_at <= :now AND kind = ANY(:kinds)
    ORDER BY try_at, kind, subject LIMIT 1 FOR UPDATE SKIP LOCKED
    """
)
FIRED = text("UPDATE deadline SET fired_at = :now WHERE kind = :kind AND subject = :subject")
FAILED = text("UPDATE deadline SET failures = failures + 1, try_at = :again WHERE kind = :kind AND subject = :subject")


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
    """One that is due."""

    kind: str
    subject: str
    due_at: datetime


Handler = Callable[[AsyncSession, Deadline], Awaitable[None]]


def after(day: date) -> datetime:
    """The instant at which a last day is over in China."""
    return datetime.combine(day + timedelta(days=1), time(), CHINA)


async def put(session: AsyncSession, *, kind: str, subject: str, due_at: datetime) -> None:
    """Sets a deadline, or moves the one of that kind and subject; to the same instant: no effect, fired or not."""
    await put_all(session, {kind: {subject: due_at}})


async def put_all(session: AsyncSession, due: Mapping[str, Mapping[str, datetime]]) -> None:
    """Sets or moves many deadlines, kind → subject → instant, in one round trip."""
    rows = [
        {"kind": kind, "subject": subject, "due_at": due_at}
        for kind, instants in due.items()
        for subject, due_at in instants.items()
    ]
    if rows:
        await session.execute(PUT, rows)


async def lift(session: AsyncSession, *, kind: str, subject: str) -> None:
    """Takes a deadline back that has not fired."""
    await lift_all(session, [kind], [subject])


async def lift_all(session: AsyncSession, kinds: Sequence[str], subjects: Sequence[str]) -> None:
    """The same for all of these kinds and subjects, in one round trip."""
    if subjects:
        await session.execute(LIFT, {"kinds": list(kinds), "subjects": list(subjects)})


class Deadlines:
    """Fires what is due, for ever. Any number may run over one database: each row is taken by one."""

    def __init__(self, database: Database, handlers: Mapping[str, Handler], *, poll_seconds: float = 1.0) -> None:
        self._database, self._handlers, self._poll = database, dict(handlers), poll_seconds

    async def run(self) -> None:
        """Until cancelled; waits for a lost database."""
        await keep_doing("deadlines", self._watch)

    async def _watch(self) -> None:
        while True:
            if not await self.fire_one():
                await asyncio.sleep(self._poll)

    async def fire_due(self) -> int:
        """Fires all that is due now; how many were taken up."""
        taken = 0
        while await self.fire_one():
            taken += 1
        return taken

    async def fire_one(self) -> bool:
        """The next due deadline, in one transaction with what it brings about; False when nothing is due."""
        async with self._database.session() as session:
            found = (await session.execute(DUE, {"now": clock.now(), "kinds": list(self._handlers)})).first()
            if found is None:
                return False
            deadline = Deadline(found.kind, found.subject, found.due_at)
            try:
                await self._handlers[deadline.kind](session, deadline)
                crash_point("deadline.handled")
                await session.execute(FIRED, {**key_of(deadline), "now": clock.now()})
                crash_point("deadline.marked")
                await session.commit()
            except Exception as error:
                if passes_by_itself(error):
                    raise
                await session.rollback()
                await self._put_off(deadline, found.failures)
        return True

    async def _put_off(self, deadline: Deadline, failures: int) -> None:
        """Again later: after a minute, two, four …, at most an hour."""
        log.exception("deadline_failed", kind=deadline.kind, subject=deadline.subject, failures=failures + 1)
        again = clock.now() + min(timedelta(minutes=1) * 2 ** min(failures, 10), LONGEST_PAUSE)
        async with self._database.transaction() as session:
            await session.execute(FAILED, {**key_of(deadline), "again": again})


def key_of(deadline: Deadline) -> dict[str, str]:
    """Its row, as parameters of the statements."""
    return {"kind": deadline.kind, "subject": deadline.subject}
