"""Every route says who may call it, or the application does not start."""

from pathlib import Path

import pytest
from fastapi import APIRouter, Depends, FastAPI

from shared.platform.app import create_app
from shared.platform.identity import Access, Caller, Role, allow, anyone, route_access
from shared.platform.unit_of_work import TransactionalRoute
from tests.fixtures.ledger import endpoints
from tests.fixtures.service_client import Issuer, settings_of


def app_with(issuer: Issuer, *routers: APIRouter) -> FastAPI:
    return create_app("账册", settings_of("postgresql://nobody@127.0.0.1:1/none", issuer), routers)


def test_the_walk_finds_every_route_and_its_roles(issuer: Issuer) -> None:
    app = app_with(issuer, endpoints.router, endpoints.reads)
    known = {(one.method, one.path): one.access for one in route_access(app)}
    assert known["POST", "/v1/entries"].roles == {Role.OFFICER}
    assert known["GET", "/v1/entries"].roles == {Role.OFFICER, Role.AUDITOR}
    assert known["GET", "/v1/me"].public
    assert len(known) == 9


def test_a_route_without_a_statement_stops_the_start(issuer: Issuer) -> None:
    router = APIRouter()

    @router.get("/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(LookupError, match="/forgotten states 0 times"):
        app_with(issuer, router)


def test_two_statements_stop_the_start(issuer: Issuer) -> None:
    router = APIRouter(dependencies=[anyone()])

    @router.get("/twice")
    async def twice(_: Caller = allow(Role.OFFICER)) -> None: ...

    with pytest.raises(LookupError, match="/twice states 2 times"):
        app_with(issuer, router)


def test_a_statement_for_a_whole_router_counts_for_its_routes(issuer: Issuer) -> None:
    inner, outer = APIRouter(), APIRouter()

    @inner.get("/deep")
    async def deep() -> None: ...

    outer.include_router(inner, prefix="/in", dependencies=[allow(Role.AUDITOR)])
    [found] = route_access(app_with(issuer, outer))
    assert (found.path, found.access.roles) == ("/in/deep", frozenset({Role.AUDITOR}))


def test_a_change_outside_a_transaction_stops_the_start(issuer: Issuer) -> None:
    router = APIRouter()

    @router.post("/loose")
    async def loose(_: Caller = allow(Role.OFFICER)) -> None: ...

    with pytest.raises(TypeError, match="must be a TransactionalRoute"):
        app_with(issuer, router)


def test_a_statement_for_changes_stands_on_their_own_router(issuer: Issuer) -> None:
    """It is asked before an idempotent answer is looked up, so it must be known to the route itself."""
    inner, outer = APIRouter(route_class=TransactionalRoute), APIRouter()

    @inner.post("/deep")
    async def deep() -> None: ...

    outer.include_router(inner, dependencies=[allow(Role.AUDITOR)])
    with pytest.raises(LookupError, match="/deep states 0 times"):
        app_with(issuer, outer)


def test_another_applications_pages_cannot_be_slipped_in(issuer: Issuer, tmp_path: Path) -> None:
    app = app_with(issuer)
    app.mount("/more", FastAPI())
    with pytest.raises(LookupError, match="neither an API route"):
        list(route_access(app))


def test_allowing_nobody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="anyone"):
        allow()


def test_the_description_says_which_operations_need_a_token(issuer: Issuer) -> None:
    paths = app_with(issuer, endpoints.router, endpoints.reads).openapi()["paths"]
    assert paths["/v1/entries"]["post"]["security"] == [{"bearer": []}]
    assert paths["/v1/me"]["get"]["security"] == [{}, {"bearer": []}]  # a token is optional, and says who is calling


def test_access_is_a_dependency_like_others() -> None:
    assert isinstance(anyone(), type(Depends(Access(frozenset()))))
