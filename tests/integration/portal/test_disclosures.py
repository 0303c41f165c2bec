"""Masked names, contacts and notes: in clear for a reason, once, and never to somebody who only looks."""

import json

import httpx
import pytest

from shared.platform.identity import Role
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import ID
from tests.integration.portal.visitor import Visitor

COUNTY = "410105"
OBJECTOR, HEARING = f"/work/disclosures/objector/{ID}", f"/work/disclosures/hearing/{ID}"
CONTACT = f"/work/disclosures/contact/{USCC}"
NOTE = {"id": ID, "kind": "hearing", "kind_label": "听证", "held_on": "2026-11-20", "document": None}
SHOWN = {
    OBJECTOR: (
        "objection",
        f"/v1/objections/{ID}/objector/disclosures",
        {"name": "示例某", "contact": "示例电话甲", "consents": []},
        "示例电话甲",
    ),
    HEARING: (
        "objection",
        f"/v1/objections/{ID}/hearings/{ID}/disclosures",
        {**NOTE, "present": ["示例某"], "text": "当事人说明了情况"},
        "当事人说明了情况",
    ),
    CONTACT: ("notification", f"/v1/contacts/{USCC}/disclosures", {"delivered": {"phone": "示例电话乙"}}, "示例电话乙"),
}
"""By page: which service is asked where, what it answers, and what of it is in clear"""


@pytest.mark.parametrize("page", SHOWN)
async def test_what_is_masked_is_shown_for_a_reason_and_the_page_says_that_it_is_written_down(
    visitor: Visitor, page: str
) -> None:
    service, path, answer, clear = SHOWN[page]
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    opened = f"{page}?within={ID}" if page == HEARING else page
    before = (await visitor.open(opened)).text
    assert ("都记入审计" in before, clear in before) == (True, False)
    getattr(visitor, service).refuses[path] = httpx.Response(200, json=answer)
    form = {"_form": await visitor.form_token(), "_key": "k", "within": ID if page == HEARING else ""}
    lacking = await visitor.post(f"{page}/show", form)
    assert (lacking.status_code, clear in lacking.text) == (422, False)
    assert getattr(visitor, service).changes == []
    shown = await visitor.post(f"{page}/show", {**form, "show-reason": "电话核实材料"})
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store")
    assert clear in shown.text
    assert "已记入审计" in shown.text
    assert faults_of(shown.text) == []
    (asked,) = getattr(visitor, service).changes
    assert (asked.url.path, json.loads(asked.content)) == (path, {"reason": "电话核实材料"})
    assert clear not in (await visitor.open(opened)).text, "it has no address"


async def test_a_refusal_shows_nothing_and_keeps_the_reason(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    said = {"title": "不能", "detail": "这件异议不由您办理。"}
    visitor.objection.refuses[f"/v1/objections/{ID}/objector/disclosures"] = httpx.Response(403, json=said)
    form = {"_form": await visitor.form_token(), "_key": "k", "show-reason": "电话核实"}
    answer = await visitor.post(f"{OBJECTOR}/show", form)
    assert answer.status_code == 403
    assert said["detail"] in answer.text
    assert "电话核实</textarea>" in answer.text
    assert "已记入审计" not in answer.text


@pytest.mark.parametrize("address", [f"/work/objections/{ID}", f"/work/households/{USCC}"])
async def test_only_who_may_is_led_to_what_is_masked(visitor: Visitor, address: str) -> None:
    for role, led in ((Role.OFFICER, True), (Role.APPROVER, True), (Role.AUDITOR, False)):
        await visitor.sign_in(role, region=COUNTY)
        assert ("/work/disclosures/" in (await visitor.open(address)).text) is led, role
    assert (await visitor.open(OBJECTOR)).status_code == 403


async def test_there_is_nothing_else_to_be_shown(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    assert (await visitor.open(f"/work/disclosures/anything/{ID}")).status_code == 404
    assert (await visitor.open(f"/work/disclosures/hearing/{USCC}?within={ID}")).status_code == 404
    form = {"_form": await visitor.form_token(), "_key": "k", "show-reason": "看看"}
    assert (await visitor.post(f"/work/disclosures/anything/{ID}/show", form)).status_code == 404
