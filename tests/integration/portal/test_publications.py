"""Publication through the portal: refused records sent again, differences settled, a round's report signed."""

import json

import httpx
import pytest

from shared.platform.identity import Role
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import ID
from tests.integration.portal.staff_answers import ROUND
from tests.integration.portal.test_handling import fields_of
from tests.integration.portal.visitor import Visitor

COUNTY = "410105"
REJECTIONS, PAGE = "/work/publications/rejections", f"/work/publications/reconciliations/{ID}"
RECORD = f"national-directory/type/{USCC}"
RESENT = f"/v1/publications/rejections/{RECORD}/resending"
OUTDATED = httpx.Response(412, json={"title": "版本不符", "detail": "版本不符"})


async def test_refused_records_are_sent_again_each_in_the_version_that_was_read(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    assert f'value="{RECORD}|&#34;4&#34;"' in (await visitor.open(REJECTIONS)).text
    form = {"_form": await visitor.form_token(), "_key": "k", "reason": "地址已改正", "record": f'{RECORD}|"4"'}
    sent = await visitor.post(REJECTIONS, form)
    assert sent.headers["location"] == f"{REJECTIONS}?done=1"
    (asked,) = visitor.notification.changes
    assert (asked.url.path, asked.headers["if-match"]) == (RESENT, '"4"')
    assert (json.loads(asked.content), asked.headers["idempotency-key"]) == ({"reason": "地址已改正"}, f"k:{RECORD}")


async def test_one_that_changed_meanwhile_does_not_hold_up_the_others(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    visitor.notification.refuses[RESENT] = OUTDATED
    other = RECORD.replace("type", "recognition")
    form = {"_form": await visitor.form_token(), "_key": "k", "reason": "地址已改正"}
    answer = await visitor.post(REJECTIONS, {**form, "record": [f'{RECORD}|"4"', f'{other}|"2"']})
    assert answer.status_code == 422
    assert "1 条已办。1 条没有办成：您打开页面以后已有变化" in answer.text
    assert "地址已改正</textarea>" in answer.text
    assert faults_of(answer.text, "<测试>") == []


async def test_a_row_that_our_pages_never_wrote_is_no_error_of_ours(visitor: Visitor) -> None:
    """Naive: it becomes part of a header, which carries no such letters."""
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    form = {"_form": await visitor.form_token(), "_key": "k", "step": "decision", "reason": "示例理由"}
    for address in (REJECTIONS, f"{PAGE}/differences"):
        sent = await visitor.post(address, {**form, "record": '一/二/三|"2"', "difference": '一|"2"'})
        assert sent.status_code == 303
    assert [one.headers["idempotency-key"].isascii() for one in visitor.notification.changes] == [True, True]


async def test_nothing_is_asked_without_a_tick_and_a_reason(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    token = await visitor.form_token()
    for address in (REJECTIONS, f"{PAGE}/differences"):
        answer = await visitor.post(address, {"_form": token, "_key": "k", "record": "none", "difference": "none"})
        assert answer.status_code == 422
        assert "请先勾选" in answer.text
        assert "请写明理由" in answer.text
    assert visitor.notification.changes == []


async def test_a_difference_is_kept_with_a_reason(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region=COUNTY)
    form = {"_form": await visitor.form_token(), "_key": "k", "step": "decision", "reason": "对方正在改"}
    sent = await visitor.post(f"{PAGE}/differences", {**form, "difference": f'{ID}|"2"'})
    assert sent.headers["location"] == f"{PAGE}?done=differences"
    (asked,) = visitor.notification.changes
    assert asked.url.path == f"/v1/publications/differences/{ID}/decision"
    assert asked.headers["if-match"] == '"2"'


async def test_a_report_is_signed_by_an_approver_who_sees_what_changed_meanwhile(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    await visitor.sign_in(Role.OFFICER, region="41")
    assert "签署对账报告" not in (await visitor.open(PAGE)).text
    await visitor.sign_in(Role.APPROVER, region="41")
    carried = await fields_of(visitor, PAGE)
    sent = await visitor.post(f"{PAGE}/signature", carried)
    assert sent.headers["location"] == f"{PAGE}?done=signature"
    (asked,) = visitor.notification.changes
    assert asked.headers["if-match"] == '"7"'
    monkeypatch.setitem(ROUND, "signed_name", "李审")
    visitor.notification.refuses[asked.url.path] = OUTDATED
    late = await visitor.post(f"{PAGE}/signature", carried)
    assert late.status_code == 412
    assert '<td data-label="您打开时">没有</td><td data-label="现在">李审</td>' in late.text
