"""Where somebody is signed in: shown to them alone, and ended by them or by who keeps the accounts."""

import re

import pytest

from services.portal.sessions.service import device_of
from shared.platform.identity import Role
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.visitor import Visitor

NAME = "__Host-minglu"
OPERATOR = {"sub": "somebody", "operator_ref": "v1:" + "1" * 32}
PAGE = "/settings/sessions"


async def another_browser(visitor: Visitor, **who: str) -> str:
    """Signs in with a browser of its own; its cookie."""
    visitor.client.cookies.clear()
    await visitor.sign_in(Role.OPERATOR, **who)
    return visitor.client.cookies[NAME]


async def is_signed_in(visitor: Visitor, cookie: str) -> bool:
    """Whether the browser with that cookie still is."""
    visitor.client.cookies.clear()
    visitor.client.cookies.set(NAME, cookie, domain="portal.test")
    return "退出登录" in (await visitor.open("/help")).text


async def test_one_sees_where_one_is_signed_in_and_signs_out_there(visitor: Visitor) -> None:
    lost, old, here = [await another_browser(visitor, **OPERATOR) for _ in range(3)]
    page = await visitor.open(PAGE)
    assert faults_of(page.text) == []
    assert (page.text.count("<h2>"), page.text.count("您正在用的这台")) == (3, 1)
    ids = re.findall(r'name="session" value="([0-9a-f]{64})"', page.text)
    assert len(ids) == 2, "one's own is ended by signing out"
    form = await visitor.form_token(PAGE)
    answer = await visitor.post(f"{PAGE}/ending", {"_form": form, "session": ids[1]})
    assert answer.headers["location"] == f"{PAGE}?done=ended"
    assert [await is_signed_in(visitor, one) for one in (lost, old, here)] == [False, True, True]
    await visitor.post(f"{PAGE}/ending", {"_form": form, "session": "others"})
    assert [await is_signed_in(visitor, one) for one in (old, here)] == [False, True]


async def test_nobody_sees_or_ends_anothers_session(visitor: Visitor) -> None:
    """Naive: a session is ended by its id, whosever it is."""
    theirs = await another_browser(visitor, **OPERATOR)
    (row,) = await (await visitor.app.state.database.pool()).fetch("SELECT id FROM browser_session")
    await another_browser(visitor, sub="another", operator_ref="v1:" + "2" * 32)
    page = await visitor.open(PAGE)
    assert row["id"] not in page.text
    for session in (row["id"], "others", ""):
        await visitor.post(f"{PAGE}/ending", {"_form": await visitor.form_token(), "session": session})
    assert await is_signed_in(visitor, theirs)


async def test_who_keeps_the_accounts_signs_a_person_out_and_the_account_stays(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="4101", sub="li")
    of_officer = visitor.client.cookies[NAME]
    visitor.client.cookies.clear()
    await visitor.sign_in(Role.SECURITY_ADMIN, sub="keeper")
    token = await visitor.form_token("/accounts/one?subject=li")
    both = {"_form": token, "subject": "wang", "name": "示例", "roles": ["auditor", "officer"]}
    assert "审计员不得兼任其他角色" in (await visitor.post("/accounts", both)).text
    ended = await visitor.post("/accounts/sessions/ending", {"_form": token, "subject": "li"})
    assert ended.headers["location"] == "/accounts?done=signed-out"
    assert not await is_signed_in(visitor, of_officer)
    visitor.client.cookies.clear()
    assert (await visitor.sign_in(Role.OFFICER, region="4101", sub="li")).status_code == 303


@pytest.mark.parametrize(
    ("said", "device"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "安卓手机或平板"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) MicroMessenger/8.0", "微信"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Edg/126.0", "Windows 电脑"),
        ("", ""),
        ("curl/8.5 " + "x" * 5000, ""),
    ],
)
def test_a_device_is_called_by_what_its_person_knows(said: str, device: str) -> None:
    assert device_of(said) == device
