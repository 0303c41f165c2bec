"""When a year's holidays are announced, open deadlines move once, those concerned are told, and nothing fires twice."""

import asyncio
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database.connections import Database
from shared.law.language.units import Unit
from shared.platform import announced_calendar
from shared.platform.announced_calendar import (
    Recorded,
    ScheduleKnownOtherwise,
    calendar_followed,
    keep_deadlines_by_calendar,
    load_calendar,
    move_by_calendar,
    record_schedule,
)
from shared.reference.calendar import announce, is_working_day, packaged_schedule
from shared.reference.holiday_schedule import HolidaySchedule, parse_schedule
from shared.worker import deadlines, reckoning as kit
from shared.worker.deadlines import Deadline, Deadlines
from shared.worker.reckoning import MovedDeadline, Reckoning, reckoned_deadlines, schedule_all_reckoned
from tests.faults.counting_service import eventually
from tests.fixtures.holidays import SCHEDULE_2027

SCHEDULE = parse_schedule(SCHEDULE_2027)
ACROSS = Reckoning(dt.date(2027, 2, 1), 5, Unit.WORKING_DAYS, "accept_days", unverified=True)
BEFORE_IT = Reckoning(dt.date(2026, 11, 2), 5, Unit.WORKING_DAYS, "accept_days", unverified=True)


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


@pytest.fixture(scope="session")
def as_owner() -> bool:
    return True  # the tests add tables


@pytest.fixture(autouse=True)
def _nothing_announced() -> Iterator[None]:
    announce({})
    yield
    announce({})


async def record(database: Database, schedule: HolidaySchedule = SCHEDULE, reason: str | None = None) -> Recorded:
    async with database.transaction() as session:
        return await record_schedule(session, schedule, reason)


async def set_deadlines(database: Database, **ones: Reckoning) -> None:
    async with database.transaction() as session:
        await schedule_all_reckoned(session, {"accept": ones})


async def last_days(database: Database, *subjects: str) -> list[tuple[str, dt.date, bool]]:
    async with database.session() as session:
        found = await reckoned_deadlines(session, ["accept", "remind"], subjects)
    return [(one.subject, one.due_on, one.provisional) for one in found]


class Told:
    """What a service does about moved deadlines: notes them, and writes a row in the same transaction."""

    def __init__(self) -> None:
        self.moved: list[MovedDeadline] = []

    async def __call__(self, session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
        self.moved += moved
        await session.execute(text("INSERT INTO told VALUES (:subject)"), [{"subject": one.subject} for one in moved])


@pytest.fixture
async def told(database: Database) -> Told:
    async with database.transaction() as session:
        await session.execute(text("CREATE TABLE told (subject text)"))
    return Told()


async def count(database: Database, table: str) -> int:
    async with database.session() as session:
        return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())


async def test_the_same_file_twice_is_one_and_another_needs_a_reason_which_is_kept(database: Database):
    assert await record(database) is Recorded.NEW
    assert await record(database) is Recorded.SAME
    other = replace(SCHEDULE, document="国办发明电〔2026〕9号", days={**SCHEDULE.days, dt.date(2027, 6, 10): "off"})
    with pytest.raises(ScheduleKnownOtherwise) as known:
        await record(database, other)
    assert (known.value.document, known.value.days) == ("国办发明电〔2026〕7号", [dt.date(2027, 6, 10)])
    assert await record(database, other, "端午节多放一天") is Recorded.CORRECTED
    async with database.session() as session:
        rows = await session.execute(text("SELECT revision, document, reason FROM holiday_schedule ORDER BY revision"))
        assert [tuple(row) for row in rows] == [
            (1, "国办发明电〔2026〕7号", None),
            (2, "国办发明电〔2026〕9号", "端午节多放一天"),
        ]
        assert await load_calendar(session)
        assert not await load_calendar(session)
    assert not is_working_day(dt.date(2027, 6, 10))


async def test_a_packaged_year_is_known_and_can_be_corrected(database: Database):
    days = dict(packaged_schedule(2026))
    packaged = HolidaySchedule(2026, "国办发明电〔2025〕7号", "https://www.gov.cn/x", dt.date(2025, 11, 4), days)
    assert await record(database, packaged) is Recorded.SAME
    assert await count(database, "holiday_schedule") == 0
    extra = replace(packaged, days={**days, dt.date(2026, 12, 1): "off"})
    with pytest.raises(ScheduleKnownOtherwise, match="随平台提供的数据"):
        await record(database, extra)
    assert await record(database, extra, "临时放假") is Recorded.CORRECTED


async def test_open_deadlines_move_and_those_concerned_are_told_once(database: Database, told: Told):
    reminder = replace(ACROSS, before=1)
    await set_deadlines(database, a=ACROSS, b=BEFORE_IT)
    async with database.transaction() as session:
        await schedule_all_reckoned(session, {"remind": {"a": reminder}})
        await deadlines.schedule(session, kind="accept", subject="plain", due_at=ACROSS.due_at)
    assert await last_days(database, "a") == [("a", dt.date(2027, 2, 5), True), ("a", dt.date(2027, 2, 8), True)]
    assert await move_by_calendar(database, told) == [], "nothing is announced yet"
    await record(database)
    await move_by_calendar(database, told)
    assert sorted((one.kind, one.due_on, one.previously_due_on) for one in told.moved) == [
        ("accept", dt.date(2027, 2, 14), dt.date(2027, 2, 8)),
        ("remind", dt.date(2027, 2, 12), dt.date(2027, 2, 5)),
    ]
    assert await last_days(database, "a", "b") == [
        ("b", dt.date(2026, 11, 9), False),
        ("a", dt.date(2027, 2, 12), False),
        ("a", dt.date(2027, 2, 14), False),
    ]
    assert await move_by_calendar(database, told) == []
    assert await count(database, "told") == 2


