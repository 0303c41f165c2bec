"""What a service shows to the world: who may see what, pages that load nothing from elsewhere, events with schemas."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from services.typing.service import SERVICE
from services.typing.settings import TypingSettings
from shared.contracts.catalogue import PAYLOADS, TOPICS
from shared.contracts.generate import FOLDER
from shared.platform.identity import route_access

PUBLIC = {
    ("GET", "/v1/households"),
    ("GET", "/v1/households/{uscc}"),
    ("GET", "/v1/households/{uscc}/explanation"),
    ("GET", "/v1/policies"),
    ("GET", "/v1/policies/{policy_id}/findings"),
    ("GET", "/v1/statistics"),
}
"""What anybody may read: directory search, policies, published statistics. To add to it is a decision."""
RESOURCES = {
    ("POST", "/v1/feeds/{feed}/deliveries"),
    ("GET", "/v1/deliveries/{delivery_id}"),
    ("GET", "/v1/deliveries/{delivery_id}/rejects"),
    ("POST", "/v1/annual-report-closings"),
    ("POST", "/v1/runs"),
    ("GET", "/v1/runs/{run_id}"),
    ("GET", "/v1/runs/{run_id}/comparison"),
    ("GET", "/v1/runs/{run_id}/results"),
    ("POST", "/v1/runs/{run_id}/publication"),
} | PUBLIC
"""The resources that the contract names; other systems are written against them."""
ELSEWHERE = re.compile(r"""(?:src|href|url\(|import|fetch\()\s*[=(]?\s*["']?(?:https?:)?//(?!127\.0\.0\.1|localhost)""")


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    """The typing service; nothing it needs is started, since nothing here needs it."""
    settings = TypingSettings(
        database_url="postgresql+asyncpg://nobody:nothing@127.0.0.1:1/none",  # type: ignore[arg-type]  # made secret
        bus_url="postgresql+asyncpg://nobody:nothing@127.0.0.1:1/none",  # type: ignore[arg-type]  # made secret
        issuer="test",
        jwks=str(tmp_path / "jwks.json"),
        data_dir=tmp_path,
        pseudonym_key="00" * 32,  # type: ignore[arg-type]  # made secret
    )
    return SERVICE.app(settings)


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Calls the application directly."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://typing") as client:
        yield client


def test_the_resources_of_the_contract_are_there(app: FastAPI) -> None:
    assert RESOURCES - {(one.method, one.path) for one in route_access(app)} == set()


def test_only_what_is_meant_to_be_public_is(app: FastAPI) -> None:
    assert {(one.method, one.path) for one in route_access(app) if one.access.public} == PUBLIC


def test_every_route_has_a_chinese_summary(app: FastAPI) -> None:
    operations = [
        (method, path, operation.get("summary", ""))
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    ]
    assert [one for one in operations if not re.search(r"[\u4e00-\u9fff]", one[2])] == []


async def test_the_pages_load_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    page = (await client.get("/docs")).text
    assert "swagger" in page.lower()
    assert ELSEWHERE.findall(page) == []
    for asset in re.findall(r"""(?:src|href)=["']([^"']+)["']""", page):
        loaded = await client.get(asset)
        assert loaded.status_code == 200, asset


@pytest.mark.parametrize(
    "line",
    ['<script src="https://cdn.example/x.js">', '<link href="//cdn.example/x.css">', "url('https://a.example/f')"],
)
def test_a_page_that_loads_from_elsewhere_would_be_noticed(line: str) -> None:
    assert ELSEWHERE.search(line)


def test_every_event_has_its_schema_and_its_place_in_the_catalogue() -> None:
    written = {path.name for path in FOLDER.glob("cn.minglu.*.json")}
    assert written == {f"{payload.event_type}.json" for payload in PAYLOADS}
    channels = json.loads((FOLDER / "asyncapi.json").read_text("utf-8"))["channels"]
    assert set(channels) == set(TOPICS) == {payload.topic for payload in PAYLOADS}
