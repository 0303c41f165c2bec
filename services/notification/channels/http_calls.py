"""One HTTP call to a gateway, with what can go wrong on the way told as an outcome. Nothing is tried again here.

Whether a request may have been read decides: before the connection stands it surely was not (Busy), later it may have
been (Unknown). 429, and 503 with a time, say "not now". Any other server's error says nothing about what was done
before it, unless its body holds a code that the gateway's own adapter knows.

httpcore, below httpx: one connection carries one request after the other, and which is free is kept here. A pool that
looks at each of its connections for every request takes four times as long.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import httpcore
import httpx
import orjson

from services.notification.channels.gateway import Busy, Unknown
from services.notification.provider_urls import ProviderUrl

CONNECTIONS: Final = 50
LARGEST_ANSWER: Final = 2**18
"""Bytes; gateways answer in a few hundred"""
KEPT_SECONDS: Final = 20
"""How long a connection waits for the next request"""
NOT_SENT: Final = (httpcore.ConnectError, httpcore.ConnectTimeout)
BROKEN: Final = (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError, TimeoutError)


@dataclass(frozen=True)
class Answer:
    """A complete answer that is no request to wait."""

    status: int
    content: bytes

    @property
    def unknown(self) -> Unknown:
        """What it means if the adapter finds no code in it that it knows."""
        return Unknown(f"http-{self.status}" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "unreadable")

    def json(self) -> dict[str, Any]:
        """The object in it; an empty one if it is none."""
        with contextlib.suppress(orjson.JSONDecodeError):
            read = orjson.loads(self.content)
            return read if isinstance(read, dict) else {}
        return {}


class HttpCalls:
    """The connections to one gateway."""

    def __init__(self, url: ProviderUrl) -> None:
        self._origin = httpcore.Origin(
            b"https" if url.encrypted else b"http", url.host.encode(), url.port or (443 if url.encrypted else 80)
        )
        self._host, self._seconds = url.authority, url.timeout
        self._limits = {"timeout": {"connect": url.timeout / 2, "read": url.timeout, "write": url.timeout}}
        self._trusted = httpx.create_ssl_context(trust_env=False) if url.encrypted else None
        self._idle: list[httpcore.AsyncHTTPConnection] = []
        self._places = asyncio.Semaphore(CONNECTIONS)

    async def call(
        self, method: str, path: str, *, headers: Mapping[str, str], content: bytes = b""
    ) -> Answer | Busy | Unknown:
        """`path` with its query, as signed."""
        named = headers if any(name.lower() == "host" for name in headers) else {"Host": self._host, **headers}
        where = httpcore.URL(
            scheme=self._origin.scheme, host=self._origin.host, port=self._origin.port, target=path.encode()
        )
        request = httpcore.Request(
            method,
            where,
            headers=[*named.items(), ("Content-Length", str(len(content)))],
            content=content,
            extensions=self._limits,
        )
        try:
            async with asyncio.timeout(self._seconds / 2):
                await self._places.acquire()
        except TimeoutError:
            return Busy()
        try:
            async with asyncio.timeout(self._seconds * 2):
                return await self._exchange(request)
        except NOT_SENT:
            return Busy()
        except BROKEN as error:
            return Unknown(type(error).__name__)  # its message may quote the request
        finally:
            self._places.release()

    async def close(self) -> None:
        """End the connections."""
        while self._idle:
            await self._idle.pop().aclose()

    async def _exchange(self, request: httpcore.Request) -> Answer | Busy | Unknown:
        """By a connection that is free, or by a new one, which is kept if the gateway keeps it."""
        connection = await self._free() or httpcore.AsyncHTTPConnection(
            self._origin, ssl_context=self._trusted, keepalive_expiry=KEPT_SECONDS
        )
        try:
            response = await connection.handle_async_request(request)
            try:
                return await _read(response)
            finally:
                await response.aclose()
        finally:
            if connection.is_idle() and not connection.has_expired():
                self._idle.append(connection)
            else:
                await connection.aclose()

    async def _free(self) -> httpcore.AsyncHTTPConnection | None:
        """The connection that was used last, unless the gateway has ended it; what was not needed lately is closed."""
        if self._idle and self._idle[0].has_expired():
            await self._idle.pop(0).aclose()
        while self._idle:
            connection = self._idle.pop()
            if not connection.has_expired():
                return connection
            await connection.aclose()
        return None


async def _read(response: httpcore.Response) -> Answer | Busy | Unknown:
    named = {name.lower(): value for name, value in response.headers}
    pause = _seconds(named.get(b"retry-after", b"").decode("latin-1"))
    if response.status == HTTPStatus.TOO_MANY_REQUESTS:
        return Busy(pause)
    if response.status == HTTPStatus.SERVICE_UNAVAILABLE and pause is not None:
        return Busy(pause)
    content = b""
    async with contextlib.aclosing(response.aiter_stream()) as parts:  # type: ignore[type-var]  # an async generator
        async for part in parts:
            content += part
            if len(content) > LARGEST_ANSWER:
                return Unknown("answer-too-large")
    return Answer(response.status, content)


def _seconds(retry_after: str) -> float | None:
    """The header's seconds; the form with a date is not used by gateways."""
    return min(float(retry_after), 3600.0) if retry_after.isdecimal() else None
