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
from tests.fixtures.waiting import PATIENCE
from tests.integration.recognition.examination_steps import conclude_consultation, step_of, visit_with_photos
from tests.integration.recognition.walkthrough import VISITS, Walkthrough

Act = Callable[[Walkthrough, str], Awaitable[httpx.Response]]


async def select(walkthrough: Walkthrough, _: str) -> httpx.Response:
    return await walkthrough.do("/v1/selections", {"season": walkthrough.season["id"]})


async def show(walkthrough: Walkthrough, application: str) -> httpx.Response:
    return await walkthrough.do(
        "/v1/public-notices", {"season": walkthrough.season["id"], "applications": [application]}
    )


ACTS: dict[str, Act] = {
    "review": Walkthrough.review,
    "selection": select,
    "site-visit": Walkthrough.visit,
    "consultation": conclude_consultation,
    "public-notice": show,
    "decision": Walkthrough.decide,
}


async def nothing_else_goes(walkthrough: Walkthrough, application: str, at: str) -> None:
    """At this step no act of another one takes the application anywhere."""
    for step, act in ACTS.items():
        if step != at:
            await act(walkthrough, application)
            assert (await walkthrough.look(application)).json()["state"] == "in-progress", step
            assert await step_of(walkthrough, application) == at, step


async def walk_with_shortcuts(walkthrough: Walkthrough) -> None:
    """All the way, trying every shortcut at every step."""
    (application,) = await walkthrough.apply(1)
    with clock.travel(VISITS):
        await nothing_else_goes(walkthrough, application, "review")
        await walkthrough.review(application)
        await nothing_else_goes(walkthrough, application, "selection")
        await walkthrough.select()
        await nothing_else_goes(walkthrough, application, "site-visit")
        await visit_with_photos(walkthrough, application, [])
        paper = await walkthrough.upload(application, body=b"%PDF-1.4 ...", kind="application/pdf")
        await visit_with_photos(walkthrough, application, [paper])
        assert await step_of(walkthrough, application) == "site-visit", "without a photo"
        await walkthrough.visit(application)
        await nothing_else_goes(walkthrough, application, "consultation")
        await conclude_consultation(walkthrough, application)
        assert await step_of(walkthrough, application) == "consultation", "nobody was asked"
        await walkthrough.consult(application)
        await nothing_else_goes(walkthrough, application, "public-notice")
        notice = await walkthrough.notice()
        await walkthrough.clear(notice)
        assert await step_of(walkthrough, application) == "public-notice", "before its last day"
    await walkthrough.end_notice(notice)
    await nothing_else_goes(walkthrough, application, "decision")
    assert (await walkthrough.decide(application)).status_code == 201
    done = await walkthrough.office.sql("select step, outcome from task")
    assert sorted(tuple(row) for row in done) == sorted((step, "passed") for step in ACTS)


async def test_no_shortcut_leads_past_a_step(walkthrough: Walkthrough):
    await walk_with_shortcuts(walkthrough)


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
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch, module: object, check: str, seen: str
):
    """The planted faults."""
    monkeypatch.setattr(module, check, lambda *_: None)
    with pytest.raises(AssertionError, match=seen):
        await walk_with_shortcuts(walkthrough)


async def test_a_visit_that_confirms_waits_for_nobody_who_holds_the_season(walkthrough: Walkthrough, application: str):
    assert (await walkthrough.review(application)).status_code == 200
    await walkthrough.select()
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("select id from season for update"))
        with clock.travel(VISITS):
            done = await asyncio.wait_for(walkthrough.visit(application), PATIENCE)
    assert (done.status_code, done.json()["step"]) == (200, "consultation")
