"""Objections handled through the portal: what is offered and asked for, refusals beside the form, both versions."""

import json
import re
from collections.abc import Mapping

import httpx
import pytest

from services.portal.handling.steps import AGAINST, DECLINE_KINDS, DONE, HEARING_KINDS, PATHS, STEPS
from shared.platform.identity import Role
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import ID, schemas
from tests.integration.portal.staff_answers import OBJECTION
from tests.integration.portal.test_clients import described
from tests.integration.portal.visitor import Visitor

COUNTY = "410105"
PAGE = f"/work/objections/{ID}"


async def fields_of(visitor: Visitor, page: str = PAGE) -> dict[str, str]:
    """What every form of the page carries."""
    text = (await visitor.open(page)).text
    found = dict(re.findall(r'<input type="hidden" name="(_\w+)" value="([^"]*)">', text))
    return {name: value.replace("&#34;", '"') for name, value in found.items()}


def test_the_words_are_those_that_the_service_knows() -> None:
    known = schemas("objection")
    assert set(AGAINST) == set(known["Against"]["enum"])
    assert set(DECLINE_KINDS) == set(known["DeclineKind"]["enum"])
    assert set(HEARING_KINDS) == set(known["HearingKind"]["enum"])


def test_every_step_is_asked_for_where_the_service_takes_it() -> None:
    assert set(STEPS) == set(PATHS) == set(DONE)
    said = described("objection")["paths"]
    for path in PATHS.values():
        assert "post" in said[path.replace("{objection}", "{objection_id}").replace("{proposal}", "{decision_id}")], (
            path
        )


async def test_only_what_the_service_allows_is_offered(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    text = (await visitor.open(PAGE)).text
    assert f'action="{PAGE}/propose"' in text
    assert f'action="{PAGE}/accept"' not in text
    assert "“5名以上”是否包括5名" in text


@pytest.mark.parametrize(
    ("step", "filled", "path", "body"),
    [
        (
            "explain",
            {"explain-text": "以税务数据为准"},
            "/v1/explanations",
            {"text": "以税务数据为准", "objection": ID},
        ),
        (
            "verify",
            {"verify-feed": "tax", "verify-year": "2025", "verify-question": "请核实"},
            "/v1/verifications",
            {"feed": "tax", "year": 2025, "question": "请核实", "objection": ID},
        ),
        (
            "propose",
            {
                "propose-outcome": "upheld",
                "propose-reason": "已更正",
                "propose-verifications": ID,
                "propose-reading": "years/more-than",
                "propose-articles": "三（一）1\n\n三（二）",
            },
            "/v1/decisions",
            {
                "outcome": "upheld",
                "reason": "已更正",
                "verifications": [ID],
                "interpretation": "years",
                "reading": "more-than",
                "articles": ["三（一）1", "三（二）"],
                "objection": ID,
            },
        ),
        ("decide", {}, f"/v1/decisions/{ID}/approval", None),
        ("assign", {"assign-to": "li"}, f"/v1/objections/{ID}/assignment", {"to": "li"}),
    ],
)
async def test_a_step_is_asked_for_once_in_the_version_that_was_read(
    visitor: Visitor, step: str, filled: Mapping[str, str], path: str, body: object
) -> None:
    await visitor.sign_in(Role.OFFICER, Role.APPROVER, region=COUNTY)
    carried = await fields_of(visitor)
    for _ in range(2):  # a double click
        sent = await visitor.post(f"{PAGE}/{step}", {**carried, **filled})
        assert sent.headers["location"] == f"{PAGE}?done={step}"
    first, second = visitor.objection.changes
    assert (first.url.path, first.headers["if-match"]) == (path, '"7"')
    assert (json.loads(first.content) if first.content else None) == body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == carried["_key"]


async def test_what_lacks_is_said_at_its_field_and_nothing_is_asked(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    filled = {**await fields_of(visitor), "propose-reason": "数据无误"}
    answer = await visitor.post(f"{PAGE}/propose", filled)
    assert answer.status_code == 422
    assert '<a href="#propose-outcome">请选“意见”。</a>' in answer.text
    assert "数据无误</textarea>" in answer.text
    assert faults_of(answer.text, "<测试>") == []
    assert visitor.objection.changes == []


@pytest.mark.parametrize("status", [403, 409, 422])
async def test_a_refusal_stands_beside_the_form_with_what_was_filled_in(visitor: Visitor, status: int) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    said = {"title": "不能办", "detail": "您参与过这件异议，不能决定。"}
    visitor.objection.refuses["/v1/explanations"] = httpx.Response(status, json=said)
    answer = await visitor.post(f"{PAGE}/explain", {**await fields_of(visitor), "explain-text": "以税务数据为准"})
    assert answer.status_code == (403 if status == 403 else 422)
    assert '<p class="fault">您参与过这件异议，不能决定。</p>' in answer.text
    assert "以税务数据为准</textarea>" in answer.text
    assert faults_of(answer.text, "<测试>") == []


async def test_both_versions_are_shown_where_somebody_was_faster(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    carried = await fields_of(visitor)
    monkeypatch.setitem(OBJECTION, "state_label", "已作解释")
    problem = {"title": "版本不符", "detail": "版本不符"}
    visitor.objection.refuses["/v1/explanations"] = httpx.Response(412, json=problem)
    answer = await visitor.post(f"{PAGE}/explain", {**carried, "explain-text": "以税务数据为准"})
    assert answer.status_code == 412
    assert '<td data-label="您打开时">已受理</td><td data-label="现在">已作解释</td>' in answer.text
    assert "以税务数据为准</textarea>" in answer.text
    assert faults_of(answer.text, "<测试>") == []


async def test_a_department_answers_with_the_whole_corrected_row_and_sees_no_other_work(visitor: Visitor) -> None:
    await visitor.sign_in(Role.BUREAU, region=COUNTY, department="tax")
    page = await visitor.open(f"/work/verifications/{ID}")
    assert faults_of(page.text) == []
    assert "/work/tasks" not in page.text
    assert (await visitor.open(PAGE)).status_code == 403
    carried = await fields_of(visitor, f"/work/verifications/{ID}")
    filled = {**carried, "answer-finding": "corrected", "answer-tax_paid": "12000"}
    sent = await visitor.post(f"/work/verifications/{ID}/answer", filled)
    assert sent.headers["location"] == f"/work/verifications/{ID}?done=answer"
    (asked,) = visitor.objection.changes
    row = json.loads(asked.content)["row"]
    assert row["tax_paid"] == "12000"
    assert row["uscc"] == "92410105MA00000012"


async def test_only_the_department_that_was_asked_is_offered_the_answer(visitor: Visitor) -> None:
    for role, department, region, offered in (
        (Role.BUREAU, "tax", COUNTY, True),
        (Role.BUREAU, "tax", "4101", False),
        (Role.OFFICER, "market", COUNTY, False),
    ):
        await visitor.sign_in(role, region=region, department=department)
        text = (await visitor.open(f"/work/verifications/{ID}")).text
        assert (f'action="/work/verifications/{ID}/answer"' in text) is offered
