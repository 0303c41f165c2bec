"""A department's recommendation: drafted, consented to, submitted."""

import datetime as dt
from typing import Any

import httpx

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import household_typed, uscc
from tests.integration.recognition.walkthrough import Walkthrough

RECOMMENDS = dt.date(2026, 9, 1)


async def draft_recommendation(walkthrough: Walkthrough, number: int = 1, kind: str = "survival") -> httpx.Response:
    await walkthrough.office.hear(household_typed(number, kind=kind))
    body = {
        "season": walkthrough.season["id"],
        "uscc": uscc(number),
        "category": "quality",
        "reason": "非遗传承人",
        "criteria": ["quality.3"],
    }
    with clock.travel(RECOMMENDS):
        return await walkthrough.do("/v1/recommendations", body, Role.BUREAU, subject="culture")


async def recommendation_step(
    walkthrough: Walkthrough, answer: httpx.Response, what: str, role: Role, on: dt.date = RECOMMENDS, **who: Any
) -> httpx.Response:
    headers = walkthrough.office.as_(role, **who) | {"If-Match": await walkthrough.etag(answer.json()["id"])}
    with clock.travel(on):
        return await walkthrough.office.client.post(
            f"/v1/recommendations/{answer.json()['id']}/{what}", headers=headers
        )
