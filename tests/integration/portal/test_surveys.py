"""Surveys through the portal: written down, opened by another person, read without small numbers."""

import datetime as dt
import json
from collections.abc import Mapping

import httpx
import pytest
from starlette.datastructures import FormData

from services.portal.shell.forms import Form
from services.portal.surveys.figures import NOT_GIVEN, figures_of, hides_something
from services.portal.surveys.questionnaire import PANELS, RATES, mistakes, propose_form, room_for
from services.portal.surveys.steps import DONE, STEPS, offered
from services.portal.upstream.analyses import QuestionResultAnswer
from services.portal.upstream.surveys import SurveyAnswer
from shared import clock
from shared.platform.identity import Caller, Role
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import ID, sample, schemas
from tests.integration.portal.staff_answers import SURVEY
from tests.integration.portal.test_clients import described
from tests.integration.portal.test_handling import fields_of
from tests.integration.portal.visitor import Visitor

COUNTY = "410105"
PAGE = f"/work/surveys/{ID}"
TOMORROW = str(clock.today() + dt.timedelta(days=1))
FILLED: Mapping[str, str] = {
    "new-title": "政策知晓情况",
    "new-until": TOMORROW,
    "new-panel": "sample",
    "new-type": "growth",
    "new-size": "400",
    "new-seed": "2026年抽样",
    "new-text-1": "是否知道免申即享",
    "new-rate-1": "awareness",
    "new-counting-1": "知道",
    "new-others-1": "听说过\n不知道",
    "new-text-3": "怎样知道的",
    "new-others-3": "上门\n网上",
    "questions": "3",
}
KNOWS = {"id": "q1", "text": "是否知道", "measures": "awareness", "measures_label": "知晓率", "options": []}


def question_result(*rows: Mapping[str, object]) -> dict[str, object]:
    """A question's results; the last row is that of the whole region."""
    return {"question": KNOWS, "rows": list(rows[:-1]), "total": rows[-1]}


def row(counties: list[str], *answers: int | None, rate: int | None) -> dict[str, object]:
    """A row of results; 30 answered in it."""
    options = [
        {"options": [label], "label": label, "answers": one}
        for label, one in zip(("知道", "不知道"), answers, strict=True)
    ]
    return {"counties": counties, "answered": 30, "options": options, "rate": rate}


def test_the_words_are_those_that_the_service_knows() -> None:
    known = schemas("support")
    assert set(PANELS) == set(known["PanelKind"]["enum"])
    assert {*RATES, "other"} == set(known["SurveyRate"]["enum"])
    said = described("support")["paths"]
    assert {f"/v1/surveys/{{survey_id}}/{one}" for one in STEPS} < set(said)
    assert set(DONE) == {"new", *STEPS}


def test_a_page_has_room_for_some_questions_whatever_it_says() -> None:
    assert [room_for(one) for one in ("", "x", "0", "7", "99")] == [3, 3, 1, 7, 20]


def test_what_is_not_given_has_no_bar_and_places_stand_in_the_order_of_codes() -> None:
    """Naive: a hidden number drawn as none, and the best county first."""
    said = question_result(
        row(["410102"], None, None, rate=None), row(["410103", "410105"], 24, 6, rate=80), row([], 20, 10, rate=67)
    )
    result = QuestionResultAnswer.model_validate(said)
    shares, rates = figures_of(result)
    assert [(one.label, one.percent) for one in shares.bars] == [("知道", 67), ("不知道", 33)]
    assert [(one.label, one.said, one.percent) for one in rates.bars] == [
        ("中原区", NOT_GIVEN, None),
        ("二七区、金水区", "百分之 80", 80),
        ("合计", "百分之 67", 67),
    ]
    assert hides_something(result)
    assert figures_of(result.model_copy(update={"total": None})) == []


