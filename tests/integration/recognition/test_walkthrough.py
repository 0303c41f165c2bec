"""From the application to the recognition, step by step, and what keeps a household from it (R3, R6)."""

import datetime as dt

import pytest
from sqlalchemy import text

from services.recognition.decisions import cases
from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import household_typed, uscc
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import APPLIES, VISITS, Walkthrough


@at_stage("to be decided")
async def test_a_household_goes_all_the_way(walkthrough: Walkthrough, application: str):
    answer = await walkthrough.decide(application)
    assert answer.status_code == 201, answer.text
    recognition = answer.json()
    assert (recognition["granted_on"], recognition["valid_until"]) == ("2026-11-25", "2029-11-25")
    assert recognition["benefits_from"] == "2027-01-01"
    (event,) = await walkthrough.office.events("RecognitionGranted")
    assert (event["subject"], event["data"]["category"]) == (uscc(1), "distinctive")
    granted = {name: event["data"][name] for name in ("name", "certificate", "granted_on", "application", "path")}
    assert granted == {
        "name": recognition["name"],
        "certificate": recognition["certificate"],
        "granted_on": "2026-11-25",
        "application": application,
        "path": "application",
    }
    public = await walkthrough.office.client.get("/v1/recognitions", params={"region": "4101"})
    assert [one["uscc"] for one in public.json()["items"]] == [uscc(1)]
    assert "operator" not in public.text
    actions = [row["action"] for row in await walkthrough.office.sql("select action from audit_entry order by seq")]
    assert "recognition:grant" in actions


async def test_an_application_is_returned_once_with_everything_and_completed_in_time(
    walkthrough: Walkthrough, application: str
):
    with clock.travel(APPLIES):
        returned = await walkthrough.review(application, outcome="return", missing=["荣誉证书", "照片"])
        assert (returned.status_code, returned.json()["state"]) == (200, "returned")
        assert returned.json()["due_on"] == "2026-09-15"
        path = f"/v1/applications/{application}/completion"
        headers = walkthrough.office.as_(Role.OPERATOR, number=1) | {"If-Match": await walkthrough.etag(application)}
        done = await walkthrough.office.client.post(path, headers=headers)
        assert (done.json()["state"], done.json()["step"]) == ("in-progress", "review")
        again = await walkthrough.review(application, outcome="return", missing=["又一份"])
        assert (again.status_code, again.json()["title"]) == (409, "只能退回一次")


async def test_what_is_not_completed_in_time_is_refused_by_the_clock(walkthrough: Walkthrough, application: str):
    with clock.travel(APPLIES):
        returned = await walkthrough.review(application, outcome="return", missing=["荣誉证书"])
    last = dt.date.fromisoformat(returned.json()["due_on"])
    with clock.travel(last):
        assert await walkthrough.office.fire_deadlines() == 0
    with clock.travel(last + dt.timedelta(days=1)):
        assert await walkthrough.office.fire_deadlines() == 1
    assert "逾期没有补正" in (await walkthrough.look(application)).json()["reason"]
    assert len(await walkthrough.office.events("ApplicationRefused")) == 1


async def test_silence_counts_as_no_objection_when_the_day_is_over(walkthrough: Walkthrough, application: str):
    await walkthrough.review(application)
    await walkthrough.select()
    with clock.travel(VISITS):
        await walkthrough.visit(application)
        await walkthrough.consult(application, agrees=None)
    assert (await walkthrough.look(application)).json()["step"] == "public-notice"


async def test_an_objecting_department_waits_for_an_officers_word(walkthrough: Walkthrough, application: str):
    await walkthrough.review(application)
    await walkthrough.select()
    with clock.travel(VISITS):
        await walkthrough.visit(application)
        await walkthrough.consult(application, agrees=False)
        assert (await walkthrough.look(application)).json()["step"] == "consultation"
        path = f"/v1/applications/{application}/consultation-conclusion"
        headers = walkthrough.office.as_(Role.OFFICER) | {"If-Match": await walkthrough.etag(application)}
        body = {"passed": True, "reason": "所述情况已查清"}
        assert (await walkthrough.office.client.post(path, json=body, headers=headers)).json()[
            "step"
        ] == "public-notice"


@at_stage("two handed in")
async def test_a_failed_visit_calls_up_the_reserve(walkthrough: Walkthrough, applications: list[str]):
    first, second = applications
    for application in (first, second):
        await walkthrough.review(application)
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update county_quota set places = 1"))
    found = await walkthrough.select()
    chosen, reserve = found["chosen"][0]["application"], found["reserve"][0]["application"]
    with clock.travel(VISITS):
        failed = await walkthrough.visit(chosen, confirmed=False)
    assert failed.json()["state"] == "refused"
    called = (await walkthrough.look(reserve)).json()
    assert (called["state"], called["step"]) == ("in-progress", "site-visit")


async def test_a_step_cannot_be_skipped(walkthrough: Walkthrough, application: str):
    with clock.travel(APPLIES):
        for attempt in (walkthrough.visit(application), walkthrough.decide(application, on=APPLIES)):
            answer = await attempt
            assert answer.status_code == 409
            assert "目前在“审核”这一步" in answer.json()["detail"]


async def test_no_decision_before_the_notice_is_closed_and_cleared(walkthrough: Walkthrough, application: str):
    await walkthrough.review(application)
    await walkthrough.select()
    with clock.travel(VISITS):
        await walkthrough.visit(application)
        await walkthrough.consult(application)
        notice = await walkthrough.notice()
    await walkthrough.clear(notice)
    assert (await walkthrough.decide(application)).status_code == 409, "cleared before its last day"
    await walkthrough.end_notice(notice, objections=1)
    assert (await walkthrough.decide(application)).status_code == 409, "an objection is open"
    await walkthrough.clear(notice)
    assert (await walkthrough.decide(application)).status_code == 201


@at_stage("to be decided")
async def test_nobody_decides_on_what_he_worked_on(walkthrough: Walkthrough, application: str):
    for subject in ("reviewer", "visitor"):
        answer = await walkthrough.decide(application, subject=subject)
        assert (answer.status_code, answer.json()["title"]) == (403, "须由另一人认定")


@at_stage("to be decided")
async def test_a_decision_that_forgets_the_makers_would_be_caught(
    walkthrough: Walkthrough, application: str, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""
    monkeypatch.setattr(cases, "makers", lambda _case: frozenset())
    with pytest.raises(AssertionError):
        await test_nobody_decides_on_what_he_worked_on(walkthrough, application)


@at_stage("to be decided")
async def test_what_changed_since_the_application_stands_at_the_decision(walkthrough: Walkthrough, application: str):
    await walkthrough.office.hear(household_typed(1, kind="ineligible", revision=9))
    answer = await walkthrough.decide(application)
    assert (answer.status_code, "不属于可以认定的来源" in answer.json()["detail"]) == (409, True)


async def test_the_seasons_end_ends_what_is_under_way(walkthrough: Walkthrough, application: str):
    with clock.travel(dt.date(2026, 12, 1)):
        await walkthrough.office.fire_deadlines()
    assert (await walkthrough.look(application)).json()["state"] == "refused"
    season = await walkthrough.office.client.get(f"/v1/seasons/{walkthrough.season['id']}")
    assert season.json()["state"] == "closed"
