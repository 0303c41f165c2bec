"""Bulk calls: every item has its own outcome, and what is wrong with one undoes nothing of the others."""

from typing import Any

import pytest
from sqlalchemy import text

from services.recognition.examination import endpoints as examination_endpoints
from services.recognition.examination.inquiries import record_answer
from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.application_setup import draft_application
from tests.integration.recognition.examination_steps import answer_question, ask_departments, step_of, visit_household
from tests.integration.recognition.lifecycle_steps import CONFIRMS, review_report
from tests.integration.recognition.recognition_client import household_typed, uscc
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import DECIDES, VISITS, Walkthrough

NOBODY = "00000000-0000-4000-8000-000000000000"


def passing(application: str) -> dict[str, Any]:
    return {
        "application": application,
        "etag": "*",
        "outcome": "pass",
        "category": "distinctive",
        "criteria": ["distinctive.3"],
        "reason": "祖传手艺",
        "breach_recorded": False,
        "ruled_out": ["disqualifier.1", "disqualifier.2"],
    }


async def decided(walkthrough: Walkthrough, applications: list[str]) -> list[int]:
    with clock.travel(DECIDES):
        bodies = [{"application": one, "etag": "*"} for one in applications]
        answer = await walkthrough.do("/v1/recognitions/bulk", bodies, Role.APPROVER, subject="decider")
    assert answer.status_code == 200, answer.text
    assert [one["subject"] for one in answer.json()] == applications, "in the order that was asked"
    return [one["status"] for one in answer.json()]


async def test_reviews_that_go_well_stay_when_others_do_not(walkthrough: Walkthrough):
    one, two, three = await walkthrough.apply(1, 2, 3)
    bodies = [passing(one), passing(NOBODY), passing(two) | {"criteria": []}, passing(three)]
    answer = await walkthrough.do("/v1/reviews/bulk", bodies, subject="reviewer")
    assert [item["status"] for item in answer.json()] == [200, 404, 422, 200]
    assert [(await walkthrough.look(id_)).json()["step"] for id_ in (one, two, three)] == [
        "selection",
        "review",
        "selection",
    ]
    reviewed = await walkthrough.office.sql("select subject from audit_entry where action = 'application:review'")
    assert {row["subject"] for row in reviewed} == {one, three}


async def test_of_many_reviews_only_those_refused_are_undone(walkthrough: Walkthrough):
    applications = await walkthrough.apply(*range(1, 10))
    bodies = [passing(one) | ({"criteria": []} if number in (2, 7) else {}) for number, one in enumerate(applications)]
    answer = await walkthrough.do("/v1/reviews/bulk", bodies, subject="reviewer")
    assert [item["status"] for item in answer.json()] == [200, 200, 422, 200, 200, 200, 200, 422, 200]
    steps = [(await walkthrough.look(one)).json()["step"] for one in applications]
    assert [number for number, step in enumerate(steps) if step == "review"] == [2, 7]
    reviewed = await walkthrough.office.sql("select subject from audit_entry where action = 'application:review'")
    assert sorted(row["subject"] for row in reviewed) == sorted(set(applications) - {applications[2], applications[7]})


async def test_a_household_twice_in_one_call_is_confirmed_once(walkthrough: Walkthrough, recognition: str):
    await walkthrough.office.hear(household_typed(1, revision=9, year=2027))
    await review_report(walkthrough, recognition)
    bodies = [{"recognition": recognition, "year": 2027, "etag": "*"}] * 2
    with clock.travel(CONFIRMS):
        answer = await walkthrough.do("/v1/confirmations/bulk", bodies)
    assert [(one["status"], one["detail"]) for one in answer.json()] == [(200, None), (409, "2027 年度已经确认过")]
    assert len(await walkthrough.office.events("RecognitionConfirmed")) == 1


async def test_departments_answers_each_in_a_call_of_its_own_take_an_application_on(walkthrough: Walkthrough):
    with clock.travel(VISITS):
        application = await visit_household(walkthrough)
        questions = await ask_departments(walkthrough, application, "tax", "ecology")
        bodies = [{"consultation": one["id"], "agrees": True, "opinion": "无意见"} for one in questions]
        first = await walkthrough.do("/v1/consultations/answers", [*bodies, bodies[0]], Role.BUREAU, subject="tax")
        second = await walkthrough.do("/v1/consultations/answers", bodies, Role.BUREAU, subject="ecology")
        assert [one["status"] for one in first.json()] == [200, 404, 409], "another's question; what is answered"
        assert [one["status"] for one in second.json()] == [404, 200]
    assert await step_of(walkthrough, application) == "public-notice"


