"""Bureaus that deliver penalties and dishonest debtors to the recognition service."""

import base64
import hashlib

import httpx

from shared.feeds.contract.feeds import FEEDS
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, uscc

PENALTIES = "uscc,decided_on,kind,published_on,published_until,repaired_on"
DEBTORS = "operator_id,listed_on,removed_on"


def penalty(
    number: int,
    *,
    kind: str = "fine",
    decided: str = "2026-05-01",
    published: str = "2026-05-08",
    repaired: str = "",
    code: str = "",
) -> str:
    """A row of the feed `penalty`."""
    return f"{code or uscc(number)},{decided},{kind},{published},2029-05-08,{repaired}"


def penalties(*rows: str) -> str:
    """A file of penalties."""
    return "\n".join([PENALTIES, *rows, ""])


def debtors(*rows: str) -> str:
    """A file of dishonest debtors; a row is `operator_id,listed_on,removed_on`."""
    return "\n".join([DEBTORS, *rows, ""])


async def deliver(
    office: RecognitionClient,
    content: str | bytes,
    feed: str = "penalty",
    *,
    region: str = COUNTY,
    token_region: str = "",
    role: Role = Role.BUREAU,
    mode: str = "incremental",
    rows: int | None = None,
    content_type: str = "text/csv",
    headers: dict[str, str] | None = None,
    bureau: str = "市场监管综合执法支队",
) -> httpx.Response:
    """Deliver a file honestly, except for what the test says otherwise."""
    body = content.encode() if isinstance(content, str) else content
    own = FEEDS[feed].department if feed in FEEDS else Department.MARKET
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    declared = {
        "Content-Type": content_type,
        "Content-Digest": f"sha-256=:{digest}:",
        "Minglu-Rows": str(body.count(b"\n") - 1 if rows is None else rows),
    }
    return await office.client.post(
        f"/v1/feeds/{feed}/deliveries",
        params={"region": region, "mode": mode, "bureau": bureau},
        content=body,
        headers=declared | office.as_(role, token_region or region, department=own) | (headers or {}),
    )
