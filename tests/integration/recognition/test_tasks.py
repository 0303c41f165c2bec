"""The work list: a claim says who does it now, and holds nobody up for good."""

import httpx
import pytest

from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import CITY, PROVINCE, RecognitionClient
from tests.integration.recognition.walkthrough import Walkthrough, start_walkthrough


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def do(road: Walkthrough, what: str, role: Role = Role.OFFICER, **who: object) -> httpx.Response:
    """Claim or release the only open task."""
    (task,) = await road.bureau.sql("select id from task where outcome is null")
    return await road.do(f"/v1/tasks/{task['id']}/{what}", None, role, **who)


async def test_what_somebody_has_claimed_another_does_not_do(road: Walkthrough):
    (application,) = await road.apply(1)
    assert (await do(road, "claim", subject="gone")).json()["claimed_by"] == "gone"
    answer = await road.review(application)
    assert (answer.status_code, answer.json()["title"]) == (409, "已由他人领取")
    assert (await do(road, "release", subject="gone")).json()["claimed_by"] is None
    assert (await road.review(application)).status_code == 200


@pytest.mark.parametrize(
    ("role", "region"), [(Role.OFFICER, CITY), (Role.OFFICER, PROVINCE), (Role.APPROVER, "410105")]
)
async def test_a_superior_or_the_countys_decider_puts_anothers_claim_back_and_it_is_written_down(
    road: Walkthrough, role: Role, region: str
):
    (application,) = await road.apply(1)
    await do(road, "claim", subject="gone")
    answer = await do(road, "release", role, subject="helper", region=region)
    assert (answer.status_code, answer.json()["claimed_by"]) == (200, None)
    (entry,) = await road.bureau.sql("select actor, details from audit_entry where action = 'task:release'")
    assert entry["actor"] == "helper"
    assert '"claimed_by": "gone"' in entry["details"]
    assert (await road.review(application)).status_code == 200


async def test_a_colleague_does_not_put_anothers_claim_back(road: Walkthrough):
    await road.apply(1)
    assert (await do(road, "release")).json()["title"] == "没有人领取"
    await do(road, "claim", subject="busy")
    answer = await do(road, "release", subject="colleague")
    assert (answer.status_code, answer.json()["title"]) == (403, "不是您领取的")


async def test_a_claim_does_not_hold_the_selection_of_all_up(road: Walkthrough):
    (application,) = await road.apply(1)
    await road.review(application)
    await do(road, "claim", subject="gone")
    assert [one["application"] for one in (await road.select())["chosen"]] == [application]


async def test_a_decision_that_somebody_claimed_and_left_is_taken_by_another(road: Walkthrough):
    (application,) = await road.to_decision(1)
    await do(road, "claim", Role.APPROVER, subject="gone")
    assert (await road.decide(application)).json()["title"] == "已由他人领取"
    await do(road, "release", Role.APPROVER, subject="decider")
    assert (await road.decide(application)).status_code == 201


async def test_who_may_not_do_a_step_does_not_claim_it(road: Walkthrough):
    await road.apply(1)
    answer = await do(road, "claim", region=PROVINCE)
    assert (answer.status_code, answer.json()["title"]) == (403, "不由本级办理")
