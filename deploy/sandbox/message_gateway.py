"""SMS gateways and a mail server that send nothing: `python -m deploy.sandbox.message_gateway --port … --data …`.

Its secret is `MINGLU_SANDBOX_SECRET`, where receipts go `MINGLU_SANDBOX_RECEIPTS` (`GATEWAY=URL`, a blank between two).
What they were handed stands on one page, by address. Three gateways listen on one port: the sandbox's own (`/messages`,
as `services.notification.channels.sandbox` describes), and the wire forms of Aliyun and Tencent Cloud with their
signatures checked. How the next requests go wrong is said with `POST /sandbox/moods`, in turn:

| mood | what happens |
|---|---|
| `slow` | the answer takes a second |
| `busy` | 429, not taken; for Aliyun and Tencent their code of a limit |
| `unavailable` | 503, not taken |
| `garbage` | taken, and the answer is no JSON |
| `hang`, `cut` | taken, and no answer comes / 502 comes instead |
| `refuse`, `no-credit` | refused: nobody has this number / the account is empty |
| `drop` | accepted and delivered, as it says; no phone ever shows it |
| `undeliverable` | accepted, the receipt says that it did not arrive |
| `contradict` | a receipt says delivered, a later one says it did not arrive |
| `twice`, `first`, `silent` | the receipt comes twice / before the answer / never |
"""

import argparse
import asyncio
import base64
import hmac
import os
from collections import Counter, deque
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import orjson
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request, Response

from deploy.sandbox.message_store import Kept, MessageStore

NOT_TAKEN: Final = frozenset({"busy", "unavailable", "refuse", "no-credit"})
ANSWERED_BADLY: Final = frozenset({"slow", "garbage", "hang", "cut"})
RECEIPTS_ODD: Final = frozenset({"drop", "undeliverable", "contradict", "twice", "first", "silent"})
MOODS: Final = NOT_TAKEN | ANSWERED_BADLY | RECEIPTS_ODD
DELIVERED, NOT_DELIVERED = "DELIVERED", "MK:0001"
SLOW: Final = 1.0
"""Seconds"""


