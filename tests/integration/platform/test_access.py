"""Every route of every running service × every role, region and department: only whom the declaration names passes."""

import re
from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from deploy.openapi import application
from deploy.services import SERVICES
from shared.platform.identity import OF_MARKET_SUPERVISION, Access, Role, RouteAccess, route_access
from shared.platform.settings import ServiceSettings
from shared.reference.departments import Department
from tests.fixtures.correction_keys import CORRECTION_KEYS
from tests.fixtures.ledger.settings import LedgerSettings
from tests.fixtures.postgres import MakeDatabase
from tests.fixtures.service_client import ISSUER, Issuer, running

REGIONS = ("", "41", "4101", "410105")
NOBODY = "00000000-0000-4000-8000-000000000000"
OPERATOR = "v1:" + "0" * 32


@cache
def app_of(service: type[ServiceSettings]) -> FastAPI:
    """Made once per worker: FastAPI never frees an application."""
    return application(service)


class RunningService:
    """A service on an empty database, and calls of its routes."""

    def __init__(self, client: httpx.AsyncClient, issuer: Issuer, routes: list[RouteAccess]) -> None:
        self.client, self.issuer, self.routes = client, issuer, routes

    async def status(self, route: RouteAccess, headers: dict[str, str]) -> int:
        """What a call of a route with nothing in it is answered."""
        path = re.sub(r"{\w+}", NOBODY, route.path)
        body: dict[str, object] | None = {} if route.method in ("POST", "PUT", "PATCH") else None
        answer = await self.client.request(route.method, path, json=body, headers={"If-Match": '"1"'} | headers)
        return answer.status_code

    def as_(self, role: Role, region: str, department: Department | None = None) -> dict[str, str]:
        """The header of a caller with one role."""
        claims: dict[str, Any] = {"operator_ref": OPERATOR} if role is Role.OPERATOR else {"department": department}
        return self.issuer.headers(role, region=region, **claims)


ALL: list[type[ServiceSettings]] = [*SERVICES, LedgerSettings]


@pytest.fixture(params=ALL, ids=lambda service: service.service_name())
def settings(request: pytest.FixtureRequest, make_database: MakeDatabase, issuer: Issuer) -> ServiceSettings:
    """Of each service of the list, and of the tests' own; its database is empty."""
    service: type[ServiceSettings] = request.param
    url = make_database(service.package())
    values: dict[str, Any] = {
        "database_url": url,
        "bus_url": url,
        "issuer": ISSUER,
        "jwks": str(issuer.jwks),
        "data_dir": issuer.jwks.parent,
        "pseudonym_key": "00" * 32,
        "correction_keys": CORRECTION_KEYS.private,
        "correction_key": CORRECTION_KEYS.public,
        "vault_keys": "k1:" + "00" * 32,
    }
    return service(**{name: value for name, value in values.items() if name in service.model_fields})


@pytest.fixture
async def service(settings: ServiceSettings, issuer: Issuer) -> AsyncIterator[RunningService]:
    """The service, running."""
    app = app_of(type(settings))
    app.state.settings = settings
    async with running(app) as client:
        yield RunningService(client, issuer, [one for one in route_access(app) if one.method != "HEAD"])


def protected(service: RunningService) -> list[RouteAccess]:
    """Routes that need a role."""
    return [one for one in service.routes if not one.access.public]


async def test_without_a_token_only_public_routes_answer(service: RunningService) -> None:
    refused = [one for one in service.routes if await service.status(one, {}) == 401]
    assert refused == protected(service)


async def test_every_role_that_is_not_named_is_refused_whatever_its_region(service: RunningService) -> None:
    for number, route in enumerate(protected(service)):
        for role in set(Role) - route.access.roles:
            headers = service.as_(role, REGIONS[number % len(REGIONS)])
            assert await service.status(route, headers) == 403, (route.method, route.path, role)


async def test_every_role_that_is_named_is_let_in(service: RunningService) -> None:
    """401 is never the answer, and whoever may call everything that is asked here is not refused for the role."""
    for route in protected(service):
        for role in route.access.roles:
            status = await service.status(route, service.as_(role, ""))
            assert status not in (401, 500), (route.method, route.path, role, status)


async def test_the_roles_of_market_supervision_are_nothing_in_another_department(service: RunningService) -> None:
    others = [department for department in Department if department is not Department.MARKET]
    for number, route in enumerate(protected(service)):
        for role in OF_MARKET_SUPERVISION:
            headers = service.as_(role, "41", others[number % len(others)])
            assert await service.status(route, headers) == 403, (route.method, route.path, role)


async def test_no_service_has_nothing_but_public_routes(service: RunningService) -> None:
    assert protected(service)


async def test_a_route_open_to_all_would_be_noticed(service: RunningService, monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted fault: the check lets everybody through."""

    async def open_to_all(access: Access, request: Any) -> object:
        return await unchecked(Access(access.roles, public=True), request)

    unchecked = Access.__call__
    monkeypatch.setattr(Access, "__call__", open_to_all)
    with pytest.raises(AssertionError):
        await test_every_role_that_is_not_named_is_refused_whatever_its_region(service)
