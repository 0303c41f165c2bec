"""O1 for objections: schedulers that are killed while last days pass lose and repeat nothing; each overdue objection
has climbed once, and is told of once, in the transaction that marks its deadline.

The kit's own kills, with a handler for one deadline: tests/faults/test_o1_deadlines.py.
"""

import asyncio
import datetime as dt
import os
import random
from collections import Counter

import orjson
import pytest
from sqlalchemy import text

from services.objection.deadlines import DEADLINES
from services.objection.objections import due_days
from services.objection.objections.domain import DueDay
from shared import clock
from shared.database.connections import Database
from shared.worker import deadlines
from shared.worker.deadlines import Deadline, Deadlines, Together
from shared.worker.failpoints import failpoint
from tests.faults.counting_service import eventually, scalar
from tests.faults.processes import CRASH_VARIABLE, KILLS
from tests.fixtures.fork_server import forks
from tests.integration.objection.filed_objections import add_objection, period

pytestmark = pytest.mark.faults

OBJECTIONS, BATCH = 120, 7
POINTS = ["deadline.handled", "deadline.marked"]
LEFT = "SELECT count(*) FROM deadline WHERE fired_at IS NULL AND try_at <= now()"
CLIMBED = "SELECT count(*) FROM objection WHERE climbs = 1 AND handled_at = '4101'"


class DeadlinesThatMarkFirst(Deadlines):
    """The planted fault: marked and committed, then carried out; what it holds when killed never happens."""

    async def fire_batch(self) -> int:
        async with self._database.session() as session:
            found = await self._take(session, self._batch)
            due = [Deadline(row.kind, row.subject, row.due_at) for row in found]
            await session.execute(deadlines.MARK_FIRED, {**deadlines.deadline_keys(due), "now": clock.now()})
            await session.commit()
            failpoint("deadline.marked")
            for one in due:
                handler = self._handlers[one.kind]
                await (handler.handle(session, [one]) if isinstance(handler, Together) else handler(session, one))
                await session.commit()
                failpoint("deadline.handled")
        return len(due)


def scheduler(kind: type[Deadlines], url: str, crash: str, minutes: int) -> None:
    """A process that fires what is due until it is killed; its clock is some minutes ahead or behind."""
    os.environ[CRASH_VARIABLE] = crash
    with clock.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes)):
        asyncio.run(kind(Database(url), DEADLINES, poll_seconds=0.05, batch=BATCH).run())


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.objection"


@pytest.fixture
async def due(database: Database) -> Database:
    """Objections whose last day for the decision was weeks ago: the service was down meanwhile."""
    async with database.transaction() as session:
        for number in range(OBJECTIONS):
            objection = await add_objection(session, number)
            start = clock.today() - dt.timedelta(days=60)
            await due_days.schedule_due(session, objection, DueDay.DECIDE, start=start, period=period(5))
        await session.execute(text("DELETE FROM deadline WHERE kind = 'objection-reminder'"))
    return database


def kill_schedulers(kind: type[Deadlines], url: str) -> None:
    """Two at a time, their clocks ten minutes apart, are started and killed, one at a named point."""
    chance = random.Random(11)
    for turn in range(max(4, KILLS // 8)):
        named = f"{POINTS[turn % 2]}:{chance.randint(1, 3)}"
        pair = [
            forks.Process(target=scheduler, args=(kind, url, crash, minutes), daemon=True)
            for crash, minutes in ((named, 5), ("", -5))
        ]
        for process in pair:
            process.start()
        pair[0].join(10.0)
        for process in pair:
            process.kill()
            process.join()


async def what_happened(kind: type[Deadlines], due: Database) -> tuple[int, Counter[int]]:
    """How many objections have climbed once; how many were told of how often."""
    url = due.url.render_as_string(hide_password=False)
    await asyncio.to_thread(kill_schedulers, kind, url)
    survivor = forks.Process(target=scheduler, args=(kind, url, "", 0), daemon=True)
    survivor.start()

    async def all_fired() -> bool:
        return await scalar(due, LEFT) == 0

    assert await eventually(all_fired)
    survivor.kill()
    survivor.join()
    async with due.session() as session:
        values = (await session.execute(text("SELECT value FROM outbox"))).scalars().all()
    overdue = Counter(
        event["data"]["objection"] for event in map(orjson.loads, values) if ".ObjectionOverdue." in event["type"]
    )
    return await scalar(due, CLIMBED), Counter(overdue.values())


async def test_o1_killed_schedulers_let_each_overdue_objection_climb_once(due: Database):
    assert await what_happened(Deadlines, due) == (OBJECTIONS, Counter({1: OBJECTIONS}))


async def test_o1_marking_first_is_found_out(due: Database):
    assert await what_happened(DeadlinesThatMarkFirst, due) != (OBJECTIONS, Counter({1: OBJECTIONS}))
