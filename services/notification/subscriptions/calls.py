"""One HTTP call to a receiver: to an address that was checked, signed, without redirects, proxies or long answers.

httpcore, below httpx, since it leaves the connection to us: nothing between the check and the connection looks the
name up again. The certificate is verified against the name.
"""

import asyncio
import ssl
import time
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpcore

from services.notification.settings import NotificationSettings
from services.notification.subscriptions.domain import Failure
from services.notification.subscriptions.problems import TargetRefused
from services.notification.subscriptions.signatures import signed_headers
from services.notification.subscriptions.targets import Resolve, TargetRules, checked_addresses, resolve
from shared.messaging.events import CONTENT_TYPE
from shared.outgoing_tls import http_tls

LONGEST_ANSWER = 64 * 2**10
"""Bytes of an answer that are read."""
IDLE_SECONDS = 4.0
"""How long a connection is kept for the next call: less than servers keep theirs (Node: 5 seconds)."""
GONE = 410
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class CheckedNetwork(httpcore.AsyncNetworkBackend):
    """Connects to an address of the name, all of whose addresses were checked in this same look-up."""

    def __init__(self, rules: TargetRules, find: Resolve) -> None:
        self._rules, self._find = rules, find
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """The first of its addresses that answers."""
        try:
            addresses = await checked_addresses(self._rules, host, port, self._find)
        except OSError as error:
            raise NameUnknownError(host) from error
        for number, address in enumerate(addresses, start=1):
            try:
                return await self._plain.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise NameUnknownError(host)


class NameUnknownError(Exception):
    """The host's name has no address."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call; `failure` is none where the receiver answered 2xx."""

    failure: Failure | None
    status: int | None = None
    retry_after: float = 0.0
    body: bytes = b""


class Calls:
    """`async with Calls(settings) as calls: await calls.post(…)`. Connections are kept for a while and used again."""

    def __init__(self, settings: NotificationSettings, find: Resolve = resolve) -> None:
        self._rules, self._seconds = TargetRules.of(settings), settings.webhook_seconds
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=http_tls(settings.webhook_ca_file),
            max_connections=None,  # a receiver that is slow must not keep others waiting for a connection
            max_keepalive_connections=100,
            keepalive_expiry=IDLE_SECONDS,
            network_backend=CheckedNetwork(self._rules, find),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.aclose()

    async def post(self, url: str, keys: Sequence[str], message: str, body: bytes) -> Answer:
        """Posts a signed event. Never raises for what the receiver does."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(url, keys, message, body)
        except (TimeoutError, httpcore.TimeoutException):
            return Answer(Failure.TIMEOUT)
        except TargetRefused:
            return Answer(Failure.ADDRESS)
        except NameUnknownError:
            return Answer(Failure.NAME)
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            return Answer(Failure.TLS if _by_tls(error) else Failure.CONNECTION)

    async def _post(self, url: str, keys: Sequence[str], message: str, body: bytes) -> Answer:
        target = self._rules.read(url)
        where = httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path)
        # The clock is the machine's: receivers compare it with theirs, whatever day a demonstration plays.
        signed = signed_headers(keys, message, int(time.time()), body)
        headers = [*signed, ("content-type", CONTENT_TYPE), ("accept", "*/*"), ("user-agent", "minglu-webhooks/1")]
        async with self._pool.stream("POST", where, headers=headers, content=body) as response:
            answer = await _start_of(response)
        return Answer(failure_of(response.status), response.status, retry_after(response), answer)


async def _start_of(response: httpcore.Response) -> bytes:
    """The answer, as far as it is read: what is longer ends the connection."""
    read = b""
    async with aclosing(response.aiter_stream()) as chunks:  # type: ignore[type-var]  # an async generator
        async for chunk in chunks:
            read += chunk
            if len(read) > LONGEST_ANSWER:
                return read[:LONGEST_ANSWER]
    return read


def _by_tls(error: BaseException | None) -> bool:
    """Whether TLS is why a connection failed, somewhere beneath what the libraries say."""
    while error is not None and not isinstance(error, ssl.SSLError):
        error = error.__cause__ or error.__context__
    return error is not None


def failure_of(status: int) -> Failure | None:
    """What a status means: 2xx alone is a success."""
    if 200 <= status < 300:
        return None
    if status == GONE:
        return Failure.GONE
    return Failure.REDIRECT if 300 <= status < 400 else Failure.STATUS


def retry_after(response: httpcore.Response) -> float:
    """The seconds that the receiver asks to be left alone; 0 where it names none, or a date."""
    for name, value in response.headers:
        if name.lower() == b"retry-after" and value.isdigit():
            return float(value[:9])
    return 0.0
