"""A season: quota from the published run, criteria published by a second person, opened on its day."""

import asyncio
import datetime as dt
import hashlib
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import (
    CITY,
    COUNTY,
    RecognitionClient,
    household_typed,
    run_published,
)

POLICY = "zhengzhou-2025"
OPENS = dt.date(2026, 8, 11)
SEASON = {"county": COUNTY, "year": 2026, "policy": POLICY, "applications_until": "2026-09-30", "notice_days": 5}
CRITERIA = {"region": COUNTY, "year": 2026, "policy": POLICY, "document": "金水区分类标准（2026）"}


async def post(
    bureau: RecognitionClient, path: str, body: Any, role: Role, region: str = COUNTY, **who: object
) -> httpx.Response:
    headers = bureau.as_(role, region, **who)
    if "match" in who:
        headers["If-Match"] = str(who["match"])
    return await bureau.client.post(path, json=body, headers=headers)


async def decide(bureau: RecognitionClient, path: str, etag: str, role: Role, **who: object) -> httpx.Response:
    return await bureau.client.post(path, headers=bureau.as_(role, **who) | {"If-Match": etag})


async def with_quota(bureau: RecognitionClient, growth: int = 1000) -> dict[str, Any]:
    await bureau.hear(run_published({COUNTY: {"growth": growth, "survival": 50}, "410102": {"development": 333}}))
    answer = await post(bureau, "/v1/quotas", {"scope": CITY, "year": 2026, "policy": POLICY}, Role.OFFICER, CITY)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def with_criteria(bureau: RecognitionClient) -> None:
    drafted = await post(bureau, "/v1/criteria", CRITERIA, Role.OFFICER, subject="maker")
    assert drafted.status_code == 201, drafted.text
    path = f"/v1/criteria/{drafted.json()['id']}/publication"
    answer = await decide(bureau, path, drafted.headers["ETag"], Role.APPROVER, subject="checker")
    assert answer.status_code == 200, answer.text


async def execute(bureau: RecognitionClient, statement: str) -> None:
    """Something that no caller may do."""
    async with bureau.resources.database.transaction() as session:
        await session.execute(text(statement))


async def prepared(bureau: RecognitionClient, **changed: object) -> httpx.Response:
    return await post(bureau, "/v1/seasons", SEASON | changed, Role.OFFICER)


async def opened(bureau: RecognitionClient) -> dict[str, Any]:
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


async def test_the_quota_is_apportioned_with_its_arithmetic_for_all_to_see(bureau: RecognitionClient):
    quota = await with_quota(bureau)
    assert (quota["base"], quota["total"]) == (1333, 66)
    assert [(one["county"], one["places"]) for one in quota["counties"]] == [("410102", 16), (COUNTY, 50)]
    assert "66 × 1000 ÷ 1333 = 49 余" in quota["counties"][1]["arithmetic"]
    assert "按最大余数再得 1" in quota["counties"][1]["arithmetic"]
    public = await bureau.client.get("/v1/quotas", params={"region": CITY, "year": 2026})
    assert public.json()["items"] == [quota]


async def test_the_citys_own_places_may_not_exceed_the_total(bureau: RecognitionClient):
    await with_quota(bureau)
    order = {"scope": CITY, "year": 2026, "policy": POLICY, "places": {COUNTY: 67}}
    answer = await post(bureau, "/v1/quotas", order, Role.OFFICER, CITY)
    assert (answer.status_code, answer.json()["detail"]) == (422, "各县合计 67 个，超过总数 66 个")


async def test_without_a_published_run_there_is_no_quota(bureau: RecognitionClient):
    answer = await post(bureau, "/v1/quotas", {"scope": CITY, "year": 2026, "policy": POLICY}, Role.OFFICER, CITY)
    assert answer.status_code == 409
    assert "尚未发布" in answer.json()["detail"]


async def test_a_county_is_no_scope_where_the_city_apportions(bureau: RecognitionClient):
    await bureau.hear_of([household_typed(1)])
    answer = await post(bureau, "/v1/quotas", {"scope": COUNTY, "year": 2026, "policy": POLICY}, Role.OFFICER)
    assert (answer.status_code, "4位" in answer.json()["detail"]) == (422, True)


