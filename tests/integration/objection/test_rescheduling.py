"""When the holidays of a year are announced, the last days of objections move and those concerned are told once."""

import datetime as dt
import uuid
from collections.abc import Iterator

import pytest

from services.objection.objections import due_days
from services.objection.objections.domain import DueDay
from services.objection.service import SERVICE
from services.objection.verifications.models import FactVerification
from shared import clock
from shared.platform.announced_calendar import move_by_calendar, record_schedule
from shared.reference.calendar import announce
from shared.reference.departments import Department
from shared.reference.holiday_schedule import parse_schedule
from tests.fixtures.holidays import SCHEDULE_2027
from tests.integration.objection.filed_objections import add_objection, locked, period
from tests.integration.objection.objection_client import ObjectionClient

FILED = dt.date(2027, 2, 1)


@pytest.fixture(autouse=True)
def _nothing_announced() -> Iterator[None]:
    announce({})
    yield
    announce({})


async def announced(office: ObjectionClient) -> None:
    """The year's holidays are recorded, and the worker looks at them."""
    async with office.resources.database.transaction() as session:
        await record_schedule(session, parse_schedule(SCHEDULE_2027))
    await move_by_calendar(office.resources.database, SERVICE.on_deadlines_moved)


async def test_a_last_day_moves_with_the_announced_holidays_and_the_objector_is_told_once(office: ObjectionClient):
    with clock.travel(FILED):
        async with office.resources.database.transaction() as session:
            objection = await add_objection(session, 1)
            await due_days.schedule_due(session, objection, DueDay.ACCEPT, start=FILED, period=period(5))
            await due_days.schedule_due(session, objection, DueDay.DECIDE, start=FILED, period=period(90))
        await announced(office)
        await move_by_calendar(office.resources.database, SERVICE.on_deadlines_moved)
        told = await office.events("ObjectionRescheduled")
        rows = await office.sql(
            "select what, due_on, previously_due_on, provisional from objection_due_day order by due_on"
        )
        (row,) = await office.sql("select accept_by, due_on from objection")
    accept = rows[0]
    assert (accept["what"], accept["due_on"]) == ("accept", dt.date(2027, 2, 14))
    assert (accept["previously_due_on"], accept["provisional"]) == (dt.date(2027, 2, 8), False)
    assert row["accept_by"] == row["due_on"] == dt.date(2027, 2, 14)
    assert {(one["data"]["what"], one["data"]["due_on"], one["data"]["previously_due_on"]) for one in told} == {
        (one["what"], str(one["due_on"]), str(one["previously_due_on"])) for one in rows
    }, "both have moved, each is told once"
    assert len(told) == len(rows)


async def test_a_day_that_is_settled_moves_no_more(office: ObjectionClient):
    with clock.travel(FILED):
        async with office.resources.database.transaction() as session:
            objection = await add_objection(session, 1)
            await due_days.schedule_due(session, objection, DueDay.ACCEPT, start=FILED, period=period(5))
        async with office.resources.database.transaction() as session:
            await due_days.settle_due(session, await locked(session, objection.id), DueDay.ACCEPT)
        await announced(office)
        (row,) = await office.sql("select due_on, previously_due_on from objection_due_day")
    assert (row["due_on"], row["previously_due_on"]) == (dt.date(2027, 2, 8), None)


async def test_a_question_to_a_department_moves_with_its_last_day(office: ObjectionClient):
    item = uuid.uuid4()
    with clock.travel(FILED):
        async with office.resources.database.transaction() as session:
            objection = await add_objection(session, 1)
            due_on = await due_days.schedule_due(
                session, objection, DueDay.VERIFY, start=FILED, period=period(5), item=item
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
        await announced(office)
        (row,) = await office.sql("select due_on from verification")
    assert row["due_on"] == dt.date(2027, 2, 14)
