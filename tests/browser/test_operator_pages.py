"""The operator's pages in a real browser, on a phone: every page as operators see it, and objecting to a result."""

import httpx
import pytest
from playwright.async_api import expect

from shared.platform.identity import Role
from tests.browser.conftest import OpenTab
from tests.browser.test_public_pages import PHONE
from tests.integration.portal.answers import NAME, NOTICE, USCC
from tests.integration.portal.own_answers import OBJECTION
from tests.integration.portal.test_desk import ADDRESSES, OPERATOR
from tests.integration.portal.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("letters", "target"), [("standard", 44), ("elder", 60)])
async def test_every_page_can_be_read_and_used_by_everybody(
    visitor: Visitor, open_tab: OpenTab, letters: str, target: int
) -> None:
    tab = await open_tab(viewport=PHONE)
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    await tab.page.goto(f"/view?to={letters}&back=/help")
    faults: list[str] = []
    for address in (one for several in ADDRESSES.values() for one in several):
        answer = await tab.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        faults += await tab.faults(target=target)
        await tab.keep_picture(f"operator-{letters}")
    assert faults == []


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_from_a_reason_that_is_wrong_to_insisting(visitor: Visitor, open_tab: OpenTab, scripts: bool) -> None:
    """My shop → this is wrong → why → the receipt with the explanation → I insist; nothing was explained."""
    tab = await open_tab(viewport=PHONE, java_script_enabled=scripts)
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    visitor.objection.refuses["/v1/objections"] = httpx.Response(201, json={"id": OBJECTION})
    page = tab.page
    await page.goto(f"/desk/households/{USCC}")
    await page.get_by_role("link", name="这里不对？").first.click()
    await expect(page.get_by_label("纳税额")).to_be_checked()
    await page.get_by_role("button", name="提交异议").click()
    await expect(page.get_by_role("status")).to_contain_text("异议已提交")
    await expect(page.get_by_text("回执号 410105202600001")).to_be_visible()
    await page.get_by_role("button", name="对解释表示意见").click()
    await expect(page.get_by_role("alert")).to_contain_text("您的意见")
    await page.get_by_label("坚持异议").check()
    await page.get_by_role("button", name="对解释表示意见").click()
    await expect(page.get_by_role("status")).to_contain_text("您的意见已记下")
    assert [one.url.path for one in visitor.objection.changes] == [
        "/v1/objections",
        f"/v1/objections/{OBJECTION}/response",
    ]
    tab.expect_refusal(422)


async def test_anybody_objects_by_name_to_a_name_on_a_notice(visitor: Visitor, open_tab: OpenTab) -> None:
    """The notice → its row → which shop, until when → what is lacking is said → the receipt."""
    tab = await open_tab(viewport=PHONE)
    await visitor.sign_in(Role.OPERATOR, **OPERATOR)
    visitor.objection.refuses["/v1/objections"] = httpx.Response(201, json={"id": OBJECTION})
    page = tab.page
    await page.goto(f"/notices/{NOTICE}")
    await page.get_by_role("link", name="提出异议").first.click()
    await expect(page.get_by_text(f"{NAME}，{USCC}")).to_be_visible()
    assert await tab.faults() == []
    await page.get_by_label("成立2年").check()
    await page.get_by_label("真实姓名").fill("示例人")
    await page.get_by_role("button", name="提交异议").click()
    await page.get_by_role("alert").get_by_role("link", name="联系方式").click()
    await expect(page.get_by_label("联系方式", exact=True)).to_be_in_viewport()
    assert await tab.faults() == []
    await page.get_by_label("联系方式", exact=True).fill("示例路1号")
    await page.get_by_role("button", name="提交异议").click()
    await expect(page.get_by_role("status")).to_contain_text("异议已提交")
    assert [one.url.path for one in visitor.objection.changes] == ["/v1/objections"]
    tab.expect_refusal(422)
