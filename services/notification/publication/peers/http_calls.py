"""HTTP to one system: who calls, how often, how long, and what a failure means. No redirects, no proxies of the
environment.

Whether a request may have been read decides. Before the connection stands it surely was not: nothing was taken, later
it may be (Busy). After it was written and before a complete answer was read nobody knows (Unknown). Wrong credentials
say nothing about the records: nothing is taken until somebody mends them, and an alarm is raised.
"""

import asyncio
import base64
import hashlib
import hmac
import secrets
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import httpx
import orjson
import stamina
import structlog
from prometheus_client import Gauge

from services.notification.peer_urls import PeerUrl
from services.notification.publication.peers.peer import (
    Busy,
    PeerUnavailableError,
    PeerUnreadableError,
    RefusedCall,
    Unknown,
)
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.peers.wire import WireFormat, compressed

LARGEST_ANSWER: Final = 32 * 2**20
"""Bytes: a page of 20,000 held records has about five million"""
LONGEST_PAUSE: Final = 3600
LONGEST_NUMBER: Final = 9
"""Digits of a number of seconds that are read: more are a longer pause than the longest all the same."""
NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
LOST: Final = (httpx.TransportError, httpx.DecodingError, TimeoutError)
READ_ATTEMPTS: Final = 3
CREDENTIALS: Final = "credentials"
NOT_THERE: Final = (Reason.UNKNOWN_BATCH, Reason.CURSOR)
CREDENTIALS_REFUSED = Gauge(
    "minglu_publication_credentials_refused",
    "1 while a system refuses our credentials for calls that change something (POST), or that only read (GET)",
    ["system", "method"],
)
log = structlog.get_logger()


@dataclass(frozen=True)
class Answer:
    """A complete answer to a call that was not refused: the object in it."""

    data: Mapping[str, Any]


