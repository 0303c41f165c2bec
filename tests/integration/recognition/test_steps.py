"""Nobody is recognised without each step of the policy, whatever is tried over the real endpoints (R3).

At every step everything that belongs to another one is tried, and the step itself without its substance: a visit
without a photo, a conclusion without departments, a notice before its last day. Planted faults are seen.
"""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest
from sqlalchemy import text

from services.recognition.applications import workflow
from services.recognition.examination import inquiries
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.waiting import PATIENCE
from tests.integration.recognition.recognition_client import RecognitionClient
from tests.integration.recognition.walkthrough import VISITS, Walkthrough, start_walkthrough

Act = Callable[[Walkthrough, str], Awaitable[httpx.Response]]


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def select(road: Walkthrough, _: str) -> httpx.Response:
    return await road.do("/v1/selections", {"season": road.season["id"]})


async def conclude(road: Walkthrough, application: str) -> httpx.Response:
    """An officer lets the application past its consultation."""
    headers = road.bureau.as_(Role.OFFICER, subject="officer") | {"If-Match": await road.etag(application)}
    path = f"/v1/applications/{application}/consultation-conclusion"
    return await road.bureau.client.post(path, json={"passed": True, "reason": "没有问题"}, headers=headers)


async def show(road: Walkthrough, application: str) -> httpx.Response:
    return await road.do("/v1/public-notices", {"season": road.season["id"], "applications": [application]})


ACTS: dict[str, Act] = {
    "review": Walkthrough.review,
    "selection": select,
    "site-visit": Walkthrough.visit,
    "consultation": conclude,
    "public-notice": show,
    "decision": Walkthrough.decide,
}


async def step_of(road: Walkthrough, application: str) -> str:
    return str((await road.look(application)).json()["step"])


async def nothing_else_goes(road: Walkthrough, application: str, at: str) -> None:
    """At this step no act of another one takes the application anywhere."""
    for step, act in ACTS.items():
        if step != at:
            await act(road, application)
            assert (await road.look(application)).json()["state"] == "in-progress", step
            assert await step_of(road, application) == at, step


async def visit_without(road: Walkthrough, application: str, photos: list[str]) -> httpx.Response:
    body = {
        "application": application,
        "visited_on": clock.today().isoformat(),
        "visitors": ["甲", "乙"],
        "photos": photos,
        "finding": "与申报一致",
        "confirmed": True,
    }
    return await road.do("/v1/site-visits", body, subject="visitor")


async def walk_with_shortcuts(road: Walkthrough) -> None:
    """All the way, trying every shortcut at every step."""
    (application,) = await road.apply(1)
    with clock.travel(VISITS):
        await nothing_else_goes(road, application, "review")
        await road.review(application)
        await nothing_else_goes(road, application, "selection")
        await road.select()
        await nothing_else_goes(road, application, "site-visit")
        await visit_without(road, application, [])
        paper = await road.upload(application, body=b"%PDF-1.4 ...", kind="application/pdf")
        await visit_without(road, application, [paper])
        assert await step_of(road, application) == "site-visit", "without a photo"
        await road.visit(application)
        await nothing_else_goes(road, application, "consultation")
        await conclude(road, application)
        assert await step_of(road, application) == "consultation", "nobody was asked"
        await road.consult(application)
        await nothing_else_goes(road, application, "public-notice")
        notice = await road.notice()
        await road.clear(notice)
        assert await step_of(road, application) == "public-notice", "before its last day"
    await road.end_notice(notice)
    await nothing_else_goes(road, application, "decision")
    assert (await road.decide(application)).status_code == 201
    done = await road.bureau.sql("select step, outcome from task")
    assert sorted(tuple(row) for row in done) == sorted((step, "passed") for step in ACTS)


async def test_no_shortcut_leads_past_a_step(road: Walkthrough):
    await walk_with_shortcuts(road)


@pytest.mark.parametrize(
    ("module", "check", "seen"),
    [
        (workflow, "check_step", "site-visit"),
        (inquiries, "check_objected", "consultation"),
        (inquiries, "check_photos", "without a photo"),
    ],
    ids=["any step at any time", "a conclusion without departments", "a visit without a photo"],
)
async def test_a_service_that_forgets_a_check_would_be_caught(
    road: Walkthrough, monkeypatch: pytest.MonkeyPatch, module: object, check: str, seen: str
):
    """The planted faults."""
    monkeypatch.setattr(module, check, lambda *_: None)
    with pytest.raises(AssertionError, match=seen):
        await walk_with_shortcuts(road)


async def test_a_visit_that_confirms_waits_for_nobody_who_holds_the_season(road: Walkthrough):
    (application,) = await road.apply(1)
    assert (await road.review(application)).status_code == 200
    await road.select()
    async with road.bureau.resources.database.transaction() as session:
        await session.execute(text("select id from season for update"))
        with clock.travel(VISITS):
            done = await asyncio.wait_for(road.visit(application), PATIENCE)
    assert (done.status_code, done.json()["step"]) == (200, "consultation")
