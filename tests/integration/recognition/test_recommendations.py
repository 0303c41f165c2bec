"""A recommendation: the operator's consent first, any type but no disqualifier, then review and decision."""

import datetime as dt

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, uscc
from tests.integration.recognition.recommendation_steps import RECOMMENDS, draft_recommendation, recommendation_step
from tests.integration.recognition.walkthrough import Walkthrough


async def test_a_recommended_household_of_any_type_is_recognised_after_review_notice_and_decision(
    walkthrough: Walkthrough,
):
    """郑市监〔2025〕6号 四（三）: 做好信息公示和异议处理工作; the text exempts from the type, not from the notice."""
    answer = await draft_recommendation(walkthrough)
    assert (answer.status_code, answer.json()["step"]) == (201, "consent")
    (asked,) = await walkthrough.office.events("ConsentAsked")
    assert (asked["data"]["uscc"], asked["data"]["department"]) == (uscc(1), "culture")
    assert (await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=1)).status_code == 200
    submitted = await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    assert (submitted.status_code, submitted.json()["step"]) == (200, "review")
    application = answer.json()["id"]
    reviewed = await walkthrough.review(application, category="quality", criteria=["quality.3"], verified=["quality.3"])
    assert (reviewed.status_code, reviewed.json()["step"]) == (200, "public-notice")
    assert (await walkthrough.decide(application)).status_code == 409
    await walkthrough.show()
    assert (await walkthrough.decide(application)).status_code == 201
    assert len(await walkthrough.office.events("RecommendationSubmitted")) == 1


