"""Work lists of objections and of last days: by last day, inside the caller's region, page by page."""

import datetime as dt
import itertools
import uuid
from typing import Any

import pytest

from services.objection.objections import due_days
from services.objection.objections.domain import DueDay, ObjectionState
from services.objection.objections.models import Objection
from services.objection.registers.domain import Against
from shared import clock
from shared.platform.identity import Caller, Role
from shared.platform.officers import record_officer
from shared.reference.departments import Department
from tests.integration.objection.filed_objections import add_objection, day, period
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, household_typed, run_published

OTHER_COUNTY, OTHER_CITY = "410102", "410202"
TODAY = day("2026-06-10")


async def fill(office: ObjectionClient) -> list[Objection]:
    """Twenty-four objections in three counties of two cities, with all that can be filtered by."""
    counties = itertools.cycle((COUNTY, OTHER_COUNTY, OTHER_CITY))
    states = itertools.cycle((ObjectionState.ACCEPTED, ObjectionState.PROPOSED))
    found = []
    async with office.resources.database.transaction() as session:
        for number, county, state in zip(range(24), counties, states, strict=False):
            changed: dict[str, object] = {
                "state": ObjectionState.FILED if number % 3 == 1 else state,
                "against": Against.REFUSAL if number % 5 == 0 else Against.TYPING,
                "subject": uuid.uuid4() if number % 5 == 0 else None,
                "assigned_to": "li" if number % 6 == 1 else None,
                "climbs": number % 2,
                "handled_at": county[:4] if number % 2 else county,
                "due_on": TODAY + dt.timedelta(days=(number * 7) % 11 - 5),
            }
            found.append(await add_objection(session, number, county, **changed))
        closed = {"state": ObjectionState.CLOSED, "closed_at": clock.now()}
        found.append(await add_objection(session, 99, COUNTY, **closed))
    return found


@pytest.fixture
async def filled(office: ObjectionClient) -> list[Objection]:
    return await fill(office)


async def read(
    office: ObjectionClient, path: str = "/v1/objections", region: str = "41", **query: object
) -> list[dict[str, Any]]:
    """A whole list, page by page."""
    found: list[dict[str, Any]] = []
    with clock.travel(TODAY):
        while True:
            answer = await office.get(path, region=region, query={"limit": 5} | query)
            assert answer.status_code == 200, answer.text
            found += answer.json()["items"]
            if answer.json()["next"] is None:
                return found
            query["cursor"] = answer.json()["next"]


def expected(rows: list[Objection], region: str, **having: object) -> list[str]:
    """The ids of the open objections that a list must show, in order."""
    wanted = [
        row
        for row in rows
        if row.county.startswith(region) and all(getattr(row, name) == value for name, value in having.items())
    ]
    wanted = [row for row in wanted if row.state is not ObjectionState.CLOSED]
    return [str(row.id) for row in sorted(wanted, key=lambda row: (row.due_on, row.id))]


@pytest.mark.parametrize("region", ["41", "4101", COUNTY])
async def test_a_list_shows_each_open_objection_of_the_region_once_what_is_due_first_first(
    office: ObjectionClient, filled: list[Objection], region: str
):
    assert [one["id"] for one in await read(office, region=region)] == expected(filled, region)


@pytest.mark.parametrize("region", ["41", COUNTY])
@pytest.mark.parametrize(
    ("query", "having"),
    [
        ({"state": "accepted"}, {"state": ObjectionState.ACCEPTED}),
        ({"against": "refusal"}, {"against": Against.REFUSAL}),
        ({"assigned_to": "li"}, {"assigned_to": "li"}),
        ({"handled_at": "4101"}, {"handled_at": "4101"}),
        ({"climbed": "true"}, {"climbs": 1}),
        ({"against": "refusal", "state": "filed"}, {"against": Against.REFUSAL, "state": ObjectionState.FILED}),
        ({"assigned_to": "li", "climbed": "true"}, {"assigned_to": "li", "climbs": 1}),
    ],
)
async def test_each_filter_shows_exactly_what_has_it(
    office: ObjectionClient,
    filled: list[Objection],
    region: str,
    query: dict[str, Any],
    having: dict[str, Any],
):
    found = await read(office, region=region, **query)
    assert [one["id"] for one in found] == expected(filled, region, **having)


async def test_the_overdue_ones_are_those_whose_last_day_is_before_today(
    office: ObjectionClient, filled: list[Objection]
):
    found = await read(office, overdue="true")
    assert {one["id"] for one in found} == {
        str(row.id) for row in filled if row.due_on < TODAY and row.state is not ObjectionState.CLOSED
    }
    assert all(one["overdue"] for one in found)


