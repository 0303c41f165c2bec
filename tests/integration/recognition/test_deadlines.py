"""O1: every deadline fires once, despite downtime, two schedulers, failing handlers and a clock that is moved."""

import asyncio
import datetime as dt

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database.connections import Database
from shared.worker import deadlines
from shared.worker.deadlines import Deadline, Deadlines, Handler, end_of_day

DAY = dt.date(2026, 9, 1)


@pytest.fixture
def fired() -> list[str]:
    return []


@pytest.fixture
def note(fired: list[str]) -> Handler:
    async def note(_session: AsyncSession, deadline: Deadline) -> None:
        await asyncio.sleep(0.01)
        fired.append(deadline.subject)

    return note


async def put(database: Database, *subjects: str, on: dt.date = DAY) -> None:
    async with database.transaction() as session:
        for subject in subjects:
            await deadlines.schedule(session, kind="test", subject=subject, due_at=end_of_day(on))


async def test_nothing_fires_before_its_last_day_is_over_in_china(database: Database, note: Handler, fired: list[str]):
    await put(database, "a")
    for moment, count in (("2026-09-01T23:59:59+08:00", 0), ("2026-09-02T00:00:01+08:00", 1)):
        with clock.travel(dt.datetime.fromisoformat(moment)):
            assert await Deadlines(database, {"test": note}).fire_due() == count
    assert fired == ["a"]


async def two_schedulers(database: Database, note: Handler, fired: list[str]) -> None:
    await put(database, *map(str, range(40)))
    with clock.travel(DAY + dt.timedelta(days=30)):
        await asyncio.gather(*(Deadlines(database, {"test": note}).fire_due() for _ in range(4)))
    assert sorted(fired, key=int) == [str(number) for number in range(40)]


async def test_after_a_long_downtime_four_schedulers_fire_each_once(
    database: Database, note: Handler, fired: list[str]
):
    await two_schedulers(database, note, fired)


async def test_taking_without_a_lock_would_be_caught(
    database: Database, note: Handler, fired: list[str], monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""
    monkeypatch.setattr(deadlines, "DUE", text(deadlines.DUE.text.replace("FOR UPDATE SKIP LOCKED", "")))
    with pytest.raises(AssertionError):
        await two_schedulers(database, note, fired)


async def test_a_clock_that_goes_back_and_forth_fires_nothing_twice(
    database: Database, note: Handler, fired: list[str]
):
    await put(database, "a")
    for days in (5, -5, 5, 400):
        with clock.travel(DAY + dt.timedelta(days=days)):
            await Deadlines(database, {"test": note}).fire_due()
    assert fired == ["a"]


async def test_one_that_fails_is_put_off_and_holds_up_no_other(database: Database, fired: list[str]):
    async def fails_at_first(session: AsyncSession, deadline: Deadline) -> None:
        await session.execute(
            text("insert into deadline (kind, subject, due_at, try_at) values ('x', 'x', now(), now())")
        )
        if deadline.subject == "bad" and "bad" not in fired:
            fired.append("bad")
            raise ZeroDivisionError
        fired.append(f"{deadline.subject} done")
        await session.execute(text("delete from deadline where kind = 'x'"))

    await put(database, "bad", "good")
    scheduler = Deadlines(database, {"test": fails_at_first})
    with clock.travel(DAY + dt.timedelta(days=1)):
        await scheduler.fire_due()
    assert fired == ["bad", "good done"], "what the failed handler wrote is undone"
    with clock.travel(DAY + dt.timedelta(days=2)):
        await scheduler.fire_due()
    assert fired == ["bad", "good done", "bad done"]


async def test_a_moved_deadline_fires_on_its_new_day_and_a_lifted_one_never(
    database: Database, note: Handler, fired: list[str]
):
    await put(database, "moved", "lifted")
    await put(database, "moved", on=DAY + dt.timedelta(days=10))
    async with database.transaction() as session:
        await deadlines.cancel(session, kind="test", subject="lifted")
    with clock.travel(DAY + dt.timedelta(days=5)):
        assert await Deadlines(database, {"test": note}).fire_due() == 0
    with clock.travel(DAY + dt.timedelta(days=11)):
        await Deadlines(database, {"test": note}).fire_due()
    assert fired == ["moved"]
