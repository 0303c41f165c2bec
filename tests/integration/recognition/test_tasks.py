"""The work list: a claim says who does it now, and holds nobody up for good."""

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import CITY, PROVINCE
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import APPLIES, Walkthrough


async def do(walkthrough: Walkthrough, what: str, role: Role = Role.OFFICER, **who: object) -> httpx.Response:
    """Claim or release the only open task."""
    (task,) = await walkthrough.office.sql("select id from task where outcome is null")
    return await walkthrough.do(f"/v1/tasks/{task['id']}/{what}", None, role, **who)


async def test_what_somebody_has_claimed_another_does_not_do(walkthrough: Walkthrough, application: str):
    assert (await do(walkthrough, "claim", subject="gone")).json()["claimed_by"] == "gone"
    answer = await walkthrough.review(application)
    assert (answer.status_code, answer.json()["title"]) == (409, "已由他人领取")
    assert (await do(walkthrough, "release", subject="gone")).json()["claimed_by"] is None
    assert (await walkthrough.review(application)).status_code == 200


@pytest.mark.parametrize(
    ("role", "region"), [(Role.OFFICER, CITY), (Role.OFFICER, PROVINCE), (Role.APPROVER, "410105")]
)
async def test_a_superior_or_the_countys_decider_puts_anothers_claim_back_and_it_is_written_down(
    walkthrough: Walkthrough, application: str, role: Role, region: str
):
    await do(walkthrough, "claim", subject="gone")
    answer = await do(walkthrough, "release", role, subject="helper", region=region)
    assert (answer.status_code, answer.json()["claimed_by"]) == (200, None)
    (entry,) = await walkthrough.office.sql("select actor, details from audit_entry where action = 'task:release'")
    assert entry["actor"] == "helper"
    assert '"claimed_by": "gone"' in entry["details"]
    assert (await walkthrough.review(application)).status_code == 200


async def test_a_colleague_does_not_put_anothers_claim_back(walkthrough: Walkthrough):
    await walkthrough.apply(1)
    assert (await do(walkthrough, "release")).json()["title"] == "没有人领取"
    await do(walkthrough, "claim", subject="busy")
    answer = await do(walkthrough, "release", subject="colleague")
    assert (answer.status_code, answer.json()["title"]) == (403, "不是您领取的")


async def test_a_claim_does_not_hold_the_selection_of_all_up(walkthrough: Walkthrough, application: str):
    await walkthrough.review(application)
    await do(walkthrough, "claim", subject="gone")
    assert [one["application"] for one in (await walkthrough.select())["chosen"]] == [application]


@at_stage("to be decided")
async def test_a_decision_that_somebody_claimed_and_left_is_taken_by_another(
    walkthrough: Walkthrough, application: str
):
    await do(walkthrough, "claim", Role.APPROVER, subject="gone")
    assert (await walkthrough.decide(application)).json()["title"] == "已由他人领取"
    await do(walkthrough, "release", Role.APPROVER, subject="decider")
    assert (await walkthrough.decide(application)).status_code == 201


async def test_who_may_not_do_a_step_does_not_claim_it(walkthrough: Walkthrough):
    await walkthrough.apply(1)
    answer = await do(walkthrough, "claim", region=PROVINCE)
    assert (answer.status_code, answer.json()["title"]) == (403, "不由本级办理")


async def test_the_list_says_whose_application_each_task_is_about(walkthrough: Walkthrough, application: str):
    (task,) = (await walkthrough.office.get("/v1/tasks")).json()["items"]
    found = await walkthrough.office.sql("select uscc, name, category from application")
    assert {name: task[name] for name in ("uscc", "name", "category")} == dict(found[0])
    assert task["category_label"]
    assert task["application"] == application


@at_stage("two handed in")
async def test_totals_count_each_step_once_and_say_what_is_due_and_whose(
    walkthrough: Walkthrough, applications: list[str]
):
    first, second = applications
    await walkthrough.review(first)
    with clock.travel(APPLIES):
        totals = {one["step"]: one for one in (await walkthrough.office.get("/v1/tasks/totals")).json()}
    assert {step: one["number"] for step, one in totals.items()} == {"review": 1, "selection": 1}
    assert (totals["review"]["unclaimed"], totals["review"]["mine"], totals["review"]["overdue"]) == (1, 0, 0)
    (task,) = (await walkthrough.office.get("/v1/tasks", step="review")).json()["items"]
    assert task["application"] == second
    assert totals["review"]["first_due_on"] == task["due_on"]


@at_stage("two handed in")
async def test_the_applications_of_one_household_are_found_by_its_code(
    walkthrough: Walkthrough, applications: list[str]
):
    first, _ = applications
    everything = (await walkthrough.office.get("/v1/applications")).json()["items"]
    (code,) = {one["uscc"] for one in everything if one["id"] == first}
    found = (await walkthrough.office.get("/v1/applications", uscc=code)).json()["items"]
    assert [one["id"] for one in found] == [first]
