"""The last days of an objection: reckoned in working days, kept with how, shown to the objector and to officers."""

import datetime as dt
import uuid
from typing import Any

import pytest
from sqlalchemy import select

from services.objection.objections import due_days
from services.objection.objections.domain import NO_LAST_DAY, DueDay, ObjectionState
from services.objection.objections.models import Objection
from services.objection.objections.service import move
from services.objection.rules.domain import Period, PeriodName
from shared import clock
from shared.law.language.units import Unit
from shared.platform.identity import Role
from shared.platform.system_callers import CLOCK
from shared.reference import calendar
from tests.integration.objection.filed_objections import add_objection, day, locked, objection_of, period
from tests.integration.objection.objection_client import ObjectionClient

BEFORE_NATIONAL_DAY = day("2026-09-29")
"""A Tuesday; 1 to 7 October 2026 are off and some Saturdays around are worked."""


async def put(office: ObjectionClient, *set_days: tuple[DueDay, dt.date, Period], number: int = 1) -> uuid.UUID:
    """An objection with these last days."""
    async with office.resources.database.transaction() as session:
        objection = await add_objection(session, number)
        for what, start, counted in set_days:
            await due_days.schedule_due(session, objection, what, start=start, period=counted)
        return objection.id


async def row(office: ObjectionClient, objection: uuid.UUID) -> Objection:
    async with office.resources.database.session() as session:
        return (await session.execute(select(Objection).where(Objection.id == objection))).scalar_one()


async def shown(office: ObjectionClient, objection: uuid.UUID) -> list[dict[str, Any]]:
    answer = await office.get(f"/v1/objections/{objection}/deadlines")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def open_deadlines(office: ObjectionClient) -> list[tuple[str, str]]:
    rows = await office.sql("select kind, subject from deadline where fired_at is null order by kind, subject")
    return [(one["kind"], one["subject"]) for one in rows]


async def test_the_day_of_the_start_is_not_counted_and_days_off_are_passed_over(office: ObjectionClient):
    objection = await put(office, (DueDay.ACCEPT, BEFORE_NATIONAL_DAY, period(3, PeriodName.ACCEPT)))
    expected = calendar.add_working_days(BEFORE_NATIONAL_DAY, 3).due
    stored = await row(office, objection)
    assert stored.accept_by == stored.due_on == expected
    assert expected > BEFORE_NATIONAL_DAY + dt.timedelta(days=7), "the holiday lies between"


async def test_days_of_the_calendar_that_end_on_a_day_off_end_on_the_next_working_day(office: ObjectionClient):
    calendar_days = period(3, unit=Unit.DAYS)
    objection = await put(office, (DueDay.DECIDE, BEFORE_NATIONAL_DAY, calendar_days))
    assert (await row(office, objection)).decide_by == day("2026-10-08")


async def test_how_a_day_was_reckoned_is_kept_and_shown(office: ObjectionClient):
    with clock.travel(BEFORE_NATIONAL_DAY):
        objection = await put(office, (DueDay.ACCEPT, BEFORE_NATIONAL_DAY, period(3, PeriodName.ACCEPT)))
        (reckoned,) = await shown(office, objection)
    assert reckoned["starts_on"] == "2026-09-29"
    assert (reckoned["days"], reckoned["parameter"]) == (3, "accept_days")
    assert (reckoned["unverified"], reckoned["provisional"]) == (True, False)
    assert (reckoned["label"], reckoned["status"]) == ("受理期限", "running")
    assert "第 3 个工作日" in reckoned["reckoning"]
    assert "未核对" in reckoned["reckoning"]


async def test_a_day_in_a_year_without_announced_holidays_says_that_it_is_provisional(office: ObjectionClient):
    far = dt.date(max(calendar.announced_years()) + 1, 1, 12)
    objection = await put(office, (DueDay.DECIDE, far, period(15)))
    (reckoned,) = await shown(office, objection)
    assert reckoned["provisional"]
    assert "尚未公布" in reckoned["reckoning"]


async def test_a_period_that_the_policy_leaves_open_sets_no_day(office: ObjectionClient):
    objection = await put(office, (DueDay.DECIDE, BEFORE_NATIONAL_DAY, period(None)))
    stored = await row(office, objection)
    assert (stored.decide_by, stored.due_on) == (None, NO_LAST_DAY)
    assert await shown(office, objection) == []
    assert await open_deadlines(office) == []


