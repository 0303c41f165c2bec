"""Sessions: only who the provider names gets in, a browser holds a number only, other sites post nothing."""

import json
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from services.portal.sessions.service import cookie_name
from shared.platform.identity import SAFE_METHODS, Role, route_access
from tests.integration.portal.identity_provider import ADDRESS
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.visitor import BROWSER, Visitor

OPERATOR = {"sub": "somebody", "operator_ref": "v1:" + "1" * 32}
NAME = "__Host-minglu"


async def signed_in(visitor: Visitor) -> bool:
    """Whether pages show somebody as signed in."""
    return "退出登录" in (await visitor.open("/help")).text


async def change_session(visitor: Visitor, change: str) -> None:
    """Let time pass, or change what is stored."""
    pool = await visitor.app.state.database.pool()
    async with visitor.app.state.database.transaction() as session:
        await (await session.connection()).exec_driver_sql(f"UPDATE browser_session SET {change}")
    assert pool


async def test_a_browser_holds_a_random_number_and_the_token_is_stored_sealed(visitor: Visitor) -> None:
    answer = await visitor.sign_in(Role.OFFICER, region="4101", sub="li", name="李明（示例）")
    assert answer.status_code == 303
    kept = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(NAME))
    for flag in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
        assert flag in kept
    page = await visitor.open("/help")
    assert "李明（示例），河南省郑州市，经办人" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert faults_of(page.text) == []
    token = visitor.issuer_token()
    pool = await visitor.app.state.database.pool()
    (row,) = await pool.fetch("SELECT * FROM browser_session")
    stored = json.dumps([str(value) for value in row.values()]) + bytes(row["tokens"]).decode("latin-1")
    secret = visitor.client.cookies[NAME]
    for hidden in (token, secret):
        assert hidden not in stored
        assert hidden not in page.text
    assert token not in kept


async def test_the_id_is_new_at_each_sign_in_and_the_one_before_it_has_ended(visitor: Visitor) -> None:
    """Naive: a number that somebody planted, or had before, goes on to count."""
    visitor.client.cookies.set(NAME, "planted", domain="portal.test")
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    first = visitor.client.cookies[NAME]
    assert first != "planted"
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    second = visitor.client.cookies[NAME]
    assert second not in ("planted", first)
    visitor.client.cookies.set(NAME, first, domain="portal.test")
    assert not await signed_in(visitor)


async def test_whoever_is_signed_in_gets_what_is_kept_of_them_and_of_nobody_else(visitor: Visitor) -> None:
    """个人信息保护法第四十五条, of staff too."""
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    await visitor.sign_in(Role.OFFICER, region="4101", sub="li", name="李明（示例）")
    answer = await visitor.open("/v1/own-data")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="own-data-portal.json"'
    account, sessions, forms = (kind["rows"] for kind in answer.json()["kinds"])
    assert [one["角色"] for one in account] == [["officer"]]
    assert [one["退出时间"] for one in sessions] == [None]
    assert forms == []
    assert visitor.issuer_token() not in answer.text


