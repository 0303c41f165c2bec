"""O1: a scheduler that is killed between what a deadline brings about and its commit neither loses nor repeats it.

Downtime, several schedulers, failing handlers and a moved clock: tests/integration/worker/test_deadlines.py.
"""

import asyncio
import datetime as dt
import os
import random
from collections.abc import Sequence
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database.connections import Database
from shared.worker import deadlines
from shared.worker.deadlines import Deadline, Deadlines, end_of_day
from shared.worker.failpoints import failpoint
from tests.faults.counting_service import effects, eventually, scalar
from tests.faults.processes import CRASH_VARIABLE, KILLS
from tests.fixtures.fork_server import forks

pytestmark = pytest.mark.faults

DEADLINES = 200
BATCH = 8  # several of them are committed before a process comes to its point
CLOCKS_APART = dt.timedelta(minutes=5)
POINTS = ["deadline.handled", "deadline.marked"]


class DeadlinesThatMarkFirst(Deadlines):
    """The planted fault: marked and committed, then carried out; what it holds when killed never happens."""

    async def fire_batch(self) -> int:
        async with self._database.session() as session:
            found = await self._take(session, self._batch)
            due = [Deadline(row.kind, row.subject, row.due_at) for row in found]
            await session.execute(deadlines.MARK_FIRED, {**deadlines.deadline_keys(due), "now": clock.now()})
            await session.commit()
            failpoint("deadline.marked")
            for deadline in due:
                handle = self._handlers[deadline.kind]
                assert callable(handle), "each by itself"
                await handle(session, deadline)
                await session.commit()
                failpoint("deadline.handled")
        return len(due)


class DeadlinesThatCommitEach(Deadlines):
    """The planted fault of a batch: each is committed when it is carried out, and all are marked at the end; what was
    carried out before a kill happens again.
    """

    async def _handle(self, session: AsyncSession, rows: Sequence[deadlines.Due]) -> Sequence[Deadline]:
        handled = [Deadline(row.kind, row.subject, row.due_at) for row in rows]
        await self._call(session, handled)
        await session.commit()
        failpoint("deadline.handled")
        return handled


async def effect(session: AsyncSession, deadline: Deadline) -> None:
    """What a deadline brings about: one row, that nothing keeps from being written twice."""
    await session.execute(text("INSERT INTO effect (key, number) VALUES (:key, 1)"), {"key": deadline.subject})
    await asyncio.sleep(0.01)


def scheduler(kind: type[Deadlines], url: str, crash: str, ahead: dt.timedelta) -> None:
    """A process that fires what is due by its clock until it is killed."""
    os.environ[CRASH_VARIABLE] = crash
    with clock.travel(clock.now() + ahead):
        asyncio.run(kind(Database(url), {"test": effect}, poll_seconds=0.05, batch=BATCH).run())


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


@pytest.fixture(scope="session")
def as_owner() -> bool:
    return True  # the tests add tables


@pytest.fixture
async def due(database: Database) -> Database:
    """A recognition database with a table of effects, deadlines of yesterday and others of which two clocks differ."""
    async with database.transaction() as session:
        await session.execute(
            text("CREATE TABLE effect (place bigint GENERATED ALWAYS AS IDENTITY, key text, number bigint)")
        )
        yesterday = end_of_day(clock.today() - dt.timedelta(days=1))
        soon = clock.now() + dt.timedelta(minutes=2)
        for number in range(DEADLINES):
            due_at = yesterday if number % 2 else soon
            await deadlines.schedule(session, kind="test", subject=f"{number}", due_at=due_at)
    return database


def kill_schedulers(kind: type[Deadlines], url: str) -> None:
    """Two at a time are started and killed, one at a named point; the last one lives until all is done."""
    chance = random.Random(7)
    for turn in range(max(4, KILLS // 5)):
        point = POINTS[turn % 2]
        named = f"{point}:{chance.randint(1, 5 if point == 'deadline.marked' else 3 * BATCH)}"
        # one clock is ahead, by which everything is due, and one behind
        pair = [
            forks.Process(target=scheduler, args=(kind, url, crash, ahead), daemon=True)
            for crash, ahead in ((named, CLOCKS_APART), ("", -CLOCKS_APART))
        ]
        for process in pair:
            process.start()
        pair[0].join(10.0)
        assert pair[0].exitcode is not None, "it never came to its point"
        for process in pair:
            process.kill()
            process.join()


async def what_happened(kind: type[Deadlines], due: Database) -> dict[str, list[int]]:
    """The deadlines that did not come about exactly once."""
    url = due.url.render_as_string(hide_password=False)
    await asyncio.to_thread(kill_schedulers, kind, url)
    survivor = forks.Process(target=scheduler, args=(kind, url, "", CLOCKS_APART), daemon=True)
    survivor.start()
    left = partial(scalar, due, "SELECT count(*) FROM deadline WHERE fired_at IS NULL")

    async def all_fired() -> bool:
        return await left() == 0

    assert await eventually(all_fired)
    survivor.kill()
    survivor.join()
    found = await effects(due)
    return {str(n): found[str(n)] for n in range(DEADLINES) if found[str(n)] != [1]}


async def test_o1_killed_schedulers_lose_and_repeat_nothing(due: Database):
    assert await what_happened(Deadlines, due) == {}


@pytest.mark.parametrize("kind", [DeadlinesThatMarkFirst, DeadlinesThatCommitEach])
async def test_o1_marking_first_and_committing_each_are_found_out(due: Database, kind: type[Deadlines]):
    assert await what_happened(kind, due) != {}
