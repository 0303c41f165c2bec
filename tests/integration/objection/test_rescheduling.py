"""The holidays of a year are announced: open last days move, those concerned are told once, passed ones stay."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text

from services.objection.objections import due_days
from services.objection.objections.domain import DueDay
from services.objection.objections.models import Objection
from services.objection.objections.rescheduling import note_moved
from services.objection.service import SERVICE
from services.objection.verifications.models import FactVerification
from shared import clock
from shared.platform.announced_calendar import move_by_calendar, record_schedule
from shared.reference.calendar import add_working_days, announce
from shared.reference.departments import Department
from shared.reference.holiday_schedule import parse_schedule
from shared.worker.deadlines import end_of_day
from shared.worker.reckoning import MovedDeadline
from tests.fixtures.holidays import SCHEDULE_2027
from tests.integration.objection.filed_objections import add_objection, day, locked, period
from tests.integration.objection.objection_client import ObjectionClient

STARTED = day("2027-02-01")
EXPECTED, ANNOUNCED = day("2027-02-08"), day("2027-02-14")
"""Five working days later: as weekends alone say, and with the Spring Festival of the announced schedule."""


@pytest.fixture(autouse=True)
def _nothing_announced() -> Iterator[None]:
    announce({})
    yield
    announce({})


async def file(office: ObjectionClient, number: int = 1, start: dt.date = STARTED) -> uuid.UUID:
    async with office.resources.database.transaction() as session:
        objection = await add_objection(session, number)
        await due_days.schedule_due(session, objection, DueDay.ACCEPT, start=start, period=period(5))
        return objection.id


async def holidays_are_announced(office: ObjectionClient, *, schedulers: int = 1) -> None:
    """As the command records them and the worker follows."""
    async with office.resources.database.transaction() as session:
        await record_schedule(session, parse_schedule(SCHEDULE_2027))
    with clock.travel(day("2027-02-02")):
        for _ in range(2):
            await move_by_calendar(office.resources.database, SERVICE.on_deadlines_moved)
            await asyncio.gather(*(office.fire_deadlines() for _ in range(schedulers)))


async def told(office: ObjectionClient) -> list[tuple[str, str, str, str]]:
    said = [envelope["data"] for envelope in await office.events("ObjectionRescheduled")]
    return [(one["objection"], one["what"], one["due_on"], one["previously_due_on"]) for one in said]


async def last_day(office: ObjectionClient, objection: uuid.UUID) -> tuple[dt.date, dt.date | None]:
    async with office.resources.database.session() as session:
        row = (await session.execute(select(Objection).where(Objection.id == objection))).scalar_one()
        return row.due_on, row.accept_by


async def shown(office: ObjectionClient, objection: uuid.UUID) -> dict[str, Any]:
    (one,) = (await office.get(f"/v1/objections/{objection}/deadlines")).json()
    found: dict[str, Any] = one
    return found


async def test_an_open_last_day_moves_and_those_concerned_are_told_once(office: ObjectionClient):
    objection = await file(office)
    assert await last_day(office, objection) == (EXPECTED, EXPECTED)
    assert (await shown(office, objection))["provisional"]
    await holidays_are_announced(office, schedulers=3)
    assert await last_day(office, objection) == (ANNOUNCED, ANNOUNCED)
    assert await told(office) == [(str(objection), "accept", str(ANNOUNCED), str(EXPECTED))]
    one = await shown(office, objection)
    assert (one["due_on"], one["previously_due_on"], one["provisional"]) == (str(ANNOUNCED), str(EXPECTED), False)
    assert f"原为 {EXPECTED}" in one["reckoning"]


async def test_it_fires_on_the_new_day_only(office: ObjectionClient):
    await file(office)
    await holidays_are_announced(office)
    for moment, count in ((EXPECTED + dt.timedelta(days=1), 0), (ANNOUNCED + dt.timedelta(days=1), 1)):
        with clock.travel(moment):
            await office.fire_deadlines()
        assert len(await office.events("ObjectionOverdue")) == count


async def test_what_does_not_depend_on_the_year_or_is_done_stays(office: ObjectionClient):
    before, done = await file(office, 1, day("2026-11-02")), await file(office, 2)
    async with office.resources.database.transaction() as session:
        await due_days.settle_due(session, await locked(session, done), DueDay.ACCEPT)
    unmoved = (await shown(office, before))["due_on"], (await shown(office, done))["due_on"]
    await holidays_are_announced(office)
    assert await told(office) == []
    assert ((await shown(office, before))["due_on"], (await shown(office, done))["due_on"]) == unmoved


async def test_a_day_that_was_provisional_and_stays_is_no_longer_called_so(office: ObjectionClient):
    objection = await file(office, 1, day("2027-03-01"))
    assert (await shown(office, objection))["provisional"]
    await holidays_are_announced(office)
    assert await told(office) == []
    assert not (await shown(office, objection))["provisional"]


async def test_a_question_to_a_department_moves_with_its_last_day(office: ObjectionClient):
    item = uuid.uuid4()
    with clock.travel(STARTED):
        async with office.resources.database.transaction() as session:
            objection = await add_objection(session, 1)
            due_on = await due_days.schedule_due(
                session, objection, DueDay.VERIFY, start=STARTED, period=period(5), item=item
            )
            assert due_on is not None
            session.add(
                FactVerification(
                    id=item,
                    objection_id=objection.id,
                    county=objection.county,
                    uscc=objection.uscc,
                    department=Department.TAX,
                    region=objection.county,
                    feed="tax",
                    facts=["tax_paid"],
                    readings=[],
                    question="请核对上年缴纳税款",
                    asked_by="li",
                    asked_by_region="41",
                    due_on=due_on,
                )
            )
        await holidays_are_announced(office)
        (row,) = await office.sql("select due_on from verification")
    assert row["due_on"] == dt.date(2027, 2, 14)


async def test_an_objection_that_does_not_follow_would_be_found_out(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: the kit's deadline moves and the objection's last day does not."""

    async def nothing(_session: object, _due_days: object) -> dict[uuid.UUID, dt.date]:
        return {}

    monkeypatch.setattr("services.objection.deadlines.reschedule", nothing)
    with pytest.raises(AssertionError):
        await test_an_open_last_day_moves_and_those_concerned_are_told_once(office)


