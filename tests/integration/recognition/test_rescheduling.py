"""Holidays that are announced move the last days that are working days, and a published notice keeps its own."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest

from services.recognition.applications.repository import get_application
from services.recognition.service import SERVICE
from shared import clock
from shared.platform.announced_calendar import move_by_calendar, record_schedule
from shared.reference.calendar import add_working_days, announce, packaged_schedule
from shared.reference.holiday_schedule import HolidaySchedule
from tests.integration.recognition.examination_steps import ask_departments, visit_household
from tests.integration.recognition.objection_steps import told
from tests.integration.recognition.walkthrough import APPLIES, VISITS, Walkthrough


@pytest.fixture(autouse=True)
def _nothing_announced() -> Iterator[None]:
    announce({})
    yield
    announce({})


async def announced_off(walkthrough: Walkthrough, day: dt.date) -> None:
    """A further day off is recorded for its year, and the worker looks at it."""
    days = {**packaged_schedule(day.year), day: "off"}
    schedule = HolidaySchedule(day.year, "国办发明电〔2026〕3号", "https://www.gov.cn/x", dt.date(2026, 7, 1), days)
    database = walkthrough.office.resources.database
    async with database.transaction() as session:
        await record_schedule(session, schedule, "临时放假")
    await move_by_calendar(database, SERVICE.on_deadlines_moved)


async def test_a_department_has_its_days_although_one_of_them_became_a_day_off(walkthrough: Walkthrough):
    with clock.travel(VISITS):
        application = await visit_household(walkthrough)
        (question,) = await ask_departments(walkthrough, application, "tax")
        before = dt.date.fromisoformat(question["due_on"])
        await announced_off(walkthrough, before)
        await walkthrough.office.fire_deadlines()
        (row,) = await walkthrough.office.sql("select due_on from consultation")
    assert row["due_on"] == add_working_days(before, 1).due > before


async def test_a_returned_application_has_its_days_too(walkthrough: Walkthrough):
    with clock.travel(APPLIES):
        (application,) = await walkthrough.apply(1)
        returned = await walkthrough.review(application, outcome="return", missing=["营业执照"])
        before = dt.date.fromisoformat(returned.json()["due_on"])
        await announced_off(walkthrough, before)
        await walkthrough.office.fire_deadlines()
        (row,) = await walkthrough.office.sql("select due_on from application")
    assert row["due_on"] == add_working_days(before, 1).due > before
    first, again = await told(walkthrough, "ApplicationReturned")
    assert (first["due_on"], first["previously_due_on"]) == (str(before), None)
    assert (again["due_on"], again["previously_due_on"]) == (str(row["due_on"]), str(before)), "the applicant is told"
    assert again["reason"] == first["reason"]


async def test_days_move_while_somebody_works_on_an_application_and_wait_for_nobody(walkthrough: Walkthrough):
    """Whoever works on it locks it before its deadlines: to lock both the other way round would be a deadlock."""
    with clock.travel(APPLIES):
        (application,) = await walkthrough.apply(1)
        returned = await walkthrough.review(application, outcome="return", missing=["营业执照"])
        before = dt.date.fromisoformat(returned.json()["due_on"])
        async with walkthrough.office.resources.database.transaction() as session:
            await get_application(session, UUID(application), "", lock=True)
            await asyncio.wait_for(announced_off(walkthrough, before), 5)
        await walkthrough.office.fire_deadlines()
        (row,) = await walkthrough.office.sql("select due_on from application")
    assert row["due_on"] > before