async def test_what_has_fired_stays_and_what_moved_fires_once_on_its_new_day(database: Database, told: Told):
    fired: list[str] = []

    async def note(_session: AsyncSession, deadline: Deadline) -> None:
        fired.append(deadline.subject)

    scheduler = Deadlines(database, {"accept": note})
    await set_deadlines(database, over=replace(ACROSS, days=1), waits=ACROSS)
    with clock.travel(dt.date(2027, 2, 4)):
        await scheduler.fire_due()
    await record(database)
    await move_by_calendar(database, told)
    assert [one.subject for one in told.moved] == ["waits"]
    for day, expected in ((9, ["over"]), (14, ["over"]), (15, ["over", "waits"]), (16, ["over", "waits"])):
        with clock.travel(dt.date(2027, 2, day)):
            await scheduler.fire_due()
        assert fired == expected


async def test_a_year_that_changes_no_day_makes_deadlines_certain_and_says_so(database: Database, told: Told):
    in_june = Reckoning(dt.date(2027, 6, 14), 3, Unit.WORKING_DAYS, "accept_days", unverified=False)
    await set_deadlines(database, a=in_june)
    assert await last_days(database, "a") == [("a", dt.date(2027, 6, 17), True)]
    await record(database)
    await move_by_calendar(database, told)
    assert await last_days(database, "a") == [("a", dt.date(2027, 6, 17), False)]
    assert told.moved == [MovedDeadline("accept", "a", dt.date(2027, 6, 17), dt.date(2027, 6, 17), provisional=False)]
    assert await move_by_calendar(database, told) == []


async def test_one_who_cannot_be_told_keeps_everything_as_it_was_until_it_can(database: Database, told: Told):
    await set_deadlines(database, a=ACROSS, b=ACROSS)
    await record(database)

    async def fails(session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
        await told(session, moved)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await move_by_calendar(database, fails)
    assert await count(database, "told") == 0
    assert [day for _, day, _ in await last_days(database, "a", "b")] == [dt.date(2027, 2, 8)] * 2
    await move_by_calendar(database, told)
    assert await count(database, "told") == 2


async def test_two_workers_and_a_process_behind_the_times_tell_each_of_them_once(database: Database, told: Told):
    await set_deadlines(database, **{str(number): ACROSS for number in range(20)})
    await record(database)
    await asyncio.gather(*(move_by_calendar(database, told) for _ in range(4)))
    assert await count(database, "told") == 20
    announce({})  # as a process that has not looked for a minute
    await set_deadlines(database, late=ACROSS)
    await move_by_calendar(database, told)
    assert await count(database, "told") == 21
    assert [one.subject for one in told.moved[-1:]] == ["late"]


async def test_moving_by_a_calendar_of_before_would_be_caught(
    database: Database, told: Told, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: a worker that does not look at what is recorded moves everything back and tells everybody."""

    async def not_looked(_session: AsyncSession) -> bool:
        return announce({})

    await set_deadlines(database, a=ACROSS)
    await record(database)
    await move_by_calendar(database, told)
    monkeypatch.setattr(announced_calendar, "load_calendar", not_looked)
    with pytest.raises(AssertionError):
        assert await move_by_calendar(database, told) == []


async def test_the_worker_moves_by_itself_and_goes_on_when_somebody_cannot_be_told(
    database: Database, told: Told, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(announced_calendar, "EVERY_SECONDS", 0.05)
    attempts = 0

    async def fails_once(session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise ZeroDivisionError
        await told(session, moved)

    await set_deadlines(database, a=ACROSS)
    task = asyncio.create_task(keep_deadlines_by_calendar(database, fails_once))
    try:
        await record(database)

        async def is_told() -> bool:
            return await count(database, "told") == 1

        assert await eventually(is_told)
        assert not task.done()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert attempts == 2


async def test_an_http_process_follows_without_a_restart_and_starts_without_a_database(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(announced_calendar, "EVERY_SECONDS", 0.05)
    day = dt.date(2027, 2, 8)
    async with calendar_followed(database):
        assert is_working_day(day)
        await record(database)

        async def followed() -> bool:
            return not is_working_day(day)

        assert await eventually(followed)
    announce({})
    async with calendar_followed(database):
        assert not is_working_day(day), "known from the first moment on"
    nowhere = Database("postgresql://nobody@127.0.0.1:1/nothing")
    async with calendar_followed(nowhere):
        assert not is_working_day(day)
    await nowhere.close()


async def test_many_deadlines_move_in_one_round_for_each_way_they_were_reckoned(
    database: Database, told: Told, monkeypatch: pytest.MonkeyPatch
):
    await set_deadlines(database, **{str(number): ACROSS for number in range(1000)})
    await record(database)
    moves = 0
    move = kit.MOVE

    async def counted(session: AsyncSession) -> list[MovedDeadline]:
        nonlocal moves
        execute = session.execute

        async def count_moves(statement: object, *values: object, **more: object) -> object:
            nonlocal moves
            moves += statement is move
            return await execute(statement, *values, **more)  # type: ignore[call-overload]

        monkeypatch.setattr(session, "execute", count_moves)
        return await kit.move_deadlines(session)

    async with database.transaction() as session:
        await load_calendar(session)
        assert len(await counted(session)) == 1000
    assert moves == 1
    assert told.moved == []
