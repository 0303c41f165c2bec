"""A tab of the browser at the portal: opens pages and says what is wrong with what is shown."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import ConsoleMessage, Page

LOOKS_VARIABLE = "MINGLU_TEST_LOOKS"
"""A folder: pictures of the pages that a walk opens are kept there, for human eyes"""
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
MOST_NODES = 1_500
HIGHEST_HEADER = 0.4
"""Part of the window that the header may take: on a phone a tower of links hid the pages below it"""
SMALLEST_TARGET = 44
"""CSS pixels of what a finger presses; links inside sentences are pressed where they are read"""
TARGETS = (
    "button, .button, input:not([type=hidden]):not([type=checkbox]):not([type=radio]), .box, select, textarea, "
    "summary, header a, footer a"
)
LOOK_AT_LAYOUT = """(wanted) => ({
  sideways: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  header: document.querySelector('header').getBoundingClientRect().height / window.innerHeight,
  nodes: document.querySelectorAll('*').length,
  small: [...document.querySelectorAll(wanted.targets)]
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.height > 0 && box.height < wanted.least - 0.5 && !one.closest('.skip'))
    .map(([one, box]) => `${one.tagName} ${one.textContent.trim().slice(0, 12)} ${box.height.toFixed(0)} px`),
})"""


@cache
def axe_source() -> str:
    """axe-core, as it is put into a page: a script element would be refused by the page's policy."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@dataclass
class Tab:
    """One page after another. `complaints`: errors of the console, refusals of the content security policy included."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{self.page.url}: {message.text}")

    def expect_refusal(self, status: int) -> None:
        """Forget the browser's own line about an answer of this status: there has to be one, and nothing else is
        forgotten.
        """
        said = [one for one in self.complaints if f"status of {status} " in one]
        assert len(said) == 1, self.complaints
        self.complaints.remove(said[0])

    async def faults(self, *, target: int = SMALLEST_TARGET, axe: bool = True) -> list[str]:
        """What is wrong with the page as it is shown; each begins with its address."""
        found = await self.layout_faults(target) + (await self.barriers() if axe else [])
        return [f"{self.page.url}: {one}" for one in found]

    async def barriers(self) -> list[str]:
        """What axe finds: WCAG 2.2 A and AA, and its best practice."""
        await self.page.evaluate(axe_source())
        options = {"runOnly": {"type": "tag", "values": list(STANDARDS)}, "resultTypes": ["violations"]}
        results: Mapping[str, Any] = await self.page.evaluate("(options) => axe.run(document, options)", options)
        return [f"{one['id']}: {node['html'][:160]}" for one in results["violations"] for node in one["nodes"]]

    async def layout_faults(self, target: int) -> list[str]:
        """Scrolling sideways, targets too small for fingers, too many elements."""
        seen = await self.page.evaluate(LOOK_AT_LAYOUT, {"targets": TARGETS, "least": target})
        faults = [f"too small to press: {one}" for one in seen["small"]]
        if seen["sideways"] > 0:
            faults.append(f"scrolls sideways by {seen['sideways']} px")
        if seen["header"] > HIGHEST_HEADER:
            faults.append(f"the header takes {seen['header']:.0%} of the window")
        if seen["nodes"] > MOST_NODES:
            faults.append(f"{seen['nodes']} elements")
        return faults

    async def keep_picture(self, view: str) -> None:
        """For human eyes, where a folder is named."""
        if folder := os.environ.get(LOOKS_VARIABLE):
            name = re.sub(r"[^\w]+", "-", self.page.url.split("/", 3)[3]).strip("-") or "home"
            await self.page.screenshot(path=Path(folder) / f"{name}.{view}.png", full_page=True)
