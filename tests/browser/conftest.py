"""The portal behind a real HTTP server, and tabs of a real browser that open its pages."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser
from starlette.types import Receive, Scope, Send

from tests.browser.tab import Tab
from tests.fixtures.served import served
from tests.fixtures.service_client import Issuer
from tests.integration.portal.visitor import Visitor, open_portal

OpenTab = Callable[..., Awaitable[Tab]]


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.portal"


@pytest.fixture
async def visitor(database_url: str, tmp_path: Path, issuer: Issuer) -> AsyncIterator[Visitor]:
    """The portal before stand-ins of the services, which a test may make go away."""
    async with open_portal(database_url, tmp_path, issuer) as visitor:
        yield visitor


class WithCookiesOf:
    """The portal, to which the browser sends the visitor's cookies too: over plain http it would refuse to keep the
    session's, which is for https.
    """

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            own = [value for name, value in scope["headers"] if name == b"cookie"]
            jar = self._visitor.client.cookies.jar
            others = [f"{one.name}={one.value}".encode() for one in jar if one.path == "/"]
            headers = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            scope = {**scope, "headers": [*headers, (b"cookie", b"; ".join([*own, *others]))]}
        await self._visitor.app(scope, receive, send)


@pytest.fixture
async def portal_address(visitor: Visitor) -> AsyncIterator[str]:
    """Where the portal answers to browsers."""
    async with served(WithCookiesOf(visitor)) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
async def open_tab(chromium: Browser, portal_address: str) -> AsyncIterator[OpenTab]:
    """`await open_tab(viewport={"width": 320, "height": 640})`: a tab with cookies of its own; options are Playwright's
    of a context. Whatever the console said against a page fails the test at its end.
    """
    opened: list[Tab] = []

    async def make(**options: Any) -> Tab:
        context = await chromium.new_context(base_url=portal_address, locale="zh-CN", **options)
        tab = Tab(await context.new_page())
        opened.append(tab)
        return tab

    yield make
    for tab in opened:
        await tab.page.context.close()
    assert [said for tab in opened for said in tab.complaints] == []