async def test_without_the_operators_consent_nothing_is_handed_in(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    refused = await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    assert (refused.status_code, refused.json()["title"]) == (409, "尚未征得同意")


async def test_only_the_operator_himself_consents(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    assert (await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=2)).status_code == 404


async def test_the_operator_does_not_reword_what_the_department_recommends(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    path = f"/v1/applications/{answer.json()['id']}"
    headers = walkthrough.office.as_(Role.OPERATOR, number=1) | {
        "If-Match": await walkthrough.etag(answer.json()["id"])
    }
    body = {
        "uscc": uscc(1),
        "category": "renowned",
        "category_reason": "自己改的",
        "criteria": ["renowned.2"],
        "kinds": [],
    }
    with clock.travel(RECOMMENDS):
        changed = await walkthrough.office.client.put(path, json=body, headers=headers)
        handed_in = await walkthrough.office.client.post(f"{path}/submission", headers=headers)
    assert [one.status_code for one in (changed, handed_in)] == [409, 409]
    kept = await read(walkthrough, f"/v1/recommendations/{answer.json()['id']}", "culture")
    assert kept.json()["category"] == "quality"


async def test_consent_on_paper_needs_the_paper(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    path = f"/v1/recommendations/{answer.json()['id']}/written-consent"
    headers = walkthrough.office.as_(Role.BUREAU, subject="culture")
    body = {"given_on": "2026-08-30", "document": "00000000-0000-4000-8000-000000000000"}
    with clock.travel(RECOMMENDS):
        without = await walkthrough.office.client.post(
            path, json=body, headers=headers | {"If-Match": await walkthrough.etag(answer.json()["id"])}
        )
        assert (without.status_code, without.json()["title"]) == (422, "缺少同意的凭证")
        paper = await walkthrough.office.client.post(
            f"/v1/applications/{answer.json()['id']}/documents",
            params={"evidence": "consent", "name": "同意书"},
            content=b"%PDF-1.4 ...",
            headers=headers | {"Content-Type": "application/pdf"},
        )
        assert paper.status_code == 201, paper.text
        done = await walkthrough.office.client.post(
            path,
            json=body | {"document": paper.json()["id"]},
            headers=headers | {"If-Match": await walkthrough.etag(answer.json()["id"])},
        )
    assert (done.status_code, done.json()["step"]) == (200, "recommendation")


async def test_the_recommender_does_not_review(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=1)
    await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    body = {
        "application": answer.json()["id"],
        "etag": await walkthrough.etag(answer.json()["id"]),
        "outcome": "pass",
        "category": "quality",
        "criteria": ["quality.3"],
        "verified": ["quality.3"],
        "reason": "非遗",
        "breach_recorded": False,
        "ruled_out": ["disqualifier.1", "disqualifier.2"],
    }
    own = await walkthrough.do("/v1/reviews", body, subject="culture")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人办理")


async def read(walkthrough: Walkthrough, path: str, subject: str, region: str = COUNTY, **query: str) -> httpx.Response:
    headers = walkthrough.office.as_(Role.BUREAU, region, subject=subject)
    return await walkthrough.office.client.get(path, params=query, headers=headers)


async def handed_in(walkthrough: Walkthrough) -> str:
    """A recommendation with the operator's consent, handed in; its id."""
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=1)
    submitted = await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    assert submitted.status_code == 200, submitted.text
    return str(answer.json()["id"])


async def test_a_department_follows_its_own_recommendations_and_nobody_elses(walkthrough: Walkthrough):
    application = await handed_in(walkthrough)
    await walkthrough.apply(2)
    seen = await read(walkthrough, f"/v1/recommendations/{application}", "culture")
    assert seen.headers["ETag"]
    assert (seen.json()["state"], seen.json()["step"]) == ("in-progress", "review")
    assert seen.json()["consent"] == {"by": "operator", "on": RECOMMENDS.isoformat(), "document": None}
    listed = (await read(walkthrough, "/v1/recommendations", "culture")).json()["items"]
    assert [one["id"] for one in listed] == [application]
    assert (await read(walkthrough, f"/v1/applications/{application}/documents", "culture")).status_code == 200
    for subject, region in (("tax", COUNTY), ("culture", "410102")):
        assert (await read(walkthrough, f"/v1/recommendations/{application}", subject, region)).status_code == 404
        assert (await read(walkthrough, "/v1/recommendations", subject, region)).json()["items"] == []
        assert (
            await read(walkthrough, f"/v1/applications/{application}/documents", subject, region)
        ).status_code == 404


async def test_a_department_withdraws_its_own_recommendation_before_the_decision(walkthrough: Walkthrough):
    application = await handed_in(walkthrough)
    for subject, status in (("tax", 404), ("culture", 200)):
        headers = walkthrough.office.as_(Role.BUREAU, subject=subject) | {"If-Match": "*"}
        done = await walkthrough.office.client.post(f"/v1/recommendations/{application}/withdrawal", headers=headers)
        assert done.status_code == status, done.text
    assert done.json()["state"] == "withdrawn"
    (said,) = await walkthrough.office.events("ApplicationWithdrawn")
    (submitted,) = await walkthrough.office.events("RecommendationSubmitted")
    assert (said["subject"], said["data"]["application"]) == (submitted["subject"], application)
    assert said["data"]["revision"] > submitted["data"]["revision"]
    assert "reason" not in said["data"] or said["data"]["reason"] is None


async def test_who_is_an_officer_besides_withdraws_nothing_that_others_recommended(walkthrough: Walkthrough):
    application = await handed_in(walkthrough)
    headers = walkthrough.office.as_(Role.BUREAU, subject="li", department="market", roles=["bureau", "officer"]) | {
        "If-Match": "*"
    }
    done = await walkthrough.office.client.post(f"/v1/recommendations/{application}/withdrawal", headers=headers)
    assert done.status_code == 404


async def test_another_department_neither_hands_it_in_nor_adds_to_it(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=1)
    assert (await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="tax")).status_code == 404


@pytest.mark.parametrize(("day", "status"), [(dt.date(2026, 11, 30), 200), (dt.date(2026, 12, 1), 409)])
async def test_it_is_handed_in_while_the_season_is_open(walkthrough: Walkthrough, day: dt.date, status: int):
    """After applications are over, but not after the last day for decisions, whether or not the clock has closed it."""
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=1)
    assert (
        await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, on=day, subject="culture")
    ).status_code == status


async def test_nothing_enters_a_season_that_has_ended(walkthrough: Walkthrough):
    answer = await draft_recommendation(walkthrough)
    await recommendation_step(walkthrough, answer, "consent", Role.OPERATOR, number=1)
    with clock.travel(dt.date(2026, 12, 1)):
        await walkthrough.office.fire_deadlines()
    refused = await recommendation_step(walkthrough, answer, "submission", Role.BUREAU, subject="culture")
    assert (refused.status_code, refused.json()["title"]) == (409, "认定季没有开放")


async def test_a_completed_recommendation_is_told_as_one(walkthrough: Walkthrough):
    application = await handed_in(walkthrough)
    returned = await walkthrough.review(application, outcome="return", missing=["传承人证书"])
    assert returned.status_code == 200, returned.text
    headers = walkthrough.office.as_(Role.OPERATOR, number=1) | {"If-Match": await walkthrough.etag(application)}
    with clock.travel(RECOMMENDS):
        done = await walkthrough.office.client.post(f"/v1/applications/{application}/completion", headers=headers)
    assert done.status_code == 200, done.text
    assert len(await walkthrough.office.events("RecommendationSubmitted")) == 2
    assert await walkthrough.office.events("ApplicationSubmitted") == []
