"""Consultation: departments answer until a day, silence is consent, and an officer's word is for objections alone."""

import datetime as dt

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.examination_steps import (
    answer_question,
    ask_departments,
    conclude_consultation,
    step_of,
    visit_household,
)
from tests.integration.recognition.walkthrough import VISITS, Walkthrough


async def test_without_departments_there_is_nothing_to_conclude(walkthrough: Walkthrough):
    with clock.travel(VISITS):
        application = await visit_household(walkthrough)
        answer = await conclude_consultation(walkthrough, application)
    assert (answer.status_code, answer.json()["title"]) == (409, "还没有征求意见")
    assert await step_of(walkthrough, application) == "consultation"


async def test_an_objection_is_not_decided_before_all_have_answered_or_their_day_is_over(walkthrough: Walkthrough):
    with clock.travel(VISITS):
        application = await visit_household(walkthrough)
        tax, _ = await ask_departments(walkthrough, application, "tax", "ecology")
        told = [envelope["data"] for envelope in await walkthrough.office.events("ConsultationAsked")]
        assert {(one["department"], one["due_on"]) for one in told} == {
            (department, tax["due_on"]) for department in ("tax", "ecology")
        }
        await answer_question(walkthrough, tax, agrees=False)
        (answered,) = await walkthrough.office.events("ConsultationAnswered")
        assert (answered["data"]["consultation"], answered["data"]["department"]) == (tax["id"], "tax")
        early = await conclude_consultation(walkthrough, application)
        assert (early.status_code, early.json()["title"]) == (409, "还有部门没有答复")
        assert "生态环境部门" in early.json()["detail"]
        assert "税务部门" not in early.json()["detail"]
    with clock.travel(dt.date.fromisoformat(tax["due_on"]) + dt.timedelta(days=1)):
        assert (await conclude_consultation(walkthrough, application)).json()["step"] == "public-notice"


async def test_where_nobody_objects_an_officer_has_nothing_to_decide(walkthrough: Walkthrough):
    with clock.travel(VISITS):
        application = await visit_household(walkthrough)
        (question,) = await ask_departments(walkthrough, application, "tax")
    with clock.travel(dt.date.fromisoformat(question["due_on"]) + dt.timedelta(days=1)):
        answer = await conclude_consultation(walkthrough, application)
        assert (answer.status_code, answer.json()["title"]) == (409, "没有不同意见")
        await walkthrough.office.fire_deadlines()
    assert await step_of(walkthrough, application) == "public-notice", "silence is consent"


async def test_nobody_is_asked_about_an_application_that_is_at_another_step(walkthrough: Walkthrough, application: str):
    answer = await walkthrough.do("/v1/consultations", {"application": application, "departments": ["tax"]})
    assert answer.status_code == 409
    assert "目前在“审核”这一步" in answer.json()["detail"]


async def test_who_worked_on_the_application_does_not_answer_for_a_department(walkthrough: Walkthrough):
    """H2: an officer who is a department's clerk besides asked, and answered."""
    with clock.travel(VISITS):
        application = await visit_household(walkthrough)
        (question,) = await ask_departments(walkthrough, application, "tax")
        (asked,) = await walkthrough.office.sql("select asked_by from consultation")
        answers = {}
        for subject in (asked["asked_by"], "tax-clerk"):
            headers = walkthrough.office.as_(Role.BUREAU, subject=subject, department="tax")
            body = {"agrees": True, "opinion": "没有意见"}
            path = f"/v1/consultations/{question['id']}/answer"
            answers[subject] = await walkthrough.office.client.post(path, json=body, headers=headers)
    assert [answer.status_code for answer in answers.values()] == [403, 200]
    assert answers[asked["asked_by"]].json()["title"] == "经办过的人不能答复"
