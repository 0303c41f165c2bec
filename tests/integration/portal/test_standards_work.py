"""Scoring sheets and quotas through the portal: drafted by one person, put in force by another."""

import json

import httpx

from services.portal.sheets.endpoints import PATHS
from services.portal.sheets.steps import DRAFTS, STEPS
from shared.platform.identity import Role
from tests.integration.portal.answers import POLICY
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import ID
from tests.integration.portal.staff_answers import SHEET
from tests.integration.portal.test_clients import described
from tests.integration.portal.test_handling import fields_of
from tests.integration.portal.visitor import Visitor

COUNTY, LIST, PAGE = "410105", "/work/scoring-sheets", f"/work/scoring-sheets/{ID}"


def test_every_step_is_asked_for_where_the_service_takes_it() -> None:
    said = described("recognition")["paths"]
    assert set(PATHS) == set(DRAFTS)
    assert {"post"} <= {method for path in PATHS.values() for method in said[path]}
    one = said["/v1/scoring-sheets/{sheet_id}"]
    assert set(STEPS) == {"entry-into-force", "removal"}
    assert ("delete" in one, "/v1/scoring-sheets/{sheet_id}/entry-into-force" in said) == (True, True)


async def test_a_mistake_in_a_sheet_is_told_and_the_text_is_kept(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    said = {
        "title": "写错了",
        "detail": "写错了。",
        "errors": [{"field": "body.sheet", "message": "第 3 行：少了 weight"}],
    }
    visitor.recognition.refuses["/v1/scoring-sheets"] = httpx.Response(422, json=said)
    filled = {"draft-region": COUNTY, "draft-year": "2026", "draft-policy": POLICY["id"], "draft-sheet": "标题：示例"}
    carried = {"_form": await visitor.form_token(), "_key": "k"}
    refused = await visitor.post(f"{LIST}/draft", {**carried, **filled})
    assert refused.status_code == 422
    assert "第 3 行：少了" in refused.text
    assert "标题：示例</textarea>" in refused.text
    del visitor.recognition.refuses["/v1/scoring-sheets"]
    sent = await visitor.post(f"{LIST}/draft", {**carried, **filled})
    assert sent.headers["location"] == f"{LIST}?done=draft"
    body = {"region": COUNTY, "year": 2026, "policy": POLICY["id"], "sheet": "标题：示例"}
    assert json.loads(visitor.recognition.changes[-1].content) == body


async def test_a_draft_is_put_in_force_by_an_approver_in_the_version_that_was_read(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    assert f'action="{PAGE}/entry-into-force"' not in (await visitor.open(PAGE)).text
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"7"'}
    assert (await visitor.post(f"{PAGE}/entry-into-force", form)).status_code == 403
    await visitor.sign_in(Role.APPROVER, region=COUNTY)
    sent = await visitor.post(f"{PAGE}/entry-into-force", await fields_of(visitor, PAGE))
    assert sent.headers["location"] == f"{PAGE}?done=entry-into-force"
    (asked,) = visitor.recognition.changes
    assert (asked.url.path, asked.headers["if-match"]) == (f"/v1/scoring-sheets/{ID}/entry-into-force", '"7"')
    removed = await visitor.post(f"{PAGE}/removal", await fields_of(visitor, PAGE))
    assert removed.headers["location"] == f"{LIST}?done=removal"
    assert visitor.recognition.changes[-1].method == "DELETE"
    visitor.recognition.says[f"/v1/scoring-sheets/{ID}"] = {**SHEET, "in_force_at": "2026-07-01T08:00:00+08:00"}
    assert f'action="{PAGE}/entry-into-force"' not in (await visitor.open(PAGE)).text


async def test_a_quota_is_set_and_places_that_are_no_numbers_are_named(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101")
    carried = {"_form": await visitor.form_token(), "_key": "k"}
    filled = {"set-scope": "4101", "set-year": "2026", "set-policy": POLICY["id"], "set-places": "410105=三十"}
    wrong = await visitor.post("/work/quotas/set", {**carried, **filled})
    assert (wrong.status_code, faults_of(wrong.text, "<测试>")) == (422, [])
    assert "这里写的是 410105=三十" in wrong.text
    assert visitor.recognition.changes == []
    right = {**filled, "set-places": "410105=30\n410102 = 12", "set-document": "郑市监〔2026〕3号"}
    sent = await visitor.post("/work/quotas/set", {**carried, **right})
    assert sent.headers["location"] == "/work/quotas?year=2026&done=set"
    (asked,) = visitor.recognition.changes
    body = json.loads(asked.content)
    assert (asked.url.path, body["places"]) == ("/v1/quotas", {"410105": 30, "410102": 12})
    assert (body["scope"], body["year"], body["document"]) == ("4101", 2026, "郑市监〔2026〕3号")
