"""A county's season, set up: quota, criteria, the season prepared and opened."""

import datetime as dt
from typing import Any

import httpx

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import (
    CITY,
    COUNTY,
    RecognitionClient,
    post_as,
    post_decision,
    run_published,
)

POLICY = "zhengzhou-2025"


OPENS = dt.date(2026, 8, 11)


DAYS = {"notice_days": 5, "supplement_days": 10, "consultation_days": 5}
"""Working days that no text gives and the county sets."""
SEASON = {"county": COUNTY, "year": 2026, "policy": POLICY, "applications_until": "2026-09-30", **DAYS}


CRITERIA = {"region": COUNTY, "year": 2026, "policy": POLICY, "document": "金水区分类标准（2026）"}


async def set_quota(office: RecognitionClient, growth: int = 1000) -> dict[str, Any]:
    await office.hear(run_published({COUNTY: {"growth": growth, "survival": 50}, "410102": {"development": 333}}))
    answer = await post_as(office, "/v1/quotas", {"scope": CITY, "year": 2026, "policy": POLICY}, Role.OFFICER, CITY)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def publish_criteria(office: RecognitionClient) -> None:
    drafted = await post_as(office, "/v1/criteria", CRITERIA, Role.OFFICER, subject="maker")
    assert drafted.status_code == 201, drafted.text
    path = f"/v1/criteria/{drafted.json()['id']}/publication"
    answer = await post_decision(office, path, drafted.headers["ETag"], Role.APPROVER, subject="checker")
    assert answer.status_code == 200, answer.text


async def prepare_season(office: RecognitionClient, **changed: object) -> httpx.Response:
    return await post_as(office, "/v1/seasons", SEASON | changed, Role.OFFICER)


async def open_season(office: RecognitionClient) -> dict[str, Any]:
    """An open season, by the calendar of its first day: for the tests of other nouns too."""
    await set_quota(office)
    await publish_criteria(office)
    season = await prepare_season(office)
    assert season.status_code == 201, season.text
    with clock.travel(OPENS):
        answer = await post_decision(
            office, f"/v1/seasons/{season.json()['id']}/opening", season.headers["ETag"], Role.OFFICER
        )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
