"""Consultation: departments answer until a day, silence is consent, and an officer's word is for objections alone."""

import datetime as dt

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import RecognitionClient
from tests.integration.recognition.test_steps import conclude, step_of
from tests.integration.recognition.walkthrough import VISITS, Walkthrough, start_walkthrough


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def visited(road: Walkthrough) -> str:
    """An application that is at its consultation."""
    (application,) = await road.apply(1)
    await road.review(application)
    await road.select()
    await road.visit(application)
    return application


async def asked(road: Walkthrough, application: str, *departments: str) -> list[dict[str, str]]:
    answer = await road.do("/v1/consultations", {"application": application, "departments": departments})
    assert answer.status_code == 201, answer.text
    found: list[dict[str, str]] = answer.json()
    return found


async def answered(road: Walkthrough, question: dict[str, str], *, agrees: bool) -> httpx.Response:
    body = {"agrees": agrees, "opinion": "已核"}
    return await road.do(
        f"/v1/consultations/{question['id']}/answer", body, Role.BUREAU, subject=question["department"]
    )


async def test_without_departments_there_is_nothing_to_conclude(road: Walkthrough):
    with clock.travel(VISITS):
        application = await visited(road)
        answer = await conclude(road, application)
    assert (answer.status_code, answer.json()["title"]) == (409, "还没有征求意见")
    assert await step_of(road, application) == "consultation"


async def test_an_objection_is_not_decided_before_all_have_answered_or_their_day_is_over(road: Walkthrough):
    with clock.travel(VISITS):
        application = await visited(road)
        tax, _ = await asked(road, application, "tax", "ecology")
        await answered(road, tax, agrees=False)
        early = await conclude(road, application)
        assert (early.status_code, early.json()["title"]) == (409, "还有部门没有答复")
        assert "生态环境部门" in early.json()["detail"]
        assert "税务部门" not in early.json()["detail"]
    with clock.travel(dt.date.fromisoformat(tax["due_on"]) + dt.timedelta(days=1)):
        assert (await conclude(road, application)).json()["step"] == "public-notice"


async def test_where_nobody_objects_an_officer_has_nothing_to_decide(road: Walkthrough):
    with clock.travel(VISITS):
        application = await visited(road)
        (question,) = await asked(road, application, "tax")
    with clock.travel(dt.date.fromisoformat(question["due_on"]) + dt.timedelta(days=1)):
        answer = await conclude(road, application)
        assert (answer.status_code, answer.json()["title"]) == (409, "没有不同意见")
        await road.bureau.fire_deadlines()
    assert await step_of(road, application) == "public-notice", "silence is consent"


async def test_nobody_is_asked_about_an_application_that_is_at_another_step(road: Walkthrough):
    (application,) = await road.apply(1)
    answer = await road.do("/v1/consultations", {"application": application, "departments": ["tax"]})
    assert answer.status_code == 409
    assert "目前在“审核”这一步" in answer.json()["detail"]