async def test_signing_out_ends_the_session_and_not_only_the_cookie(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    secret = visitor.client.cookies[NAME]
    answer = await visitor.post("/sign-out", {"_form": await visitor.form_token()})
    assert answer.headers["location"] == "/signed-out"
    assert NAME not in visitor.client.cookies
    elsewhere = await visitor.open("/signed-out/everywhere")
    assert elsewhere.headers["location"].startswith(f"{ADDRESS}/end-session")
    visitor.client.cookies.set(NAME, secret, domain="portal.test")
    assert not await signed_in(visitor)


@pytest.mark.parametrize(
    "change",
    [
        "seen_at = now() - idle_seconds * interval '1 second'",
        "ends_at = now()",
        "tokens = '\\x00'",
        "ended_at = now()",
    ],
    ids=["idle", "absolute", "unreadable", "ended"],
)
async def test_a_session_ends_by_itself(visitor: Visitor, change: str) -> None:
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    assert await signed_in(visitor)
    await change_session(visitor, change)
    assert not await signed_in(visitor)
    assert (await visitor.open("/accounts")).headers["location"] == "/sign-in?back=%2Faccounts"


LIES: Mapping[str, dict[str, Any]] = {
    "another nonce": {"nonce": "another"},
    "another client": {"aud": "another"},
    "several clients, none authorised": {"aud": ["minglu-portal", "another"]},
    "another issuer": {"iss": "https://another.test"},
    "somebody else": {"sub": "somebody-else"},
    "expired": {"exp": 1},
}


async def test_whatever_does_not_fit_the_attempt_signs_nobody_in(visitor: Visitor) -> None:
    provider = visitor.provider
    for named, lies in LIES.items():
        provider.lies = lies
        answer = await visitor.sign_in(Role.OPERATOR, **OPERATOR)
        assert (answer.status_code, NAME in visitor.client.cookies) == (403, False), named
        assert faults_of(answer.text) == []
    provider.lies = {}
    for algorithm in ("none", "HS256"):
        provider.header = {"alg": algorithm}
        assert (await visitor.sign_in(Role.OPERATOR, **OPERATOR)).status_code == 403, algorithm
    provider.header = {}
    asked = (await visitor.open("/sign-in")).headers["location"]
    back = provider.back(asked)
    for changed in (re.sub("state=[^&]+", "state=another", back), back.replace(ADDRESS, "https://another.test")):
        assert (await visitor.open(changed)).status_code == 403, changed
    mine = dict(visitor.client.cookies)
    visitor.client.cookies.clear()  # another browser opens what came back to this one
    assert (await visitor.open(back)).status_code == 403
    visitor.client.cookies.update(mine)
    provider.codes.clear()  # the code was used before
    assert (await visitor.open(back)).status_code == 403
    assert NAME not in visitor.client.cookies


async def test_one_goes_on_to_the_page_that_one_wanted_if_it_is_ours(visitor: Visitor) -> None:
    visitor.provider.is_now(Role.OPERATOR, **OPERATOR)
    assert (await visitor.come_back("/sign-in?back=/notices?region=41")).headers["location"] == "/notices?region=41"
    for foreign in ("https://a.example", "//a.example", "/\\a.example"):
        back = await visitor.come_back(f"/sign-in?back={foreign}")
        assert back.headers["location"].startswith("/"), foreign
        assert "a.example" not in back.headers["location"]


async def test_staff_need_an_account_and_it_must_agree_with_the_provider(visitor: Visitor) -> None:
    provider = visitor.provider
    provider.is_now(Role.OFFICER, region="4101", sub="li")
    refused = await visitor.come_back("/sign-in")
    assert (refused.status_code, "还没有为您开通账号" in refused.text) == (403, True)
    await visitor.admit("li", Role.OFFICER, region="4101")
    for roles, region in (((Role.OFFICER, Role.APPROVER), "4101"), ((Role.OFFICER,), "41"), ((Role.OFFICER,), "")):
        provider.is_now(*roles, region=region, sub="li")
        assert (await visitor.come_back("/sign-in")).status_code == 403, (roles, region)
    provider.is_now(Role.OFFICER, region="410105", sub="li")
    assert (await visitor.come_back("/sign-in")).status_code == 303


async def test_a_form_of_another_site_or_session_does_nothing(visitor: Visitor) -> None:
    """Every form of the application, as whoever may post it: none takes what does not come from its own page."""
    await visitor.sign_in(Role.SECURITY_ADMIN, sub="keeper")
    token = await visitor.form_token("/accounts/new")
    forms = [one for one in route_access(visitor.app) if one.method not in SAFE_METHODS]
    assert forms
    for one in forms:
        path = re.sub(r"{\w+}", "x", one.path)
        for headers, form in (
            ({"Sec-Fetch-Site": "cross-site"}, token),
            ({"Sec-Fetch-Site": "same-site"}, token),
            ({"Origin": "https://a.example"}, token),
            ({"Origin": "null"}, token),
        ):
            answer = await visitor.post(path, {"_form": form}, **headers)
            assert (answer.status_code, "不能提交" in answer.text) == (403, True), (one.path, headers)
        if one.access.public or Role.SECURITY_ADMIN in one.access.roles:
            for form in ("", "guessed", token[:-1] + "ü"):
                answer = await visitor.post(path, {"_form": form}, **{"Sec-Fetch-Site": "same-origin"})
                assert (answer.status_code, "不能提交" in answer.text) == (403, True), (one.path, form)
    assert await signed_in(visitor)


async def test_what_was_filled_in_when_the_session_had_ended_waits_for_the_same_person(visitor: Visitor) -> None:
    keeper = {"sub": "keeper", "name": "示例安全管理员"}
    await visitor.sign_in(Role.SECURITY_ADMIN, **keeper)
    form: dict[str, object] = {
        "_form": await visitor.form_token("/accounts/new"),
        "subject": "wang",
        "name": "王经办（示例）",
        "roles": ["officer"],
        "region": "4101",
    }
    await change_session(visitor, "ends_at = now()")
    ended = await visitor.post("/accounts", form)
    assert (ended.status_code, "location" in ended.headers) == (401, False), "a form may lead to no other site"
    assert faults_of(ended.text) == []
    assert "已为您保留" in ended.text
    (led,) = re.findall(r'href="(/sign-in\?back=%2Fkept-forms%2F[^"]+)"', ended.text)
    kept = httpx.URL(led).params["back"]
    await visitor.sign_in(Role.SECURITY_ADMIN, sub="another")
    assert (await visitor.open(kept)).status_code == 404
    visitor.provider.is_now(Role.SECURITY_ADMIN, **keeper)
    assert (await visitor.come_back(led)).headers["location"] == kept
    page = await visitor.open(kept)
    assert faults_of(page.text) == []
    assert "王经办（示例）" in page.text
    assert f'href="{kept}"' not in page.text, "a way back that leads to the page itself"
    again = {**form, "_form": await visitor.form_token(kept)}
    assert (await visitor.post("/accounts", again)).headers["location"] == "/accounts?done=saved"
    foreign = await visitor.client.post("/accounts", data={"_form": "guessed"}, headers=BROWSER)
    assert foreign.status_code == 403


async def test_the_administrator_keeps_accounts_and_can_do_nothing_else(visitor: Visitor) -> None:
    await visitor.sign_in(Role.SECURITY_ADMIN, sub="keeper", name="示例安全管理员")
    token = await visitor.form_token("/accounts/new")
    wrong = await visitor.post("/accounts", {"_form": token, "roles": ["officer"], "department": "tax", "region": "99"})
    assert wrong.status_code == 422
    assert faults_of(wrong.text) == []
    assert "<title>有问题：" in wrong.text
    for field in ("subject", "name", "region", "department"):
        assert f'<a href="#{field}">' in wrong.text
    wish = {"_form": token, "subject": "wang", "name": "王经办", "roles": ["officer"], "region": "4101"}
    for _ in range(2):  # a double click
        assert (await visitor.post("/accounts", wish)).status_code == 303
    again = await visitor.post("/accounts", {**wish, "region": "41"})
    assert (again.status_code, '<a href="#subject">这个用户标识已经有账号' in again.text) == (422, True)
    stale = await visitor.post("/accounts", {**wish, "region": "41", "_version": "7"})
    assert (stale.status_code, faults_of(stale.text, "wang")) == (412, [])
    assert "账号已被他人更改" not in again.text
    for said in ("内容有了变化", "河南省郑州市", 'value="41"', 'name="_version" value="1"'):
        assert said in stale.text
    page = await visitor.open("/accounts/one?subject=wang")
    assert (faults_of((await visitor.open("/accounts")).text), faults_of(page.text, "wang")) == ([], [])
    changed = await visitor.post("/accounts", {**wish, "region": "41", "_version": "1"})
    assert changed.status_code == 303
    pool = await visitor.app.state.database.pool()
    actions = [row["action"] for row in await pool.fetch("SELECT action FROM audit_entry WHERE action ~ 'account'")]
    assert actions == ["account:open", "account:change"]
    for route in route_access(visitor.app):
        if not route.access.public and Role.SECURITY_ADMIN in route.access.roles:
            assert route.path.startswith("/accounts"), route.path


async def test_closing_an_account_signs_its_person_out(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101", sub="li")
    of_officer = visitor.client.cookies[NAME]
    visitor.client.cookies.clear()
    await visitor.sign_in(Role.SECURITY_ADMIN, sub="keeper")
    token = await visitor.form_token("/accounts/new")
    assert (await visitor.post("/accounts/closing", {"_form": token, "subject": "li"})).status_code == 303
    visitor.client.cookies.set(NAME, of_officer, domain="portal.test")
    assert not await signed_in(visitor)
    visitor.provider.is_now(Role.OFFICER, region="4101", sub="li")
    assert (await visitor.come_back("/sign-in")).status_code == 403


async def test_an_account_that_is_narrowed_ends_the_sessions_that_it_admitted(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101", sub="li")
    of_officer = visitor.client.cookies[NAME]
    visitor.client.cookies.clear()
    await visitor.sign_in(Role.SECURITY_ADMIN, sub="keeper")
    wish: dict[str, object] = {"subject": "li", "name": "示例", "roles": ["officer"], "region": "4101", "_version": "1"}
    wish["_form"] = await visitor.form_token("/accounts/new")
    keeper = visitor.client.cookies[NAME]
    for region, lasts in (("4101", True), ("410105", False)):
        visitor.client.cookies.set(NAME, keeper, domain="portal.test")
        assert (await visitor.post("/accounts", {**wish, "region": region})).status_code == 303
        visitor.client.cookies.set(NAME, of_officer, domain="portal.test")
        assert await signed_in(visitor) is lasts, region


async def test_an_attempt_is_held_by_a_cookie_that_no_other_site_can_plant(visitor: Visitor) -> None:
    answer = await visitor.open("/sign-in?back=/notices")
    kept = answer.headers["set-cookie"]
    for flag in (f"{NAME}-attempt=", "Secure", "HttpOnly", "SameSite=lax", "Path=/;"):
        assert flag in f"{kept};"
    assert "omain=" not in kept
    visitor.provider.is_now(Role.OPERATOR, **OPERATOR)
    secret = visitor.client.cookies[f"{NAME}-attempt"].strip('"').partition(".")[0]
    visitor.client.cookies.set(f"{NAME}-attempt", f"{secret}.//a.example", domain="portal.test")
    back = await visitor.open(visitor.provider.back(answer.headers["location"]))
    assert back.headers["location"] == "/desk", "what a cookie says is looked at again"
    long = await visitor.come_back("/sign-in?back=/help?" + "a" * 1_500)
    assert long.headers["location"] == "/desk"


async def test_over_http_on_this_machine_the_cookie_has_a_plain_name(visitor: Visitor) -> None:
    settings = visitor.app.state.settings
    assert cookie_name(settings) == NAME
    assert cookie_name(settings.model_copy(update={"public_address": "http://127.0.0.1:8000"})) == "minglu"