async def test_of_several_days_the_earliest_that_runs_is_the_next(office: ObjectionClient):
    objection = await put(
        office, (DueDay.DECIDE, BEFORE_NATIONAL_DAY, period(15)), (DueDay.ACCEPT, BEFORE_NATIONAL_DAY, period(3))
    )
    stored = await row(office, objection)
    assert stored.due_on == stored.accept_by
    async with office.resources.database.transaction() as session:
        await due_days.settle_due(session, await locked(session, objection), DueDay.ACCEPT)
    stored = await row(office, objection)
    assert stored.due_on == stored.decide_by
    assert [one["status"] for one in await shown(office, objection) if one["what"] == "accept"] == ["settled"]


async def test_a_day_set_again_replaces_the_first_and_only_the_second_fires(office: ObjectionClient):
    objection = await put(office, (DueDay.DECIDE, BEFORE_NATIONAL_DAY, period(15)))
    first = (await row(office, objection)).decide_by
    assert first is not None
    async with office.resources.database.transaction() as session:
        extended = await due_days.schedule_due(
            session, await locked(session, objection), DueDay.DECIDE, start=first, period=period(15, PeriodName.EXTEND)
        )
    stored = await row(office, objection)
    assert stored.decide_by == stored.due_on == extended
    statuses = {one["parameter"]: one["status"] for one in await shown(office, objection)}
    assert statuses["decide_days"] == "replaced"
    assert statuses["extend_days"] != "replaced"
    assert [kind for kind, _ in await open_deadlines(office)] == ["objection-decide", "objection-reminder"]


async def test_of_two_verifications_each_has_its_own_day(office: ObjectionClient):
    objection = await put(office)
    first, second = uuid.uuid4(), uuid.uuid4()
    async with office.resources.database.transaction() as session:
        locked_row = await locked(session, objection)
        for item, days in ((first, 5), (second, 9)):
            await due_days.schedule_due(
                session, locked_row, DueDay.VERIFY, start=BEFORE_NATIONAL_DAY, period=period(days), item=item
            )
        await due_days.settle_due(session, locked_row, DueDay.VERIFY, item=first)
    running = [one for one in await shown(office, objection) if one["status"] != "settled"]
    assert [one["item"] for one in running] == [str(second)]
    assert (await row(office, objection)).due_on == calendar.add_working_days(BEFORE_NATIONAL_DAY, 9).due


async def test_an_objection_that_ends_has_no_day_left(office: ObjectionClient):
    objection = await put(office, (DueDay.ACCEPT, BEFORE_NATIONAL_DAY, period(3)))
    async with office.resources.database.transaction() as session:
        await move(session, await locked(session, objection), ObjectionState.WITHDRAWN, None, CLOCK)
    assert (await row(office, objection)).due_on == NO_LAST_DAY
    assert await open_deadlines(office) == []


async def test_a_new_objection_is_written_once_with_its_last_day(office: ObjectionClient):
    async with office.resources.database.transaction() as session:
        objection = objection_of(7)
        session.add(objection)
        due = await due_days.schedule_due(
            session, objection, DueDay.ACCEPT, start=BEFORE_NATIONAL_DAY, period=period(3)
        )
    stored = await row(office, objection.id)
    assert stored.accept_by == stored.due_on == due
    assert [kind for kind, _ in await open_deadlines(office)] == ["objection-accept", "objection-reminder"]


@pytest.mark.parametrize(("role", "region", "status"), [(Role.OFFICER, "4101", 200), (Role.OFFICER, "4102", 404)])
async def test_officers_see_the_days_of_their_region_only(
    office: ObjectionClient, role: Role, region: str, status: int
):
    objection = await put(office, (DueDay.ACCEPT, BEFORE_NATIONAL_DAY, period(3)))
    assert (await office.get(f"/v1/objections/{objection}/deadlines", role, region)).status_code == status


async def test_the_objector_sees_them_and_another_operator_does_not(office: ObjectionClient):
    objection = await put(office, (DueDay.ACCEPT, BEFORE_NATIONAL_DAY, period(3)), number=4)
    for number, status in ((4, 200), (5, 404)):
        path = f"/v1/objections/{objection}/deadlines"
        assert (await office.get(path, Role.OPERATOR, number=number)).status_code == status
