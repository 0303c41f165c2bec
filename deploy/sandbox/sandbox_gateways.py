"""What the sandbox's SMS gateways have in common: what they were handed, how calls go wrong, receipts that follow."""

import asyncio
import contextlib
import ssl
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import orjson
from fastapi import Request, Response

from deploy.sandbox.message_store import DELIVERED, NOT_DELIVERED, Kept, MessageStore

NOT_TAKEN: Final = frozenset({"busy", "unavailable", "refuse", "no-credit", "limited", "bad-words"})
ANSWERED_BADLY: Final = frozenset({"slow", "garbage", "hang", "cut"})
RECEIPTS_ODD: Final = frozenset({"drop", "undeliverable", "contradict", "twice", "first", "silent"})
MOODS: Final = NOT_TAKEN | ANSWERED_BADLY | RECEIPTS_ODD
ReceiptForm = Callable[[Kept, str], Mapping[str, object]]
"""An entry of a gateway's call-back: about a message, with a code"""
SLOW: Final = 1.0
"""Seconds"""


def _caller() -> httpx.AsyncClient:
    """Who calls back; only services on this machine, without TLS."""
    return httpx.AsyncClient(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), trust_env=False, timeout=5)


@dataclass
class SandboxGateways:
    """What the gateways know: credentials, where receipts go, what they were handed, how the next calls go wrong."""

    store: MessageStore = field(default_factory=MessageStore)
    user: str = "sandbox"
    secret: str = "sandbox-secret"  # noqa: S105 - of a gateway that sends nothing
    receipts: dict[str, str] = field(default_factory=dict)
    takes_keys: bool = True
    calls: Counter[str] = field(default_factory=Counter)
    moods: dict[str, deque[str]] = field(default_factory=lambda: defaultdict(deque))
    caller: httpx.AsyncClient = field(default_factory=_caller)
    nonces: set[str] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def misbehave(self, *moods: str, gateway: str = "") -> None:
        """How the next requests to a gateway, or to whichever is called, go wrong, in turn; an empty one goes well."""
        if unknown := set(moods) - MOODS - {""}:
            raise ValueError(f"no such mood: {', '.join(sorted(unknown))}")
        self.moods[gateway].extend(moods)

    def mood(self, gateway: str) -> str:
        """How this request to a gateway goes."""
        self.calls[gateway] += 1
        waiting = self.moods[gateway] or self.moods[""]
        return waiting.popleft() if waiting else ""

    async def take(self, gateway: str, mood: str, key: str | None, told: Mapping[str, str], form: ReceiptForm) -> Kept:
        """Take a message, once under its key where keys are taken; receipts follow."""
        known = self.store.find(gateway=gateway, key=key) if self.takes_keys and key and gateway == "sandbox" else ()
        if known:
            return known[0]
        kept = self.store.take(gateway, "sms", mood != "drop", key=key, **told)
        receipts = self._receipts_of(kept, mood, form)
        if mood == "first":
            await receipts
        else:
            self._start(receipts)
        return kept

    def _start(self, receipts: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(receipts)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _receipts_of(self, kept: Kept, mood: str, form: ReceiptForm) -> None:
        codes = {
            "undeliverable": [NOT_DELIVERED],
            "contradict": [DELIVERED, NOT_DELIVERED],
            "twice": [DELIVERED, DELIVERED],
        }.get(mood, [DELIVERED])
        for code in codes:
            self.store.say(kept.reference, code)
            if mood != "silent" and kept.gateway in self.receipts:
                await self._call_back(self.receipts[kept.gateway], [form(kept, code)])

    async def _call_back(self, url: str, body: object) -> None:
        """Tried a few times, as gateways do."""
        for pause in (0.1, 0.5, 2.0, 5.0):
            with contextlib.suppress(httpx.TransportError):
                if (await self.caller.post(url, content=orjson.dumps(body))).is_success:
                    return
            await asyncio.sleep(pause)

    async def close(self) -> None:
        """Give up what is still going on, and close the store."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        await self.caller.aclose()
        self.store.close()


async def answered(request: Request, mood: str, body: object, status: int = 200) -> Response:
    """The answer to a message that was taken, or what comes in its place."""
    if mood == "slow":
        await asyncio.sleep(SLOW)
    if mood == "hang":
        await request.receive()  # after the body: that the caller has gone
    if mood == "cut":
        return Response(status_code=502)
    if mood == "garbage":
        return Response(b"<html>", media_type="text/html")
    return json_response(body, status)


def json_response(body: object, status: int = 200) -> Response:
    """JSON."""
    return Response(orjson.dumps(body), status, media_type="application/json")
