"""Steps of tests about contacts: a bureau delivers, somebody sets their own."""

import base64
import hashlib
from typing import Any

import httpx

from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.notification.notification_client import COUNTY, NotificationClient, uscc

HEADER = "uscc,phone,email,consented_on"
PHONE, EMAIL = "13912345678", "li.si@qq.com"
WORDS = "2026-2"


def row(number: int = 1, phone: str = PHONE, email: str = EMAIL, consented: str = "2026-01-01") -> str:
    """A row of the feed."""
    return f"{uscc(number)},{phone},{email},{consented}"


async def deliver(
    office: NotificationClient,
    *rows: str,
    header: str = HEADER,
    body: bytes | None = None,
    content_type: str = "text/csv",
    declared: int | None = None,
    mode: str = "incremental",
    region: str = COUNTY,
    role: Role = Role.BUREAU,
    department: Department = Department.MARKET,
) -> httpx.Response:
    """A delivery as a bureau sends it."""
    content = "\n".join([header, *rows, ""]).encode() if body is None else body
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    headers = {
        "Content-Type": content_type,
        "Content-Digest": f"sha-256=:{digest}:",
        "Minglu-Rows": str(len(rows) if declared is None else declared),
    }
    return await office.client.post(
        "/v1/feeds/contact/deliveries",
        params={"region": region, "mode": mode, "bureau": "金水区市场监督管理局"},
        content=content,
        headers=headers | office.as_(role, region, department=department),
    )


async def accepted(office: NotificationClient, *rows: str, **how: Any) -> dict[str, Any]:
    """A delivery that is accepted."""
    answer = await deliver(office, *rows, **how)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


async def set_own(office: NotificationClient, number: int = 1, **change: Any) -> httpx.Response:
    """An operator changes their own contact."""
    return await office.client.patch("/v1/own-contact", json=change, headers=office.as_(Role.OPERATOR, number=number))


async def withdraw(office: NotificationClient, number: int = 1) -> httpx.Response:
    """An operator withdraws their consent."""
    return await office.client.delete("/v1/own-contact", headers=office.as_(Role.OPERATOR, number=number))


async def seen(office: NotificationClient, number: int = 1) -> dict[str, Any]:
    """What an officer sees of a household."""
    answer = await office.get(f"/v1/contacts/{uscc(number)}")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown
