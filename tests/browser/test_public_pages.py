"""Every public page in a real browser: standard, on a phone, and in the larger views."""

import pytest

from tests.browser.conftest import OpenTab
from tests.integration.portal.test_pages import ADDRESSES

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
VIEWS = {
    "standard": (DESKTOP, "standard", 44),
    "phone": (PHONE, "standard", 44),
    "elder": (PHONE, "elder", 60),
    "largest": (PHONE, "largest", 60),
}
"""Size of the window, letters, and the smallest target in CSS pixels (长辈版: 60)"""
JUDGED_BY_AXE = ("standard", "phone", "elder")


@pytest.mark.parametrize("view", VIEWS)
async def test_every_page_can_be_read_and_used_by_everybody(open_tab: OpenTab, view: str) -> None:
    """axe finds nothing, nothing scrolls sideways (320 px: WCAG 1.4.10), fingers find what they press."""
    size, letters, target = VIEWS[view]
    tab = await open_tab(viewport=size)
    await tab.page.goto(f"/view?to={letters}&back=/help")
    faults: list[str] = []
    for address in (one for several in ADDRESSES.values() for one in several):
        answer = await tab.page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        faults += await tab.faults(target=target, axe=view in JUDGED_BY_AXE)
        await tab.keep_picture(view)
    assert faults == []


PLANTED = {
    "label": "<input>",
    "color-contrast": "<p class='planted'>灰字</p>",
    "link-name": "<a href='/help'></a>",
    "scrolls sideways": f"<pre>{'一行很长的字' * 10}</pre>",
    "too small to press": "<button class='planted'>小</button>",
    "elements": "<b></b>" * 1_500,
}
"""By fault: what is put into a page"""
PLANT = """(html) => {
  document.querySelector('main').insertAdjacentHTML('beforeend', html);
  for (const one of document.querySelectorAll('.planted'))
    Object.assign(one.style, { color: '#999', background: '#fff', minHeight: '0', padding: '0' });
}"""


async def test_the_walk_finds_each_planted_fault(open_tab: OpenTab) -> None:
    tab = await open_tab(viewport=PHONE)
    for fault, html in PLANTED.items():
        await tab.page.goto("/help")
        await tab.page.evaluate(PLANT, html)
        assert [one for one in await tab.faults() if fault in one] != [], fault


async def test_the_walk_hears_what_the_policy_refuses(open_tab: OpenTab) -> None:
    tab = await open_tab()
    await tab.page.goto("/help")
    async with tab.page.expect_console_message(lambda said: "Content Security Policy" in said.text):
        await tab.page.evaluate("() => { document.createElement('img').src = '//elsewhere.test/x' }")
    assert tab.complaints != []
    tab.complaints.clear()