def connection_of(url: PeerUrl) -> httpx.AsyncClient:
    """A client for one system, by its address's options."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(url.timeout, connect=url.timeout / 2, pool=url.timeout / 2),
        limits=httpx.Limits(max_connections=8, max_keepalive_connections=4, keepalive_expiry=20),
        verify=ssl.create_default_context(cafile=url.ca) if url.encrypted else False,  # nothing to verify
        follow_redirects=False,
        trust_env=False,
    )


class Pace:
    """So many calls a second: whoever comes too early waits for its turn."""

    def __init__(self, per_second: float) -> None:
        self._pause, self._next = 1 / per_second, 0.0

    async def wait(self) -> None:
        """Until the next call may go out."""
        loop = asyncio.get_running_loop()
        turn, self._next = self._next, max(self._next, loop.time()) + self._pause
        if (wait := turn - loop.time()) > 0:
            await asyncio.sleep(wait)


class PeerCalls:
    """The connection to one system."""

    def __init__(self, form: WireFormat, url: PeerUrl) -> None:
        self._form, self._url = form, url
        self._pace = Pace(url.per_second)
        self._client = connection_of(url)
        for method in ("GET", "POST"):
            CREDENTIALS_REFUSED.labels(form.system, method)  # another connection's alarm stays

    async def write(self, path: str, body: bytes, key: str) -> Answer | RefusedCall | Busy | Unknown:
        """One call that changes something; never repeated here. `key`: the same however often it is made."""
        packed = await asyncio.to_thread(compressed, body)
        headers = {
            "Content-Type": "application/x-ndjson" if self._form.lines and b"\n" in body else "application/json",
            "Content-Encoding": "gzip",
            "Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:",
            "Idempotency-Key": key,
        }
        try:
            async with self._call("POST", path, headers, packed) as response:
                return self._outcome(response, await content_of(response))
        except NOT_SENT:
            return Busy("unreachable")
        except LOST as error:
            return Unknown(type(error).__name__)  # its message may quote the request
        except PeerUnreadableError as error:
            return Unknown(str(error))

    async def read(self, path: str, query: Mapping[str, str]) -> Mapping[str, Any] | None:
        """One call that changes nothing, tried again when it fails; None: there is no such thing."""
        try:
            async for attempt in stamina.retry_context(
                on=_passes, attempts=READ_ATTEMPTS, wait_initial=0.1, wait_max=2.0, wait_jitter=0.1
            ):
                with attempt:
                    async with self._call("GET", f"{path}?{httpx.QueryParams(query)}" if query else path, {}) as told:
                        answer = self._outcome(told, await content_of(told))
                    if isinstance(answer, Busy):
                        raise PeerUnavailableError(answer.code)
                    if isinstance(answer, Unknown) and answer.reason != "unreadable":
                        raise PeerUnavailableError(answer.reason)
        except LOST as error:
            raise PeerUnavailableError(type(error).__name__) from None
        if isinstance(answer, Answer):
            return answer.data
        if isinstance(answer, RefusedCall) and self._form.reasons.get(answer.code) in NOT_THERE:
            return None
        raise PeerUnreadableError(answer.code if isinstance(answer, RefusedCall | Busy) else answer.reason)

    async def close(self) -> None:
        """End the connections."""
        await self._client.aclose()

    @asynccontextmanager
    async def _call(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes = b""
    ) -> AsyncIterator[httpx.Response]:
        await self._pace.wait()
        request = httpx.Request(method, f"{self._url.base}{path}", headers=dict(headers), content=content)
        request.headers.update(self._credentials(request))
        async with asyncio.timeout(self._url.timeout * 2):
            response = await self._client.send(request, stream=True)
            try:
                yield response
            finally:
                await response.aclose()

    def _credentials(self, request: httpx.Request) -> Mapping[str, str]:
        secret = self._url.secret.get_secret_value()
        if not self._form.signed:
            return {"Authorization": f"Bearer {secret}", "X-App-Id": self._url.user}
        moment = str(int(datetime.now(UTC).timestamp()))  # the machine's: a demonstration's calendar is another one
        nonce = secrets.token_hex(8)
        digest = request.headers.get("Content-Digest", "")
        signature = signed(secret, request.method, request.url.raw_path.decode(), moment, nonce, digest)
        return {"X-App-Id": self._url.user, "X-Timestamp": moment, "X-Nonce": nonce, "X-Signature": signature}

    def _outcome(self, response: httpx.Response, content: bytes) -> Answer | RefusedCall | Busy | Unknown:
        status, pause = response.status_code, _seconds(response.headers.get("Retry-After"))
        method, told = response.request.method, _object(content)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return self._credentials_refused(method)
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.TOO_EARLY):
            return Busy(f"http-{status}", pause)
        if status == httpx.codes.SERVICE_UNAVAILABLE and pause is not None:
            return Busy(f"http-{status}", pause)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Unknown(f"http-{status}")
        if status < httpx.codes.MULTIPLE_CHOICES:
            return self._answered(method, told, pause)
        refused = self._refused(method, told, pause)
        return Busy(f"http-{status}") if isinstance(refused, Unknown) else refused  # a gateway before the system

    def _answered(
        self, method: str, told: Mapping[str, Any] | None, pause: float | None
    ) -> Answer | RefusedCall | Busy | Unknown:
        envelope = self._form.envelope
        if told is None:
            return Unknown("unreadable")
        if envelope is not None:
            if told.get(envelope.code) != envelope.success:
                return self._refused(method, told, pause)
            told = told.get(envelope.data)
            if not isinstance(told, dict):
                return Unknown("unreadable")
        CREDENTIALS_REFUSED.labels(self._form.system, method).set(0)
        return Answer(told)

    def _refused(
        self, method: str, told: Mapping[str, Any] | None, pause: float | None
    ) -> RefusedCall | Busy | Unknown:
        envelope, words = self._form.envelope, self._form.words
        told = told or {}
        code = told.get(envelope.code if envelope else words["code"])
        message = told.get(envelope.message if envelope else words["message"])
        if not isinstance(code, str) or not code:
            return Unknown("unreadable")
        reason = self._form.reasons.get(code)
        if reason is Reason.CREDENTIALS:
            return self._credentials_refused(method)
        if reason is Reason.BUSY:
            return Busy(code[:100], pause)
        return RefusedCall(code[:100], message[:1000] if isinstance(message, str) else "")

    def _credentials_refused(self, method: str) -> Busy:
        CREDENTIALS_REFUSED.labels(self._form.system, method).set(1)
        log.error("publication.credentials-refused", system=self._form.system)
        return Busy(CREDENTIALS)


def signed(secret: str, method: str, path: str, moment: str, nonce: str, digest: str) -> str:
    """The signature of a request: HMAC-SHA256 over its method, path with query, time, nonce and Content-Digest."""
    text = "\n".join([method, path, moment, nonce, digest])
    return base64.b64encode(hmac.digest(secret.encode(), text.encode(), "sha256")).decode()


def _passes(error: Exception) -> bool:
    """Whether a call that changes nothing may go well a moment later."""
    return isinstance(error, LOST) or (isinstance(error, PeerUnavailableError) and str(error) != CREDENTIALS)


async def content_of(response: httpx.Response) -> bytes:
    """An answer's body, unpacked; PeerUnreadableError as soon as it is too large."""
    content = bytearray()
    async for part in response.aiter_bytes():
        content += part
        if len(content) > LARGEST_ANSWER:
            raise PeerUnreadableError("answer-too-large")
    return bytes(content)


def _object(content: bytes) -> dict[str, Any] | None:
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
    return read if isinstance(read, dict) else None


def _seconds(retry_after: str | None) -> float | None:
    """The header's seconds; the form with a date is not used."""
    if retry_after is None or not retry_after.isdecimal():
        return None
    return float(min(int(retry_after[:LONGEST_NUMBER]), LONGEST_PAUSE))
