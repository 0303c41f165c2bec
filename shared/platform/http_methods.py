"""What HTTP asks of every address besides its operations: HEAD as GET without a body, OPTIONS, `Allow` with all
methods, and CORS for the pages of other origins that the settings name.
"""

from collections.abc import Iterator
from re import Pattern

from fastapi.routing import iter_route_contexts
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.platform.admission import BUDGETS

TAKEN_FROM_OTHER_ORIGINS = "Authorization, Content-Type, Content-Digest, Idempotency-Key, If-Match, If-None-Match"
SHOWN_TO_OTHER_ORIGINS = "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-ID"
PREFLIGHT_SECONDS = "600"


class MethodsMiddleware:
    """ASGI middleware inside the one of requests."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._routes: list[tuple[Pattern[str], frozenset[str]]] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(send, self, scope)
        if scope["method"] == "OPTIONS" and (allowed := self.allowed(scope)):
            await _options(scope, allowed)(scope, receive, answer)
        elif scope["method"] == "HEAD":
            asked = {**scope, "method": "GET", BUDGETS: scope.setdefault(BUDGETS, [])}  # told in the answer's head
            try:
                await self.app(asked, receive, answer)
            finally:
                scope.update({**asked, "method": "HEAD"})  # which route it was, and who asked
        else:
            await self.app(scope, receive, answer)

    def allowed(self, scope: Scope) -> str:
        """The methods of an address as `Allow` lists them; empty for one that nothing is at."""
        if self._routes is None:
            self._routes = list(_patterns(scope["app"]))
        methods = {one for pattern, known in self._routes if pattern.match(scope["path"]) for one in known}
        if not methods:
            return ""
        return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))


class _Answer:
    """Completes the head of an answer, and leaves out the body of one to HEAD."""

    def __init__(self, send: Send, methods: MethodsMiddleware, scope: Scope) -> None:
        self._send, self._methods, self._scope = send, methods, scope
        self._bodiless = scope["method"] == "HEAD"

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            if message["status"] == 405:
                headers["Allow"] = self._methods.allowed(self._scope)
            message["headers"] = headers.raw
        elif self._bodiless:
            message["body"] = b""
        await self._send(message)


def _patterns(app: Starlette) -> Iterator[tuple[Pattern[str], frozenset[str]]]:
    for context in iter_route_contexts(app.routes):
        if context.methods:
            yield compile_path(context.path or "")[0], frozenset(context.methods)


def _options(scope: Scope, allowed: str) -> Response:
    answer = Response(status_code=204, headers={"Allow": allowed})
    if "access-control-request-method" in Headers(scope=scope):
        answer.headers["Access-Control-Allow-Methods"] = allowed
        answer.headers["Access-Control-Allow-Headers"] = TAKEN_FROM_OTHER_ORIGINS
        answer.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return answer


def share_with_origins(scope: Scope, headers: MutableHeaders) -> None:
    """Lets pages of the origins that the settings name read the answer. Tokens travel in `Authorization`, never in
    cookies, so no credentials of the browser's own are let in.
    """
    state = scope["app"].state if "app" in scope else None
    origins = getattr(getattr(state, "settings", None), "cors_origins", ())
    if not origins:
        return
    headers.add_vary_header("Origin")
    origin = Headers(scope=scope).get("origin")
    if origin and (origin in origins or "*" in origins):
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Expose-Headers"] = SHOWN_TO_OTHER_ORIGINS