async def test_an_objection_is_found_by_its_receipt_or_by_the_households_code(
    office: ObjectionClient, filled: list[Objection]
):
    for word in (filled[3].receipt, filled[3].uscc.lower()):
        assert [one["id"] for one in await read(office, q=word)] == [str(filled[3].id)]
    assert await read(office, q=filled[3].receipt, region=OTHER_COUNTY) == []


async def test_what_has_ended_is_listed_by_its_state_only(office: ObjectionClient, filled: list[Objection]):
    assert [one["receipt"] for one in await read(office, state="closed")] == [filled[-1].receipt]


async def test_a_row_says_name_age_and_who_works_on_it(office: ObjectionClient):
    await office.hear(run_published(), household_typed(1))
    async with office.resources.database.transaction() as session:
        await record_officer(session, Caller("li", frozenset({Role.OFFICER}), COUNTY, name="李明"))
        with clock.travel(TODAY - dt.timedelta(days=9)):
            await add_objection(session, 1, assigned_to="li")
    (one,) = await read(office)
    assert (one["name"], one["assigned_name"], one["age_days"]) == ("测试商户1号", "李明", 9)
    assert (one["due_on"], one["overdue"]) == (None, False)


async def test_mine_are_those_assigned_to_me(office: ObjectionClient, filled: list[Objection]):
    with clock.travel(TODAY):
        answer = await office.get("/v1/objections", region="41", query={"assigned_to": "me"}, subject="li")
    assert [one["id"] for one in answer.json()["items"]] == expected(filled, "41", assigned_to="li")


@pytest.mark.parametrize("path", ["/v1/objections", "/v1/objections/totals", "/v1/deadlines", "/v1/officers"])
async def test_nobody_lists_another_region(office: ObjectionClient, filled: list[Objection], path: str):
    assert (await office.get(path, region="4101", query={"region": "4102"})).status_code == 403
    assert (await office.get(path, Role.OPERATOR)).status_code == 403
    assert (await office.get(path, Role.BUREAU, department="tax")).status_code == 403
    assert (await office.get(path, None)).status_code == 401


async def test_the_totals_count_what_the_lists_show(office: ObjectionClient, filled: list[Objection]):
    with clock.travel(TODAY):
        answer = await office.get("/v1/objections/totals", region="4101")
    totals = {one["state"]: one for one in answer.json()}
    for state, total in totals.items():
        shown = await read(office, region="4101", state=state)
        assert total["number"] == len(shown)
        assert total["overdue"] == sum(one["overdue"] for one in shown)
        assert total["climbed"] == sum(one["climbs"] > 0 for one in shown)
        assert total["unassigned"] == sum(one["assigned_to"] is None for one in shown)
    assert set(totals) == {"filed", "accepted", "proposed"}


async def test_last_days_are_listed_with_their_objections(office: ObjectionClient):
    async with office.resources.database.transaction() as session:
        for number, county in enumerate((COUNTY, OTHER_COUNTY, OTHER_CITY)):
            objection = await add_objection(session, number, county)
            for what, days in ((DueDay.ACCEPT, 3 + number), (DueDay.DECIDE, 15)):
                await due_days.schedule_due(session, objection, what, start=TODAY, period=period(days))
    found = await read(office, "/v1/deadlines", "4101", limit=1)
    assert [one["what"] for one in found] == ["accept", "accept", "decide", "decide"]
    assert [one["due_on"] for one in found] == sorted(one["due_on"] for one in found)
    assert {one["county"] for one in found} == {COUNTY, OTHER_COUNTY}
    (first,) = await read(office, "/v1/deadlines", COUNTY, what="accept")
    assert first["receipt"] == f"YY{COUNTY}00000000"
    assert "个工作日" in first["reckoning"]


async def test_officers_of_the_region_and_above_are_those_who_can_be_assigned(office: ObjectionClient):
    async with office.resources.database.transaction() as session:
        await record_officer(session, Caller("county", frozenset({Role.OFFICER}), COUNTY, name="李明"))
        await record_officer(session, Caller("city", frozenset({Role.OFFICER}), "4101", name="王芳"))
        await record_officer(session, Caller("other", frozenset({Role.OFFICER}), OTHER_COUNTY, name="赵强"))
        tax = Caller("tax", frozenset({Role.BUREAU}), COUNTY, department=Department.TAX, name="周洁")
        await record_officer(session, tax)
    people = (await office.get("/v1/officers", region=COUNTY)).json()
    assert [one["subject"] for one in people] == ["county", "city"]
    people = (await office.get("/v1/officers", region="41", query={"region": COUNTY, "department": "tax"})).json()
    assert [one["name"] for one in people] == ["周洁"]
