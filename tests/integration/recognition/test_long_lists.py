"""Long lists: read from an index in its order, a page at a time, with as many statements for many rows as for few."""

import asyncio
from typing import Any

import pytest

from services.recognition.monitoring.service import reassess
from services.recognition.selection import service
from shared import clock
from shared.messaging import outbox
from shared.platform.identity import Role
from shared.platform.system_callers import BUS
from tests.integration.recognition.application_setup import draft_application
from tests.integration.recognition.bulk_data import (
    add_second_county,
    fill_applications,
    query_plans,
    recorded_statements,
)
from tests.integration.recognition.examination_steps import bring_to_notice, limit_places, open_notice
from tests.integration.recognition.recognition_client import (
    COUNTY,
    execute_sql,
    household_typed,
    operator,
    post_as,
    uscc,
)
from tests.integration.recognition.recommendation_steps import draft_recommendation
from tests.integration.recognition.walkthrough import APPLIES, SELECTS, Walkthrough

NEIGHBOUR = "410122"


async def walked(
    walkthrough: Walkthrough, path: str, officer_of: str = COUNTY, /, **query: Any
) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    headers = walkthrough.office.as_(Role.OFFICER, officer_of)
    while True:
        answer = await walkthrough.office.client.get(path, params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        query["cursor"] = answer.json()["next"]


@pytest.mark.parametrize(
    ("path", "query", "index"),
    [
        ("/v1/tasks", {}, "ix_task_worklist "),
        ("/v1/tasks", {"step": "decision"}, "ix_task_worklist_step"),
        ("/v1/tasks", {"mine": True}, "ix_task_worklist_mine"),
        ("/v1/tasks", {"region": "4101"}, "ix_task_worklist "),
        ("/v1/applications", {"region": NEIGHBOUR}, "ix_application_county "),
        ("/v1/applications", {"region": "4101"}, "ix_application_county "),
        ("/v1/applications", {"state": "returned"}, "ix_application_county_state"),
        ("/v1/recommendations", {}, "ix_application_recommended"),
        ("/v1/pool", {}, "ix_application_pool"),
    ],
)
async def test_a_page_of_a_list_is_read_from_its_index(
    walkthrough: Walkthrough, path: str, query: dict[str, Any], index: str
):
    await fill_applications(walkthrough, range(3000), "review")
    async with query_plans(walkthrough.office.resources.database, lambda sent: "ORDER BY" in sent) as found:
        assert (await walkthrough.office.get(path, **query)).status_code == 200
    (plan,) = found
    assert f"using {index}" in plan, plan


async def test_an_operator_finds_his_own_by_his_households(walkthrough: Walkthrough):
    await fill_applications(walkthrough, range(3000), "review")
    async with query_plans(walkthrough.office.resources.database, lambda sent: "ORDER BY" in sent) as found:
        headers = walkthrough.office.as_(Role.OPERATOR, number=77)
        (mine,) = (await walkthrough.office.client.get("/v1/applications", headers=headers)).json()["items"]
    assert mine["uscc"] == uscc(77)
    assert "ix_household_operator" in found[0], found[0]
    assert "ix_application_household" in found[0], found[0]


@pytest.mark.parametrize(("path", "key"), [("/v1/tasks", "due_on"), ("/v1/applications", "county")])
async def test_a_citys_list_has_everything_of_its_counties_once_and_in_order(
    walkthrough: Walkthrough, path: str, key: str
):
    await fill_applications(walkthrough, range(40), "review")
    await add_second_county(walkthrough, NEIGHBOUR)
    found = await walked(walkthrough, path, "4101", limit=7)
    assert len({one["id"] for one in found}) == len(found) == 40
    assert {one["county"] for one in found} == {COUNTY, NEIGHBOUR}
    assert [one[key] for one in found] == sorted(one[key] for one in found)
    own = await walked(walkthrough, path, limit=7)
    assert [one["id"] for one in own] == [one["id"] for one in found if one["county"] == COUNTY]


async def statements_of_a_selection(walkthrough: Walkthrough, numbers: range) -> int:
    """How many statements a selection takes in which half find a place."""
    await fill_applications(walkthrough, numbers, "selection")
    await limit_places(walkthrough, len(numbers) // 2)
    with clock.travel(SELECTS), recorded_statements(walkthrough.office.resources.database) as said:
        answer = await post_as(walkthrough.office, "/v1/selections", {"season": walkthrough.season["id"]}, Role.OFFICER)
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["chosen"]) == len(answer.json()["reserve"]) == len(numbers) // 2
    return len(said)


async def test_a_selection_of_many_takes_as_many_statements_as_one_of_few(walkthrough: Walkthrough):
    many = await statements_of_a_selection(walkthrough, range(1, 41))
    assert many < 40, many
    (chosen,) = await walkthrough.office.sql(
        "select count(*) n from task where step = 'selection' and outcome = 'passed'"
    )
    (waiting,) = await walkthrough.office.sql(
        "select count(*) n from task where step = 'selection' and outcome is null"
    )
    assert (chosen["n"], waiting["n"]) == (20, 0)
    (written,) = await walkthrough.office.sql("select count(*) n from audit_entry where action like 'application:%'")
    assert written["n"] == 40


async def test_many_are_judged_again_with_as_many_statements_as_few(walkthrough: Walkthrough):
    await fill_applications(walkthrough, range(30), "review")
    taken = []
    for households in (2, 30):
        async with walkthrough.office.resources.database.transaction() as session:
            await reassess(session, [uscc(number) for number in range(households)], BUS)  # rules are kept from here on
            with recorded_statements(walkthrough.office.resources.database) as said:
                await reassess(session, [uscc(number) for number in range(households)], BUS)
            taken.append(len(said))
    assert taken[0] == taken[1], taken


async def test_nobody_counts_places_for_a_reserve_that_is_empty(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    async def counted(*_: object) -> int:
        raise AssertionError("nobody waits")

    (application,) = await walkthrough.apply(1)
    monkeypatch.setattr(service, "count_free_places", counted)
    with clock.travel(APPLIES):
        headers = walkthrough.office.as_(Role.OPERATOR, number=1) | {"If-Match": "*"}
        answer = await walkthrough.office.client.post(f"/v1/applications/{application}/withdrawal", headers=headers)
    assert answer.json()["state"] == "withdrawn"


async def test_of_six_drafts_at_once_one_stands_and_the_others_are_told_so(walkthrough: Walkthrough):
    await walkthrough.office.hear(household_typed(1))
    answers = await asyncio.gather(*(draft_application(walkthrough.office, walkthrough.season) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {answer.json().get("title") for answer in answers} == {None, "已有申报"}


async def test_of_six_recommendations_at_once_one_stands_and_the_others_are_told_so(walkthrough: Walkthrough):
    answers = await asyncio.gather(*(draft_recommendation(walkthrough) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5


async def test_of_six_draws_at_once_one_stands(walkthrough: Walkthrough):
    await walkthrough.apply(1, 2)
    with clock.travel(SELECTS):
        drawn = [
            post_as(walkthrough.office, "/v1/spot-checks", {"region": "41", "year": 2026}, Role.OFFICER, "41")
            for _ in range(6)
        ]
        answers = await asyncio.gather(*drawn)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5, answers[0].text
    assert len(await walkthrough.office.sql("select 1 from spot_check_item")) == 1


async def test_the_households_of_a_notice_and_the_notices_come_in_pages(walkthrough: Walkthrough):
    chosen, _ = await bring_to_notice(walkthrough, 1, 2, 3)
    first = (await open_notice(walkthrough, chosen[0])).json()
    second = (await open_notice(walkthrough, *chosen[1:])).json()
    path = f"/v1/public-notices/{second['id']}"
    shown = await walked(walkthrough, path, limit=1)
    assert [one["uscc"] for one in shown] == [one["uscc"] for one in second["items"]]
    assert len(shown) == 2
    listed = await walked(walkthrough, "/v1/public-notices", region="4101", limit=1)
    assert {one["id"] for one in listed} == {first["id"], second["id"]}
    assert len(listed) == 2
    assert "items" not in listed[0]
    assert operator(1) not in str(shown)


async def test_a_notice_too_large_for_the_bus_says_to_open_several(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    chosen, _ = await bring_to_notice(walkthrough, 1, 2, 3)
    monkeypatch.setattr(outbox, "MAX_EVENT_BYTES", 900)
    refused = await open_notice(walkthrough)
    assert (refused.status_code, refused.json()["title"]) == (409, "一次公示的户数太多")
    assert "applications" in refused.json()["detail"]
    assert (await open_notice(walkthrough, chosen[0])).status_code == 201


async def test_criteria_come_in_pages_and_many_quotas_take_as_many_statements_as_one(walkthrough: Walkthrough):
    for table, column, region in (("criteria", "region", "410122"), ("quota", "scope", "4102")):
        changed = f"jsonb_build_object('id', gen_random_uuid(), '{column}', '{region}')"
        copied = f"insert into {table} select (jsonb_populate_record(one, {changed})).* from {table} one"
        await execute_sql(walkthrough.office, copied)
    found = await walked(walkthrough, "/v1/criteria", region="41", limit=1)
    assert [one["region"] for one in found] == [COUNTY, NEIGHBOUR]
    taken = []
    for region, quotas in (("4101", 1), ("41", 2)):
        with recorded_statements(walkthrough.office.resources.database) as said:
            answer = await walkthrough.office.client.get("/v1/quotas", params={"region": region, "year": 2026})
        assert len(answer.json()["items"]) == quotas
        taken.append(len(said))
    assert taken[0] == taken[1], taken