@dataclass
class SandboxGateways:
    """What the gateways know: credentials, where receipts go, what they were handed, how the next calls go wrong."""

    store: MessageStore = field(default_factory=MessageStore)
    user: str = "sandbox"
    secret: str = "sandbox-secret"  # noqa: S105 - of a gateway that sends nothing
    receipts: dict[str, str] = field(default_factory=dict)
    takes_keys: bool = True
    calls: Counter[str] = field(default_factory=Counter)
    moods: deque[str] = field(default_factory=deque)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def misbehave(self, *moods: str) -> None:
        """How the next requests go wrong, in turn; an empty one goes well."""
        if unknown := set(moods) - MOODS - {""}:
            raise ValueError(f"no such mood: {', '.join(sorted(unknown))}")
        self.moods.extend(moods)

    def mood(self, gateway: str) -> str:
        """How this request to a gateway goes."""
        self.calls[gateway] += 1
        return self.moods.popleft() if self.moods else ""

    async def take(self, gateway: str, mood: str, key: str | None, told: Mapping[str, str]) -> Kept:
        """Take a message, once under its key where keys are taken; receipts follow."""
        known = self.store.find(gateway=gateway, key=key) if self.takes_keys and key and gateway == "sandbox" else ()
        if known:
            return known[0]
        kept = self.store.take(gateway, "sms", mood != "drop", key=key, **told)
        receipts = self._receipts_of(kept, mood)
        if mood == "first":
            await receipts
        else:
            self._start(receipts)
        return kept

    def _start(self, receipts: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(receipts)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _receipts_of(self, kept: Kept, mood: str) -> None:
        codes = {
            "undeliverable": [NOT_DELIVERED],
            "contradict": [DELIVERED, NOT_DELIVERED],
            "twice": [DELIVERED, DELIVERED],
        }.get(mood, [DELIVERED])
        for code in codes:
            self.store.say(kept.reference, code)
            if mood != "silent" and kept.gateway in self.receipts:
                await self._call_back(self.receipts[kept.gateway], [own_receipt(kept, code)])

    async def _call_back(self, url: str, body: object) -> None:
        """Tried a few times, as gateways do."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            for pause in (0.1, 0.5, 2.0, 5.0):
                try:
                    answer = await client.post(url, content=orjson.dumps(body))
                except httpx.TransportError:
                    await asyncio.sleep(pause)
                    continue
                if answer.is_success:
                    return
                await asyncio.sleep(pause)

    async def close(self) -> None:
        """Give up what is still going on, and close the store."""
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        self.store.close()


def own_receipt(kept: Kept, code: str) -> dict[str, object]:
    """A receipt in the form of the sandbox's own gateway."""
    return {"key": kept.key, "reference": kept.reference, "delivered": code == DELIVERED, "code": code}


def sandbox_app(gateways: SandboxGateways) -> FastAPI:
    """All of it over HTTP."""
    app = FastAPI(title="短信网关（沙箱）", docs_url=None, redoc_url=None, openapi_url=None)
    add_control(app, gateways)
    add_own_gateway(app, gateways)
    return app


def add_control(app: FastAPI, gateways: SandboxGateways) -> None:
    """What tests and demonstrations say and read."""

    @app.post("/sandbox/moods", status_code=204)
    async def misbehave(moods: list[str]) -> None:
        """How the next requests go wrong, in turn."""
        try:
            gateways.misbehave(*moods)
        except ValueError as error:
            raise HTTPException(422, str(error)) from error

    @app.put("/sandbox/keys", status_code=204)
    async def take_keys(takes_keys: bool) -> None:
        """Whether the sandbox's own gateway recognises a repetition by its key."""
        gateways.takes_keys = takes_keys

    @app.get("/sandbox/messages")
    async def list_messages(address: str = "", limit: int = 200) -> list[Kept]:
        """The newest messages, of one address or of all."""
        return list(gateways.store.newest(address, limit))


def add_own_gateway(app: FastAPI, gateways: SandboxGateways) -> None:
    """The sandbox's own gateway."""

    def check(authorization: str) -> None:
        credential = base64.b64encode(f"{gateways.user}:{gateways.secret}".encode()).decode()
        if not hmac.compare_digest(authorization.encode(), f"Basic {credential}".encode()):
            raise HTTPException(401)

    @app.post("/messages", status_code=202)
    async def take(
        request: Request,
        authorization: Annotated[str, Header()] = "",
        idempotency_key: Annotated[str | None, Header()] = None,
    ) -> Response:
        """A message."""
        check(authorization)
        body: dict[str, Any] = orjson.loads(await request.body())
        mood = gateways.mood("sandbox")
        if mood in NOT_TAKEN:
            return not_taken(mood)
        told = {"address": str(body["address"]), "text": str(body["text"])}
        kept = await gateways.take("sandbox", mood, idempotency_key or body.get("key"), told)
        return await answered(request, mood, {"reference": kept.reference}, status=202)

    @app.get("/messages/{key}")
    async def ask(key: str, authorization: Annotated[str, Header()] = "") -> dict[str, object]:
        """What became of a message."""
        check(authorization)
        found = gateways.store.find(gateway="sandbox", key=key)
        if not found:
            raise HTTPException(404)
        code = found[-1].receipt
        return {"receipt": own_receipt(found[-1], code) if code else None}


def not_taken(mood: str) -> Response:
    """What the sandbox's own gateway answers when it takes nothing."""
    if mood == "busy":
        return Response(status_code=429, headers={"Retry-After": "1"})
    if mood == "unavailable":
        return Response(status_code=503)
    code = "no-such-number" if mood == "refuse" else "no-credit"
    return json_response({"code": code, "permanent": mood == "refuse"}, status=422)


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


def main() -> None:
    """Serve until ended. Secrets come by the environment, which other users of the machine cannot see."""
    parser = argparse.ArgumentParser(description="短信网关与邮件服务器（沙箱）")
    parser.add_argument("--port", type=int, default=8094)
    parser.add_argument("--data", type=Path, default=None, help="file for what was sent; without it: memory")
    parser.add_argument("--user", default="sandbox")
    chosen = parser.parse_args()
    secret = os.environ.get("MINGLU_SANDBOX_SECRET", "sandbox-secret")
    receipts = dict(one.split("=", 1) for one in os.environ.get("MINGLU_SANDBOX_RECEIPTS", "").split())
    gateways = SandboxGateways(MessageStore(chosen.data), chosen.user, secret, receipts)
    uvicorn.run(sandbox_app(gateways), host="127.0.0.1", port=chosen.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
