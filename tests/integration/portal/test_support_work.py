"""Visits and problems through the portal: who is offered which step, and what the support service is asked for."""

import json
from collections.abc import Mapping

import httpx
import pytest

from services.portal.raised_problems.steps import DONE as PROBLEM_DONE, OF_OWNER, STEPS as PROBLEM_STEPS
from services.portal.raised_problems.words import OUTCOMES, PROBLEM_SOURCES, PROBLEM_STATES
from services.portal.shell.words import PROBLEM_KINDS
from services.portal.visits.steps import DONE, OPEN_VISIT_STATES, PATHS, STEPS, VISIT_STATES
from shared.platform.identity import Role
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import faults_of, read
from tests.integration.portal.samples import ID, sample, schemas
from tests.integration.portal.staff_answers import PROBLEM, VISIT, listed
from tests.integration.portal.test_clients import described
from tests.integration.portal.test_handling import fields_of
from tests.integration.portal.visitor import Visitor

COUNTY = "410105"
VISIT_PAGE, PROBLEM_PAGE = f"/work/visits/{ID}", f"/work/problems/{ID}"


def test_the_words_are_those_that_the_service_knows() -> None:
    known = schemas("support")
    assert OPEN_VISIT_STATES < set(VISIT_STATES) == set(known["CallState"]["enum"])
    assert set(PROBLEM_STATES) == set(OF_OWNER) == set(known["ProblemState"]["enum"])
    assert set(PROBLEM_KINDS) == set(known["ProblemKind"]["enum"])
    assert set(PROBLEM_SOURCES) == set(known["ProblemSource"]["enum"])
    assert set(OUTCOMES) == set(known["AnswerOutcome"]["enum"])


def test_every_step_is_asked_for_where_the_service_takes_it() -> None:
    said = described("support")["paths"]
    assert set(STEPS) == set(PATHS) == set(DONE)
    assert {f"/v1/calls/{{call_id}}/{one}" for one in PATHS.values()} < set(said)
    assert set(PROBLEM_STEPS) == set(PROBLEM_DONE) - {"collect"}
    assert {f"/v1/problems/{{problem_id}}/{one}" for one in PROBLEM_STEPS} < set(said)


