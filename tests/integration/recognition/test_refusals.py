"""A decider may say no, too, if he took no part before; and a decision names the version that it rests on."""

from typing import Any

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import PROVINCE
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import DECIDES, Walkthrough


async def refused(walkthrough: Walkthrough, application: str, role: Role = Role.APPROVER, **who: Any) -> httpx.Response:
    headers = walkthrough.office.as_(role, **({"subject": "decider"} | who)) | {"If-Match": "*"}
    with clock.travel(DECIDES):
        path = f"/v1/applications/{application}/refusal"
        return await walkthrough.office.client.post(path, json={"reason": "所报情况与实际不符"}, headers=headers)


@at_stage("to be decided")
async def test_the_decider_says_no_at_the_decision(walkthrough: Walkthrough, application: str):
    answer = await refused(walkthrough, application)
    assert (answer.status_code, answer.json()["state"]) == (200, "refused")
    assert len(await walkthrough.office.events("ApplicationRefused")) == 1


@at_stage("to be decided")
async def test_whoever_worked_on_it_does_not(walkthrough: Walkthrough, application: str):
    for maker in ("reviewer", "visitor"):
        answer = await refused(walkthrough, application, subject=maker)
        assert (answer.status_code, answer.json()["title"]) == (403, "须由另一人决定")


@at_stage("to be decided")
@pytest.mark.parametrize("maker", ["reviewer", "visitor", "asker", "shower"])
async def test_nor_does_whoever_worked_on_it_recognise_it(walkthrough: Walkthrough, application: str, maker: str):
    """Who asked the departments or opened the notice has worked on it as well."""
    sheet = await walkthrough.office.client.get(
        f"/v1/applications/{application}/decision", headers=walkthrough.office.as_(Role.APPROVER, subject=maker)
    )
    assert sheet.json()["took_part"] is True
    assert (await walkthrough.decide(application, subject=maker)).status_code == 403
    assert (await refused(walkthrough, application, subject=maker)).status_code == 403
    assert (await walkthrough.decide(application)).status_code == 201


async def test_before_the_decision_it_is_an_officers_word(walkthrough: Walkthrough, application: str):
    answer = await refused(walkthrough, application)
    assert (answer.status_code, "目前在“审核”这一步" in answer.json()["detail"]) == (409, True)
    assert (await refused(walkthrough, application, Role.OFFICER, region=PROVINCE)).status_code == 403
    assert (await refused(walkthrough, application, Role.OFFICER)).json()["state"] == "refused"
    assert (await refused(walkthrough, application, Role.OFFICER)).status_code == 409, "it has ended"


@at_stage("to be decided")
async def test_a_review_refuses_at_the_review_alone(walkthrough: Walkthrough, application: str):
    answer = await walkthrough.review(application, outcome="refuse", reason="所报不实")
    assert (answer.status_code, "目前在“认定”这一步" in answer.json()["detail"]) == (409, True)


@at_stage("to be decided")
@pytest.mark.parametrize(("named", "status"), [(None, 428), ('"1"', 412), ("now", 201)])
async def test_a_decision_names_its_version_in_if_match(
    walkthrough: Walkthrough, application: str, named: str | None, status: int
):
    match = await walkthrough.etag(application) if named == "now" else named
    headers = walkthrough.office.as_(Role.APPROVER, subject="decider") | ({"If-Match": match} if match else {})
    with clock.travel(DECIDES):
        answer = await walkthrough.office.client.post(
            "/v1/recognitions", json={"application": application}, headers=headers
        )
    assert answer.status_code == status, answer.text


@at_stage("to be decided")
async def test_a_bulk_item_without_its_version_is_told_so(walkthrough: Walkthrough, application: str):
    answer = await walkthrough.office.client.post(
        "/v1/recognitions/bulk",
        json=[{"application": application}],
        headers=walkthrough.office.as_(Role.APPROVER, subject="decider"),
    )
    assert [one["status"] for one in answer.json()] == [428]


@pytest.mark.parametrize(("named", "status"), [(None, 428), ('"99"', 412), ("now", 200)])
async def test_a_review_does_as_well(walkthrough: Walkthrough, application: str, named: str | None, status: int):
    match = await walkthrough.etag(application) if named == "now" else named
    headers = walkthrough.office.as_(Role.OFFICER, subject="reviewer") | ({"If-Match": match} if match else {})
    body = {
        "application": application,
        "outcome": "pass",
        "category": "distinctive",
        "criteria": ["distinctive.3"],
        "reason": "祖传手艺",
        "breach_recorded": False,
        "ruled_out": ["disqualifier.1", "disqualifier.2"],
    }
    assert (await walkthrough.office.client.post("/v1/reviews", json=body, headers=headers)).status_code == status
