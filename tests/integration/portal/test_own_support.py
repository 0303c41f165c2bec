"""Support for operators: a problem reported and followed to its end, a promise signed as it was read, visits told."""

import json

import httpx

from services.portal.own_support.steps import TAKEN, WITH_WORDS
from shared.platform.identity import Role
from tests.integration.portal.answers import MEASURE, NAME, USCC
from tests.integration.portal.own_answers import COMMITMENT, OWN_PROBLEM, PROBLEM, SURVEY
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import sample
from tests.integration.portal.staff_answers import listed
from tests.integration.portal.visitor import Visitor

OPERATOR = {"sub": "somebody", "operator_ref": "v1:" + "1" * 32}
OWN, PROMISE = f"/desk/problems/{PROBLEM}", f"/desk/measures/{USCC}/{MEASURE['id']}"
RAISED = {"uscc": USCC, "kind": "tax", "statement": "申报页面一直打不开"}


def test_words_are_shown_of_known_steps_alone() -> None:
    assert set(TAKEN) >= WITH_WORDS


async def test_a_problem_is_reported_once_and_its_receipt_is_shown(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {**RAISED, "_form": await visitor.form_token(), "_key": "one"}
    for lacking in ("uscc", "kind", "statement"):
        page = await visitor.post("/desk/problems", {**form, lacking: ""})
        assert (page.status_code, faults_of(page.text, NAME)) == (422, [])
        assert f'<a href="#{lacking}">' in page.text
    assert visitor.support.changes == []
    visitor.support.refuses["/v1/problems/mine"] = httpx.Response(201, json={"id": PROBLEM})
    for _ in range(2):
        assert (await visitor.post("/desk/problems", form)).headers["location"] == f"{OWN}?done=raised"
    first, second = visitor.support.changes
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == "one"
    assert json.loads(first.content) == RAISED
    refusal = {"detail": "不合要求", "errors": [{"field": "body.statement", "message": "不要写电话。"}]}
    visitor.support.refuses["/v1/problems/mine"] = httpx.Response(422, json=refusal)
    refused = await visitor.post("/desk/problems", form)
    assert '<a href="#statement">不要写电话。</a>' in refused.text
    assert "申报页面一直打不开</textarea>" in refused.text


async def test_an_answer_is_accepted_or_refused_in_the_version_that_was_read(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    assert "您反映的税费问题有了答复" in (await visitor.open("/desk")).text
    shown = (await visitor.open(OWN)).text
    assert "系统已经修复。" in shown
    assert "内部" not in shown, "what offices write to each other"
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"1"'}
    silent = await visitor.post(f"{OWN}/response", form)
    assert (silent.status_code, faults_of(silent.text, NAME)) == (422, [])
    for said, solved in (("yes", True), ("no", False)):
        answer = await visitor.post(f"{OWN}/response", {**form, "response-solved": said, "response-comment": "再看"})
        assert answer.headers["location"] == f"{OWN}?done={said}"
        sent = visitor.support.changes[-1]
        assert (sent.url.path, sent.headers["if-match"]) == (f"/v1/problems/{PROBLEM}/response", '"1"')
        assert json.loads(sent.content) == {"solved": solved, "comment": "再看"}


async def test_what_a_second_refusal_leads_to_is_said_before_and_nothing_is_offered_after(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    refused = [sample("support", "StepView", what="refuse", note="还是打不开")]
    path = f"/v1/problems/{PROBLEM}"
    visitor.support.says[path] = {**OWN_PROBLEM, "steps": refused}
    assert "您已经表示过一次没有解决" in (await visitor.open(OWN)).text
    visitor.support.says[path] = {**OWN_PROBLEM, "steps": refused * 2, "may_respond": False}
    last = (await visitor.open(OWN)).text
    assert ("由上一级市场监督管理局核实后办结" in last, f'action="{OWN}' in last) == (True, False)


async def test_a_promise_is_signed_as_it_was_read_and_never_unticked(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    assert f'href="{PROMISE}"' in (await visitor.open(f"/desk/measures/{USCC}")).text
    visitor.support.says[f"/v1/measures/{MEASURE['id']}"] = {**MEASURE, "commitment": "首次创办。", "revision": 2}
    page = (await visitor.open(PROMISE)).text
    assert "首次创办。" in page
    form = {"_form": await visitor.form_token(), "_key": "k", "revision": "2"}
    unticked = await visitor.post(PROMISE, form)
    assert (unticked.status_code, '<a href="#agreed">' in unticked.text, faults_of(unticked.text, NAME)) == (
        422,
        True,
        [],
    )
    assert visitor.support.changes == []
    assert (await visitor.post(PROMISE, {**form, "agreed": "agreed"})).headers["location"] == PROMISE
    (sent,) = visitor.support.changes
    assert json.loads(sent.content) == {"uscc": USCC, "agreed": True, "revision": 2}
    visitor.support.says["/v1/commitments/mine"] = [{**COMMITMENT, "kept": False, "finding": "名下另有一户。"}]
    signed = (await visitor.open(PROMISE)).text
    for said in ("本户是首次创办。", "没有做到", "名下另有一户。"):
        assert said in signed
    assert f'action="{PROMISE}"' not in signed


async def test_the_promise_of_another_household_is_nobodys(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    foreign = f"/desk/measures/92410105MA00000020/{MEASURE['id']}"
    assert (await visitor.open(foreign)).status_code == 404


async def test_visits_are_told_with_who_came_and_why(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    text = (await visitor.open("/desk/visits")).text
    for said in ("示例干部", "2026年11月30日", "未年报"):
        assert said in text
    visitor.support.says["/v1/calls/mine"] = listed()
    assert "还没有走访记录" in (await visitor.open("/desk/visits")).text
    visitor.support.away = True
    assert "帮扶服务暂时查不到" in (await visitor.open("/desk")).text


async def test_a_survey_is_answered_whole_and_then_says_so(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    questions = [
        {
            "id": name,
            "text": f"第{name}题",
            "options": [{"id": "yes", "label": "知道"}, {"id": "no", "label": "不知道"}],
        }
        for name in ("1", "2")
    ]
    visitor.support.says["/v1/surveys/mine"] = [{**SURVEY, "questions": questions}]
    address = f"/desk/surveys/{SURVEY['survey']}/{USCC}"
    form = {"_form": await visitor.form_token(), "_key": "k", "answers-1": "yes"}
    half = await visitor.post(f"{address}/answers", form)
    assert (half.status_code, faults_of(half.text, NAME), visitor.support.changes) == (422, [], [])
    done = await visitor.post(f"{address}/answers", {**form, "answers-2": "no"})
    assert (done.status_code, done.headers["location"]) == (303, address)
    [sent] = visitor.support.changes
    assert sent.url.path == f"/v1/surveys/{SURVEY['survey']}/answers"
    assert json.loads(sent.content) == {"uscc": USCC, "answers": {"1": "yes", "2": "no"}}
    visitor.support.says["/v1/surveys/mine"] = [{**SURVEY, "answered": True}]
    page = (await visitor.open(address)).text
    assert ("您已经回答了" in page, "<form class" in page) == (True, False)
    visitor.support.says["/v1/surveys/mine"] = []
    assert "已经截止或撤回" in (await visitor.open(address)).text
