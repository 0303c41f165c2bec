"""How a last day was reckoned is kept with its deadline, shown, and reckoned again by another calendar."""

import datetime as dt
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database.connections import Database
from shared.law.language.units import Unit
from shared.law.model.objections import ObjectionPeriod
from shared.law.reader.loading import load_policy
from shared.worker import deadlines
from shared.worker.deadlines import Deadline, Deadlines
from shared.worker.reckoning import (
    ReckonedDeadline,
    Reckoning,
    reckon,
    reckoned_deadlines,
    schedule_all_reckoned,
    schedule_reckoned,
)

START = dt.date(2026, 9, 24)  # a Thursday before the national holidays
FIFTEEN = Reckoning(START, 15, Unit.WORKING_DAYS, "decide_days", unverified=True)


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.recognition"


async def set_one(database: Database, reckoning: Reckoning, kind: str = "decide") -> None:
    async with database.transaction() as session:
        await schedule_reckoned(session, kind=kind, subject="a", reckoning=reckoning)


async def shown(database: Database) -> list[ReckonedDeadline]:
    async with database.session() as session:
        return await reckoned_deadlines(session, ["decide", "remind"], ["a"])


async def test_a_deadline_is_shown_with_how_it_was_reckoned(database: Database):
    await set_one(database, FIFTEEN)
    assert await shown(database) == [ReckonedDeadline("decide", "a", dt.date(2026, 10, 22), False, False, FIFTEEN)]
    assert FIFTEEN.sentence == "自2026年9月24日的次日起15个工作日（期限没有文件原文可以核对）"


async def test_it_fires_when_its_last_day_is_over_and_its_reminder_when_its_day_begins(database: Database):
    remind = FIFTEEN.reminder(rule_period(ObjectionPeriod.REMIND))
    assert remind is not None
    async with database.transaction() as session:
        await schedule_all_reckoned(session, {"decide": {"a": FIFTEEN}, "remind": {"a": remind}})
    assert [(one.kind, one.due_on) for one in await shown(database)] == [
        ("remind", dt.date(2026, 10, 21)),
        ("decide", dt.date(2026, 10, 22)),
    ]
    fired: list[str] = []

    async def note(_session: AsyncSession, deadline: Deadline) -> None:
        fired.append(deadline.kind)

    for moment, expected in (
        ("2026-10-20T23:59:58+08:00", []),
        ("2026-10-21T00:00:01+08:00", ["remind"]),
        ("2026-10-22T23:59:58+08:00", ["remind"]),
        ("2026-10-23T00:00:01+08:00", ["remind", "decide"]),
    ):
        with clock.travel(dt.datetime.fromisoformat(moment)):
            await Deadlines(database, {"decide": note, "remind": note}).fire_due()
        assert fired == expected
    assert all(one.fired for one in await shown(database))


def rule_period(period: ObjectionPeriod):
    objections = load_policy("zhengzhou-2025").objections
    assert objections is not None
    return objections.rules["typing"].on(period, START)


def test_a_period_of_the_policy_gives_its_reckoning_and_an_unset_one_none():
    accept = reckon(rule_period(ObjectionPeriod.ACCEPT), START)
    assert accept == Reckoning(START, 3, Unit.WORKING_DAYS, "accept_days", unverified=True)
    assert reckon(rule_period(ObjectionPeriod.FILE), START) is None
    assert reckon(None, START) is None


def test_an_extension_counts_on_from_the_same_day():
    extend = rule_period(ObjectionPeriod.EXTEND)
    longer = FIFTEEN.extended(extend)
    assert (longer.start, longer.days, longer.parameter) == (START, 30, "decide_days+extend_days")
    assert longer.last.due == dt.date(2026, 11, 12)


def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day():
    three = Reckoning(dt.date(2026, 9, 28), 3, Unit.DAYS, "x", unverified=False)
    assert three.last.due == dt.date(2026, 10, 8)
    assert three.sentence == "自2026年9月28日的次日起3天"


def test_a_reminder_that_would_lie_before_the_beginning_is_none():
    one_day = Reckoning(START, 1, Unit.WORKING_DAYS, "x", unverified=False)
    assert one_day.reminder(rule_period(ObjectionPeriod.REMIND)) is None


async def test_another_reckoning_for_the_same_instant_is_kept_and_nothing_fires_again(database: Database):
    fired: list[str] = []

    async def note(_session: AsyncSession, deadline: Deadline) -> None:
        fired.append(deadline.subject)

    await set_one(database, FIFTEEN)
    with clock.travel(dt.date(2026, 11, 1)):
        await Deadlines(database, {"decide": note}).fire_due()
        same = Reckoning(START, 15, Unit.WORKING_DAYS, "decide_days", unverified=False)
        await set_one(database, same)
        await Deadlines(database, {"decide": note}).fire_due()
        assert [one.reckoning for one in await shown(database)] == [same]
        assert fired == ["a"]
        await set_one(database, same.extended(rule_period(ObjectionPeriod.EXTEND)))
    with clock.travel(dt.date(2026, 11, 20)):
        await Deadlines(database, {"decide": note}).fire_due()
    assert fired == ["a", "a"], "another day is another deadline"


async def test_a_plain_deadline_has_no_reckoning_to_show(database: Database):
    async with database.transaction() as session:
        await deadlines.schedule(session, kind="decide", subject="a", due_at=FIFTEEN.due_at)
    assert await shown(database) == []
    await set_one(database, FIFTEEN)
    assert [one.reckoning for one in await shown(database)] == [FIFTEEN]


async def kinds_open(database: Database) -> Sequence[str]:
    async with database.session() as session:
        return list((await session.execute(text("SELECT kind FROM deadline WHERE fired_at IS NULL"))).scalars())


async def test_a_cancelled_one_is_gone_with_its_reckoning(database: Database):
    await set_one(database, FIFTEEN)
    async with database.transaction() as session:
        await deadlines.cancel(session, kind="decide", subject="a")
    assert await shown(database) == []
    assert await kinds_open(database) == []
