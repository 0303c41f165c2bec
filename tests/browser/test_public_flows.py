"""What people do at the portal in their first ten minutes, told only what they want: in a real browser."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.test_public_pages import PHONE
from tests.integration.portal.answers import CODE, NAME, USCC
from tests.integration.portal.visitor import Visitor

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
async def test_a_shop_is_found_by_its_name_and_read_in_one_screen(open_tab: OpenTab, scripts: bool) -> None:
    """Type, year, reasons, whom to call; no login; two steps from the first page."""
    page = (await open_tab(java_script_enabled=scripts)).page
    await page.goto("/")
    await page.get_by_label("店名或统一社会信用代码").fill("打印")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name=NAME).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    for said in ("判定结果：成长型", "2026年6月30日", "符合“成立2年以上”", "提出异议"):
        await expect(page.get_by_text(said).first).to_be_in_viewport()


async def test_a_code_is_found_however_it_is_typed(open_tab: OpenTab) -> None:
    page = (await open_tab(viewport=PHONE)).page
    await page.goto("/")
    await page.get_by_label("店名或统一社会信用代码").fill(f" {USCC[:8].lower()} {USCC[8:].replace('0', 'o')} 1-1")
    await page.get_by_role("button", name="查询").click()
    await expect(page).to_have_url(f"/households/{USCC}")


async def test_a_certificate_is_checked_by_the_code_on_it(open_tab: OpenTab) -> None:
    page = (await open_tab(viewport=PHONE)).page
    await page.goto("/")
    await page.get_by_role("main").get_by_role("link", name="核验一张证书").click()
    await page.get_by_label("证书编号").fill(CODE.lower())
    await page.get_by_role("button", name="核验证书").click()
    await expect(page.get_by_role("status")).to_contain_text("有效")


async def test_on_a_phone_all_sections_are_one_press_away(open_tab: OpenTab) -> None:
    page = (await open_tab(viewport=PHONE)).page
    await page.goto(f"/households/{USCC}")
    await page.get_by_role("link", name="栏目", exact=True).click()
    await page.get_by_role("navigation", name="全部栏目").get_by_role("link", name="统计").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("统计")


async def test_the_larger_letters_stay_on_every_page(open_tab: OpenTab) -> None:
    page = (await open_tab(viewport=PHONE)).page
    await page.goto(f"/households/{USCC}")
    small = await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    await page.get_by_role("link", name="长辈版").click()
    await expect(page).to_have_url(f"/households/{USCC}")
    await page.goto("/statistics")
    assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= max(18, small * 1.3)
    await page.get_by_role("link", name="标准版").click()
    assert await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == small


async def test_the_keyboard_leads_past_the_header_to_the_text(open_tab: OpenTab) -> None:
    page = (await open_tab()).page
    await page.goto("/help")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("main").get_by_role("link").first).to_be_focused()


async def test_a_printed_page_shows_the_law_and_no_menus(open_tab: OpenTab) -> None:
    page = (await open_tab()).page
    await page.goto(f"/households/{USCC}")
    quote = page.get_by_text("成立2年（含）以上。")
    await expect(quote).to_be_hidden()
    await page.emulate_media(media="print")
    await expect(quote).to_be_visible()
    await expect(page.get_by_role("navigation", name="主要栏目")).to_be_hidden()


async def test_a_service_that_is_away_is_said_with_what_to_do(open_tab: OpenTab, visitor: Visitor) -> None:
    visitor.recognition.away = True
    tab = await open_tab()
    await tab.page.goto("/recognised")
    await expect(tab.page.get_by_text("现在没有应答")).to_be_visible()
    await tab.page.get_by_role("link", name="回到首页查询").click()
    await expect(tab.page.get_by_role("search")).to_be_visible()
    tab.expect_refusal(503)