@at_stage("two handed in")
async def test_what_comes_again_in_one_call_stays_locked_when_its_first_item_is_refused(
    walkthrough: Walkthrough, applications: list[str], monkeypatch: pytest.MonkeyPatch
):
    one, two = applications
    for application in (one, two):
        assert (await walkthrough.review(application)).status_code == 200
    await walkthrough.select()
    with clock.travel(VISITS):
        for application in (one, two):
            await walkthrough.visit(application)
        first, _ = await ask_departments(walkthrough, one, "tax", "ecology")
        (other,) = await ask_departments(walkthrough, two, "tax")
        assert (await answer_question(walkthrough, first, agrees=True)).status_code == 200
        held: list[bool] = []

        async def looking(*known: Any) -> None:
            async with walkthrough.office.resources.database.session() as session:
                free = "select id from application where id = :id for update skip locked"
                held.append((await session.execute(text(free), {"id": one})).first() is None)
            await record_answer(*known)

        monkeypatch.setattr(examination_endpoints, "record_answer", looking)
        bodies = [{"consultation": each["id"], "agrees": True, "opinion": "无意见"} for each in (first, first, other)]
        answer = await walkthrough.do("/v1/consultations/answers", bodies, Role.BUREAU, subject="tax")
    assert [each["status"] for each in answer.json()] == [409, 409, 200]
    assert set(held) == {True}, "also while the other application is answered about"


async def test_a_draft_of_a_season_that_is_not_open_is_not_reviewed_and_holds_nobody_up(walkthrough: Walkthrough):
    (good,) = await walkthrough.apply(1)
    await walkthrough.office.hear(household_typed(2))
    draft = (await draft_application(walkthrough.office, walkthrough.season, 2)).json()["id"]
    async with walkthrough.office.resources.database.transaction() as session:
        moved = """insert into season select (jsonb_populate_record(s, jsonb_build_object(
            'id', gen_random_uuid(), 'year', 2027, 'state', 'preparing', 'criteria_id', null))).* from season s
            returning id"""
        later = (await session.execute(text(moved))).scalar_one()
        await session.execute(text("update application set season_id = :s where id = :a"), {"s": later, "a": draft})
    bodies = [passing(good), {"application": draft, "etag": "*", "outcome": "return", "missing": ["照片"]}]
    answer = await walkthrough.do("/v1/reviews/bulk", bodies, subject="reviewer")
    assert [one["status"] for one in answer.json()] == [200, 409], answer.text


@at_stage("two to be decided")
async def test_decisions_are_each_on_their_own(walkthrough: Walkthrough, applications: list[str]):
    one, two = applications
    (early,) = await walkthrough.apply(3)
    assert await decided(walkthrough, [early, two, NOBODY, one]) == [409, 200, 404, 200]
    granted = await walkthrough.office.events("RecognitionGranted")
    assert {event["subject"] for event in granted} == {uscc(1), uscc(2)}


async def test_of_two_households_of_one_person_the_first_is_recognised(walkthrough: Walkthrough):
    one, two, three = await walkthrough.to_decision(1, 2, 3)
    async with walkthrough.office.resources.database.transaction() as session:
        same = "operator_ref = 'v1:' || repeat('0', 31) || '1' where uscc <> :other"
        for table in ("household", "application"):
            await session.execute(text(f"update {table} set {same}"), {"other": uscc(3)})
    assert await decided(walkthrough, [one, two, three]) == [200, 409, 200]
    (row,) = await walkthrough.office.sql(
        "select count(*) as granted from audit_entry where action = 'recognition:grant'"
    )
    assert row["granted"] == 2


async def test_the_places_go_round_in_the_order_asked(walkthrough: Walkthrough):
    applications = await walkthrough.to_decision(1, 2, 3)
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update county_quota set places = 2 where county = '410105'"))
    assert await decided(walkthrough, applications[::-1]) == [200, 200, 409]


@at_stage("to be decided")
async def test_the_same_application_twice_is_decided_once(walkthrough: Walkthrough, application: str):
    assert await decided(walkthrough, [application, application]) == [200, 200]
    (row,) = await walkthrough.office.sql("select count(*) as recognised from recognition")
    assert row["recognised"] == 1
