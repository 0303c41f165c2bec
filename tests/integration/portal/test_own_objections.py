"""Objections of operators: from what is wrong among the reasons to the receipt, the answer, the withdrawal."""

import json
import re

import httpx
import pytest

from services.portal.desk.applications import contested_as
from services.portal.own_objections.filing import AGAINST, KINDS
from services.portal.own_objections.steps import DONE, PATHS, RESPONSES, STEPS
from services.portal.upstream.recognition import ApplicationAnswer
from shared.platform.identity import Role
from tests.integration.portal.answers import NAME, USCC
from tests.integration.portal.own_answers import DRAFT, OBJECTION, OWN_OBJECTION, PAPER
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import schemas
from tests.integration.portal.test_clients import described
from tests.integration.portal.visitor import BROWSER, Visitor

OPERATOR = {"sub": "somebody", "operator_ref": "v1:" + "1" * 32}
OWN = f"/desk/objections/{OBJECTION}"
WISH = {"against": "typing", "uscc": USCC, "grounds": ["clause:growth.age"], "statement": "满三年了", "_key": "one"}


def test_the_words_are_those_that_the_service_knows() -> None:
    known = schemas("objection")
    assert {*AGAINST, "public-notice"} == set(known["Against"]["enum"])
    assert set(KINDS) == set(known["GroundKind"]["enum"])
    assert set(RESPONSES) == set(known["Response"]["enum"])
    assert set(STEPS) == set(PATHS) <= set(DONE)
    said = described("objection")["paths"]
    assert [one for one in PATHS.values() if "post" not in said[f"/v1/objections/{{objection_id}}/{one}"]] == []


@pytest.mark.parametrize(
    ("state", "step", "against"),
    [
        ("refused", "review", "refusal"),
        ("refused", "selection", "non-selection"),
        ("reserve", "selection", "non-selection"),
        ("in-progress", "review", ""),
    ],
)
def test_who_got_no_place_does_not_object_to_a_refusal(state: str, step: str, against: str) -> None:
    assert contested_as(ApplicationAnswer.model_validate({**DRAFT, "state": state, "step": step})) == against


