"""A superior's spot check: drawn, its applications read, findings recorded."""

import datetime as dt
from typing import Any

import httpx

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import PROVINCE, post_as
from tests.integration.recognition.walkthrough import Walkthrough

DRAWN = dt.date(2026, 10, 8)


SUPPLEMENT_DUE = dt.date(2026, 10, 20)


async def draw(walkthrough: Walkthrough, on: dt.date = DRAWN, **changed: Any) -> httpx.Response:
    """A draw by an officer of the province."""
    with clock.travel(on):
        body = {"region": PROVINCE, "year": 2026} | changed
        return await post_as(walkthrough.office, "/v1/spot-checks", body, Role.OFFICER, PROVINCE, subject="inspector")


async def draw_check(walkthrough: Walkthrough) -> dict[str, Any]:
    answer = await draw(walkthrough)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def drawn_of(walkthrough: Walkthrough, check: dict[str, Any], region: str = PROVINCE) -> list[dict[str, Any]]:
    answer = await walkthrough.office.get(f"/v1/spot-checks/{check['id']}/items", region=region)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def record_finding(
    walkthrough: Walkthrough,
    check: dict[str, Any],
    outcome: str,
    *,
    on: dt.date = DRAWN,
    region: str = PROVINCE,
    subject: str = "inspector",
    due_on: dt.date | None = None,
) -> httpx.Response:
    """What the superior found of the one application that was drawn."""
    (item,) = await drawn_of(walkthrough, check)
    path = f"/v1/spot-checks/{check['id']}/items/{item['application']}"
    etag = (await walkthrough.office.get(path, region=PROVINCE)).headers["ETag"]
    body = {"outcome": outcome, "finding": "材料与实际不符", "due_on": due_on.isoformat() if due_on else None}
    headers = walkthrough.office.as_(Role.OFFICER, region, subject=subject) | {"If-Match": etag}
    with clock.travel(on):
        return await walkthrough.office.client.post(f"{path}/outcome", json=body, headers=headers)
