"""What `create_app` brings besides the routes: pages, metrics, request ids, logs, lists, versions of the schema."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import StreamingResponse

from shared.database.connections import Database
from shared.database.migrations import downgrade, drift, upgrade
from shared.messaging.events import current_traceparent
from shared.platform.app import create_app, resources_of
from shared.platform.identity import Caller, Role, anyone
from shared.platform.settings import ServiceSettings
from shared.platform.telemetry import configure_logs
from tests.fixtures.service_client import Issuer, running, settings_of


async def test_the_documentation_loads_nothing_from_elsewhere(ledger: httpx.AsyncClient) -> None:
    page = await ledger.get("/docs")
    assert page.status_code == 200
    links = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert links
    for link in links:
        assert link.startswith("/"), link
        assert (await ledger.get(link)).status_code == 200
    assert '"validatorUrl": null' in page.text
    assert not re.findall(r"https?://", page.text)
    assert (await ledger.get("/redoc")).status_code == 404


async def test_the_description_names_the_problems(ledger: httpx.AsyncClient) -> None:
    description = (await ledger.get("/openapi.json")).json()
    assert "ProblemDetails" in description["components"]["schemas"]
    for operations in description["paths"].values():
        for operation in operations.values():
            assert "application/problem+json" in operation["responses"]["default"]["content"]
            assert "422" not in operation["responses"]


async def test_metrics_name_the_route_and_never_the_address(ledger: httpx.AsyncClient) -> None:
    await ledger.get("/v1/entries/424242")
    await ledger.get("/nowhere/92410103MA0000015K")
    metrics = (await ledger.get("/metrics")).text
    assert 'route="/v1/entries/{entry_id}",service="ledger",status="404"' in metrics
    assert "424242" not in metrics
    assert "92410103MA0000015K" not in metrics


@pytest.mark.parametrize("path", ["/v1/me", "/nowhere", "/docs", "/healthz", "/v1/entries/x%00"])
async def test_no_answer_is_guessed_kept_or_framed_by_a_browser(ledger: httpx.AsyncClient, path: str) -> None:
    headers = (await ledger.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert [name for name, _ in headers.multi_items()].count("cache-control") == 1


async def test_every_answer_carries_its_requests_id(ledger: httpx.AsyncClient) -> None:
    given = await ledger.get("/v1/me", headers={"X-Request-ID": "abc-1"})
    assert given.headers["x-request-id"] == "abc-1"
    forged = await ledger.get("/v1/me", headers={"X-Request-ID": 'x" evil'})
    assert re.fullmatch("[0-9a-f]{32}", forged.headers["x-request-id"])
    broken = await ledger.get("/v1/entries/x")
    assert broken.headers["x-request-id"]


async def test_the_callers_trace_goes_on(database_url: str, issuer: Issuer) -> None:
    router = APIRouter()

    @router.get("/trace")
    async def trace(_: Caller = anyone()) -> str | None:
        return current_traceparent()

    app = create_app("账册", settings_of(database_url, issuer), [router])
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with running(app) as client:
        assert (await client.get("/trace", headers={"traceparent": parent})).json() == parent
        assert (await client.get("/trace", headers={"traceparent": "nonsense"})).json() is None
        assert (await client.get("/trace")).json() is None


async def test_half_an_answer_is_broken_off_not_ended_as_if_whole(database_url: str, issuer: Issuer) -> None:
    router = APIRouter()

    async def half() -> AsyncIterator[bytes]:
        yield b"uscc,type\n"
        raise ZeroDivisionError

    @router.get("/export")
    async def export(_: Caller = anyone()) -> StreamingResponse:
        return StreamingResponse(half())

    async with running(create_app("账册", settings_of(database_url, issuer), [router])) as client:
        with pytest.raises(ZeroDivisionError):
            await client.get("/export")


async def test_resources_are_opened_when_the_service_starts_and_endpoints_share_them(
    database_url: str, issuer: Issuer
) -> None:
    opened: list[tuple[ServiceSettings, Database]] = []
    router = APIRouter()

    @router.get("/opened")
    async def shared(request: Request, _: Caller = anyone()) -> str:
        return str(await resources_of(request))

    def resources(settings: ServiceSettings, database: Database) -> str:
        opened.append((settings, database))
        return "shared by all"

    settings = settings_of(database_url, issuer)
    app = create_app("账册", settings, [router], resources=resources)
    assert opened == []
    async with running(app) as client:
        assert opened == [(settings, app.state.database)]
        assert (await client.get("/opened")).json() == "shared by all"


async def test_a_list_is_walked_page_by_page_inside_the_callers_region(
    ledger: httpx.AsyncClient, issuer: Issuer
) -> None:
    officer = issuer.headers(Role.OFFICER, region="")
    for number, region in enumerate(["410102", "410103", "410102", "420102", "410102"]):
        await ledger.post(
            "/v1/entries", json={"region": region, "note": f"甲{number}", "amount": number}, headers=officer
        )
    zhengzhou = issuer.headers(Role.OFFICER, region="4101")
    seen, cursor, pages = [], None, 0
    while pages == 0 or cursor:
        params: dict[str, str] = {"cursor": cursor} if cursor else {}
        page = (await ledger.get("/v1/entries", params=params, headers=zhengzhou)).json()
        seen += [item["note"] for item in page["items"]]
        cursor, pages = page["next"], pages + 1
    assert seen == ["甲0", "甲1", "甲2", "甲4"]
    assert pages == 2


def test_migrations_make_what_the_models_say(database_url: str) -> None:
    assert drift(database_url, "tests.fixtures.ledger") == []


def test_a_difference_between_models_and_migrations_is_found(database_url: str) -> None:
    async def change() -> None:
        database = Database(database_url)
        async with database.transaction() as session:
            await session.execute(text("ALTER TABLE entry ALTER COLUMN amount TYPE bigint"))
            await session.execute(text("DROP INDEX ix_audit_entry_subject"))
        await database.close()

    asyncio.run(change())
    assert len(drift(database_url, "tests.fixtures.ledger")) == 2


def test_migrations_go_back_and_forth(database_url: str) -> None:
    downgrade(database_url, "tests.fixtures.ledger", "base")
    assert drift(database_url, "tests.fixtures.ledger")
    upgrade(database_url, "tests.fixtures.ledger")
    assert drift(database_url, "tests.fixtures.ledger") == []


def test_logs_are_json_lines_without_what_the_database_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers, root.level
    configure_logs("info", service="ledger")
    try:
        secret = "4101021990"
        error = ValueError(f"duplicate key value\nDETAIL:  Key (operator_id)=({secret}) already exists.")
        log = structlog.get_logger()
        log.debug("unheard")
        try:
            raise error
        except ValueError:
            log.exception("failed", region="4101", name="甲")
        lines = capsys.readouterr().out.splitlines()
    finally:
        structlog.configure(**before)
        root.handlers = handlers
        root.setLevel(level)
    [line] = lines
    said = json.loads(line)
    assert (said["event"], said["level"], said["service"], said["name"]) == ("failed", "error", "ledger", "甲")
    assert secret not in line
    assert "frames" in said["exception"][0]
