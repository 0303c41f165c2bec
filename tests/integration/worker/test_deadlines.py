"""O1: every deadline fires once, despite downtime, two schedulers, failing handlers and a clock that is moved."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from contextlib import nullcontext
from typing import ClassVar

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from shared import clock
from shared.contracts.payload import Payload
from shared.database.connections import Database
from shared.messaging.outbox import emit
from shared.worker import deadlines
from shared.worker.deadlines import Deadline, Deadlines, Handler, Together, end_of_day

DAY = dt.date(2026, 9, 1)


class Base(DeclarativeBase):
    """Of the test's own table."""


class Sheet(Base):
    """A row that handlers read and change."""

    __tablename__ = "sheet"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Effect(Payload):
    """An event of the test's own."""

    topic: ClassVar[str] = "test.events"
    key: str


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


@pytest.fixture(scope="session")
def as_owner() -> bool:
    return True  # the tests add tables


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


async def test_what_a_batch_did_not_get_to_in_its_time_fires_in_the_next(
    database: Database, note: Handler, fired: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(deadlines, "HELD_SECONDS", 0.0)
    await put(database, *map(str, range(5)))
    with clock.travel(DAY + dt.timedelta(days=1)):
        scheduler = Deadlines(database, {"test": note})
        assert await scheduler.fire_batch() == 1
        assert await scheduler.fire_due() == 4
    assert fired == list("01234")


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


FAILING = {"3", "7", "41"}


async def write_or_fail(session: AsyncSession, deadline: Deadline) -> None:
    """Writes a row and an event; some fail after that."""
    await session.execute(text("INSERT INTO effect (key) VALUES (:key)"), {"key": deadline.subject})
    await emit(session, Effect(key=deadline.subject), subject=deadline.subject, source="/test")
    if deadline.subject in FAILING:
        raise ZeroDivisionError


@pytest.fixture
async def effects(database: Database) -> Database:
    """A database with a table of effects and a hundred deadlines of one day."""
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE effect (key text, number int)"))
        await session.execute(
            text("CREATE TABLE once (key text, CONSTRAINT once_key UNIQUE (key) DEFERRABLE INITIALLY DEFERRED)")
        )
    await put(database, *map(str, range(100)))
    return database


async def keys(database: Database, query: str) -> list[str]:
    async with database.session() as session:
        return list((await session.execute(text(query))).scalars())


async def test_in_a_batch_those_that_fail_are_undone_and_put_off_and_the_others_fire_once(effects: Database):
    with clock.travel(DAY + dt.timedelta(days=1)):
        assert await Deadlines(effects, {"test": write_or_fail}).fire_due() == 100
    good = sorted({str(number) for number in range(100)} - FAILING)
    assert await keys(effects, 'SELECT key FROM effect ORDER BY key COLLATE "C"') == good
    assert await keys(effects, 'SELECT key FROM outbox ORDER BY key COLLATE "C"') == good
    left = await keys(effects, "SELECT subject FROM deadline WHERE fired_at IS NULL AND failures = 1 ORDER BY subject")
    assert left == sorted(FAILING)


async def test_of_many_handled_together_those_that_fail_are_undone_and_the_others_fire_once(effects: Database):
    calls: list[int] = []

    async def all_or_none(session: AsyncSession, due: Sequence[Deadline]) -> None:
        calls.append(len(due))
        for deadline in due:
            await write_or_fail(session, deadline)

    with clock.travel(DAY + dt.timedelta(days=1)):
        assert await Deadlines(effects, {"test": Together(all_or_none)}).fire_due() == 100
    good = sorted({str(number) for number in range(100)} - FAILING)
    assert await keys(effects, 'SELECT key FROM effect ORDER BY key COLLATE "C"') == good
    assert await keys(effects, 'SELECT key FROM outbox ORDER BY key COLLATE "C"') == good
    left = await keys(effects, "SELECT subject FROM deadline WHERE fired_at IS NULL AND failures = 1 ORDER BY subject")
    assert left == sorted(FAILING)
    assert max(calls) > 1


async def test_an_error_that_shows_only_at_the_commit_is_found_and_undone_alone(effects: Database):
    async def twice(session: AsyncSession, deadline: Deadline) -> None:
        """Two of them write the same key, which is checked when the transaction ends."""
        key = "same" if deadline.subject in ("4", "5") else deadline.subject
        await session.execute(text("INSERT INTO once VALUES (:key)"), {"key": key})

    with clock.travel(DAY + dt.timedelta(days=1)):
        await Deadlines(effects, {"test": twice}).fire_due()
    assert len(await keys(effects, "SELECT key FROM once")) == 99
    assert await keys(effects, "SELECT subject FROM deadline WHERE fired_at IS NULL") == ["5"]


async def test_without_savepoints_what_a_failing_one_wrote_would_stay(
    effects: Database, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: an error is noted, and what its handler wrote before is committed with the others'."""
    monkeypatch.setattr(AsyncSession, "begin_nested", lambda _session: nullcontext())
    with pytest.raises(AssertionError):
        await test_in_a_batch_those_that_fail_are_undone_and_put_off_and_the_others_fire_once(effects)


async def test_what_a_handler_loaded_is_not_shown_to_the_next(database: Database):
    seen: list[str] = []

    async def rename(session: AsyncSession, deadline: Deadline) -> None:
        seen.append((await session.get_one(Sheet, "one")).name)
        await session.execute(text("UPDATE sheet SET name = :name"), {"name": f"after {deadline.subject}"})

    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE sheet (id text PRIMARY KEY, name text)"))
        await session.execute(text("INSERT INTO sheet VALUES ('one', 'before')"))
    await put(database, "a", "b")
    with clock.travel(DAY + dt.timedelta(days=1)):
        await Deadlines(database, {"test": rename}).fire_due()
    assert seen == ["before", "after a"]


async def test_a_long_past_instant_is_not_set_and_what_fired_long_ago_is_forgotten(
    database: Database, note: Handler, fired: list[str]
):
    await put(database, "old")
    with clock.travel(DAY + dt.timedelta(days=1)):
        await Deadlines(database, {"test": note}).fire_due()
    assert fired == ["old"]

    async def set_again_after(days: int) -> list[str]:
        """Tidied up, then the same deadline is set again, as by an event that is read again."""
        with clock.travel(DAY + dt.timedelta(days=days)):
            async with database.transaction() as session:
                await deadlines.forget_fired(session)
            kept = await keys(database, "SELECT subject FROM deadline")
            await put(database, "old")
            await Deadlines(database, {"test": note}).fire_due()
        return kept

    assert await set_again_after(700) == ["old"]
    assert await set_again_after(740) == []
    assert fired == ["old"], "neither while it is kept nor after it is forgotten does the same instant fire again"


async def test_forgetting_without_refusing_old_instants_would_be_caught(
    database: Database, note: Handler, fired: list[str], monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""
    monkeypatch.setattr(deadlines, "OLDEST_INSTANT", dt.timedelta(days=100_000))
    with pytest.raises(AssertionError, match="neither"):
        await test_a_long_past_instant_is_not_set_and_what_fired_long_ago_is_forgotten(database, note, fired)