async def test_criteria_are_published_by_a_second_person_and_then_stand(bureau: RecognitionClient):
    drafted = await post(bureau, "/v1/criteria", CRITERIA, Role.OFFICER, subject="one")
    path = f"/v1/criteria/{drafted.json()['id']}/publication"
    own = await decide(bureau, path, drafted.headers["ETag"], Role.APPROVER, subject="one")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人公布")
    await with_criteria(bureau)
    again = await post(bureau, "/v1/criteria", CRITERIA, Role.OFFICER)
    assert again.status_code == 409
    public = await bureau.client.get("/v1/criteria", params={"region": COUNTY})
    assert set(public.json()["items"][0]["categories"]) == {"renowned", "distinctive", "quality", "emerging"}


async def test_points_nobody_can_reach_are_refused(bureau: RecognitionClient):
    scored = {"renowned": {"points_needed": 60, "criteria": [{"id": "renowned.1", "title": "获奖", "points": 40}]}}
    answer = await post(bureau, "/v1/criteria", CRITERIA | {"categories": scored}, Role.OFFICER)
    assert (answer.status_code, answer.json()["detail"]) == (422, "renowned 类要 60 分，各条加起来只有 40 分")


async def test_a_season_opens_when_everything_is_there_and_tells_the_bus(bureau: RecognitionClient):
    season = await opened(bureau)
    assert season["state"] == "open"
    (event,) = await bureau.events("SeasonOpened")
    assert event["data"]["places"] == 50
    assert event["subject"] == COUNTY


async def test_the_seed_is_bound_at_the_opening_and_shown_when_nobody_can_apply_any_more(bureau: RecognitionClient):
    season = await opened(bureau)
    assert season["seed"] is None
    for day, shown in ((dt.date(2026, 9, 30), False), (dt.date(2026, 10, 1), True)):
        with clock.travel(day):
            seen = (await bureau.client.get(f"/v1/seasons/{season['id']}")).json()
        assert seen["seed_digest"] == season["seed_digest"]
        assert (seen["seed"] is not None) is shown
    assert hashlib.sha256(seen["seed"].encode()).hexdigest() == season["seed_digest"]


async def test_every_reason_why_a_season_cannot_open_yet_is_told_at_once(bureau: RecognitionClient):
    season = await prepared(bureau)
    with clock.travel(OPENS - dt.timedelta(days=1)):
        answer = await decide(
            bureau, f"/v1/seasons/{season.json()['id']}/opening", season.headers["ETag"], Role.OFFICER
        )
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "分类标准尚未公布；名额尚未核定；按政策自 2026-08-11 起才能开始",
    )


async def test_the_base_is_frozen_once_a_season_is_open(bureau: RecognitionClient):
    await opened(bureau)
    await bureau.hear(run_published({COUNTY: {"growth": 5000}}))
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
async def test_what_policy_and_order_leave_open_is_named(
    bureau: RecognitionClient, changed: dict[str, object], said: str
):
    answer = await prepared(bureau, **changed)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_nobody_prepares_a_season_elsewhere_or_twice(bureau: RecognitionClient):
    assert (await post(bureau, "/v1/seasons", SEASON, Role.OFFICER, "12")).status_code == 403
    assert (await prepared(bureau)).status_code == 201
    assert (await prepared(bureau)).status_code == 409


async def test_a_prepared_season_is_corrected_on_the_version_that_was_read(bureau: RecognitionClient):
    season = await prepared(bureau)
    path, officer = f"/v1/seasons/{season.json()['id']}", bureau.as_(Role.OFFICER)
    body = SEASON | {"applications_until": "2026-10-15", "notice_days": 7}
    stale = await bureau.client.put(path, json=body, headers=officer | {"If-Match": '"9"'})
    elsewhere = await bureau.client.put(path, json=body, headers=bureau.as_(Role.OFFICER, "12") | {"If-Match": "*"})
    another = await bureau.client.put(path, json=body | {"year": 2027}, headers=officer | {"If-Match": "*"})
    assert [one.status_code for one in (stale, elsewhere, another)] == [412, 404, 422]
    answer = await bureau.client.put(path, json=body, headers=officer | {"If-Match": season.headers["ETag"]})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["applications_until"], answer.json()["notice_days"]) == ("2026-10-15", 7)
    assert (await bureau.client.get(path)).headers["ETag"] == answer.headers["ETag"] != season.headers["ETag"]