async def test_a_survey_is_proposed_once_with_its_questions_in_the_order_of_the_page(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    carried = await fields_of(visitor, "/work/surveys/new")
    visitor.support.refuses["/v1/surveys"] = httpx.Response(201, json={"id": ID})
    for _ in range(2):  # a double click
        sent = await visitor.post("/work/surveys/new", {**carried, **FILLED})
        assert sent.headers["location"] == f"{PAGE}?done=new"
    first, second = visitor.support.changes
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == carried["_key"]
    body = json.loads(first.content)
    assert {name: body[name] for name in body if name != "questions"} == {
        "title": "政策知晓情况",
        "until": TOMORROW,
        "panel": "sample",
        "type": "growth",
        "size": 400,
        "seed": "2026年抽样",
    }
    asked = [(one["id"], one["measures"], [said["label"] for said in one["options"]]) for one in body["questions"]]
    assert asked == [("q1", "awareness", ["知道", "听说过", "不知道"]), ("q2", "other", ["上门", "网上"])]
    assert [said["positive"] for said in body["questions"][0]["options"]] == [True, False, False]


async def test_one_more_question_is_room_on_the_page_and_proposes_nothing(visitor: Visitor) -> None:
    """Naive: a button that loses what was filled in, or sends half a survey."""
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    form = {"_form": await visitor.form_token(), "_key": "k", **FILLED, "more": "yes"}
    answer = await visitor.post("/work/surveys/new", form)
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert all(said in answer.text for said in ('name="new-text-4"', 'value="怎样知道的"', 'value="4"'))
    assert visitor.support.changes == []
    full = await visitor.post("/work/surveys/new", {**form, "questions": "20"})
    assert (full.status_code, faults_of(full.text), 'name="more"' in full.text) == (200, [], False)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"new-title": ""}, "new-title"),
        ({"new-until": "2020-01-02"}, "new-until"),
        ({"new-until": "明天"}, "new-until"),
        ({"new-size": ""}, "new-size"),
        ({"new-size": "20000"}, "new-size"),
        ({"new-seed": "a b"}, "new-seed"),
        ({"new-panel": "contact-points"}, "new-type"),
        ({"new-text-1": ""}, "new-text-1"),
        ({"new-others-1": ""}, "new-others-1"),
        ({"new-counting-1": ""}, "new-others-1"),
        ({"new-counting-1": "知道\n听说过"}, "new-others-1"),
        ({"new-others-1": "长" * 101}, "new-others-1"),
        ({"new-rate-1": ""}, "new-rate-1"),
        ({"new-text-3": ""}, "new-text-3"),
        ({"new-others-3": "上门"}, "new-others-3"),
    ],
)
def test_what_lacks_is_said_at_its_field(changed: Mapping[str, str], field: str) -> None:
    step = propose_form(3)
    filled = step.read(Form(FormData({**FILLED, **changed})))
    assert [name for name, _ in (*filled.faults, *step.placed(mistakes(filled, 3, clock.today())))][:1] == [field]