async def test_a_visit_that_was_made_is_not_late(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    for state, late in (("overdue", True), ("made", False), ("waived", False)):
        one = {**VISIT, "state": state, "due_on": "2020-01-02"}
        visitor.support.says |= {"/v1/calls": listed(one), f"/v1/calls/{ID}": one}
        for address in ("/work/visits", VISIT_PAGE):
            text = (await visitor.open(address)).text
            assert ("2020年1月2日" in text, "已过" in text) == (True, late), (address, state)


@pytest.mark.parametrize(
    ("step", "filled", "path", "body"),
    [
        ("assign", {"assign-to": "li"}, "assignment", {"subject": "li", "name": "示例", "department": "tax"}),
        (
            "assign-other",
            {"assign-other-subject": "wu", "assign-other-name": "示例乙", "assign-other-department": "market"},
            "assignment",
            {"subject": "wu", "name": "示例乙", "department": "market"},
        ),
        (
            "visit",
            {
                "visit-visited_on": "2026-11-20",
                "visit-finding": "经营正常",
                "visit-kind": "finance",
                "visit-statement": "想贷款",
            },
            "visit",
            {
                "visited_on": "2026-11-20",
                "finding": "经营正常",
                "problems": [{"kind": "finance", "statement": "想贷款"}],
            },
        ),
        ("waive", {"waive-reason": "已经注销"}, "waiver", {"reason": "已经注销"}),
    ],
)
async def test_a_step_of_a_visit_is_asked_for_once_in_the_version_that_was_read(
    visitor: Visitor, step: str, filled: Mapping[str, str], path: str, body: object
) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    carried = await fields_of(visitor, VISIT_PAGE)
    for _ in range(2):  # a double click
        sent = await visitor.post(f"{VISIT_PAGE}/{step}", {**carried, **filled})
        assert sent.headers["location"] == f"{VISIT_PAGE}?done={step}"
    first, second = visitor.support.changes
    assert (first.url.path, first.headers["if-match"]) == (f"/v1/calls/{ID}/{path}", '"7"')
    assert json.loads(first.content) == body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == carried["_key"]


async def test_half_a_problem_is_said_at_its_field_and_nothing_is_recorded(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    filled = {"visit-visited_on": "2026-11-20", "visit-finding": "经营正常", "visit-kind": "finance"}
    answer = await visitor.post(f"{VISIT_PAGE}/visit", {**await fields_of(visitor, VISIT_PAGE), **filled})
    assert answer.status_code == 422
    assert 'id="visit-statement-fault"' in answer.text
    assert "经营正常</textarea>" in answer.text
    assert visitor.support.changes == []
    assert faults_of(answer.text) == []


async def test_who_is_to_make_a_visit_is_not_offered_to_waive_it(visitor: Visitor) -> None:
    """Naive: the button that ends in a refusal, for it takes a second person."""
    await visitor.sign_in(Role.OFFICER, region=COUNTY, sub="li")
    for assigned, offered in (("li", False), ("wu", True), (None, True)):
        visitor.support.says[f"/v1/calls/{ID}"] = {**VISIT, "state": "assigned", "assigned_to": assigned}
        assert (f'action="{VISIT_PAGE}/waive"' in (await visitor.open(VISIT_PAGE)).text) is offered, assigned


async def test_an_official_of_another_department_records_their_own_visit_and_nothing_else(visitor: Visitor) -> None:
    await visitor.sign_in(Role.BUREAU, region=COUNTY, department="tax", sub="zhao")
    visitor.support.says[f"/v1/calls/{ID}"] = {**VISIT, "state": "assigned", "assigned_to": "zhao"}
    page = await visitor.open(VISIT_PAGE)
    assert {one for one in read(page.text).actions if one.startswith("/work")} == {f"{VISIT_PAGE}/visit"}
    assert "/work/households" not in page.text


async def test_what_the_service_refuses_stands_beside_the_form(visitor: Visitor) -> None:
    await visitor.sign_in(Role.APPROVER, region=COUNTY)
    said = {"title": "不能", "detail": "安排去走访的人不能自己决定不走访，请另一位工作人员办理。"}
    visitor.support.refuses[f"/v1/calls/{ID}/waiver"] = httpx.Response(403, json=said)
    answer = await visitor.post(f"{VISIT_PAGE}/waive", {**await fields_of(visitor, VISIT_PAGE), "waive-reason": "路远"})
    assert answer.status_code == 403
    assert f'<p class="fault">{said["detail"]}</p>' in answer.text
    assert "路远</textarea>" in answer.text


@pytest.mark.parametrize(
    ("state", "role", "department", "region", "offered"),
    [
        ("collected", Role.OFFICER, None, COUNTY, {"forwarding", "closing"}),
        ("forwarded", Role.BUREAU, "tax", COUNTY, {"acceptance", "answer", "return"}),
        ("forwarded", Role.BUREAU, "tax", "4101", set()),
        ("forwarded", Role.OFFICER, None, COUNTY, {"forwarding"}),
        ("handling", Role.BUREAU, "tax", COUNTY, {"answer"}),
        ("supervised", Role.BUREAU, "tax", COUNTY, {"answer"}),
        ("answered", Role.APPROVER, None, COUNTY, {"closing"}),
        ("closed", Role.OFFICER, None, COUNTY, set()),
        ("handling", Role.AUDITOR, None, COUNTY, set()),
    ],
)
async def test_each_of_the_five_steps_is_offered_to_whose_turn_it_is(
    visitor: Visitor, state: str, role: Role, department: str | None, region: str, offered: set[str]
) -> None:
    await visitor.sign_in(role, region=region, department=department)
    owner = "market" if state == "collected" else "tax"
    visitor.support.says[f"/v1/problems/{ID}"] = {**PROBLEM, "state": state, "department": owner, "may_respond": False}
    text = (await visitor.open(PROBLEM_PAGE)).text
    assert {one.rpartition("/")[2] for one in read(text).actions if one.startswith("/work")} == offered


async def test_an_answer_that_the_household_may_still_refuse_is_closed_by_nobody_else(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    visitor.support.says[f"/v1/problems/{ID}"] = {**PROBLEM, "state": "answered", "may_respond": True}
    assert f'action="{PROBLEM_PAGE}/closing"' not in (await visitor.open(PROBLEM_PAGE)).text


@pytest.mark.parametrize(
    ("step", "filled", "body", "leads"),
    [
        ("acceptance", {}, None, PROBLEM_PAGE),
        (
            "forwarding",
            {"forwarding-department": "tax", "forwarding-region": "4101"},
            {"department": "tax", "region": "4101"},
            "/work/problems",
        ),
        (
            "answer",
            {"answer-answer": "已移交", "answer-outcome": "enforcement", "answer-enforcement": "market"},
            {"answer": "已移交", "outcome": "enforcement", "enforcement": "market"},
            PROBLEM_PAGE,
        ),
        ("return", {"return-reason": "不归我们管"}, {"reason": "不归我们管"}, "/work/problems"),
    ],
)
async def test_a_step_of_a_problem_is_asked_for_in_the_version_that_was_read(
    visitor: Visitor, step: str, filled: Mapping[str, str], body: object, leads: str
) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    sent = await visitor.post(f"{PROBLEM_PAGE}/{step}", {**await fields_of(visitor, PROBLEM_PAGE), **filled})
    assert sent.headers["location"] == f"{leads}?done={step}"
    (asked,) = visitor.support.changes
    assert (asked.url.path, asked.headers["if-match"]) == (f"/v1/problems/{ID}/{step}", '"7"')
    assert (json.loads(asked.content) if asked.content else None) == body


async def test_a_problem_is_taken_down_and_what_lacks_is_said(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    carried = {"_form": await visitor.form_token(), "_key": "k"}
    lacking = await visitor.post("/work/problems/collect", {**carried, "collect-uscc": USCC})
    assert (lacking.status_code, faults_of(lacking.text)) == (422, [])
    assert f'value="{USCC}"' in lacking.text
    filled = {"collect-uscc": USCC, "collect-source": "hotline", "collect-kind": "tax", "collect-statement": "税费高"}
    sent = await visitor.post("/work/problems/collect", {**carried, **filled})
    assert sent.headers["location"] == "/work/problems?done=collect"
    (asked,) = visitor.support.changes
    assert json.loads(asked.content) == {"uscc": USCC, "source": "hotline", "kind": "tax", "statement": "税费高"}


async def test_what_somebody_else_did_meanwhile_is_shown_beside_what_was_seen(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    carried = await fields_of(visitor, PROBLEM_PAGE)
    other = sample("support", "ProblemView", uscc=USCC, state="handling", state_label="处理中", enforcement=None)
    visitor.support.says[f"/v1/problems/{ID}"] = other
    problem = {"title": "版本不符", "detail": "版本不符"}
    visitor.support.refuses[f"/v1/problems/{ID}/acceptance"] = httpx.Response(412, json=problem)
    answer = await visitor.post(f"{PROBLEM_PAGE}/acceptance", carried)
    assert answer.status_code == 412
    assert "处理中" in answer.text.partition("您打开页面以后的变化")[2].partition("</table>")[0]
