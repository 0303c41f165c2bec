"""`create_app`: what makes a FastAPI application one of our services. A service's `main` is one call.

    app = create_app("分型", settings, [runs.router, households.router], resources=Resources.open)

It sets up the database (`app.state.database`), the callers' identity, problem details, `/healthz`, `/readyz`,
`/metrics`, and `/docs` that loads nothing from elsewhere. It refuses to start with a route that does not say who may
call it, or that changes something outside a `TransactionalRoute`.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter, FastAPI, Request
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from shared.database.connections import Database
from shared.platform.announced_calendar import calendar_followed
from shared.platform.idempotency import KeyReused
from shared.platform.identity import SAFE_METHODS, Identity, RouteAccess, access_of, route_access
from shared.platform.officers import RecordedToday
from shared.platform.problems import OPENAPI_RESPONSES, ProblemBody, install_problem_handlers, status_of, status_problem
from shared.platform.reachable_errors import errors_of
from shared.platform.request_middleware import RequestMiddleware
from shared.platform.settings import ServiceSettings, apply_clock_shift
from shared.platform.tokens import TokenVerifier
from shared.platform.unit_of_work import TransactionalRoute

log = structlog.get_logger()

S = TypeVar("S", bound=ServiceSettings)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
READY_SECONDS = 2.0


def create_app(
    title: str,
    settings: S,
    routers: Sequence[APIRouter],
    *,
    resources: Callable[[S, Database], object] | None = None,
    version: str = "1",
) -> FastAPI:
    """The application; `resources(settings, database)` opens what its endpoints share, as `app.state.resources`."""
    app: FastAPI = FastAPIOffline(
        title=title,
        version=version,
        redoc_url=None,  # its bundle loads a picture from elsewhere
        swagger_ui_parameters={"validatorUrl": None},  # as would the page's validation badge
        lifespan=_lifespan(resources),
        middleware=[Middleware(RequestMiddleware, service=settings.service)],
        responses=OPENAPI_RESPONSES,
        telemetry={"metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.settings = settings
    install_problem_handlers(app)
    for router in routers:
        app.include_router(router)
    for path, page in (("/healthz", _healthy), ("/readyz", _ready), ("/metrics", _metrics)):
        app.add_route(path, page, include_in_schema=False)
    complete_description(app)
    check_routes(app)
    return app


def check_routes(app: FastAPI) -> None:
    """LookupError if a route does not say who may call it; TypeError if one would change without a transaction."""
    for one in route_access(app):
        if one.method in SAFE_METHODS:
            continue
        if not isinstance(one.route, TransactionalRoute):
            raise TypeError(f"{one.method} {one.path} must be a TransactionalRoute")
        access_of(one.route.dependant, one.path)  # the route checks it before it returns a stored answer


def _lifespan(resources: Callable[[S, Database], object] | None) -> Lifespan:
    """Opens what `app.state.settings` name when the application starts: it may be started again with others."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        settings: S = app.state.settings
        app.state.identity = Identity(TokenVerifier(settings.jwks, settings.issuer, settings.audience))
        app.state.database = Database(
            settings.database_url, pool_size=settings.database_pool, application=settings.service
        )
        app.state.acting = RecordedToday()  # of this database
        apply_clock_shift(settings)
        if resources is not None:
            app.state.resources = resources(settings, app.state.database)
        log.info("service_started", service=settings.service)
        try:
            async with calendar_followed(app.state.database):
                yield
        finally:
            await app.state.database.close()

    return lifespan


async def resources_of(request: Request) -> Any:  # noqa: ANN401 - the service's own class, which its annotation names
    """What the service's endpoints share: `ResourcesDep = Annotated[Resources, Depends(resources_of)]`."""
    return request.app.state.resources


def complete_description(app: FastAPI) -> None:
    """Put the problem's schema, which every operation refers to, and each operation's errors and roles into the
    description.
    """
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        description = describe()
        schemas = description.setdefault("components", {}).setdefault("schemas", {})
        body = ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(body.pop("$defs", {}))
        schemas["ProblemBody"] = body
        for one in route_access(app):
            operation = description["paths"].get(one.path, {}).get(one.method.lower())
            if operation is None:
                continue
            operation["responses"]["default"] = _problems_response(one)
            if not one.access.public:
                operation["x-roles"] = sorted(one.access.roles)
        return description

    app.openapi = openapi  # type: ignore[method-assign] # the way FastAPI documents


def _problems_response(one: RouteAccess) -> dict[str, Any]:
    """How an operation answers with problems, and which named errors it can answer with."""
    response: dict[str, Any] = dict(OPENAPI_RESPONSES["default"])
    named = errors_of(one.route.dependant)
    if one.method not in SAFE_METHODS:
        named.append(KeyReused)  # raised around the endpoint, where an answer is looked up
    lines = [f"- {status_of(error)} `{error.slug}`：{error.title}" for error in named]
    if lines:
        response["description"] += "\n\n可能的问题（type 为 `/problems/…`）：\n" + "\n".join(dict.fromkeys(lines))
    return response


async def _healthy(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _ready(request: Request) -> Response:
    try:
        async with asyncio.timeout(READY_SECONDS):
            pool = await request.app.state.database.pool()
            await pool.fetchval("SELECT 1")
    except Exception as error:  # whatever is wrong with the database
        log.warning("not_ready", error=type(error).__name__)
        return status_problem(503, {"Retry-After": "1"}).response("/readyz")
    return JSONResponse({"status": "ready"})


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