async def test_all_that_lacks_is_said_at_once_and_the_rest_stays_filled_in(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    lacking = {"new-title": "", "new-size": "", "new-others-1": ""}
    form = {"_form": await visitor.form_token(), "_key": "k", **FILLED, **lacking}
    answer = await visitor.post("/work/surveys/new", form)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert all(f'id="{one}-fault"' in answer.text for one in lacking)
    assert "网上</textarea>" in answer.text
    assert visitor.support.changes == []


async def test_what_the_service_refuses_is_said_and_the_form_stays_filled_in(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    errors = [{"field": "body.title", "message": "不写电话号码（示例）。", "code": "personal_data"}]
    refused = {"title": "不合要求", "detail": "不合要求。", "errors": errors}
    visitor.support.refuses["/v1/surveys"] = httpx.Response(422, json=refused)
    form = {"_form": await visitor.form_token(), "_key": "k", **FILLED}
    answer = await visitor.post("/work/surveys/new", form)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    assert 'href="#new-title">不写电话号码（示例）。' in answer.text
    assert 'value="怎样知道的"' in answer.text


@pytest.mark.parametrize(
    ("state", "until", "role", "proposed_by", "offered_to"),
    [
        ("draft", TOMORROW, Role.APPROVER, "wu", {"opening", "giving-up"}),
        ("draft", TOMORROW, Role.APPROVER, "li", {"giving-up"}),
        ("draft", TOMORROW, Role.OFFICER, "wu", {"giving-up"}),
        ("draft", "2026-01-31", Role.APPROVER, "wu", {"giving-up"}),
        ("draft", TOMORROW, Role.AUDITOR, "wu", set()),
        ("open", TOMORROW, Role.APPROVER, "wu", {"withdrawal"}),
        ("open", TOMORROW, Role.OFFICER, "wu", set()),
        ("open", "2026-01-31", Role.APPROVER, "wu", set()),
        ("withdrawn", TOMORROW, Role.APPROVER, "wu", set()),
    ],
)
def test_a_decision_is_offered_to_whose_turn_it_is(
    state: str, until: str, role: Role, proposed_by: str, offered_to: set[str]
) -> None:
    said = {**SURVEY, "state": state, "until": until, "proposed_by": proposed_by}
    caller = Caller(subject="li", roles=frozenset({role}), region=COUNTY)
    found = offered(SurveyAnswer.model_validate(said), caller, clock.today())
    assert {one.name for one in found} == offered_to


async def test_results_are_asked_for_when_the_last_day_is_over(visitor: Visitor) -> None:
    """Naive: the page of an open survey ends in the refusal of its results."""
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    for state, until, asks in (("open", TOMORROW, False), ("draft", "2026-01-31", False), ("open", "2026-01-31", True)):
        visitor.support.says[f"/v1/surveys/{ID}"] = {**SURVEY, "state": state, "until": until}
        visitor.support.asked.clear()
        text = (await visitor.open(PAGE)).text
        assert any(one.url.path.endswith("/results") for one in visitor.support.asked) is asks
        assert ("截止以后才给结果" in text) is (state == "open" and not asks)


async def test_another_person_lets_it_go_out_in_the_version_that_was_read(visitor: Visitor) -> None:
    await visitor.sign_in(Role.APPROVER, region=COUNTY)
    visitor.support.says[f"/v1/surveys/{ID}"] = {**SURVEY, "state": "draft", "until": TOMORROW}
    opening = f"/v1/surveys/{ID}/opening"
    carried = await fields_of(visitor, PAGE)
    visitor.support.refuses[opening] = httpx.Response(200, json={"invited": 1234})
    sent = await visitor.post(f"{PAGE}/opening", carried)
    assert sent.headers["location"] == f"{PAGE}?done=opening&invited=1234"
    assert "请了 1,234 户回答。" in (await visitor.open(sent.headers["location"])).text
    assert visitor.support.changes[-1].headers["if-match"] == '"8"'
    visitor.support.refuses[opening] = httpx.Response(412, json={"title": "变", "detail": "变。"})
    visitor.support.says[f"/v1/surveys/{ID}"] = {**SURVEY, "state": "draft", "until": TOMORROW, "title": "改过的题目"}
    outdated = await visitor.post(f"{PAGE}/opening", carried)
    assert (outdated.status_code, "您打开页面以后的变化" in outdated.text) == (412, True)
    assert (await visitor.post(f"{PAGE}/answers", carried)).status_code == 404


async def test_results_say_what_is_not_given_and_that_the_service_is_away(visitor: Visitor) -> None:
    await visitor.sign_in(Role.AUDITOR, region="4101")
    few: dict[str, object] = {"question": KNOWS, "rows": [], "total": None}
    results = [question_result(row(["410102"], None, None, rate=None), row([], 20, 10, rate=67)), few]
    visitor.support.says[f"/v1/surveys/{ID}/results"] = sample("support", "ResultsView", results=results)
    text = (await visitor.open(PAGE)).text
    assert all(said in text for said in ("不给", "已截止", "户数太少", "20 户，占百分之 67", "知晓率，按区划代码排列"))
    assert "None" not in text
    visitor.support.away = True
    listed = await visitor.open("/work/surveys")
    assert (listed.status_code, "帮扶服务暂时查不到" in listed.text, faults_of(listed.text)) == (200, True, [])
