"""Objections by name: anybody against a name on a public notice, and a clerk at the counter for somebody who agreed."""

import json

import httpx
import pytest

from services.portal.own_objections.naming import is_day
from shared.platform.identity import Role
from tests.integration.portal.answers import NOTICE, USCC
from tests.integration.portal.own_answers import OBJECTION
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.visitor import Visitor

ANYBODY = {"sub": "anybody", "operator_ref": "v1:" + "2" * 32}
ON_NOTICE = f"/notices/{NOTICE}/objections/{USCC}"
SAID = {"grounds": ["other:other"], "statement": "照片不是这家店", "name": "示例人", "contact": "example@example.org"}
CONSENT = {"agreed": "本人到窗口签了委托书", "given_on": "2026-11-03"}


async def test_anybody_who_signs_in_objects_to_a_name_on_a_notice(visitor: Visitor) -> None:
    assert f'href="{ON_NOTICE}"' in (await visitor.open(f"/notices/{NOTICE}")).text
    assert (await visitor.open(ON_NOTICE)).headers["location"].startswith("/sign-in")
    await visitor.sign_in(Role.OPERATOR, **ANYBODY)
    visitor.objection.refuses["/v1/objections"] = httpx.Response(201, json={"id": OBJECTION})
    form = {**SAID, "_form": await visitor.form_token(), "_key": "one", "uscc": "another", "public_notice": "another"}
    sent = await visitor.post(ON_NOTICE, form)
    assert sent.headers["location"] == f"/desk/objections/{OBJECTION}?done=filed"
    (asked,) = visitor.objection.changes
    assert json.loads(asked.content) == {
        "against": "public-notice",
        "uscc": USCC,
        "public_notice": NOTICE,
        "grounds": [{"kind": "other", "id": "other"}],
        "statement": "照片不是这家店",
        "objector": {"name": "示例人", "contact": "example@example.org"},
    }


@pytest.mark.parametrize("lacking", ["grounds", "statement", "name", "contact"])
async def test_what_is_lacking_is_said_and_the_rest_stays(visitor: Visitor, lacking: str) -> None:
    await visitor.sign_in(Role.OPERATOR, **ANYBODY)
    form = {**SAID, "_form": await visitor.form_token(), "_key": "k", lacking: ""}
    page = await visitor.post(ON_NOTICE, form)
    assert (page.status_code, faults_of(page.text)) == (422, [])
    assert f'<a href="#{lacking}">' in page.text
    assert ("照片不是这家店" in page.text) is (lacking != "statement")
    assert visitor.objection.changes == []


async def test_a_form_is_kept_when_the_session_ended_meanwhile(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OPERATOR, **ANYBODY)
    form = {**SAID, "_form": await visitor.form_token(), "_key": "k"}
    async with visitor.app.state.database.transaction() as session:
        await visitor.app.state.resources.sessions.end_all(session, ANYBODY["sub"])
    ended = await visitor.post(ON_NOTICE, form)
    assert (ended.status_code, "/sign-in?back=%2Fkept-forms%2F" in ended.text) == (401, True)


async def test_a_clerk_files_with_the_recorded_consent_and_not_without(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="410105")
    visitor.objection.refuses["/v1/objections"] = httpx.Response(201, json={"id": OBJECTION})
    token = await visitor.form_token()
    form = {**SAID, "_form": token, "_key": "k", "against": "typing", "uscc": USCC}
    silent = await visitor.post("/work/objections", form)
    assert (silent.status_code, faults_of(silent.text)) == (422, [])
    assert ('<a href="#agreed">' in silent.text, '<a href="#given_on">' in silent.text) == (True, True)
    assert visitor.objection.changes == []
    filed = await visitor.post("/work/objections", {**form, **CONSENT})
    assert filed.headers["location"] == f"/work/objections/{OBJECTION}"
    body = json.loads(visitor.objection.changes[-1].content)
    assert body["consent"] == {"statement": "本人到窗口签了委托书", "given_on": "2026-11-03"}
    refusal = {"detail": "不在辖区", "errors": [{"field": "body.objector.contact", "message": "写清楚。"}]}
    visitor.objection.refuses["/v1/objections"] = httpx.Response(422, json=refusal)
    again = await visitor.post("/work/objections", {**form, **CONSENT})
    assert '<a href="#contact">写清楚。</a>' in again.text


async def test_who_is_no_clerk_files_for_nobody(visitor: Visitor) -> None:
    await visitor.sign_in(Role.APPROVER, region="410105")
    form = {**SAID, **CONSENT, "_form": await visitor.form_token(), "_key": "k", "against": "typing", "uscc": USCC}
    assert (await visitor.post("/work/objections", form)).status_code == 403
    assert visitor.objection.changes == []


def test_a_day_is_a_day_of_the_calendar() -> None:
    assert [is_day(one) for one in ("2026-11-03", "2026-02-30", "20261103", "")] == [True, False, False, False]
