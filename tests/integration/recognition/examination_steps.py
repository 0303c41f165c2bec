"""Single steps of the examination of an application, as its officers and departments do them."""

import datetime as dt
from typing import Any

import httpx
from sqlalchemy import text

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.application_setup import add_document, draft_application
from tests.integration.recognition.recognition_client import (
    COUNTY,
    household_typed,
    post_decision,
    uscc,
)
from tests.integration.recognition.walkthrough import APPLIES, DECIDES, VISITS, Walkthrough


async def visit_household(walkthrough: Walkthrough) -> str:
    """An application that is at its consultation."""
    (application,) = await walkthrough.apply(1)
    await walkthrough.review(application)
    await walkthrough.select()
    await walkthrough.visit(application)
    return application


async def ask_departments(walkthrough: Walkthrough, application: str, *departments: str) -> list[dict[str, str]]:
    answer = await walkthrough.do("/v1/consultations", {"application": application, "departments": departments})
    assert answer.status_code == 201, answer.text
    found: list[dict[str, str]] = answer.json()
    return found


async def answer_question(walkthrough: Walkthrough, question: dict[str, str], *, agrees: bool) -> httpx.Response:
    body = {"agrees": agrees, "opinion": "已核"}
    return await walkthrough.do(
        f"/v1/consultations/{question['id']}/answer", body, Role.BUREAU, subject=question["department"]
    )


async def submit_claim(
    walkthrough: Walkthrough, claim: dict[str, Any], *evidence: str, kind: str = "growth", status: int = 200
) -> httpx.Response:
    """An application with such a claim and documents, handed in."""
    await walkthrough.office.hear(household_typed(1, kind=kind))
    with clock.travel(APPLIES):
        draft = await draft_application(walkthrough.office, walkthrough.season, **claim)
        assert draft.status_code == 201, draft.text
        for one in evidence:
            assert (await add_document(walkthrough.office, draft.json()["id"], one)).status_code == 201
        path = f"/v1/applications/{draft.json()['id']}/submission"
        answer = await post_decision(walkthrough.office, path, draft.headers["ETag"], Role.OPERATOR)
    assert answer.status_code == status, answer.text
    return answer


async def review_at(
    walkthrough: Walkthrough, application: str, region: str, category: str = "distinctive"
) -> httpx.Response:
    body = {
        "application": application,
        "etag": "*",
        "outcome": "pass",
        "category": category,
        "criteria": [f"{category}.3"],
        "verified": [f"{category}.3"],
        "reason": "属实",
        "breach_recorded": False,
        "ruled_out": ["disqualifier.1", "disqualifier.2"],
    }
    return await walkthrough.do("/v1/reviews", body, subject="reviewer", region=region)


async def recommend_from(walkthrough: Walkthrough, region: str) -> str:
    """A household that a department of such a region recommends, handed in with its operator's consent."""
    await walkthrough.office.hear(household_typed(1))
    body = {
        "season": walkthrough.season["id"],
        "uscc": uscc(1),
        "category": "quality",
        "reason": "非遗传承人",
        "criteria": ["quality.3"],
    }
    with clock.travel(dt.date(2026, 9, 1)):
        answer = await walkthrough.do("/v1/recommendations", body, Role.BUREAU, subject="culture", region=region)
        assert answer.status_code == 201, answer.text
        application = str(answer.json()["id"])
        for what, role, who in (("consent", Role.OPERATOR, {"number": 1}), ("submission", Role.BUREAU, {})):
            headers = walkthrough.office.as_(role, region, subject="culture", **who) | {"If-Match": "*"}
            done = await walkthrough.office.client.post(f"/v1/recommendations/{application}/{what}", headers=headers)
            assert done.status_code == 200, done.text
    return application


async def decide_at(walkthrough: Walkthrough, application: str, region: str) -> httpx.Response:
    with clock.travel(DECIDES):
        body = {"application": application, "etag": "*"}
        return await walkthrough.do("/v1/recognitions", body, Role.APPROVER, subject="decider", region=region)


async def limit_places(walkthrough: Walkthrough, number: int) -> None:
    """The county has so many places, whatever was reckoned."""
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text(f"update county_quota set places = {number} where county = '{COUNTY}'"))


async def bring_to_notice(walkthrough: Walkthrough, *numbers: int, reserve: int = 0) -> tuple[list[str], list[str]]:
    """Households that wait for a notice, and so many on the reserve behind them."""
    ids = await walkthrough.apply(*numbers)
    for application in ids:
        await walkthrough.review(application)
    await limit_places(walkthrough, len(ids) - reserve)
    found = await walkthrough.select()
    chosen, waiting = ([one["application"] for one in found[name]] for name in ("chosen", "reserve"))
    with clock.travel(VISITS):
        for application in chosen:
            await walkthrough.visit(application)
            await walkthrough.consult(application)
    return chosen, waiting


async def open_notice(walkthrough: Walkthrough, *only: str) -> httpx.Response:
    body: dict[str, Any] = {"season": walkthrough.season["id"]}
    with clock.travel(VISITS):
        return await walkthrough.do("/v1/public-notices", body | ({"applications": list(only)} if only else {}))


async def conclude_consultation(walkthrough: Walkthrough, application: str) -> httpx.Response:
    """An officer lets the application past its consultation."""
    headers = walkthrough.office.as_(Role.OFFICER, subject="officer") | {
        "If-Match": await walkthrough.etag(application)
    }
    path = f"/v1/applications/{application}/consultation-conclusion"
    return await walkthrough.office.client.post(path, json={"passed": True, "reason": "没有问题"}, headers=headers)


async def step_of(walkthrough: Walkthrough, application: str) -> str:
    return str((await walkthrough.look(application)).json()["step"])


async def visit_with_photos(walkthrough: Walkthrough, application: str, photos: list[str]) -> httpx.Response:
    body = {
        "application": application,
        "visited_on": clock.today().isoformat(),
        "visitors": ["甲", "乙"],
        "photos": photos,
        "finding": "与申报一致",
        "confirmed": True,
    }
    return await walkthrough.do("/v1/site-visits", body, subject="visitor")
