"""A season: quota from the published run, criteria published by a second person, opened on its day."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared.service import clock
from shared.service.identity import Role
from tests.integration.recognition.bureau import CITY, COUNTY, Bureau, published, typed

POLICY = "zhengzhou-2025"
OPENS = dt.date(2026, 8, 11)
SEASON = {"county": COUNTY, "year": 2026, "policy": POLICY, "applications_until": "2026-09-30", "notice_days": 5}
CRITERIA = {"region": COUNTY, "year": 2026, "policy": POLICY, "document": "金水区分类标准（2026）"}


async def post(bureau: Bureau, path: str, body: Any, role: Role, region: str = COUNTY, **who: object) -> httpx.Response:
    headers = bureau.as_(role, region, **who)
    if "match" in who:
        headers["If-Match"] = str(who["match"])
    return await bureau.client.post(path, json=body, headers=headers)


async def decide(bureau: Bureau, path: str, etag: str, role: Role, **who: object) -> httpx.Response:
    return await bureau.client.post(path, headers=bureau.as_(role, **who) | {"If-Match": etag})


async def with_quota(bureau: Bureau, growth: int = 1000) -> dict[str, Any]:
    await bureau.hear(published({COUNTY: {"growth": growth, "survival": 50}, "410102": {"development": 333}}))
    answer = await post(bureau, "/v1/quotas", {"scope": CITY, "year": 2026, "policy": POLICY}, Role.OFFICER, CITY)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def with_criteria(bureau: Bureau) -> None:
    drafted = await post(bureau, "/v1/criteria", CRITERIA, Role.OFFICER, subject="maker")
    assert drafted.status_code == 201, drafted.text
    path = f"/v1/criteria/{drafted.json()['id']}/publication"
    answer = await decide(bureau, path, drafted.headers["ETag"], Role.PUBLISHER, subject="checker")
    assert answer.status_code == 200, answer.text


async def prepared(bureau: Bureau, **changed: object) -> httpx.Response:
    return await post(bureau, "/v1/seasons", SEASON | changed, Role.OFFICER)


async def opened(bureau: Bureau) -> dict[str, Any]:
    """An open season, by the calendar of its first day: for the tests of other nouns too."""
    await with_quota(bureau)
    await with_criteria(bureau)
    season = await prepared(bureau)
    assert season.status_code == 201, season.text
    with clock.travel(OPENS):
        answer = await decide(
            bureau, f"/v1/seasons/{season.json()['id']}/opening", season.headers["ETag"], Role.OFFICER
        )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_quota_is_apportioned_with_its_arithmetic_for_all_to_see(bureau: Bureau):
    quota = await with_quota(bureau)
    assert (quota["base"], quota["total"]) == (1333, 66)
    assert [(one["county"], one["places"]) for one in quota["counties"]] == [("410102", 16), (COUNTY, 50)]
    assert "66 × 1000 ÷ 1333 = 49 余" in quota["counties"][1]["arithmetic"]
    assert "按最大余数再得 1" in quota["counties"][1]["arithmetic"]
    public = await bureau.client.get("/v1/quotas", params={"region": CITY, "year": 2026})
    assert public.json()["items"] == [quota]


async def test_the_citys_own_places_may_not_exceed_the_total(bureau: Bureau):
    await with_quota(bureau)
    order = {"scope": CITY, "year": 2026, "policy": POLICY, "places": {COUNTY: 67}}
    answer = await post(bureau, "/v1/quotas", order, Role.OFFICER, CITY)
    assert (answer.status_code, answer.json()["detail"]) == (422, "各县合计 67 个，超过总数 66 个")


async def test_without_a_published_run_there_is_no_quota(bureau: Bureau):
    answer = await post(bureau, "/v1/quotas", {"scope": CITY, "year": 2026, "policy": POLICY}, Role.OFFICER, CITY)
    assert answer.status_code == 409
    assert "尚未发布" in answer.json()["detail"]


async def test_a_county_is_no_scope_where_the_city_apportions(bureau: Bureau):
    await bureau.hear_of([typed(1)])
    answer = await post(bureau, "/v1/quotas", {"scope": COUNTY, "year": 2026, "policy": POLICY}, Role.OFFICER)
    assert (answer.status_code, "4位" in answer.json()["detail"]) == (422, True)


async def test_criteria_are_published_by_a_second_person_and_then_stand(bureau: Bureau):
    drafted = await post(bureau, "/v1/criteria", CRITERIA, Role.OFFICER, subject="one")
    path = f"/v1/criteria/{drafted.json()['id']}/publication"
    own = await decide(bureau, path, drafted.headers["ETag"], Role.PUBLISHER, subject="one")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人公布")
    await with_criteria(bureau)
    again = await post(bureau, "/v1/criteria", CRITERIA, Role.OFFICER)
    assert again.status_code == 409
    public = await bureau.client.get("/v1/criteria", params={"region": COUNTY})
    assert set(public.json()["items"][0]["categories"]) == {"renowned", "distinctive", "quality", "emerging"}


async def test_points_nobody_can_reach_are_refused(bureau: Bureau):
    scored = {"renowned": {"points_needed": 60, "criteria": [{"id": "renowned.1", "title": "获奖", "points": 40}]}}
    answer = await post(bureau, "/v1/criteria", CRITERIA | {"categories": scored}, Role.OFFICER)
    assert (answer.status_code, answer.json()["detail"]) == (422, "renowned 类要 60 分，各条加起来只有 40 分")


async def test_a_season_opens_when_everything_is_there_and_tells_the_bus(bureau: Bureau):
    season = await opened(bureau)
    assert (season["state"], len(season["seed"])) == ("open", 64)
    (event,) = await bureau.events("SeasonOpened")
    assert event["data"]["places"] == 50
    assert event["subject"] == COUNTY


async def test_every_reason_why_a_season_cannot_open_yet_is_told_at_once(bureau: Bureau):
    season = await prepared(bureau)
    with clock.travel(OPENS - dt.timedelta(days=1)):
        answer = await decide(
            bureau, f"/v1/seasons/{season.json()['id']}/opening", season.headers["ETag"], Role.OFFICER
        )
    assert (answer.status_code, answer.json()["detail"]) == (409, "分类标准尚未公布；按政策自 2026-08-11 起才能开始")


async def test_the_base_is_frozen_once_a_season_is_open(bureau: Bureau):
    await opened(bureau)
    await bureau.hear(published({COUNTY: {"growth": 5000}}))
    order = {"scope": CITY, "year": 2026, "policy": POLICY}
    answer = await post(bureau, "/v1/quotas", order, Role.OFFICER, CITY)
    assert (answer.status_code, answer.json()["title"]) == (409, "名额已冻结")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"applications_until": None}, "请在请求中写明"),
        ({"applications_until": "2026-12-31"}, "应依次排列"),
        ({"notice_days": None}, "公示几个工作日"),
        ({"policy": "nowhere"}, "没有名为“nowhere”的政策"),
    ],
)
async def test_what_policy_and_order_leave_open_is_named(bureau: Bureau, changed: dict[str, object], said: str):
    answer = await prepared(bureau, **changed)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_nobody_prepares_a_season_elsewhere_or_twice(bureau: Bureau):
    assert (await post(bureau, "/v1/seasons", SEASON, Role.OFFICER, "12")).status_code == 403
    assert (await prepared(bureau)).status_code == 201
    assert (await prepared(bureau)).status_code == 409
