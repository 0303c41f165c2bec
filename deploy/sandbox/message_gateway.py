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
| `limited`, `bad-words` | not taken: this number has had enough for an hour / these words are refused |
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
from contextlib import AsyncExitStack
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import uvicorn
from fastapi import FastAPI, Header, HTTPException, Request, Response

from deploy.sandbox.gateway_forms import add_forms
from deploy.sandbox.mail_sink import MailSink, write_certificate
from deploy.sandbox.message_store import DELIVERED, Kept, MessageStore
from deploy.sandbox.sandbox_gateways import NOT_TAKEN, SandboxGateways, answered, json_response
from shared.clock import CHINA

GATEWAYS: Final = {"sandbox": "沙箱网关", "aliyun": "阿里云（仿）", "tencent": "腾讯云（仿）", "mail": "邮件"}
STATES: Final = {DELIVERED: "已送达", "": "已接收"}
PAGE: Final = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>已发送的短信和邮件（沙箱）</title><style>
body{{font:16px/1.6 sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}}
table{{border-collapse:collapse;width:100%}} td:last-child{{white-space:pre-wrap}}
td,th{{border-bottom:1px solid #ccc;padding:.4rem .6rem;text-align:left;vertical-align:top}}
</style></head><body><h1>已发送的短信和邮件（沙箱）</h1>
<p>这里只有演示数据，没有真的发给任何人。{counts}。</p>
<form><label>号码或邮箱 <input name="address" value="{address}"></label>
<label><input type="checkbox" name="plain" value="true" {checked}> 显示完整号码</label> <button>查看</button></form>
<table><tr><th>时间</th><th>通道</th><th>收件人</th><th>状态</th><th>内容</th></tr>{rows}</table></body></html>"""


def own_receipt(kept: Kept, code: str) -> dict[str, object]:
    """A receipt in the form of the sandbox's own gateway."""
    return {"key": kept.key, "reference": kept.reference, "delivered": code == DELIVERED, "code": code}


def sandbox_app(gateways: SandboxGateways) -> FastAPI:
    """All of it over HTTP."""
    app = FastAPI(title="短信网关（沙箱）", docs_url=None, redoc_url=None, openapi_url=None)
    add_control(app, gateways)
    add_page(app, gateways)
    add_own_gateway(app, gateways)
    add_forms(app, gateways)
    return app


def add_control(app: FastAPI, gateways: SandboxGateways) -> None:
    """What tests and demonstrations say and read."""

    @app.post("/sandbox/moods", status_code=204)
    async def misbehave(moods: list[str], gateway: str = "") -> None:
        """How the next requests to a gateway, or to whichever is called, go wrong, in turn."""
        try:
            gateways.misbehave(*moods, gateway=gateway)
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


def add_page(app: FastAPI, gateways: SandboxGateways) -> None:
    """What a person reads."""

    @app.get("/")
    async def page(address: str = "", plain: bool = False) -> Response:
        """What was sent, newest first: of one number or of all, masked unless asked otherwise."""
        rows = "".join(page_row(one, plain) for one in gateways.store.newest(address, 200))
        counts = [f"{GATEWAYS[name]} {number} 条" for name, number in gateways.store.counts().items()]
        text = PAGE.format(
            address=escape(address, quote=True),
            checked="checked" if plain else "",
            counts="，".join(counts) or "还没有消息",
            rows=rows,
        )
        return Response(text, media_type="text/html; charset=utf-8")


def page_row(kept: Kept, plain: bool) -> str:
    """A message as a row of the page."""
    address = kept.address if plain else masked(kept.address)
    state = "未到手机" if not kept.arrived else STATES.get(kept.receipt or "", "未送达")
    when = datetime.fromisoformat(kept.taken_at).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    words = f"<b>{escape(kept.title)}</b><br>" if kept.title else ""
    cells = (when, GATEWAYS.get(kept.gateway, kept.gateway), escape(address), state)
    return "".join(["<tr>", *(f"<td>{one}</td>" for one in cells), f"<td>{words}{escape(kept.text)}</td></tr>"])


def masked(address: str) -> str:
    """As it may be shown on a screen: `139****1234`, `z***@example.com`."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}***@{domain}" if at else f"{address[:-8]}****{address[-4:]}"


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
        kept = await gateways.take("sandbox", mood, idempotency_key or body.get("key"), told, own_receipt)
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
    code = "no-such-number" if mood == "refuse" else mood
    of_message = mood in ("limited", "bad-words")
    return json_response({"code": code, "permanent": mood == "refuse", "of_message": of_message}, status=422)


async def serve(gateways: SandboxGateways, port: int, smtp_port: int | None, folder: Path) -> None:
    """Serve until ended; mail where a port for it is given, with `mail-certificate.pem` of the folder."""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(gateways.close)
        if smtp_port is not None:
            sink = MailSink(gateways, *write_certificate(folder))
            stack.push_async_callback(sink.close)
            await sink.serve(smtp_port)
        config = uvicorn.Config(
            sandbox_app(gateways), host="127.0.0.1", port=port, log_level="warning", access_log=False
        )
        await uvicorn.Server(config).serve()


def main() -> None:
    """Serve. Secrets come by the environment, which other users of the machine cannot see."""
    parser = argparse.ArgumentParser(description="短信网关与邮件服务器（沙箱）")
    parser.add_argument("--port", type=int, default=8094)
    parser.add_argument("--smtp-port", type=int, default=None, help="without it no mail is taken")
    parser.add_argument("--data", type=Path, default=None, help="file for what was sent; without it: memory")
    parser.add_argument("--user", default="sandbox")
    chosen = parser.parse_args()
    if chosen.smtp_port is not None and chosen.data is None:
        parser.error("--smtp-port needs --data: the mail server's certificate is kept beside it")
    secret = os.environ.get("MINGLU_SANDBOX_SECRET", "sandbox-secret")
    receipts = dict(one.split("=", 1) for one in os.environ.get("MINGLU_SANDBOX_RECEIPTS", "").split())
    gateways = SandboxGateways(MessageStore(chosen.data), chosen.user, secret, receipts)
    asyncio.run(serve(gateways, chosen.port, chosen.smtp_port, chosen.data.parent if chosen.data else Path()))


if __name__ == "__main__":
    main()
