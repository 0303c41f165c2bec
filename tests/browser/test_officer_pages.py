"""The officer's pages in a real browser, signed in: every page as officers see it, and what they do first."""

import httpx
import pytest
from playwright.async_api import expect

from shared.platform.identity import Role
from tests.browser.conftest import OpenTab
from tests.browser.test_public_pages import DESKTOP, PHONE
from tests.integration.portal.answers import NAME, USCC
from tests.integration.portal.samples import ID, sample
from tests.integration.portal.test_officer_pages import COUNTY, OFFICER_ADDRESSES
from tests.integration.portal.visitor import Visitor

pytestmark = pytest.mark.browser

VIEWS = {"officer": (DESKTOP, "standard", 44), "officer-phone": (PHONE, "elder", 60)}


async def signed_in(visitor: Visitor, *roles: Role, region: str = COUNTY) -> None:
    """The browser has the session of somebody who has just come back from the identity provider."""
    await visitor.sign_in(*roles, region=region, name="示例")


@pytest.mark.parametrize("view", VIEWS)
async def test_every_page_can_be_read_and_used_by_everybody(visitor: Visitor, open_tab: OpenTab, view: str) -> None:
    size, letters, target = VIEWS[view]
    tab = await open_tab(viewport=size)
    await signed_in(visitor, Role.OFFICER, Role.APPROVER)
    await tab.page.goto(f"/view?to={letters}&back=/help")
    faults: list[str] = []
    for address in (one for several in OFFICER_ADDRESSES.values() for one in several):
        answer = await tab.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        faults += await tab.faults(target=target)
        await tab.keep_picture(view)
    assert faults == []


async def test_from_the_count_of_what_is_due_to_a_decision(visitor: Visitor, open_tab: OpenTab) -> None:
    """Today → the number of reviews → the household → returned once, with what is lacking; nothing was explained."""
    tab = await open_tab(viewport=DESKTOP)
    await signed_in(visitor, Role.OFFICER)
    page = tab.page
    await page.goto("/work")
    await page.get_by_role("link", name="审核", exact=True).click()
    await page.get_by_role("link", name="办理").first.click()
    await page.get_by_label("退回补正").check()
    await page.get_by_label("要补的全部材料").fill("照片\n获奖证书")
    await page.get_by_role("button", name="记下审核结果").click()
    await expect(page.get_by_role("status")).to_contain_text("已退回补正")
    assert [one.url.path for one in visitor.recognition.asked if one.method == "POST"] == ["/v1/reviews"]


async def test_what_was_filled_in_stays_when_something_is_lacking(visitor: Visitor, open_tab: OpenTab) -> None:
    tab = await open_tab(viewport=DESKTOP)
    await signed_in(visitor, Role.OFFICER)
    page = tab.page
    await page.goto(f"/work/applications/{ID}")
    await page.get_by_label("不通过").check()
    await page.get_by_label("要补的全部材料").fill("照片")
    await page.get_by_role("button", name="记下审核结果").click()
    await page.get_by_role("alert").get_by_role("link", name="请写明不通过的理由").click()
    await expect(page.get_by_label("理由", exact=True)).to_be_in_viewport()
    await expect(page.get_by_label("不通过")).to_be_checked()
    await expect(page.get_by_label("要补的全部材料")).to_have_value("照片")
    tab.expect_refusal(422)


async def test_a_clerk_files_at_the_counter_for_somebody_who_agreed(visitor: Visitor, open_tab: OpenTab) -> None:
    """All objections → at the counter → the code → which shop → how they agreed is lacking → the objection."""
    tab = await open_tab(viewport=DESKTOP)
    await signed_in(visitor, Role.OFFICER)
    visitor.objection.refuses["/v1/objections"] = httpx.Response(201, json={"id": ID})
    page = tab.page
    await page.goto("/work/objections")
    await page.get_by_role("link", name="窗口代").click()
    await page.get_by_role("button", name="查可以提的理由").click()
    await expect(page.get_by_role("status")).to_contain_text("请填营业执照上的统一社会信用代码")
    await page.get_by_label("统一社会信用代码").fill(USCC)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text(f"{NAME}，{USCC}")).to_be_visible()
    assert await tab.faults() == []
    await page.get_by_label("成立2年").check()
    await page.get_by_label("真实姓名").fill("示例人")
    await page.get_by_label("联系方式").fill("示例路1号")
    await page.get_by_role("button", name="提交异议").click()
    await page.get_by_role("alert").get_by_role("link", name="请写明本人怎样同意").click()
    await expect(page.get_by_label("本人怎样同意由窗口代为提交")).to_be_in_viewport()
    assert await tab.faults() == []
    await page.get_by_label("本人怎样同意由窗口代为提交").fill("当面签署委托书")
    await page.get_by_role("button", name="提交异议").click()
    await expect(page).to_have_url(f"/work/objections/{ID}")
    assert [one.url.path for one in visitor.objection.changes] == ["/v1/objections"]
    tab.expect_refusal(422)


@pytest.mark.parametrize("view", VIEWS)
async def test_an_auditor_looks_for_what_somebody_did(visitor: Visitor, open_tab: OpenTab, view: str) -> None:
    """The menu → the entries of all services → one person's; the page is for everybody's eyes and hands."""
    size, letters, target = VIEWS[view]
    told = sample("typing", "AuditEntryView", chain=COUNTY, action="run:publish", details={"reason": "已核实"})
    for service in (visitor.recognition, visitor.objection, visitor.notification, visitor.support):
        service.says["/v1/audit-entries"] = {"items": [], "next": None}
    visitor.typing.says["/v1/audit-entries"] = {"items": [told], "next": None}
    tab = await open_tab(viewport=size)
    await signed_in(visitor, Role.AUDITOR)
    page = tab.page
    await page.goto(f"/view?to={letters}&back=/help")
    await page.goto("/work/objections")
    await page.get_by_role("link", name="审计记录").click()
    await expect(page.get_by_text("分型批次：发布（分型）")).to_be_visible()
    assert await tab.faults(target=target) == []
    await tab.keep_picture(view)
    await page.get_by_label("谁做的").fill("li")
    await page.get_by_role("button", name="查询").click()
    await expect(page.get_by_label("谁做的")).to_have_value("li")
    assert visitor.typing.asked[-1].url.params["actor"] == "li"
