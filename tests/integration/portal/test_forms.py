"""Forms that could not be done: what was filled in stays, nothing newer is taken unseen, nobody is signed out by it."""

import re
from dataclasses import replace

import httpx
import pytest

from services.portal.sessions.service import Sessions
from shared.database.connections import Database
from shared.platform.identity import Identity, Role
from shared.platform.tokens import TokenVerifier
from tests.fixtures.service_client import ISSUER
from tests.integration.portal.own_answers import APPLICATION
from tests.integration.portal.page_checks import faults_of, read
from tests.integration.portal.samples import ID
from tests.integration.portal.staff_answers import APPLICATION as CASE, RUN
from tests.integration.portal.visitor import BROWSER, Visitor

OPERATOR = {"sub": "somebody", "operator_ref": "v1:" + "1" * 32}
COUNTY = "410105"
STALE = httpx.Response(412, json={"title": "版本", "detail": "已被他人更改"})
UNUSABLE = httpx.Response(422, json={"title": "不行", "detail": "还差一份材料。"})
STEPS = {
    f"/work/applications/{ID}/review": ("/v1/reviews", f"/v1/applications/{ID}", CASE, {"outcome": "refuse"}),
    f"/work/runs/{ID}": (f"/v1/runs/{ID}/discard", f"/v1/runs/{ID}", RUN, {"step": "discard"}),
}
"""By action: what the service is asked, where it says what it has, what that is, and what is filled in"""
SIGNED_IN = "退出登录"


def version_of(page: str) -> str:
    """The version that the forms of a page rest on."""
    (found,) = set(re.findall(r'name="_version" value="([^"]+)"', page))
    return str(found).replace("&#34;", '"')


@pytest.mark.parametrize("action", STEPS)
async def test_a_newer_version_is_taken_only_with_the_notice_that_there_is_one(visitor: Visitor, action: str) -> None:
    """Naive: a form that was refused comes back with the newest version, and overwrites what nobody has looked at."""
    asked, said, stored, wish = STEPS[action]
    service = visitor.recognition if "/v1/reviews" in asked else visitor.typing
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    form = {"_form": await visitor.form_token(), "_key": "k", "_version": '"7"', "reason": "查明情况不符", **wish}
    service.says[said] = stored  # somebody has changed it: its version is 8
    service.refuses[asked] = UNUSABLE
    refused = await visitor.post(action, form)
    assert (refused.status_code, version_of(refused.text)) == (422, '"7"')
    service.refuses[asked] = STALE
    changed = await visitor.post(action, form)
    assert (changed.status_code, version_of(changed.text)) == (412, '"8"')
    assert "内容有了变化" in changed.text
    assert "查明情况不符" in changed.text, "what was filled in is kept"
    assert faults_of(changed.text, "<测试>") == []


async def test_a_form_is_shown_again_when_the_service_does_not_answer(visitor: Visitor) -> None:
    """Naive: an error page, and everything has to be typed again on a phone."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {"_form": await visitor.form_token(), "_key": "same", "phone": "13800000000", "agreed": "consent"}
    visitor.notification.away = True
    kept = await visitor.post("/settings/contact", {**form, "note": "旧<号>"}, Referer="https://portal.test/settings")
    assert (kept.status_code, faults_of(kept.text)) == (503, [])
    assert "通知服务现在没有应答" in kept.text
    assert "旧&lt;号&gt;" in kept.text
    assert 'href="/settings"' in kept.text
    again = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', kept.text))
    assert again["_key"] == "same", "sent again it is one and the same"
    visitor.notification.away = False
    assert (await visitor.post("/settings/contact", again)).headers["location"] == "/settings?done=contact"
    visitor.recognition.away = True
    file = {"file": ("照片.png", b"\x89PNG", "image/png")}
    path = f"/desk/applications/{APPLICATION}/documents"
    lost = await visitor.client.post(path, data={**form, "evidence": "a:b"}, files=file, headers=BROWSER)
    assert (lost.status_code, faults_of(lost.text)) == (503, [])
    assert "选过的文件没有保留" in lost.text
    assert f'action="{path}"' not in lost.text


async def test_from_the_answer_to_a_form_the_larger_letters_lead_back_to_the_form(visitor: Visitor) -> None:
    """Naive: to the address that the form was posted to, which opens nothing."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form, action = {"_form": await visitor.form_token()}, "/settings/credit-consents"
    visitor.recognition.refuses["/v1/credit-consents"] = UNUSABLE
    ours = "https://portal.test/settings?done=contact"
    for referer, back in ((ours, "%2Fsettings%3Fdone%3Dcontact"), ("https://a.example/x", "%2F"), ("", "%2F")):
        shown = await visitor.post(action, form, Referer=referer)
        assert shown.status_code == 422
        links = {one for one in read(shown.text).links if one.startswith("/view")}
        assert {one.partition("back=")[2].replace("/", "%2F") for one in links} == {back}, referer


async def test_a_header_cannot_be_made_of_what_our_pages_never_wrote(visitor: Visitor) -> None:
    """Naive: a key or a version that no header can carry ends in an error of ours."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    form = {"_form": await visitor.form_token(), "_key": "键", "_version": "版\n本"}
    answer = await visitor.post(f"/desk/applications/{APPLICATION}/submission", form)
    assert answer.status_code == 303
    (sent,) = visitor.recognition.changes
    assert (sent.headers["idempotency-key"], "if-match" in sent.headers) == ("", False)


@pytest.mark.parametrize("origin", ["portal.test", "//portal.test", "https://[", "ftp://portal.test"])
async def test_an_origin_that_is_none_is_refused(visitor: Visitor, origin: str) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    answer = await visitor.post("/settings/contact/removal", {"_form": await visitor.form_token()}, Origin=origin)
    assert (answer.status_code, "不能提交" in answer.text) == (403, True)


async def test_while_tokens_cannot_be_checked_nobody_is_taken_for_signed_out(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    token, state = await visitor.form_token(), visitor.app.state
    known, state.identity = state.identity, Identity(TokenVerifier("/nowhere/jwks.json", ISSUER, "minglu"))
    page = await visitor.open("/desk")
    assert (page.status_code, faults_of(page.text)) == (503, [])
    assert "请稍后再试" in page.text
    out = await visitor.post("/sign-out", {"_form": token})
    assert out.headers["location"] == "/signed-out", "who leaves is let go"
    state.identity = known
    assert SIGNED_IN not in (await visitor.open("/help")).text


async def test_a_database_that_is_away_is_said_in_a_page(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    resources = visitor.app.state.resources
    away = Database("postgresql://nobody@127.0.0.1:1/none")
    visitor.app.state.resources = replace(resources, sessions=Sessions(resources.settings, away))
    page = await visitor.open("/desk")
    assert (page.status_code, faults_of(page.text)) == (503, [])
    assert (await visitor.client.get("/desk")).headers["content-type"] == "application/problem+json"
    visitor.app.state.resources = resources
    assert SIGNED_IN in (await visitor.open("/desk")).text
