"""A recommendation: the operator's consent first, any type but no disqualifier, then review and decision."""

import datetime as dt

import httpx
import pytest

from shared.service import clock
from shared.service.identity import Role
from tests.integration.recognition.bureau import Bureau, typed, uscc
from tests.integration.recognition.road import Road, on_the_road

DAY = dt.date(2026, 9, 1)


@pytest.fixture
async def road(bureau: Bureau) -> Road:
    return await on_the_road(bureau)


async def recommended(road: Road, number: int = 1, kind: str = "survival") -> httpx.Response:
    await road.bureau.hear(typed(number, kind=kind))
    body = {"season": road.season["id"], "uscc": uscc(number), "department": "文化和旅游局", "category": "quality",
            "reason": "非遗传承人", "criteria": ["quality.3"]}  # fmt: skip
    with clock.travel(DAY):
        return await road.do("/v1/recommendations", body, Role.BUREAU, subject="culture")


async def step(road: Road, answer: httpx.Response, what: str, role: Role, **who: object) -> httpx.Response:
    headers = road.bureau.as_(role, **who) | {"If-Match": await road.etag(answer.json()["id"])}
    with clock.travel(DAY):
        return await road.bureau.client.post(f"/v1/recommendations/{answer.json()['id']}/{what}", headers=headers)


async def test_a_recommended_household_of_any_type_is_recognised_after_review_and_decision(road: Road):
    answer = await recommended(road)
    assert (answer.status_code, answer.json()["step"]) == (201, "consent")
    assert (await step(road, answer, "consent", Role.OPERATOR, number=1)).status_code == 200
    submitted = await step(road, answer, "submission", Role.BUREAU, subject="culture")
    assert (submitted.status_code, submitted.json()["step"]) == (200, "review")
    application = answer.json()["id"]
    reviewed = await road.review(application, category="quality", criteria=["quality.3"])
    assert (reviewed.status_code, reviewed.json()["step"]) == (200, "decision")
    assert (await road.decide(application)).status_code == 201
    assert len(await road.bureau.events("RecommendationSubmitted")) == 1


async def test_without_the_operators_consent_nothing_is_handed_in(road: Road):
    answer = await recommended(road)
    refused = await step(road, answer, "submission", Role.BUREAU, subject="culture")
    assert (refused.status_code, refused.json()["title"]) == (409, "尚未征得同意")


async def test_only_the_operator_himself_consents(road: Road):
    answer = await recommended(road)
    assert (await step(road, answer, "consent", Role.OPERATOR, number=2)).status_code == 404


async def test_consent_on_paper_needs_the_paper(road: Road):
    answer = await recommended(road)
    path = f"/v1/recommendations/{answer.json()['id']}/written-consent"
    headers = road.bureau.as_(Role.BUREAU, subject="culture")
    body = {"given_on": "2026-08-30", "document": "00000000-0000-4000-8000-000000000000"}
    with clock.travel(DAY):
        without = await road.bureau.client.post(
            path, json=body, headers=headers | {"If-Match": await road.etag(answer.json()["id"])}
        )
        assert (without.status_code, without.json()["title"]) == (422, "缺少同意的凭证")
        paper = await road.bureau.client.post(
            f"/v1/applications/{answer.json()['id']}/documents", params={"evidence": "consent", "name": "同意书"},
            content=b"%PDF-1.4 ...", headers=headers | {"Content-Type": "application/pdf"},
        )  # fmt: skip
        assert paper.status_code == 201, paper.text
        done = await road.bureau.client.post(
            path, json=body | {"document": paper.json()["id"]},
            headers=headers | {"If-Match": await road.etag(answer.json()["id"])},
        )  # fmt: skip
    assert (done.status_code, done.json()["step"]) == (200, "recommendation")


async def test_the_recommender_does_not_review(road: Road):
    answer = await recommended(road)
    await step(road, answer, "consent", Role.OPERATOR, number=1)
    await step(road, answer, "submission", Role.BUREAU, subject="culture")
    body = {"application": answer.json()["id"], "etag": await road.etag(answer.json()["id"]), "outcome": "pass",
            "category": "quality", "criteria": ["quality.3"], "reason": "非遗", "breach_recorded": False}  # fmt: skip
    own = await road.do("/v1/reviews", body, subject="culture")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人办理")
