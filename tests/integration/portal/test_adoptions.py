"""Recognitions from elsewhere through the portal: entered by one person, adopted by another."""

import json

import httpx

from shared.platform.identity import Role
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import ID
from tests.integration.portal.test_handling import fields_of
from tests.integration.portal.visitor import Visitor

COUNTY, LIST, PAGE = "410105", "/work/adoptions", f"/work/adoptions/{ID}"
ENTRIES = "/v1/recognitions/adopted"
CERTIFICATE = {
    "uscc": USCC,
    "category": "quality",
    "path": "application",
    "origin": "110101",
    "issued_by": "北京市东城区市场监督管理局",
    "certificate_no": "京东市监认〔2025〕12号",
    "granted_on": "2025-11-20",
    "valid_until": "2028-11-20",
}


async def test_an_entry_says_what_the_certificate_says_and_why_it_is_refused(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    form = {"_form": await visitor.form_token(), "_key": "k"}
    form |= {f"enter-{name}": value for name, value in CERTIFICATE.items()}
    said = {"title": "不能认可这项认定", "detail": "本地适用的政策没有认可北京市认定结果的规定"}
    visitor.recognition.refuses[ENTRIES] = httpx.Response(422, json=said)
    refused = await visitor.post(f"{LIST}/enter", form)
    assert (refused.status_code, faults_of(refused.text, "<测试>")) == (422, [])
    assert "没有认可北京市认定结果的规定" in refused.text
    assert "京东市监认〔2025〕12号" in refused.text, "what was filled in stays"
    del visitor.recognition.refuses[ENTRIES]
    await visitor.post(f"{LIST}/enter", form)
    asked = visitor.recognition.changes[-1]
    assert (asked.url.path, json.loads(asked.content)) == (ENTRIES, CERTIFICATE)


async def test_an_approver_decides_in_the_version_that_was_read_and_an_officer_does_not(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    assert f'action="{PAGE}/approval"' not in (await visitor.open(PAGE)).text
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"7"'}
    assert (await visitor.post(f"{PAGE}/approval", form)).status_code == 403
    await visitor.sign_in(Role.APPROVER, region=COUNTY)
    sent = await visitor.post(f"{PAGE}/approval", await fields_of(visitor, PAGE))
    assert sent.headers["location"] == f"{PAGE}?done=approval"
    (asked,) = visitor.recognition.changes
    assert (asked.url.path, asked.headers["if-match"]) == (f"{ENTRIES}/{ID}/approval", '"7"')
    why = {**await fields_of(visitor, PAGE), "refusal-reason": "证书与原认定部门核对不符"}
    assert (await visitor.post(f"{PAGE}/refusal", why)).headers["location"] == f"{PAGE}?done=refusal"
    assert json.loads(visitor.recognition.changes[-1].content) == {"reason": "证书与原认定部门核对不符"}
