"""One HTTP call to a gateway, with what can go wrong on the way told as an outcome. Nothing is tried again here.

Whether a request may have been read decides: before the connection stands it surely was not (Busy), later it may have
been (Unknown). 429, and 503 with a time, say "not now". Any other server's error says nothing about what was done
before it, unless its body holds a code that the gateway's own adapter knows.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import orjson

from services.notification.channels.gateway import Busy, Unknown
from services.notification.provider_urls import ProviderUrl

CONNECTIONS: Final = 50
LARGEST_ANSWER: Final = 2**18
"""Bytes; gateways answer in a few hundred"""
NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class Answer:
    """A complete answer that is no request to wait."""

    status: int
    content: bytes

    @property
    def unknown(self) -> Unknown:
        """What it means if the adapter finds no code in it that it knows."""
        return Unknown(f"http-{self.status}" if self.status >= httpx.codes.INTERNAL_SERVER_ERROR else "unreadable")

    def json(self) -> dict[str, Any]:
        """The object in it; an empty one if it is none."""
        with contextlib.suppress(orjson.JSONDecodeError):
            read = orjson.loads(self.content)
            return read if isinstance(read, dict) else {}
        return {}


class HttpCalls:
    """The connections to one gateway."""

    def __init__(self, url: ProviderUrl) -> None:
        self._base, self._seconds = url.base, url.timeout
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(url.timeout, connect=url.timeout / 2, pool=url.timeout / 2),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=20, keepalive_expiry=20),
            verify=url.encrypted,  # on this machine alone there is nothing to verify
            follow_redirects=False,
            trust_env=False,
        )

    async def call(
        self, method: str, path: str, *, headers: Mapping[str, str], content: bytes = b""
    ) -> Answer | Busy | Unknown:
        """`path` with its query, as signed."""
        request = httpx.Request(method, f"{self._base}{path}", headers=dict(headers), content=content)
        try:
            async with asyncio.timeout(self._seconds * 2):
                response = await self._client.send(request, stream=True)
                try:
                    return await _read(response)
                finally:
                    await response.aclose()
        except NOT_SENT:
            return Busy()
        except (httpx.TransportError, httpx.DecodingError, TimeoutError) as error:
            return Unknown(type(error).__name__)  # its message may quote the request

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()


async def _read(response: httpx.Response) -> Answer | Busy | Unknown:
    pause = _seconds(response.headers.get("Retry-After"))
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return Busy(pause)
    if response.status_code == httpx.codes.SERVICE_UNAVAILABLE and pause is not None:
        return Busy(pause)
    content = b""
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER:
            return Unknown("answer-too-large")
    return Answer(response.status_code, content)


def _seconds(retry_after: str | None) -> float | None:
    """The header's seconds; the form with a date is not used by gateways."""
    return float(min(int(retry_after), 3600)) if retry_after is not None and retry_after.isdecimal() else None
