"""A small client of a service for the first start: as bureau, officer, approver, operator and public."""

import asyncio
import base64
import hashlib
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx

from deploy.local.errors import CommandError
from deploy.local.token_issuer import Issuer, TokenClaims
from shared.feeds.contract.feeds import FEEDS

BLOCK = 1 << 20
TIMEOUT = httpx.Timeout(10, read=600, write=600)
"""A delivery answers when every row has been checked."""
PARQUET = "application/vnd.apache.parquet"
NAMES = {"officer": "示例经办人", "approver": "示例审批人", "auditor": "示例审计人"}
"""Of the one person that each of these roles has."""
CalledAs = str | TokenClaims
"""A role, for its one person in the whole region; or somebody in particular."""


class Client:
    """Calls one service; every call says as whom. What goes wrong is a CommandError with the service's own words."""

    def __init__(self, base: str, issuer: Issuer, region: str) -> None:
        self.base, self.issuer, self.region = base, issuer, region
        self.http = httpx.AsyncClient(base_url=base, timeout=TIMEOUT, trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self.http.aclose()

    async def ready(self) -> bool:
        """Does the service say that it is ready?"""
        try:
            return (await self.http.get("/readyz", timeout=5)).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    async def get(self, path: str, who: CalledAs | None = None, **query: str | int) -> httpx.Response:
        """Read something, as the public unless it is said who."""
        return await self._send("GET", path, who, params=query)

    async def post(self, path: str, who: CalledAs, body: dict[str, object] | None, **headers: str) -> httpx.Response:
        """Change something; doing it twice has one effect. None: a call that takes no body."""
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"{path} {sorted((body or {}).items())} {sorted(headers.items())}")
        return await self._send("POST", path, who, json=body, headers={**headers, "Idempotency-Key": str(key)})

    async def patch(self, path: str, who: CalledAs, body: dict[str, object]) -> httpx.Response:
        """Change some fields of something."""
        return await self._send("PATCH", path, who, json=body)

    async def upload(self, path: str, who: CalledAs, content: bytes, media_type: str, **query: str) -> httpx.Response:
        """Hand a small file in."""
        headers = {"Content-Type": media_type}
        return await self._send("POST", path, who, params=query, content=content, headers=headers)

    async def deliver(self, feed: str, file: Path, rows: int, bureau: str) -> dict[str, Any]:
        """Deliver one Parquet file of a feed for the whole region, as the department whose feed it is."""
        owner = FEEDS[feed].department
        digest, size = await asyncio.to_thread(digest_and_length, file)
        answer = await self._send(
            "POST",
            f"/v1/feeds/{feed}/deliveries",
            TokenClaims(f"dev-{owner}", "bureau", self.region, department=owner, name=bureau),
            params={"bureau": bureau, "region": self.region, "mode": "full"},
            content=blocks_of(file),
            headers={
                "Content-Type": PARQUET,
                "Content-Length": str(size),
                "Content-Digest": f"sha-256=:{digest}:",
                "Minglu-Rows": str(rows),
            },
        )
        view: dict[str, Any] = answer.json()
        return view

    async def _send(self, method: str, path: str, who: CalledAs | None, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own options
        headers = dict(options.pop("headers", {}))
        if who is not None:
            claim = (
                who
                if isinstance(who, TokenClaims)
                else TokenClaims(f"dev-{who}", who, self.region, name=NAMES.get(who))
            )
            headers["Authorization"] = f"Bearer {self.issuer.token(claim, hours=1)}"
        try:
            answer = await self.http.request(method, path, headers=headers, **options)
        except httpx.HTTPError as error:
            raise CommandError(f"服务没有应答（{method} {path}：{type(error).__name__}）") from error
        if answer.is_error:
            raise CommandError(f"服务拒绝了 {method} {path}：{refusal_reason(answer)}")
        return answer


def refusal_reason(answer: httpx.Response) -> str:
    """The detail of a problem+json answer, else its status."""
    if "json" in answer.headers.get("content-type", ""):
        return str(answer.json().get("detail", answer.status_code)).rstrip("。")
    return f"HTTP {answer.status_code}"


def digest_and_length(file: Path) -> tuple[str, int]:
    """SHA-256 in Base64, and length, of a file of any size."""
    with file.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").digest()
    return base64.b64encode(digest).decode(), file.stat().st_size


async def blocks_of(file: Path) -> AsyncIterator[bytes]:
    """The file in blocks; local disk, so reading does not hold the loop for long."""
    with file.open("rb") as content:
        while block := content.read(BLOCK):
            yield block