async def test_a_prepared_season_is_removed_unless_somebody_writes_an_application(bureau: RecognitionClient):
    season = await prepared(bureau)
    path, headers = f"/v1/seasons/{season.json()['id']}", bureau.as_(Role.OFFICER) | {"If-Match": "*"}
    await bureau.hear(household_typed(1))
    claim = {
        "season": season.json()["id"],
        "uscc": household_typed(1).uscc,
        "category": "distinctive",
        "category_reason": "特色",
        "criteria": ["distinctive.3"],
    }
    draft = await post(bureau, "/v1/applications", claim, Role.OPERATOR)
    assert draft.status_code == 201, draft.text
    refused = await bureau.client.delete(path, headers=headers)
    assert (refused.status_code, refused.json()["title"]) == (409, "不能删除")
    await execute(bureau, "delete from application")
    assert (await bureau.client.delete(path, headers=headers)).status_code == 204
    assert (await bureau.client.get(path)).status_code == 404
    assert (await prepared(bureau)).status_code == 201, "the county may prepare another"


async def test_what_is_open_is_neither_corrected_nor_removed(bureau: RecognitionClient):
    season = await opened(bureau)
    path, headers = f"/v1/seasons/{season['id']}", bureau.as_(Role.OFFICER) | {"If-Match": "*"}
    corrected = await bureau.client.put(path, json=SEASON, headers=headers)
    removed = await bureau.client.delete(path, headers=headers)
    assert [(one.status_code, one.json()["title"]) for one in (corrected, removed)] == [(409, "认定季已经开始")] * 2


async def test_all_see_a_countys_places_as_soon_as_the_quota_is_set(bureau: RecognitionClient):
    path = f"/v1/seasons/{(await prepared(bureau)).json()['id']}"
    assert (await bureau.client.get(path)).json()["quota"] is None
    await with_quota(bureau)
    seen = (await bureau.client.get(path)).json()
    assert seen["quota"] == {"scope": COUNTY, "places": 50, "taken": 0, "free": 50}
    (line,) = (await bureau.client.get("/v1/seasons", params={"region": CITY})).json()["items"]
    assert (line["policy"], line["quota"]) == (POLICY, seen["quota"])


async def test_the_list_of_seasons_goes_on_where_a_page_ended(bureau: RecognitionClient):
    for year in (2026, 2027, 2028):
        assert (await prepared(bureau, year=year, applications_until=f"{year}-09-30")).status_code == 201
    first = (await bureau.client.get("/v1/seasons", params={"region": CITY, "limit": 2})).json()
    second = (await bureau.client.get("/v1/seasons", params={"region": CITY, "cursor": first["next"]})).json()
    assert [one["year"] for one in first["items"] + second["items"]] == [2028, 2027, 2026]


async def test_many_who_prepare_the_same_season_at_once_make_one(bureau: RecognitionClient):
    answers = await asyncio.gather(*(prepared(bureau) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 7


async def test_many_who_set_the_same_quota_at_once_meet_no_server_error(bureau: RecognitionClient):
    await bureau.hear(run_published({COUNTY: {"growth": 1000}}))
    order = {"scope": CITY, "year": 2026, "policy": POLICY}
    answers = await asyncio.gather(*(post(bureau, "/v1/quotas", order, Role.OFFICER, CITY) for _ in range(8)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert len(await bureau.sql("select id from quota")) == 1


async def test_a_county_that_got_no_share_of_an_apportioned_quota_has_no_place(bureau: RecognitionClient):
    await with_quota(bureau)
    other = "410103"
    season = await post(bureau, "/v1/seasons", SEASON | {"county": other}, Role.OFFICER, other)
    assert season.status_code == 201, season.text
    found = (await bureau.get(f"/v1/seasons/{season.json()['id']}")).json()
    assert (found["quota"]["scope"], found["quota"]["places"], found["quota"]["taken"]) == (other, 0, 0)
