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
from services.notification.publication.peers.turns import NoTurnError, Turns
from services.notification.publication.peers.wire import CALLS, WireFormat, compressed
from shared.outgoing_tls import http_tls

LARGEST_ANSWER: Final = 32 * 2**20
"""Bytes: a page of 20,000 held records has about five million"""
LONGEST_PAUSE: Final = 3600
LONGEST_NUMBER: Final = 9
"""Digits of a number of seconds that are read: more are a longer pause than the longest all the same."""
NOT_SENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
LOST: Final = (httpx.TransportError, httpx.DecodingError, TimeoutError)
READ_ATTEMPTS: Final = 3
CREDENTIALS: Final = "credentials"
NO_TURN: Final = "no-turn"
"""More calls wait for their turn than can be waited for: nothing was sent"""
NOT_THERE: Final = (Reason.UNKNOWN_BATCH, Reason.CURSOR)
CREDENTIALS_REFUSED = Gauge(
    "minglu_publication_credentials_refused",
    "1 while a system refuses our credentials for a call: it may be allowed to read what it may not change",
    ["system", "call"],
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
        verify=http_tls(url.ca) if url.encrypted else False,  # nothing to verify
        follow_redirects=False,
        trust_env=False,
    )


class PeerCalls:
    """A connection to one system. Calls are those of `wire.CALLS`; `named`: what their paths name."""

    def __init__(self, form: WireFormat, url: PeerUrl, turns: Turns) -> None:
        self._form, self._url, self._turns = form, url, turns
        self._client = connection_of(url)
        self._alarms: set[str] = set()
        for call in CALLS:
            CREDENTIALS_REFUSED.labels(form.system, call)  # another connection's alarm stays

    async def write(
        self, call: str, named: Mapping[str, object], body: bytes, key: str
    ) -> Answer | RefusedCall | Busy | Unknown:
        """One call that changes something; never repeated here. `key`: the same however often it is made."""
        packed = await asyncio.to_thread(compressed, body)
        headers = {
            "Content-Type": "application/x-ndjson" if self._form.lines and b"\n" in body else "application/json",
            "Content-Encoding": "gzip",
            "Content-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(packed).digest()).decode()}:",
            "Idempotency-Key": key,
        }
        try:
            async with self._call("POST", self._form.paths[call].format(**named), headers, packed) as response:
                return self._outcome(call, response, await content_of(response))
        except NoTurnError:
            return Busy(NO_TURN)
        except NOT_SENT:
            return Busy("unreachable")
        except LOST as error:
            return Unknown(type(error).__name__)  # its message may quote the request
        except PeerUnreadableError as error:
            return Unknown(str(error))

    async def read(self, call: str, named: Mapping[str, object], query: Mapping[str, str]) -> Mapping[str, Any] | None:
        """One call that changes nothing, tried again when it fails; None: there is no such thing."""
        path = self._form.paths[call].format(**named)
        try:
            async for attempt in stamina.retry_context(
                on=_passes, attempts=READ_ATTEMPTS, wait_initial=0.1, wait_max=2.0, wait_jitter=0.1
            ):
                with attempt:
                    async with self._call("GET", f"{path}?{httpx.QueryParams(query)}" if query else path, {}) as told:
                        answer = self._outcome(call, told, await content_of(told))
                    if isinstance(answer, Busy):
                        raise PeerUnavailableError(answer.code)
                    if isinstance(answer, Unknown) and answer.reason != "unreadable":
                        raise PeerUnavailableError(answer.reason)
        except NoTurnError:
            raise PeerUnavailableError(NO_TURN) from None
        except LOST as error:
            raise PeerUnavailableError(type(error).__name__) from None
        if isinstance(answer, Answer):
            return answer.data
        if isinstance(answer, RefusedCall) and self._form.reasons.get(answer.code) in NOT_THERE:
            return None
        raise PeerUnreadableError(answer.code if isinstance(answer, RefusedCall | Busy) else answer.reason)

    async def close(self) -> None:
        """End the connections. Nobody waits any longer for what they were refused: their alarms end, too."""
        for call in self._alarms:
            CREDENTIALS_REFUSED.labels(self._form.system, call).set(0)
        await self._client.aclose()

    @asynccontextmanager
    async def _call(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes = b""
    ) -> AsyncIterator[httpx.Response]:
        await self._turns.wait()
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

    def _outcome(self, call: str, response: httpx.Response, content: bytes) -> Answer | RefusedCall | Busy | Unknown:
        status, pause = response.status_code, _seconds(response.headers.get("Retry-After"))
        told = _object(content)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return self._credentials_refused(call)
        if status in (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.TOO_EARLY):
            return Busy(f"http-{status}", pause)
        if status == httpx.codes.SERVICE_UNAVAILABLE and pause is not None:
            return Busy(f"http-{status}", pause)
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Unknown(f"http-{status}")
        if status < httpx.codes.MULTIPLE_CHOICES:
            return self._answered(call, told, pause)
        refused = self._refused(call, told, pause)
        return Busy(f"http-{status}") if isinstance(refused, Unknown) else refused  # a gateway before the system

    def _answered(
        self, call: str, told: Mapping[str, Any] | None, pause: float | None
    ) -> Answer | RefusedCall | Busy | Unknown:
        envelope = self._form.envelope
        if told is None:
            return Unknown("unreadable")
        if envelope is not None:
            if told.get(envelope.code) != envelope.success:
                return self._refused(call, told, pause)
            told = told.get(envelope.data)
            if not isinstance(told, dict):
                return Unknown("unreadable")
        CREDENTIALS_REFUSED.labels(self._form.system, call).set(0)
        self._alarms.discard(call)
        return Answer(told)

    def _refused(self, call: str, told: Mapping[str, Any] | None, pause: float | None) -> RefusedCall | Busy | Unknown:
        envelope, words = self._form.envelope, self._form.words
        told = told or {}
        code = told.get(envelope.code if envelope else words["code"])
        message = told.get(envelope.message if envelope else words["message"])
        if not isinstance(code, str) or not code:
            return Unknown("unreadable")
        reason = self._form.reasons.get(code)
        if reason is Reason.CREDENTIALS:
            return self._credentials_refused(call)
        if reason is Reason.BUSY:
            return Busy(code[:100], pause)
        return RefusedCall(code[:100], message[:1000] if isinstance(message, str) else "")

    def _credentials_refused(self, call: str) -> Busy:
        CREDENTIALS_REFUSED.labels(self._form.system, call).set(1)
        self._alarms.add(call)
        log.error("publication.credentials-refused", system=self._form.system, call=call)
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
