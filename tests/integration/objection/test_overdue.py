"""Last days that are near, pass and stay undone: reminded of once, climbing level by level, whatever was down (O1)."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections import due_day_repository, due_days
from services.objection.objections.domain import DueDay, ObjectionState
from services.objection.objections.models import Objection, ObjectionDueDay
from services.objection.objections.service import move
from shared import clock
from shared.clock import CHINA
from shared.platform.system_callers import CLOCK
from shared.reference import calendar
from shared.worker import deadlines
from tests.fixtures.waiting import until_blocked
from tests.integration.objection.filed_objections import add_objection, day, locked, period
from tests.integration.objection.objection_client import ObjectionClient

FILED = day("2026-03-02")
"""A Monday without holidays around."""
DAYS = 5
LAST = calendar.add_working_days(FILED, DAYS).due


async def file(office: ObjectionClient, *numbers: int, what: DueDay = DueDay.DECIDE) -> list[uuid.UUID]:
    """Objections with a last day."""
    found = []
    async with office.resources.database.transaction() as session:
        for number in numbers or (1,):
            objection = await add_objection(session, number)
            await due_days.schedule_due(session, objection, what, start=FILED, period=period(DAYS))
            found.append(objection.id)
    return found


def at(moment: dt.date, hours: float) -> dt.datetime:
    """So many hours after the beginning of a day in China."""
    return dt.datetime.combine(moment, dt.time(), CHINA) + dt.timedelta(hours=hours)


async def fire_at(office: ObjectionClient, moment: dt.datetime) -> None:
    with clock.travel(moment):
        await office.fire_deadlines()


async def told(office: ObjectionClient, name: str = "ObjectionOverdue") -> list[dict[str, Any]]:
    return [envelope["data"] for envelope in await office.events(name)]


async def handled_at(office: ObjectionClient) -> str:
    ((region,),) = await office.sql("select handled_at from objection")
    return str(region)


async def test_nothing_happens_before_the_last_day_is_over_in_china(office: ObjectionClient):
    await file(office)
    await fire_at(office, at(LAST, 23.9))
    assert await told(office) == []
    await fire_at(office, at(LAST, 24.1))
    ((what, due_on, climbed_to),) = [(one["what"], one["due_on"], one["climbed_to"]) for one in await told(office)]
    assert (what, due_on, climbed_to) == ("decide", str(LAST), "4101")


async def test_an_overdue_objection_climbs_level_by_level_and_at_the_top_to_the_supervisor(office: ObjectionClient):
    await file(office)
    seen, moment = [], LAST
    for _ in range(4):
        await fire_at(office, at(moment, 24.1))
        seen.append((await told(office))[-1]["climbed_to"])
        moment = calendar.add_working_days(moment + dt.timedelta(days=1), DAYS).due
    assert seen == ["4101", "41", None, None]
    assert await handled_at(office) == "41"
    revisions = [one["revision"] for one in await told(office)]
    assert revisions == sorted(set(revisions))


async def test_the_bureau_above_has_a_whole_period_however_late_it_is_told(office: ObjectionClient):
    await file(office)
    told_late = LAST + dt.timedelta(days=120)
    await fire_at(office, at(told_late, 9))
    assert [one["climbed_to"] for one in await told(office)] == ["4101"]
    again = calendar.add_working_days(told_late, DAYS).due
    await fire_at(office, at(again, 23))
    assert len(await told(office)) == 1
    await fire_at(office, at(again, 24.1))
    assert len(await told(office)) == 2


async def test_what_was_done_in_time_or_later_climbs_no_further(office: ObjectionClient):
    in_time, late = await file(office, 1, 2)
    async with office.resources.database.transaction() as session:
        await due_days.settle_due(session, await locked(session, in_time), DueDay.DECIDE)
    await fire_at(office, at(LAST, 24.1))
    assert [one["objection"] for one in await told(office)] == [str(late)]
    async with office.resources.database.transaction() as session:
        await move(session, await locked(session, late), ObjectionState.WITHDRAWN, None, CLOCK)
    await fire_at(office, at(LAST + dt.timedelta(days=90), 9))
    assert len(await told(office)) == 1
    assert await office.sql("select * from deadline where fired_at is null") == []


async def test_those_concerned_are_reminded_once_before_the_last_day(office: ObjectionClient):
    (objection,) = await file(office)
    ((due_at,),) = await office.sql("select due_at from deadline where kind = 'objection-reminder'")
    assert due_at < deadlines.end_of_day(LAST)
    for moment in (due_at + dt.timedelta(minutes=1), at(LAST, 12)):
        await fire_at(office, moment)
    ((reminded, due_on),) = [(one["objection"], one["due_on"]) for one in await told(office, "ObjectionDueSoon")]
    assert (reminded, due_on) == (str(objection), str(LAST))
    assert await told(office) == []


@pytest.mark.parametrize(
    ("what", "state", "event"),
    [
        (DueDay.COMPLETE, ObjectionState.RETURNED, "ObjectionDeclined"),
        (DueDay.RESPOND, ObjectionState.EXPLAINED, "ObjectionClosed"),
    ],
)
async def test_what_the_objector_lets_pass_ends_the_objection(
    office: ObjectionClient, what: DueDay, state: ObjectionState, event: str
):
    (objection,) = await file(office, what=what)
    async with office.resources.database.transaction() as session:
        (await locked(session, objection)).state = state
    await fire_at(office, at(LAST, 23.9))
    assert await told(office, event) == []
    for hours in (24.1, 24.2):
        await fire_at(office, at(LAST, hours))
    assert [one["objection"] for one in await told(office, event)] == [str(objection)]
    assert await told(office) == [], "nobody climbs for what the objector let pass"
    assert await office.sql("select * from deadline where fired_at is null") == []


async def test_clocks_five_minutes_apart_tell_once_and_agree_on_the_next_period(office: ObjectionClient):
    await file(office)
    midnight = at(LAST, 24)
    for minutes in (-6, 1, -4, 4, 0, 5):  # what two processes' clocks show, in the order in which they look
        await fire_at(office, midnight + dt.timedelta(minutes=minutes))
    assert len(await told(office)) == 1
    ((again,),) = await office.sql("select due_at from deadline where kind = 'objection-climb'")
    assert again == deadlines.end_of_day(calendar.add_working_days(LAST + dt.timedelta(days=1), DAYS).due)


async def fire_together(office: ObjectionClient, moment: dt.datetime) -> None:
    """Several schedulers look at the same time."""
    with clock.travel(moment):
        await asyncio.gather(*(office.fire_deadlines() for _ in range(4)))


async def assert_each_is_told_once(office: ObjectionClient, objections: Sequence[uuid.UUID]) -> None:
    assert sorted(one["objection"] for one in await told(office)) == sorted(map(str, objections))


async def test_several_schedulers_after_a_downtime_tell_of_each_once(office: ObjectionClient):
    objections = await file(office, *range(1, 41))
    await fire_together(office, at(LAST + dt.timedelta(days=30), 9))
    await assert_each_is_told_once(office, objections)


async def test_a_deadline_that_fires_twice_has_one_effect(office: ObjectionClient):
    (objection,) = await file(office)
    await fire_at(office, at(LAST, 24.1))
    async with office.resources.database.transaction() as session:
        await session.execute(text("update deadline set fired_at = null where kind = 'objection-decide'"))
    await fire_at(office, at(LAST, 24.2))
    await assert_each_is_told_once(office, [objection])


async def decided_at_midnight(office: ObjectionClient) -> None:
    """A deadline is taken by the scheduler in the instant in which somebody who has the objection does the work."""
    (objection,) = await file(office)
    database = office.resources.database
    with clock.travel(at(LAST, 24.1)):
        async with database.transaction() as step:
            row = await locked(step, objection)
            firing = asyncio.create_task(office.fire_deadlines())
            await until_blocked(database, firing)
            async with asyncio.timeout(5):
                await due_days.settle_due(step, row, DueDay.DECIDE)
        await firing
    assert await told(office) == []


async def test_work_done_while_its_deadline_fires_neither_waits_nor_climbs(office: ObjectionClient):
    await decided_at_midnight(office)


async def test_waiting_for_a_deadline_that_fires_would_be_a_deadlock(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""
    monkeypatch.setattr(deadlines, "CANCEL", text(deadlines.CANCEL.text.replace("FOR UPDATE SKIP LOCKED", "")))
    with pytest.raises((AssertionError, TimeoutError, DBAPIError)):
        await decided_at_midnight(office)


async def test_climbing_without_looking_whether_it_has_climbed_is_found_out(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault, beside a scheduler that takes deadlines without a lock."""

    async def every_row(session: AsyncSession, ids: Sequence[uuid.UUID]) -> list[tuple[ObjectionDueDay, Objection]]:
        found = [await session.get_one(ObjectionDueDay, one) for one in ids]
        await asyncio.sleep(0.01)
        return [(row, await session.get_one(Objection, row.objection_id)) for row in found]

    monkeypatch.setattr(due_day_repository, "lock_running", every_row)
    monkeypatch.setattr(deadlines, "DUE", text(deadlines.DUE.text.replace("FOR UPDATE SKIP LOCKED", "")))
    objections = await file(office, *range(1, 41))
    await fire_together(office, at(LAST + dt.timedelta(days=30), 9))
    with pytest.raises(AssertionError):
        await assert_each_is_told_once(office, objections)
