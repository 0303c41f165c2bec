"""The outermost middleware around every request: request id, metrics, log line, and the answer to unforeseen errors."""

import re
import secrets
import time
from collections.abc import Callable
from contextvars import Token
from itertools import count

import structlog
from fastapi.routing import iter_route_contexts
from opentelemetry import context as trace_context
from opentelemetry.context import Context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Histogram
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.platform.admission import Admission, tell_budgets
from shared.platform.audited_access import REFUSED, Refusals
from shared.platform.http_methods import share_with_origins
from shared.platform.problems import Problem, invalid_request, server_error

log = structlog.get_logger()

DURATION = Histogram(
    "minglu_http_request_seconds",
    "Time from request to answer",
    ["service", "method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60),
)
TRACEPARENT = re.compile(rb"[0-9a-f-]{1,128}")
PLAIN_WORD = re.compile(rb"[A-Za-z0-9._-]{1,64}")
CALLER_GONE = 499
"""What is noted, as web servers do, when the caller went away before an answer; nobody gets it."""
UNLOGGED_METHODS = {"GET", "HEAD", "OPTIONS"}

PROCESS = secrets.token_hex(8).encode()
"""First half of the request ids that this process assigns."""

_numbers = count(1)
_propagator = TraceContextTextMapPropagator()


SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"frame-ancestors 'none'"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
)
"""Of every answer that does not say otherwise itself: browsers neither guess its type, nor keep it, nor show it inside
another page, nor tell other pages its address."""


class RequestMiddleware:
    """ASGI middleware; `service` is the label of its metrics."""

    def __init__(self, app: ASGIApp, service: str) -> None:
        self.app = app
        self.service = service
        self._routes: dict[object, str] | None = None
        self._observers: dict[tuple[str, str, int], Callable[[float], None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = _header(scope, b"x-request-id", PLAIN_WORD) or b"%b%016x" % (PROCESS, next(_numbers))
        bound = structlog.contextvars.bind_contextvars(request_id=request_id.decode())
        answer = _ResponseSender(scope, send, request_id)
        try:
            await self._guarded(scope, receive, answer)
        finally:
            self._record(scope, answer.status, time.perf_counter() - started)
            structlog.contextvars.reset_contextvars(**bound)

    async def _guarded(self, scope: Scope, receive: Receive, answer: "_ResponseSender") -> None:
        if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
            problem = invalid_request(("path", "nul-character", "地址中不能含有空字符（%00）。"))
            await problem.response()(scope, receive, answer)
            return
        try:
            admission = _admission_of(scope)
            if admission is not None:
                admission.enter(scope)
        except Problem as problem:
            await problem.response(scope["path"])(scope, receive, answer)
            return
        token = _continue_trace(scope)
        try:
            await self.app(scope, receive if admission is None else admission.timed(receive), answer)
        except ClientDisconnect:
            answer.status = answer.status or CALLER_GONE
        except Exception:
            log.exception("request_failed", method=scope["method"], route=self._route(scope))
            if answer.status:
                raise  # half an answer has gone out: the server must close the connection
            await server_error().response(scope["path"])(scope, receive, answer)
        finally:
            if admission is not None:
                admission.leave()
            if token is not None:
                trace_context.detach(token)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], self._route(scope)
        key = (method, route, status)
        observe = self._observers.get(key)
        if observe is None:
            child = DURATION.labels(self.service, method, route, str(status))
            observe = self._observers[key] = child.observe
        observe(seconds)
        if status in REFUSED:
            self._note_refusal(scope, route, status)
        if method not in UNLOGGED_METHODS or status >= 400:
            log.info("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))

    def _note_refusal(self, scope: Scope, route: str, status: int) -> None:
        refusals: Refusals | None = getattr(scope["app"].state, "refusals", None) if "app" in scope else None
        if refusals is not None:
            refusals.note(scope, route, status)

    def _route(self, scope: Scope) -> str:
        """The route's pattern, never the path itself: a path can name a household."""
        if self._routes is None:
            self._routes = _patterns(scope["app"]) if "app" in scope else {}
        return self._routes.get(scope.get("endpoint"), "-")


class _ResponseSender:
    """Passes the answer on; keeps its status, adds the request's id, what is left of the caller's budget, and what
    browsers may and must not do with it.
    """

    def __init__(self, scope: Scope, send: Send, request_id: bytes) -> None:
        self._scope, self._send = scope, send
        self._id = (b"x-request-id", request_id)
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = self._with_rights(message["headers"])
            names = {name for name, _ in given}
            message["headers"] = [*given, self._id, *(one for one in SAFE_HEADERS if one[0] not in names)]
        await self._send(message)

    def _with_rights(self, given: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        headers = MutableHeaders(raw=[*given])
        tell_budgets(self._scope, headers)
        share_with_origins(self._scope, headers)
        return headers.raw


def _admission_of(scope: Scope) -> Admission | None:
    """None for an application that was not started."""
    return getattr(scope["app"].state, "admission", None) if "app" in scope else None


def _header(scope: Scope, name: bytes, pattern: re.Pattern[bytes]) -> bytes | None:
    for key, value in scope["headers"]:
        if key == name:
            return value if pattern.fullmatch(value) else None
    return None


def _continue_trace(scope: Scope) -> Token[Context] | None:
    """Continues the caller's trace, even if nothing is exported: events carry it on."""
    if "fastapi.telemetry" in scope:
        return None
    parent = _header(scope, b"traceparent", TRACEPARENT)
    if parent is None:
        return None
    return trace_context.attach(_propagator.extract({"traceparent": parent.decode()}))


def _patterns(app: Starlette) -> dict[object, str]:
    return {context.endpoint: context.path or "-" for context in iter_route_contexts(app.routes) if context.endpoint}
