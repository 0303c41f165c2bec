"""Inspections through the portal: one household is looked up, what is not known is said, each part by itself."""

import pytest

from shared.platform.identity import Role
from tests.integration.portal.answers import USCC
from tests.integration.portal.page_checks import faults_of
from tests.integration.portal.samples import sample
from tests.integration.portal.visitor import Visitor

PAGE, FIRST = "/work/inspections", "/v1/first-violations"


async def test_a_code_with_slips_is_looked_up_and_its_record_shown(visitor: Visitor) -> None:
    await visitor.sign_in(Role.OFFICER, region="410105")
    record = sample("support", "ViolationView", field_label="广告", outcome_label="首违不罚", corrected_on=None)
    said = {"uscc": USCC, "known_label": "有查处记录", "records": [record], "delivered_at": None}
    visitor.support.says[FIRST] = sample("support", "FirstViolationView", **said)
    answer = await visitor.open(f"{PAGE}?uscc={USCC.lower()}")
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert all(one in answer.text for one in ("有查处记录", "广告", "没有全量报送过", "没有报送</td>"))
    asked = [one for one in visitor.support.asked if one.url.path == FIRST]
    assert [one.url.params["uscc"] for one in asked] == [USCC]
    assert asked[0].headers["authorization"].startswith("Bearer ")


@pytest.mark.parametrize("typed", ["9241", "打印店", "92410105MA"])
async def test_what_is_no_code_is_said_at_the_field_and_nobody_is_asked_about(visitor: Visitor, typed: str) -> None:
    await visitor.sign_in(Role.AUDITOR, region="410105")
    answer = await visitor.open(f"{PAGE}?uscc={typed}")
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert 'id="uscc-fault"' in answer.text
    assert f'value="{typed}"' in answer.text
    assert [one for one in visitor.support.asked if one.url.path == FIRST] == []


async def test_each_part_is_shown_or_says_why_not(visitor: Visitor) -> None:
    """Naive: a share that nobody has set is shown as none of hundred, and one part takes the page with it."""
    await visitor.sign_in(Role.APPROVER, region="4101")
    share = sample("support", "InspectionShareView", share=None, verified=False, source="附件1")
    visitor.support.says["/v1/inspection-shares"] = sample("support", "InspectionSharesView", shares=[share])
    visitor.support.says["/v1/inspection-deliveries"] = {"items": [], "next": None}
    visitor.support.ignorant_of = FIRST
    text = (await visitor.open(f"{PAGE}?uscc={USCC}")).text
    assert all(one in text for one in ("没有设定", "附件1（没有核对过原文）", "还没有报送过", "您的辖区里没有这一户"))
    assert "None" not in text
    assert 'href="/work/downloads/inspection-households?form=csv"' in text
    visitor.support.away = True
    away = await visitor.open(f"{PAGE}?uscc={USCC}")
    assert (away.status_code, away.text.count("帮扶服务暂时查不到"), faults_of(away.text)) == (200, 3, [])
