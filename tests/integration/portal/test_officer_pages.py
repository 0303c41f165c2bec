"""The officer's pages, walked as an officer: what a page must be, who may see it, and what it asks the services for."""

import json

import httpx
import jsonschema
import pytest

from shared.platform.identity import Role, route_access
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import faults_of, read
from tests.integration.portal.samples import ID
from tests.integration.portal.staff_answers import QUARTER, STAFF_ANSWERS
from tests.integration.portal.test_clients import described, matches
from tests.integration.portal.visitor import Visitor

COUNTY = "410105"
OFFICER_ADDRESSES = {
    "/work": ("/work",),
    "/work/tasks": ("/work/tasks", "/work/tasks?step=review&mine=yes"),
    "/work/households": ("/work/households", "/work/households?q=打印"),
    "/work/households/{uscc}": (f"/work/households/{USCC}",),
    "/work/applications/{application_id}": (f"/work/applications/{ID}", f"/work/applications/{ID}?done=return"),
    "/work/objections": ("/work/objections", "/work/objections?state=filed&overdue=yes&against=typing&mine=yes"),
    "/work/objections/new": ("/work/objections/new", f"/work/objections/new?uscc={USCC}"),
    "/work/objections/{objection_id}": (f"/work/objections/{ID}", f"/work/objections/{ID}?done=propose"),
    "/work/verifications": ("/work/verifications",),
    "/work/verifications/{verification_id}": (f"/work/verifications/{ID}",),
    "/work/deliveries": ("/work/deliveries",),
    "/work/visits": ("/work/visits", "/work/visits?state=overdue&mine=yes"),
    "/work/visits/{visit_id}": (f"/work/visits/{ID}", f"/work/visits/{ID}?done=assign"),
    "/work/problems": ("/work/problems", "/work/problems?state=supervised&done=collect"),
    "/work/disclosures/{kind}/{subject}": (
        f"/work/disclosures/objector/{ID}",
        f"/work/disclosures/hearing/{ID}?within={ID}",
        f"/work/disclosures/contact/{USCC}",
    ),
    "/work/problems/{problem_id}": (f"/work/problems/{ID}", f"/work/problems/{ID}?done=answer"),
    "/work/surveys": ("/work/surveys",),
    "/work/surveys/new": ("/work/surveys/new",),
    "/work/surveys/{survey_id}": (f"/work/surveys/{ID}", f"/work/surveys/{ID}?done=opening&invited=400"),
    "/work/inspections": ("/work/inspections", f"/work/inspections?uscc={USCC}&region=410105"),
    "/work/analyses": ("/work/analyses",),
    "/work/analyses/{quarter}": (f"/work/analyses/{QUARTER}",),
    "/work/statistics": ("/work/statistics", "/work/statistics?region=410105&level=total&year=2026"),
    "/work/process": ("/work/process", "/work/process?year=2025"),
    "/work/publications": ("/work/publications",),
    "/work/publications/rejections": (
        "/work/publications/rejections",
        "/work/publications/rejections?system=national-directory&done=2",
    ),
    "/work/publications/households/{uscc}": (f"/work/publications/households/{USCC}",),
    "/work/publications/reconciliations/{round_id}": (f"/work/publications/reconciliations/{ID}",),
    "/work/seasons": ("/work/seasons",),
    "/work/seasons/{season_id}": (f"/work/seasons/{ID}", f"/work/seasons/{ID}?done=notice&left=3"),
    "/work/criteria/{criteria_id}": (f"/work/criteria/{ID}",),
    "/work/scoring-sheets": ("/work/scoring-sheets", "/work/scoring-sheets?done=draft"),
    "/work/scoring-sheets/{sheet_id}": (f"/work/scoring-sheets/{ID}",),
    "/work/quotas": ("/work/quotas", "/work/quotas?year=2025&done=set"),
    "/work/adoptions": ("/work/adoptions",),
    "/work/adoptions/{adoption_id}": (f"/work/adoptions/{ID}", f"/work/adoptions/{ID}?done=upload"),
    "/work/downloads": ("/work/downloads",),
    "/work/runs": ("/work/runs",),
    "/work/runs/{run_id}": (f"/work/runs/{ID}",),
}
"""Addresses to be walked by an officer, by route"""
FILES = {
    "/work/documents/{document_id}",
    "/work/documents/objections/{document_id}",
    "/work/documents/adoptions/{adoption_id}/{document_id}",
    "/work/statistics/table",
    "/work/analyses/{quarter}/table",
    "/work/downloads/{name}",
}
TABLE_OF_QUARTER = f"/work/analyses/{QUARTER}/table"
SERVICES = ("typing", "recognition", "objection", "notification", "support")


