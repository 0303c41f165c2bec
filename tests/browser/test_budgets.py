"""What a page may cost whoever opens it on an old phone: bytes, requests, jumps, time. More fails the build."""

import gzip
import os
from typing import Any

import pytest
from playwright.async_api import CDPSession, Page

from services.portal.shell.assets import assets
from tests.browser.conftest import OpenTab
from tests.browser.test_public_pages import PHONE
from tests.integration.portal.answers import USCC

pytestmark = pytest.mark.browser

PAGES = ("/", f"/households/{USCC}", "/statistics")
FIRST_VISIT_BYTES, FIRST_VISIT_REQUESTS, LATER_REQUESTS = 60_000, 6, 1
PAGE_COMPRESSED, STYLE_COMPRESSED, SCRIPT_COMPRESSED = 15_000, 12_000, 25_000
JUMPS = 0.05
"""Sum of layout shifts, with a fourth of the processor and a slow mobile network"""
PAINTED_WITHIN_MS = float(os.environ.get("MINGLU_TEST_PAINTED_WITHIN_MS", "inf"))
"""Until the first content; the design's 1,000 are for a quiet machine, so they are given to `make test` there only"""
SLOW_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""150 ms and 1.6 Mbit/s, in bytes a second"""
PAINT = """() => new Promise((done) => {
  new PerformanceObserver((list) => {
    for (const one of list.getEntriesByName('first-contentful-paint')) done(one.startTime);
  }).observe({ type: 'paint', buffered: true });
})"""
"""Waits for it: a page can be loaded before anything of it is painted"""
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) sum += one.value; })
    .observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => done(sum), 50);
})"""


class Wire:
    """What comes over the network into a page, not out of the browser's memory."""

    def __init__(self, session: CDPSession) -> None:
        self.bytes = 0
        self.fetched: list[str] = []
        self._remembered: set[str] = set()
        session.on("Network.requestServedFromCache", lambda event: self._remembered.add(event["requestId"]))
        session.on("Network.loadingFinished", self._finished)
        session.on("Network.responseReceived", self._received)

    def _finished(self, event: dict[str, Any]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def _received(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._remembered and not event["response"].get("fromDiskCache"):
            self.fetched.append(event["response"]["url"])


async def watched(page: Page) -> tuple[CDPSession, Wire]:
    """The page's network, watched."""
    session = await page.context.new_cdp_session(page)
    await session.send("Network.enable")
    return session, Wire(session)


@pytest.mark.parametrize("address", PAGES)
async def test_a_first_visit_is_small_and_a_later_one_is_one_request(open_tab: OpenTab, address: str) -> None:
    page = (await open_tab(viewport=PHONE)).page
    _, wire = await watched(page)
    answer = await page.goto(address, wait_until="networkidle")
    assert answer is not None
    assert wire.bytes <= FIRST_VISIT_BYTES
    assert len(wire.fetched) <= FIRST_VISIT_REQUESTS
    assert len(gzip.compress(await answer.body())) <= PAGE_COMPRESSED
    await page.goto("/help", wait_until="networkidle")
    assert len(wire.fetched) == len(set(wire.fetched)) <= FIRST_VISIT_REQUESTS + LATER_REQUESTS


async def opened_on_a_slow_phone(open_tab: OpenTab, address: str) -> Page:
    """The page, with a fourth of the processor and a slow mobile network."""
    page = (await open_tab(viewport=PHONE)).page
    session, _ = await watched(page)
    await session.send("Network.emulateNetworkConditions", SLOW_NETWORK)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    await page.goto(address)
    return page


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_is_painted_and_nothing_jumps_meanwhile(open_tab: OpenTab, address: str) -> None:
    page = await opened_on_a_slow_phone(open_tab, address)
    assert 0 < await page.evaluate(PAINT) <= PAINTED_WITHIN_MS
    assert await page.evaluate(SHIFTS) <= JUMPS


def test_styles_and_scripts_are_small() -> None:
    sizes: dict[str, int] = {}
    for name, asset in assets().items():
        kind = name.rpartition(".")[2]
        sizes[kind] = sizes.get(kind, 0) + len(gzip.compress(asset.content))
    assert sizes["css"] <= STYLE_COMPRESSED
    assert sizes.get("js", 0) <= SCRIPT_COMPRESSED
