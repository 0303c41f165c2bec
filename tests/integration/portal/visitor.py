"""Somebody with a browser at the portal, and the stand-ins of the services behind it."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from fastapi import FastAPI

from services.portal.accounts.models import Account
from services.portal.provider.client import IdentityProvider
from services.portal.resources import Resources
from services.portal.service import SERVICE
from services.portal.sessions.service import Sessions
from services.portal.settings import PortalSettings
from services.portal.upstream.calls import Upstream
from shared.platform.identity import STAFF, Role
from tests.fixtures.service_client import ISSUER, Issuer, application, running
from tests.integration.portal.answers import ANSWERS, PICTURES
from tests.integration.portal.identity_provider import ADDRESS, SECRET, StandInProvider
from tests.integration.portal.own_answers import APPLICATION, OWN_ANSWERS
from tests.integration.portal.staff_answers import STAFF_ANSWERS

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def refusal_of_upload(request: httpx.Request) -> httpx.Response | None:
    """As the services refuse a file under an idempotency key without its digest (RFC 9530), or with another's."""
    kind = request.headers.get("content-type", "")
    digest = base64.b64encode(hashlib.sha256(request.content).digest()).decode()
    if kind in ("", "application/json") or request.headers.get("content-digest") == f"sha-256=:{digest}:":
        return None
    fault = {"field": "header.content-digest", "message": "必须给出 Content-Digest。", "code": "missing"}
    return httpx.Response(422, json={"title": "不合要求", "detail": "不合要求。", "errors": [fault]})


@dataclass
class StandIn:
    """Answers for a service; `away`: it refuses connections. `asked`: what it was asked."""

    away: bool = False
    asked: list[httpx.Request] = field(default_factory=list)
    refuses: dict[str, httpx.Response] = field(default_factory=dict)
    """What is answered to a change, by path; otherwise it is done"""
    says: dict[str, object] = field(default_factory=dict)
    """What is answered to a question, by path; otherwise what is recorded"""
    ignorant_of: str = ""
    """A path at which there is nothing"""

    @property
    def changes(self) -> list[httpx.Request]:
        """What it was asked to do."""
        return [one for one in self.asked if one.method != "GET"]

    def answer(self, request: httpx.Request) -> httpx.Response:
        """A recorded answer, or a problem as the services describe it."""
        self.asked.append(request)
        if self.away:
            raise httpx.ConnectError("refused", request=request)
        if request.method != "GET" and (refused := refusal_of_upload(request)):
            return refused
        if request.method != "GET":
            done = httpx.Response(200, json={"id": APPLICATION})
            return self.refuses.get(request.url.path, done)
        if request.url.path == self.ignorant_of:
            return httpx.Response(404, json={"title": "没有", "detail": "没有。"})
        if request.url.path in {*self.says, *PICTURES}:
            said = self.says.get(request.url.path, "a picture")
            return httpx.Response(200, json=said, headers={"ETag": '"8"'})
        if (own := OWN_ANSWERS.get(request.url.path)) is not None:
            if not request.headers.get("authorization", "").startswith("Bearer "):
                return httpx.Response(401, json={"title": "未登录", "detail": "未登录。"})
            return httpx.Response(200, json=own[1], headers={"ETag": '"1"'})
        if request.url.params.get("name") == "老":
            problem = {"title": "查询条件太宽", "detail": "请至少输入两个字。"}
            return httpx.Response(422, json=problem)
        if (known := {**STAFF_ANSWERS, **ANSWERS}.get(request.url.path)) is not None:
            return httpx.Response(200, json=known, headers={"ETag": '"7"'})
        return httpx.Response(404, json={"title": "没有这一户", "detail": "名录里没有这一户。"})


@dataclass
class Visitor:
    """What a test does at the portal."""

    client: httpx.AsyncClient
    app: FastAPI
    provider: StandInProvider
    typing: StandIn
    recognition: StandIn
    objection: StandIn
    notification: StandIn
    support: StandIn

    async def open(self, address: str) -> httpx.Response:
        """A page as a browser asks for it, without following redirects."""
        return await self.client.get(address, headers=BROWSER)

    async def admit(self, subject: str, *roles: Role, region: str = "", department: str | None = None) -> None:
        """An account for a member of staff."""
        row = Account(subject=subject, name="示例", roles=[*roles], region=region, department=department, opened_by="x")
        async with self.app.state.database.transaction() as session:
            await session.merge(row)

    async def sign_in(self, *roles: Role, region: str = "", **claims: object) -> httpx.Response:
        """Sign in as somebody; staff get the account that they need."""
        self.provider.is_now(*roles, region=region, **claims)
        if set(roles) & STAFF:
            department = self.provider.person.get("department")
            await self.admit(self.provider.person["sub"], *roles, region=region, department=department)
        return await self.come_back("/sign-in")

    async def come_back(self, address: str) -> httpx.Response:
        """From the sign-in page to the provider and back."""
        asked = await self.open(address)
        return await self.open(self.provider.back(asked.headers["location"]))

    async def post(self, action: str, fields: Mapping[str, object], **headers: str) -> httpx.Response:
        """A form of a page that is open; `_form` is what that page's forms carry."""
        return await self.client.post(action, data=fields, headers={**BROWSER, **headers})

    def issuer_token(self) -> str:
        """The start of the access token that the provider gave last; what follows is a signature, new each time."""
        return self.provider.issuer.signed(self.provider.person).rpartition(".")[0]

    async def form_token(self, address: str = "/help") -> str:
        """What the forms of the session carry, as a page shows it."""
        found = re.search(r'name="_form" value="([^"]+)"', (await self.open(address)).text)
        assert found
        return found[1]


@asynccontextmanager
async def open_portal(database_url: str, folder: Path, issuer: Issuer) -> AsyncIterator[Visitor]:
    """The portal, running before stand-ins of the services and of the identity provider."""
    settings = PortalSettings(
        database_url=database_url,
        bus_url=database_url,
        issuer=ISSUER,
        jwks=str(issuer.jwks),
        data_dir=folder,
        vault_keys="k1:" + "5b" * 32,
        public_address="https://portal.test",
        provider=ADDRESS,
        provider_secret=SECRET,
    )
    provider = StandInProvider(issuer)
    services = {name: StandIn() for name in ("分型", "认定", "异议", "通知", "帮扶")}

    def client(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://stand-in")

    with application(SERVICE.app, settings) as app:
        async with running(app, "https://portal.test") as browser:
            app.state.resources = Resources(
                settings,
                Sessions(settings, app.state.database),
                IdentityProvider.of(settings, client(provider.answer)),
                *(Upstream(title, client(one.answer)) for title, one in services.items()),
            )
            yield Visitor(browser, app, provider, *services.values())
