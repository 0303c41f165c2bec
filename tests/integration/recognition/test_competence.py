"""Whose turn a step is: the level that the policy names, the department's own level (同级), the policy's days."""

import copy
import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text

from services.recognition.registers.models import PolicyVersion
from shared import clock
from shared.law.reader.loading import load_policy, restore_policy
from shared.platform.identity import Role
from tests.integration.recognition.examination_steps import decide_at, recommend_from, review_at
from tests.integration.recognition.recognition_client import (
    CITY,
    COUNTY,
    PROVINCE,
)
from tests.integration.recognition.season_setup import POLICY
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough


@at_stage("two handed in")
async def test_a_level_that_the_policy_does_not_name_reviews_nothing_and_is_told_who_does(
    walkthrough: Walkthrough, applications: list[str]
):
    one, two = applications
    answer = await review_at(walkthrough, one, PROVINCE)
    assert (answer.status_code, answer.json()["title"]) == (403, "不由本级办理")
    assert "由县（市、区）级、市（地）级市场监管部门办理" in answer.json()["detail"]
    assert "郑市监〔2025〕6号" in answer.json()["detail"]
    assert (await review_at(walkthrough, one, CITY)).status_code == 200
    assert (await review_at(walkthrough, two, COUNTY)).status_code == 200


@at_stage("to be decided")
async def test_a_province_decides_no_application_of_its_counties(walkthrough: Walkthrough, application: str):
    assert (await decide_at(walkthrough, application, PROVINCE)).status_code == 403
    assert (await decide_at(walkthrough, application, CITY)).status_code == 201


@pytest.mark.parametrize("department", [COUNTY, CITY, PROVINCE])
async def test_a_recommendation_is_reviewed_and_decided_at_its_departments_level_alone(
    walkthrough: Walkthrough, department: str
):
    application = await recommend_from(walkthrough, department)
    others = {COUNTY, CITY, PROVINCE} - {department}
    for region in others:
        answer = await review_at(walkthrough, application, region, "quality")
        assert (answer.status_code, "同级" in answer.json()["detail"]) == (403, True)
    assert (await review_at(walkthrough, application, department, "quality")).status_code == 200
    await walkthrough.show(department)
    for region in others:
        assert (await decide_at(walkthrough, application, region)).status_code == 403
    assert (await decide_at(walkthrough, application, department)).status_code == 201


async def test_a_department_for_which_nobody_decides_does_not_recommend(walkthrough: Walkthrough):
    """Whose level the policy does not name: here that of the whole country."""
    with pytest.raises(AssertionError, match="不由本级推荐"):
        await recommend_from(walkthrough, "")


async def with_days(walkthrough: Walkthrough) -> None:
    """The season's policy says: reviewed 1–10 September, visited by 20 October."""
    content: dict[str, Any] = copy.deepcopy(dict(load_policy(POLICY).content))
    recognition = content["recognition"]
    for name, day in (("review_from", "09-01"), ("review_until", "09-10"), ("visit_until", "10-20")):
        recognition["parameters"][name] = recognition["parameters"]["season_from"] | {"values": {"2025-02-18": day}}
    for step in recognition["paths"]["application"]["steps"]:
        if step["step"] == "review":
            step |= {"from": "review_from", "until": "review_until"}
        if step["step"] == "site-visit":
            step["until"] = "visit_until"
    policy = restore_policy(content)
    async with walkthrough.office.resources.database.transaction() as session:
        session.add(PolicyVersion(content_hash=policy.content_hash, policy=policy.id, content=content))
        await session.flush()
        await session.execute(text("update season set policy_hash = :hash"), {"hash": policy.content_hash})


async def due(walkthrough: Walkthrough) -> tuple[str, dt.date]:
    (task,) = await walkthrough.office.sql("select step, due_on from task where outcome is null")
    return task["step"], task["due_on"]


async def test_a_step_is_due_on_the_policys_day_and_not_done_before_its_first(walkthrough: Walkthrough):
    await with_days(walkthrough)
    (application,) = await walkthrough.apply(1, on=dt.date(2026, 8, 20))
    assert await due(walkthrough) == ("review", dt.date(2026, 9, 10))
    with clock.travel(dt.date(2026, 8, 31)):
        early = await walkthrough.review(application)
    assert (early.status_code, early.json()["title"]) == (409, "还没有到时候")
    assert "“审核”自 2026-09-01 起办理" in early.json()["detail"]
    with clock.travel(dt.date(2026, 9, 1)):
        assert (await walkthrough.review(application)).status_code == 200
    assert await due(walkthrough) == ("selection", dt.date(2026, 11, 30)), "no day is named: the season's end"
    await walkthrough.select()
    assert await due(walkthrough) == ("site-visit", dt.date(2026, 10, 20))


async def test_a_completed_application_is_due_as_it_was(walkthrough: Walkthrough):
    await with_days(walkthrough)
    (application,) = await walkthrough.apply(1, on=dt.date(2026, 8, 20))
    with clock.travel(dt.date(2026, 9, 1)):
        await walkthrough.review(application, outcome="return", missing=["荣誉证书"])
        headers = walkthrough.office.as_(Role.OPERATOR, number=1) | {"If-Match": "*"}
        await walkthrough.office.client.post(f"/v1/applications/{application}/completion", headers=headers)
    assert await due(walkthrough) == ("review", dt.date(2026, 9, 10))
