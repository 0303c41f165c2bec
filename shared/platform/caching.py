"""Answers that need not travel twice, or not at full size: `ETag` and 304 where a route says so, and gzip.

    @router.get("/statistics", dependencies=[cacheable()])

Only what everybody may read is cached for others; with a token an answer may say more and stays with its reader. The
tag is made of the answer's bytes, so it never says that something changed had not. What is streamed goes out as it is:
its end is not known when it begins.
"""

import asyncio
import gzip
import hashlib
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CACHEABLE = "minglu.cacheable"
LEAST_COMPRESSED = 1024
"""Bytes below which gzip gains nothing"""
COMPRESSED_ASIDE = 100_000
"""Bytes above which compressing would hold up other requests: a thread does it"""
LEVEL = 5
COMPRESSIBLE = ("application/json", "application/problem+json", "application/schema+json", "text/")


@dataclass(frozen=True)
class Cacheable:
    """A dependency that says for how many seconds an answer to anybody may be reused without asking again."""

    seconds: int

    async def __call__(self, request: Request) -> None:
        """Notes it for the middleware."""
        request.scope[CACHEABLE] = self.seconds


def cacheable(seconds: int = 60) -> Any:  # noqa: ANN401 - what FastAPI takes as a dependency
    """For a route that anybody may read."""
    return Depends(Cacheable(seconds))


class CachingMiddleware:
    """ASGI middleware around the application itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = send if scope["type"] != "http" else _Answer(scope, send)
        await self.app(scope, receive, answer)


class _Answer:
    """Holds the head of an answer back until its body is there; the head of one that comes in parts goes on at once."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self._head: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._head = message
            return
        head, self._head = self._head, None
        if head is None:
            await self._send(message)
        elif message["type"] != "http.response.body" or message.get("more_body", False):
            await self._send(head)
            await self._send(message)
        else:
            await self._whole(head, message)

    async def _whole(self, head: Message, body: Message) -> None:
        headers, content = MutableHeaders(raw=list(head["headers"])), body.get("body", b"")
        seconds = self._scope.get(CACHEABLE)
        if seconds is not None and head["status"] == 200:
            headers.setdefault("ETag", f'W/"{hashlib.sha256(content).hexdigest()[:32]}"')
            headers["Cache-Control"] = _cache_control(self._scope, seconds)
            headers.add_vary_header("Authorization")
            if _is_known(self._scope, headers["ETag"]):
                head, content = {**head, "status": 304}, b""
                for name in ("content-length", "content-type"):
                    del headers[name]
        if _compressible(headers, content):
            headers.add_vary_header("Accept-Encoding")
            if _accepts_gzip(self._scope):
                content = await _compressed(content)
                headers["Content-Encoding"], headers["Content-Length"] = "gzip", str(len(content))
        await self._send({**head, "headers": headers.raw})
        await self._send({**body, "body": content})


def _cache_control(scope: Scope, seconds: int) -> str:
    return "private, no-cache" if "authorization" in Headers(scope=scope) else f"public, max-age={seconds}"


def _is_known(scope: Scope, tag: str) -> bool:
    """Whether the caller has this answer (RFC 9110 13.1.2: tags are compared weakly)."""
    given = Headers(scope=scope).get("if-none-match", "")
    return given.strip() == "*" or tag.removeprefix("W/") in {
        one.strip().removeprefix("W/") for one in given.split(",")
    }


def _compressible(headers: MutableHeaders, content: bytes) -> bool:
    kind = headers.get("content-type", "")
    return len(content) >= LEAST_COMPRESSED and kind.startswith(COMPRESSIBLE) and "content-encoding" not in headers


def _accepts_gzip(scope: Scope) -> bool:
    """A coding whose weight is 0 is not accepted; `*` says it of those that are not named, in whatever order."""
    weights = {}
    for one in Headers(scope=scope).get("accept-encoding", "").lower().split(","):
        name, _, weight = one.replace(" ", "").partition(";q=")
        weights[name] = weight
    weight = weights.get("gzip", weights.get("*", "0"))
    return weight.rstrip("0") not in ("0.", "") or not weight


async def _compressed(content: bytes) -> bytes:
    if len(content) < COMPRESSED_ASIDE:
        return gzip.compress(content, LEVEL, mtime=0)
    return await asyncio.to_thread(gzip.compress, content, LEVEL, mtime=0)
