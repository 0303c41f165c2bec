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
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi_offline import FastAPIOffline
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from shared.database.connections import Database
from shared.database.row_scope import NOWHERE
from shared.platform.admission import Admission
from shared.platform.announced_calendar import calendar_followed
from shared.platform.api_description import complete_description
from shared.platform.audited_access import Refusals
from shared.platform.caching import CachingMiddleware
from shared.platform.http_methods import MethodsMiddleware
from shared.platform.identity import SAFE_METHODS, Identity, access_of, route_access
from shared.platform.malware_scanner import MalwareScanner
from shared.platform.measuring import measured
from shared.platform.officers import RecordedToday
from shared.platform.problems import OPENAPI_RESPONSES, install_problem_handlers, status_problem
from shared.platform.published_contracts import ASYNCAPI, SCHEMA, asyncapi_page, schema_page
from shared.platform.query_parameters import refuse_unknown_parameters
from shared.platform.request_middleware import RequestMiddleware
from shared.platform.settings import ServiceSettings, apply_clock_shift
from shared.platform.tokens import TokenVerifier
from shared.platform.unit_of_work import TransactionalRoute

log = structlog.get_logger()

S = TypeVar("S", bound=ServiceSettings)
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
READY_SECONDS = 2.0
NO_KEYS = "读不到统一身份认证的签名公钥，不能核验登录凭证；请检查 JWKS 的地址或文件、网络和 CA 证书。"


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
        middleware=[
            Middleware(RequestMiddleware, service=settings.service),
            Middleware(MethodsMiddleware),
            Middleware(CachingMiddleware),
        ],
        dependencies=[Depends(refuse_unknown_parameters)] if settings.refuses_unknown_parameters else [],
        responses=OPENAPI_RESPONSES,
        telemetry={"metrics": False, "logs": False, "operation_spans": False},
    )
    app.state.settings = settings
    install_problem_handlers(app)
    own = app.router.lifespan_context
    for router in routers:
        app.include_router(router)
    app.router.lifespan_context = own  # FastAPI nests one generator per router; ours have no lifespan of their own
    pages = (("/healthz", _healthy), ("/readyz", _ready), ("/metrics", _metrics))
    for path, page in (*pages, (ASYNCAPI, asyncapi_page), (SCHEMA, schema_page)):
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
        app.state.identity = Identity(
            TokenVerifier(settings.jwks, settings.issuer, settings.audience, settings.longest_token_hours * 3600)
        )
        app.state.database = Database(
            settings.database_url,
            pool_size=settings.database_pool,
            application=settings.service,
            lock_seconds=settings.lock_seconds,
            scope=NOWHERE,
        )
        app.state.acting = RecordedToday()  # of this database
        app.state.refusals = Refusals()
        app.state.admission = Admission(settings)
        app.state.malware_scanner = MalwareScanner(settings.malware_scanner)
        apply_clock_shift(settings)
        if resources is not None:
            app.state.resources = resources(settings, app.state.database)
        log.info("service_started", service=settings.service)
        try:
            database = app.state.database
            async with calendar_followed(database), _refusals_written(app), measured(database, settings.service):
                yield
        finally:
            await app.state.database.close()

    return lifespan


@asynccontextmanager
async def _refusals_written(app: FastAPI) -> AsyncIterator[None]:
    """Refused calls are written while the application runs, the last ones when it stops."""
    refusals, database = app.state.refusals, app.state.database
    writing = asyncio.create_task(refusals.write_regularly(database))
    try:
        yield
    finally:
        writing.cancel()
        await asyncio.wait([writing])
        try:
            await refusals.write(database)
        except Exception as error:  # the database is away: the log has each of them
            log.warning("refusals_lost", error=type(error).__name__)


async def resources_of(request: Request) -> Any:  # noqa: ANN401 - the service's own class, which its annotation names
    """What the service's endpoints share: `ResourcesDep = Annotated[Resources, Depends(resources_of)]`."""
    return request.app.state.resources


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
    if not await request.app.state.identity.has_keys(READY_SECONDS):
        log.warning("not_ready", error="no signing keys")
        return status_problem(503, {"Retry-After": "5"}, detail=NO_KEYS).response("/readyz")
    return JSONResponse({"status": "ready"})


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
