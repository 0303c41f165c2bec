"""What the sample's people were told: their contacts, one household's inbox, the messages at the sandbox gateway."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import httpx

from deploy.local.data_directory import DataDirectory
from deploy.local.errors import CommandError
from deploy.local.sample_applicants import operator_pseudonyms, retry_until_known
from deploy.local.sandboxes import Sandboxes
from deploy.local.service_client import Client
from deploy.local.token_issuer import TokenClaims

FEED, BUREAU = "contact", "市场监督管理局"
LAST = 48
"""Households that are waited for: some of each of the bus's partitions"""
OWN_CONTACT = {"phone": "12600002026", "email": "objector@example.invalid"}
LAST_WORD = "您的异议办完了"
"""Title of what is told last of the sample's objection"""
PATIENCE = 30.0
"""Seconds for it to come over the bus."""
SHOWN_MESSAGES = 3


async def deliver_contacts(data: DataDirectory, clients: Mapping[str, Client]) -> None:
    """The bureau delivers the sample's phones and e-mail addresses, once the service knows whose they are."""
    state = data.read_state()
    if "contacts" not in state:
        client = clients["notification"]
        for code in await last_households(data, clients["typing"]):
            await retry_until_known(partial(client.get, f"/v1/contacts/{code}", "officer"))
        await client.deliver(FEED, data.sample / f"{FEED}.parquet", state["rows"][FEED], BUREAU)
        data.write_state({**data.read_state(), "contacts": True})


async def last_households(data: DataDirectory, typing: Client) -> list[str]:
    """Published households that come last over the bus: they are announced in the order of their codes."""
    import duckdb

    query = "SELECT uscc FROM read_parquet(?) WHERE uscc IS NOT NULL ORDER BY uscc DESC LIMIT ?"
    rows = duckdb.execute(query, [str(data.sample / "registration.parquet"), LAST]).fetchall()
    found: list[str] = []
    for (code,) in rows:
        with suppress(CommandError):  # a row that was rejected
            await typing.get(f"/v1/households/{code}")
            found.append(code)
    return found


async def give_contact(client: Client, who: TokenClaims) -> None:
    """An operator reads the words, consents, and gives a phone and an e-mail address (both made up)."""
    words = (await client.get("/v1/own-contact", who)).json()["words"]
    await client.patch("/v1/own-contact", who, {**OWN_CONTACT, "consent": words["version"]})


async def describe_inbox(data: DataDirectory, client: Client) -> list[str]:
    """The inbox of the household whose objection was upheld, as its operator reads it; the newest first."""
    state: Mapping[str, str] = data.read_state().get("objection", {})
    if not state:
        return []
    uscc = state["uscc"]
    operator = TokenClaims("operator-objecting", "operator", operator_ref=operator_pseudonyms(data, [uscc])[uscc])
    entries = await entries_with(client, operator, uscc)
    lines = [f"收件箱 {uscc} 的经营者：{len(entries)} 条通知" + ("，新的在前" if entries else "")]
    return lines + [f"  {one['told_at'][:10]}  {one['title']}" for one in entries]


async def entries_with(client: Client, who: TokenClaims, uscc: str) -> list[dict[str, Any]]:
    """An inbox once the last word has come to it, or as it is after a while."""
    entries: list[dict[str, Any]] = []
    for _ in range(int(PATIENCE)):
        entries = (await client.get("/v1/inbox", who, uscc=uscc, limit=20)).json()["items"]
        if any(one["title"] == LAST_WORD for one in entries):
            break
        await asyncio.sleep(1)
    return entries


async def describe_messages(sandboxes: Sandboxes) -> list[str]:
    """How many messages the sandbox was handed on which channel, and the newest ones."""
    async with httpx.AsyncClient(base_url=sandboxes.gateway, trust_env=False) as client:
        found: list[dict[str, Any]] = (await client.get("/sandbox/messages", params={"limit": 10_000})).json()
    count = Counter({"sms": "短信", "email": "邮件"}[one["channel"]] for one in found)
    said = "，".join(f"{channel} {number} 条" for channel, number in count.items()) or "还没有消息"
    newest = [f"  {masked(one['address'])}  {' '.join(one['text'].split())[:60]}" for one in found[:SHOWN_MESSAGES]]
    return [f"沙箱网关已收到：{said}；全部见 {sandboxes.gateway}", *newest]


def masked(address: str) -> str:
    """An address as it is shown on a screen."""
    return f"{address[:3]}****{address[-4:]}"