async def test_every_page_is_what_a_page_must_be(visitor: Visitor) -> None:
    found = {one.path for one in route_access(visitor.app) if one.path.startswith("/work") and one.method == "GET"}
    assert found == {*OFFICER_ADDRESSES, *FILES}
    await visitor.sign_in(Role.OFFICER, region=COUNTY, name="示例")
    for address in (one for several in OFFICER_ADDRESSES.values() for one in several):
        answer = await visitor.open(address)
        assert answer.status_code == 200, (address, answer.text)
        assert faults_of(answer.text, "<测试>") == [], address
        assert answer.headers["cache-control"] == "no-store"
    assert undescribed(visitor) == []


def undescribed(visitor: Visitor) -> list[str]:
    """What a service would refuse: parameters that its description does not have."""
    faults = []
    for service in SERVICES:
        known = described(service)["paths"]
        for asked in getattr(visitor, service).asked:
            path = asked.url.path
            operation = (
                known[path] if path in known else next(one for name, one in known.items() if matches(name, path))
            )
            names = {one["name"] for one in operation[asked.method.lower()].get("parameters", ())}
            faults += [f"{path}?{name}" for name in asked.url.params if name not in names]
    return faults


async def test_every_link_among_them_leads_somewhere(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    links: set[str] = set()
    for address in (several[0] for several in OFFICER_ADDRESSES.values()):
        links |= {one for one in read((await visitor.open(address)).text).links if one.startswith("/work")}
    steps = {
        one for several in OFFICER_ADDRESSES.values() for one in read((await visitor.open(several[0])).text).actions
    }
    shown = {
        one
        for one in links - steps
        if not one.startswith(("/work/documents/", "/work/statistics/table", "/work/downloads/", TABLE_OF_QUARTER))
    }
    assert {one: (await visitor.open(one)).status_code for one in shown} == dict.fromkeys(shown, 200)


async def test_an_auditor_is_led_to_what_auditors_may_see(visitor: Visitor) -> None:
    """Naive: the officer's menu, whose first links answer an auditor that they may not."""
    await visitor.sign_in(Role.AUDITOR, region=COUNTY)
    page = await visitor.open("/work/objections")
    assert faults_of(page.text, "<测试>") == []
    links = {one for one in read(page.text).links if one.startswith("/work")} - {f"/work/households/{USCC}"}
    assert "/work/runs" in links
    assert {one: (await visitor.open(one)).status_code for one in links} == dict.fromkeys(links, 200)


async def test_a_list_that_goes_on_is_not_shown_as_if_it_were_all(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    further = {name: {**STAFF_ANSWERS[name], "next": "further"} for name in ("/v1/runs", "/v1/refused-deliveries")}
    visitor.typing.says |= further
    for address in ("/work", "/work/deliveries"):
        assert "只列出最近的 1 项" in (await visitor.open(address)).text, address
    assert "还有没列出的" in (await visitor.open("/work/households?q=打印")).text


async def test_nobody_else_sees_them(visitor: Visitor) -> None:
    asked = await visitor.open("/work")
    assert asked.headers["location"].startswith("/sign-in")
    await visitor.sign_in(Role.OPERATOR, operator_ref="a" * 64)
    for address in (several[0] for several in OFFICER_ADDRESSES.values()):
        assert (await visitor.open(address)).status_code == 403, address


async def test_the_services_are_asked_with_the_persons_own_token(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    await visitor.open("/work")
    asked = [*visitor.recognition.asked, *visitor.objection.asked, *visitor.typing.asked, *visitor.notification.asked]
    start = f"Bearer {visitor.issuer_token()}"
    assert {one.headers["authorization"].startswith(start) for one in asked} == {True}


async def test_a_service_that_is_away_leaves_the_other_parts(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    visitor.objection.away = True
    answer = await visitor.open("/work")
    assert answer.status_code == 200
    assert "暂时查不到，其他内容不受影响" in answer.text
    assert "审核" in answer.text
    assert faults_of(answer.text) == []


async def test_ticked_tasks_are_claimed_each_under_a_key_of_its_own(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    form = {"_form": await visitor.form_token(), "_key": "k1", "what": "claim", "task": [ID, "two"], "step": "review"}
    answer = await visitor.post("/work/tasks", form)
    assert answer.headers["location"] == "/work/tasks?step=review&done=claim"
    sent = {one.url.path: one.headers["idempotency-key"] for one in visitor.recognition.asked if one.method == "POST"}
    assert sent == {f"/v1/tasks/{ID}/claim": f"k1:{ID}", "/v1/tasks/two/claim": "k1:two"}


async def test_each_task_that_was_not_taken_is_named(visitor: Visitor) -> None:
    """Naive: the first that a service does not allow ends in an error page, and nobody knows what was taken."""
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    visitor.recognition.refuses |= {
        "/v1/tasks/one/claim": httpx.Response(409, json={"title": "已领", "detail": "同事已经领取。"}),
        "/v1/tasks/two/claim": httpx.Response(403, json={"title": "不许", "detail": "不在您的辖区。"}),
    }
    ticked = ["one", "two", "three", "../安/x"]
    form = {"_form": await visitor.form_token(), "_key": "k", "what": "claim", "task": ticked, "name-one": "甲店"}
    answer = await visitor.post("/work/tasks", form)
    assert (answer.status_code, faults_of(answer.text, "two")) == (422, [])
    assert "甲店：同事已经领取。" in answer.text
    assert "two：不在您的辖区。" in answer.text
    assert "three：" not in answer.text
    assert visitor.recognition.changes[-1].url.raw_path == b"/v1/tasks/..%2F%E5%AE%89%2Fx/claim"
    many = await visitor.post("/work/tasks", {**form, "task": [str(number) for number in range(51)]})
    assert (many.status_code, "一次最多办 50 项" in many.text) == (422, True)
    visitor.recognition.away = True
    asked = len(visitor.recognition.changes)
    lost = await visitor.post("/work/tasks", {**form, "task": ["three", "four"]})
    assert (lost.status_code, "four：认定服务现在没有应答" in lost.text) == (422, True)
    assert len(visitor.recognition.changes) == asked + 1, "a service that is away is not asked again"


async def test_nothing_ticked_is_said(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    answer = await visitor.post("/work/tasks", {"_form": await visitor.form_token(), "what": "claim"})
    assert answer.status_code == 422
    assert "请先勾选" in answer.text


async def test_a_review_is_asked_for_in_the_version_that_was_read(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    page = await visitor.open(f"/work/applications/{ID}")
    assert 'name="_version" value="&#34;7&#34;"' in page.text
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"7"', "outcome": "return"}
    lacking = await visitor.post(f"/work/applications/{ID}/review", form)
    assert lacking.status_code == 422
    assert "请写明要补的全部材料" in lacking.text
    assert faults_of(lacking.text, "<测试>") == []
    sent = await visitor.post(f"/work/applications/{ID}/review", {**form, "missing": "营业执照\n照片"})
    assert sent.headers["location"] == f"/work/applications/{ID}?done=return"
    asked = next(one for one in visitor.recognition.asked if one.url.path == "/v1/reviews")
    assert asked.headers["if-match"] == '"7"'
    assert json.loads(asked.content)["missing"] == ["营业执照", "照片"]


async def test_an_approver_publishes_a_draft_and_an_officer_is_not_offered_to(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    assert "发布这一批" not in (await visitor.open(f"/work/runs/{ID}")).text
    await visitor.sign_in(Role.APPROVER, region="4101")
    assert "发布这一批" in (await visitor.open(f"/work/runs/{ID}")).text
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"7"', "step": "publication"}
    sent = await visitor.post(f"/work/runs/{ID}", form)
    assert sent.headers["location"] == f"/work/runs/{ID}?done=publication"
    (asked,) = [one for one in visitor.typing.asked if one.method == "POST"]
    assert (asked.url.path, asked.headers["if-match"]) == (f"/v1/runs/{ID}/publication", '"7"')


async def test_a_discard_needs_a_reason_and_an_unknown_step_is_none(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"7"'}
    for step, said in (("discard", "请写明理由"), ("../other", "请用页面上的按钮办理")):
        answer = await visitor.post(f"/work/runs/{ID}", {**form, "step": step})
        assert answer.status_code == 422
        assert said in answer.text
    assert [one for one in visitor.typing.asked if one.method == "POST"] == []


@pytest.mark.parametrize("path", STAFF_ANSWERS)
def test_the_stand_ins_answer_as_the_services_do(path: str) -> None:
    for service in SERVICES:
        description = described(service)
        for pattern, operations in description["paths"].items():
            if "get" in operations and matches(pattern, path):
                schema = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
                jsonschema.validate(STAFF_ANSWERS[path], {**schema, "components": description["components"]})
                return
    raise AssertionError(f"no service answers at {path}")
