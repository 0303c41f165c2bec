"""What the sandbox's national systems hold of one recognised household and of its county, before and after its
recognition is revoked.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any

from pydantic import SecretStr

from deploy.local.data_directory import DataDirectory
from deploy.local.sandboxes import Sandboxes
from deploy.local.service_client import Client
from deploy.local.token_issuer import TokenClaims
from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import HeldRecord
from services.notification.publication.systems import KIND_LABELS, KINDS_OF, SYSTEM_LABELS, Kind, System
from shared.reference.regions import region_name

PATIENCE = 120.0
"""Seconds for the systems to hold what was decided."""
REVOCATION = "revocation"
GROUNDS = {"facts": "申报材料与原件不符（示例）", "reason": "申报材料系伪造（示例）", "citations": ["三（二）2"]}
NOTICE = {"document": "示例告知〔2026〕1号", "how": "letter"}
WAIVER = {"waived": True, "document": "示例放弃陈述申辩书1号"}
DECISION = {"document": "示例撤销〔2026〕1号", "reason": "申报材料系伪造（示例）"}
COUNTED = (Kind.TYPE, Kind.RECOGNITION)

Copies = Mapping[System, Sequence[HeldRecord]]


class PublicationOfSample:
    """The household that the sample's notice led to: published, revoked, taken back everywhere."""

    def __init__(self, data: DataDirectory, clients: Mapping[str, Client], sandboxes: Sandboxes) -> None:
        self.data, self.sandboxes, self.recognition = data, sandboxes, clients["recognition"]

    async def come(self) -> list[str]:
        """What there is to see of it; nothing where nobody was recognised. A second time it is what was seen before."""
        state = self.data.read_state()
        chosen = state.get("notice", {}).get("chosen")
        if chosen is None:
            return []
        if "publication" not in state:
            application = (await self.recognition.get(f"/v1/applications/{chosen}", "officer")).json()
            lines = await self.published_and_revoked(application)
            self.data.write_state({**self.data.read_state(), "publication": lines})
        shown: list[str] = self.data.read_state()["publication"]
        return [*shown, f"  四个系统现在的内容见 {self.sandboxes.national}"]

    async def published_and_revoked(self, application: Mapping[str, Any]) -> list[str]:
        """The copies, the revocation, the copies again."""
        uscc, county = application["uscc"], application["county"]
        async with AsyncExitStack() as opened:
            peers = [HttpPeer(FORMATS[system], parse_peer(SecretStr(url))) for system, url in self.urls().items()]
            for peer in peers:
                opened.push_async_callback(peer.close)
            copies = await copies_when(peers, uscc, all_is_there)
            before = await lines_of(peers, copies, county)
            await self.revoke(uscc, county)
            copies = await copies_when(peers, uscc, recognition_is_gone)
            after = await lines_of(peers, copies, county)
        place = region_name(county) or county
        return [
            f"上报 {application['name']}（{uscc}），撤销认定以前四个系统（沙箱）里的内容；括号内为{place}的户数：",
            *before,
            "撤销认定以后：",
            *after,
        ]

    def urls(self) -> Mapping[System, str]:
        """Where the systems answer."""
        settings = self.sandboxes.settings(self.recognition.region)
        return {system: settings[system.value.replace("-", "_")] for system in System}

    async def revoke(self, uscc: str, county: str) -> None:
        """Proposed by one, served, waived at the counter, decided by another who took no part."""
        listed = (await self.recognition.get("/v1/recognitions", region=county)).json()["items"]
        found = [one for one in listed if one["uscc"] == uscc]
        if not found:  # a start that was interrupted had revoked it
            return
        path = f"/v1/recognitions/{found[0]['id']}"
        served_on = found[0]["granted_on"]
        proposal = f"proposals/{REVOCATION}"
        steps: Sequence[tuple[str, str, str, dict[str, object]]] = (
            ("proposer", "officer", "proposals", {"what": REVOCATION, **GROUNDS}),
            ("proposer", "officer", f"{proposal}/notice", {"served_on": served_on, **NOTICE}),
            ("counter", "officer", f"{proposal}/statement", dict(WAIVER)),
            ("revoker", "approver", REVOCATION, dict(DECISION)),
        )
        for name, role, step, body in steps:
            who = TokenClaims(f"dev-{name}", role, county, name=f"示例{'决定' if role == 'approver' else '经办'}人")
            dossier = await self.recognition.get(f"{path}/file", who)
            await self.recognition.post(f"{path}/{step}", who, body, **{"If-Match": dossier.headers["ETag"]})


async def copies_when(peers: Sequence[HttpPeer], uscc: str, ready: Callable[[Copies], bool]) -> Copies:
    """What each system says about the household, once it is what is waited for."""
    async with asyncio.timeout(PATIENCE):
        while True:
            copies = {peer.system: await peer.look_up(uscc) for peer in peers}
            if ready(copies):
                return copies
            await asyncio.sleep(0.5)


def kinds_in(copies: Copies, system: System) -> set[Kind]:
    """What kinds of records a system holds of the household."""
    return {one.kind for one in copies[system]}


def all_is_there(copies: Copies) -> bool:
    """Whether type and recognition stand wherever they belong."""
    return all(KINDS_OF[system] & set(COUNTED) <= kinds_in(copies, system) for system in copies)


def recognition_is_gone(copies: Copies) -> bool:
    """Whether the recognition stands nowhere, while the type still does."""
    return all(
        Kind.RECOGNITION not in kinds_in(copies, system) and KINDS_OF[system] & {Kind.TYPE} <= kinds_in(copies, system)
        for system in copies
    )


async def lines_of(peers: Sequence[HttpPeer], copies: Copies, county: str) -> list[str]:
    """A line per system: what it says about the household, and how much it holds of the county."""
    return [
        f"  {SYSTEM_LABELS[peer.system]}：{'；'.join(map(described, copies[peer.system])) or '没有内容'}"
        f"（{await county_counts(peer, county)}）"
        for peer in peers
    ]


def described(record: HeldRecord) -> str:
    """A record in a few words."""
    content = record.content or {}
    if record.kind is Kind.TYPE:
        return f"{content['type_label']}（{content['year']} 年）"
    if record.kind is Kind.RECOGNITION:
        return f"{content['category']}，有效期至 {content['valid_until']}"
    return KIND_LABELS[record.kind]


async def county_counts(peer: HttpPeer, county: str) -> str:
    """How many households a system holds of the county, by kind."""
    counts = []
    for kind in COUNTED:
        if kind in KINDS_OF[peer.system]:
            held = {one.region: one.records for one in await peer.summaries(kind)}
            counts.append(f"{KIND_LABELS[kind]} {held.get(county, 0):,} 户")
    return "、".join(counts)