async def test_an_extended_last_day_is_reckoned_again_from_its_first_day(office: ObjectionClient):
    """Both numbers together from the same day: the holidays of the first days count too."""
    async with office.resources.database.transaction() as session:
        objection = await add_objection(session, 1)
        await due_days.schedule_due(session, objection, DueDay.DECIDE, start=STARTED, period=period(5))
        extended = await due_days.extend_due(session, objection, DueDay.DECIDE, last_day=EXPECTED, period=period(5))
        assert extended == add_working_days(STARTED, 10).due
    await holidays_are_announced(office)
    async with office.resources.database.session() as session:
        row = (await session.execute(select(Objection).where(Objection.id == objection.id))).scalar_one()
    assert row.decide_by == add_working_days(STARTED, 10).due != extended


async def test_a_last_day_that_is_moved_into_the_past_is_told_with_its_new_day(office: ObjectionClient):
    """It is over at once, and may be looked at before the move is."""
    objection = await file(office)
    over = EXPECTED - dt.timedelta(days=3)
    async with office.resources.database.transaction() as session:
        await session.execute(text("update deadline set due_at = :at, try_at = :at"), {"at": end_of_day(over)})
    with clock.travel(day("2027-02-08")):
        async with office.resources.database.transaction() as session:
            found = await session.execute(text("select subject from deadline where kind = 'objection-accept'"))
            (subject,) = found.scalars()
        await office.fire_deadlines()
        moved = MovedDeadline("objection-accept", subject, over, EXPECTED, False)
        async with office.resources.database.transaction() as session:
            await note_moved(session, [moved])
        await office.fire_deadlines()
    (overdue,) = await office.events("ObjectionOverdue")
    assert overdue["data"]["due_on"] == str(over)
    assert await told(office) == [(str(objection), "accept", str(over), str(EXPECTED))]
    assert (await shown(office, objection))["due_on"] == str(over)