async def test_what_is_pressed_among_the_reasons_is_chosen_in_the_form(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    reasons = (await visitor.open(f"/desk/households/{USCC}")).text
    links = re.findall(r'href="(/desk/objections/new[^"]+)"', reasons)
    pressed = next(one.replace("&amp;", "&") for one in links if "ground=clause:growth.age" in one)
    assert {one.rpartition("ground=")[2] for one in links} >= {"clause:growth.age", "fact:tax", "reading:at-least"}
    form = (await visitor.open(pressed)).text
    assert re.search(r'value="clause:growth.age" checked', form)
    assert form.count(" checked") == 1
    assert "2026年12月20日" in form
    assert "/desk/objections/new" not in (await visitor.open(f"/households/{USCC}")).text


async def test_an_objection_is_filed_once_and_its_receipt_is_shown(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {**WISH, "_form": await visitor.form_token()}
    visitor.objection.refuses["/v1/objections"] = httpx.Response(201, json={"id": OBJECTION})
    for _ in range(2):
        assert (await visitor.post("/desk/objections", form)).headers["location"] == f"{OWN}?done=filed"
    first, second = visitor.objection.changes
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "one"
    assert json.loads(first.content) == {
        "against": "typing",
        "uscc": USCC,
        "county": "410105",
        "grounds": [{"kind": "clause", "id": "growth.age"}],
        "statement": "满三年了",
    }
    text = (await visitor.open(f"{OWN}?done=filed")).text
    assert "异议已提交" in text
    assert "410105202600001" in text
    visitor.objection.refuses["/v1/objections"] = httpx.Response(200, json={"id": OBJECTION})
    assert (await visitor.post("/desk/objections", form)).headers["location"] == f"{OWN}?done=joined"


async def test_what_is_lacking_or_refused_is_said_and_what_was_filled_in_stays(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {**WISH, "_form": await visitor.form_token()}
    for lacking, field in (({"grounds": []}, "grounds"), ({"grounds": ["other:other"], "statement": ""}, "statement")):
        page = await visitor.post("/desk/objections", {**form, **lacking})
        assert (page.status_code, faults_of(page.text, NAME)) == (422, [])
        assert f'<a href="#{field}">' in page.text
    problem = {"title": "已过期限", "detail": "提出异议的最后一天是 2026-09-01，已经过了。"}
    visitor.objection.refuses["/v1/objections"] = httpx.Response(409, json=problem)
    late = await visitor.post("/desk/objections", form)
    assert (late.status_code, "已经过了" in late.text, "满三年了" in late.text) == (422, True, True)
    foreign = await visitor.post("/desk/objections", {**form, "uscc": "92410105MA00000020", "grounds": []})
    assert foreign.status_code == 404


@pytest.mark.parametrize(
    ("step", "filled", "path", "body"),
    [
        ("respond", {"respond-response": "insists"}, "response", {"response": "insists"}),
        ("respond", {"respond-response": "content"}, "response", {"response": "content"}),
        ("complete", {"complete-text": "补了照片"}, "completion", {"text": "补了照片"}),
        ("withdraw", {}, "withdrawal", {}),
        ("give-up", {}, "giving-up", {}),
    ],
)
async def test_a_step_is_asked_for_in_the_version_that_was_read(
    visitor: Visitor, step: str, filled: dict[str, str], path: str, body: dict[str, str]
) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"1"', **filled}
    assert (await visitor.post(f"{OWN}/{step}", form)).headers["location"] == f"{OWN}?done={step}"
    (sent,) = visitor.objection.changes
    assert (sent.url.path, sent.headers["if-match"]) == (f"/v1/objections/{OBJECTION}/{path}", '"1"')
    assert json.loads(sent.content) == body


async def test_only_what_the_service_allows_is_offered_and_both_versions_are_shown(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    text = (await visitor.open(OWN)).text
    assert (f'action="{OWN}/respond"' in text, f'action="{OWN}/complete"' in text) == (True, False)
    (seen,) = set(re.findall(r'name="_seen" value="([^"]+)"', text))
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"1"', "_seen": seen.replace("&#34;", '"')}
    visitor.objection.refuses[f"/v1/objections/{OBJECTION}/response"] = httpx.Response(412, json={"detail": "旧"})
    visitor.objection.says[f"/v1/objections/{OBJECTION}"] = {**OWN_OBJECTION, "state_label": "待决定"}
    stale = await visitor.post(f"{OWN}/respond", {**form, "respond-response": "insists"})
    assert (stale.status_code, faults_of(stale.text, NAME)) == (412, [])
    for said in ("内容有了变化", "您打开页面以后的变化", "已作解释", "待决定"):
        assert said in stale.text
    assert re.search(r'value="insists" checked', stale.text), "what was chosen stays"
    assert (await visitor.post(f"{OWN}/decide", form)).status_code == 404


@pytest.mark.parametrize("status", [403, 422])
async def test_what_is_refused_still_rests_on_what_was_seen_and_keeps_the_text(visitor: Visitor, status: int) -> None:
    """Naive: the form names the old version beside the new facts, and the next refusal can show no change."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"0"', "_seen": '{"状态":"已退回"}'}
    returned = {**OWN_OBJECTION, "next_steps": [{"step": "complete", "label": "补正"}]}
    visitor.objection.says[f"/v1/objections/{OBJECTION}"] = returned
    problem = {"title": "不能", "detail": "说明太短。", "errors": [{"field": "body.text", "message": "请写清楚。"}]}
    visitor.objection.refuses[f"/v1/objections/{OBJECTION}/completion"] = httpx.Response(status, json=problem)
    page = await visitor.post(f"{OWN}/complete", {**form, "complete-text": "补了照片"})
    assert (page.status_code, faults_of(page.text, NAME)) == (status, [])
    assert "补了照片</textarea>" in page.text
    assert 'name="_seen" value="{&#34;状态&#34;:&#34;已退回&#34;}"' in page.text
    assert ('<a href="#complete-text">' in page.text) is (status == 422)


async def test_evidence_is_handed_in_and_read_back(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    fields, file = {"_form": await visitor.form_token(), "_key": "p"}, {"file": ("门头.png", b"\x89PNG", "image/png")}
    sent = await visitor.client.post(f"{OWN}/documents", data=fields, files=file, headers=BROWSER)
    assert sent.headers["location"] == f"{OWN}?done=uploaded"
    (asked,) = visitor.objection.changes
    assert (asked.content, asked.url.params["name"]) == (b"\x89PNG", "门头.png")
    none = await visitor.client.post(f"{OWN}/documents", data=fields, files={"file": ("", b"")}, headers=BROWSER)
    assert (none.status_code, "还没有选文件" in none.text) == (422, True)
    assert f'href="/desk/objections/documents/{PAPER}"' in (await visitor.open(OWN)).text
    visitor.objection.says[f"/v1/objections/{OBJECTION}"] = {**OWN_OBJECTION, "state": "closed", "next_steps": []}
    assert 'type="file"' not in (await visitor.open(OWN)).text


async def test_the_desk_stands_while_the_objection_service_is_away(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    assert "您的异议有了解释，请表示意见" in (await visitor.open("/desk")).text
    visitor.objection.away = True
    desk = await visitor.open("/desk")
    assert (desk.status_code, "异议服务暂时查不到" in desk.text) == (200, True)
    kept = await visitor.post("/desk/objections", {**WISH, "_form": await visitor.form_token()})
    assert (kept.status_code, "满三年了" in kept.text) == (503, True)
