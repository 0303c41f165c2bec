"""A season: quota from the published run, criteria published by a second person, opened on its day."""

import asyncio
import datetime as dt
import hashlib
from typing import Any

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import (
    CITY,
    COUNTY,
    RecognitionClient,
    execute_sql,
    household_typed,
    post_as,
    post_decision,
    run_published,
)
from tests.integration.recognition.season_setup import (
    CRITERIA,
    OPENS,
    POLICY,
    SEASON,
    open_season,
    prepare_season,
    set_quota,
)


async def test_the_quota_is_apportioned_with_its_arithmetic_for_all_to_see(office: RecognitionClient):
    quota = await set_quota(office)
    assert (quota["base"], quota["total"]) == (1333, 66)
    assert [(one["county"], one["places"]) for one in quota["counties"]] == [("410102", 16), (COUNTY, 50)]
    assert "66 × 1000 ÷ 1333 = 49 余" in quota["counties"][1]["arithmetic"]
    assert "按最大余数再得 1" in quota["counties"][1]["arithmetic"]
    public = await office.client.get("/v1/quotas", params={"region": CITY, "year": 2026})
    assert public.json()["items"] == [quota]


async def test_the_citys_own_places_may_not_exceed_the_total(office: RecognitionClient):
    await set_quota(office)
    order = {"scope": CITY, "year": 2026, "policy": POLICY, "places": {COUNTY: 67}}
    answer = await post_as(office, "/v1/quotas", order, Role.OFFICER, CITY)
    assert (answer.status_code, answer.json()["detail"]) == (422, "各县合计 67 个，超过总数 66 个")


async def test_without_a_published_run_there_is_no_quota(office: RecognitionClient):
    answer = await post_as(office, "/v1/quotas", {"scope": CITY, "year": 2026, "policy": POLICY}, Role.OFFICER, CITY)
    assert answer.status_code == 409
    assert "尚未发布" in answer.json()["detail"]


async def test_a_county_is_no_scope_where_the_city_apportions(office: RecognitionClient):
    await office.hear_of([household_typed(1)])
    answer = await post_as(office, "/v1/quotas", {"scope": COUNTY, "year": 2026, "policy": POLICY}, Role.OFFICER)
    assert (answer.status_code, "4位" in answer.json()["detail"]) == (422, True)


async def test_criteria_are_published_by_a_second_person_and_then_stand(office: RecognitionClient):
    drafted = await post_as(office, "/v1/criteria", CRITERIA, Role.OFFICER, subject="maker")
    path = f"/v1/criteria/{drafted.json()['id']}/publication"
    own = await post_decision(office, path, drafted.headers["ETag"], Role.APPROVER, subject="maker")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人公布")
    other = await post_decision(office, path, drafted.headers["ETag"], Role.APPROVER, subject="two")
    assert other.status_code == 200, other.text
    again = await post_as(office, "/v1/criteria", CRITERIA, Role.OFFICER)
    assert again.status_code == 409
    public = await office.client.get("/v1/criteria", params={"region": COUNTY})
    assert set(public.json()["items"][0]["categories"]) == {"renowned", "distinctive", "quality", "emerging"}


async def test_points_nobody_can_reach_are_refused(office: RecognitionClient):
    scored = {"renowned": {"points_needed": 60, "criteria": [{"id": "renowned.1", "title": "获奖", "points": 40}]}}
    answer = await post_as(office, "/v1/criteria", CRITERIA | {"categories": scored}, Role.OFFICER)
    assert (answer.status_code, answer.json()["detail"]) == (422, "renowned 类要 60 分，各条加起来只有 40 分")


async def test_a_season_opens_when_everything_is_there_and_tells_the_bus(office: RecognitionClient):
    season = await open_season(office)
    assert season["state"] == "open"
    (event,) = await office.events("SeasonOpened")
    assert event["data"]["places"] == 50
    assert event["subject"] == COUNTY


async def test_the_seed_is_bound_at_the_opening_and_shown_when_nobody_can_apply_any_more(office: RecognitionClient):
    season = await open_season(office)
    assert season["seed"] is None
    for day, shown in ((dt.date(2026, 9, 30), False), (dt.date(2026, 10, 1), True)):
        with clock.travel(day):
            seen = (await office.client.get(f"/v1/seasons/{season['id']}")).json()
        assert seen["seed_digest"] == season["seed_digest"]
        assert (seen["seed"] is not None) is shown
    assert hashlib.sha256(seen["seed"].encode()).hexdigest() == season["seed_digest"]


async def test_every_reason_why_a_season_cannot_open_yet_is_told_at_once(office: RecognitionClient):
    season = await prepare_season(office)
    with clock.travel(OPENS - dt.timedelta(days=1)):
        answer = await post_decision(
            office, f"/v1/seasons/{season.json()['id']}/opening", season.headers["ETag"], Role.OFFICER
        )
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "分类标准尚未公布；名额尚未核定；按政策自 2026-08-11 起才能开始",
    )


async def test_the_base_is_frozen_once_a_season_is_open(office: RecognitionClient):
    await open_season(office)
    await office.hear(run_published({COUNTY: {"growth": 5000}}))
    order = {"scope": CITY, "year": 2026, "policy": POLICY}
    answer = await post_as(office, "/v1/quotas", order, Role.OFFICER, CITY)
    assert (answer.status_code, answer.json()["title"]) == (409, "名额已冻结")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"applications_until": None}, "请在请求中写明"),
        ({"applications_until": "2026-12-31"}, "应依次排列"),
        ({"notice_days": None}, "没有规定下列工作日数，请在请求中写明：公示 notice_days"),
        ({"supplement_days": None, "consultation_days": None}, "补正 supplement_days、征求意见 consultation_days"),
        ({"policy": "nowhere"}, "没有名为“nowhere”的政策"),
    ],
)
async def test_what_policy_and_order_leave_open_is_named(
    office: RecognitionClient, changed: dict[str, object], said: str
):
    answer = await prepare_season(office, **changed)
    assert answer.status_code == 422
    assert said in answer.json()["detail"]


async def test_nobody_prepares_a_season_elsewhere_or_twice(office: RecognitionClient):
    assert (await post_as(office, "/v1/seasons", SEASON, Role.OFFICER, "12")).status_code == 403
    assert (await prepare_season(office)).status_code == 201
    assert (await prepare_season(office)).status_code == 409


async def test_a_prepared_season_is_corrected_on_the_version_that_was_read(office: RecognitionClient):
    season = await prepare_season(office)
    path, officer = f"/v1/seasons/{season.json()['id']}", office.as_(Role.OFFICER)
    body = SEASON | {"applications_until": "2026-10-15", "notice_days": 7}
    stale = await office.client.put(path, json=body, headers=officer | {"If-Match": '"9"'})
    elsewhere = await office.client.put(path, json=body, headers=office.as_(Role.OFFICER, "12") | {"If-Match": '"1"'})
    another = await office.client.put(path, json=body | {"year": 2027}, headers=officer | {"If-Match": '"1"'})
    assert [one.status_code for one in (stale, elsewhere, another)] == [412, 404, 422]
    answer = await office.client.put(path, json=body, headers=officer | {"If-Match": season.headers["ETag"]})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["applications_until"], answer.json()["notice_days"]) == ("2026-10-15", 7)
    assert (await office.client.get(path)).headers["ETag"] == answer.headers["ETag"] != season.headers["ETag"]


async def test_a_prepared_season_is_removed_unless_somebody_writes_an_application(office: RecognitionClient):
    season = await prepare_season(office)
    path, read = f"/v1/seasons/{season.json()['id']}", {"If-Match": season.headers["ETag"]}
    headers = office.as_(Role.OFFICER) | read
    await office.hear(household_typed(1))
    claim = {
        "season": season.json()["id"],
        "uscc": household_typed(1).uscc,
        "category": "distinctive",
        "category_reason": "特色",
        "criteria": ["distinctive.3"],
    }
    draft = await post_as(office, "/v1/applications", claim, Role.OPERATOR)
    assert draft.status_code == 201, draft.text
    refused = await office.client.delete(path, headers=headers)
    assert (refused.status_code, refused.json()["title"]) == (409, "不能删除")
    await execute_sql(office, "delete from application")
    assert (await office.client.delete(path, headers=headers)).status_code == 204
    assert (await office.client.get(path)).status_code == 404
    assert (await prepare_season(office)).status_code == 201, "the county may prepare another"


async def test_what_is_open_is_neither_corrected_nor_removed(office: RecognitionClient):
    season = await open_season(office)
    path = f"/v1/seasons/{season['id']}"
    headers = office.as_(Role.OFFICER) | {"If-Match": (await office.client.get(path)).headers["ETag"]}
    corrected = await office.client.put(path, json=SEASON, headers=headers)
    removed = await office.client.delete(path, headers=headers)
    assert [(one.status_code, one.json()["title"]) for one in (corrected, removed)] == [(409, "认定季已经开始")] * 2


async def test_all_see_a_countys_places_as_soon_as_the_quota_is_set(office: RecognitionClient):
    path = f"/v1/seasons/{(await prepare_season(office)).json()['id']}"
    assert (await office.client.get(path)).json()["quota"] is None
    await set_quota(office)
    seen = (await office.client.get(path)).json()
    assert seen["quota"] == {"scope": COUNTY, "places": 50, "taken": 0, "held": 0, "free": 50}
    (line,) = (await office.client.get("/v1/seasons", params={"region": CITY})).json()["items"]
    assert (line["policy"], line["quota"]) == (POLICY, seen["quota"])


async def test_the_list_of_seasons_goes_on_where_a_page_ended(office: RecognitionClient):
    for year in (2026, 2027, 2028):
        assert (await prepare_season(office, year=year, applications_until=f"{year}-09-30")).status_code == 201
    first = (await office.client.get("/v1/seasons", params={"region": CITY, "limit": 2})).json()
    second = (await office.client.get("/v1/seasons", params={"region": CITY, "cursor": first["next"]})).json()
    assert [one["year"] for one in first["items"] + second["items"]] == [2028, 2027, 2026]


async def test_many_who_prepare_the_same_season_at_once_make_one(office: RecognitionClient):
    answers = await asyncio.gather(*(prepare_season(office) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 7


async def test_many_who_set_the_same_quota_at_once_meet_no_server_error(office: RecognitionClient):
    await office.hear(run_published({COUNTY: {"growth": 1000}}))
    order = {"scope": CITY, "year": 2026, "policy": POLICY}
    answers = await asyncio.gather(*(post_as(office, "/v1/quotas", order, Role.OFFICER, CITY) for _ in range(8)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert len(await office.sql("select id from quota")) == 1


async def test_a_county_that_got_no_share_of_an_apportioned_quota_has_no_place(office: RecognitionClient):
    await set_quota(office)
    other = "410103"
    season = await post_as(office, "/v1/seasons", SEASON | {"county": other}, Role.OFFICER, other)
    assert season.status_code == 201, season.text
    found = (await office.get(f"/v1/seasons/{season.json()['id']}")).json()
    assert (found["quota"]["scope"], found["quota"]["places"], found["quota"]["taken"]) == (other, 0, 0)


async def extended(
    office: RecognitionClient, season: dict[str, Any], on: dt.date, region: str = COUNTY, **days: str
) -> httpx.Response:
    """An extension by a bureau on a day."""
    body = {"document": "郑市监函〔2026〕9号", "reason": "平台停机"} | days
    headers = office.as_(Role.OFFICER, region) | {"If-Match": "*"}
    with clock.travel(on):
        return await office.client.post(f"/v1/seasons/{season['id']}/extension", json=body, headers=headers)


async def test_applications_are_taken_longer_while_they_are_taken_and_all_see_the_document(office: RecognitionClient):
    season = await open_season(office)
    august = dt.date(2026, 8, 20)
    earlier = await extended(office, season, august, applications_until="2026-09-15")
    assert (earlier.status_code, "只能延后" in earlier.json()["detail"]) == (422, True)
    answer = await extended(office, season, august, applications_until="2026-10-15")
    assert (answer.status_code, answer.json()["applications_until"]) == (200, "2026-10-15"), answer.text
    (shown,) = (await office.client.get(f"/v1/seasons/{season['id']}")).json()["extensions"]
    assert (shown["document"], shown["region"], shown["on"]) == ("郑市监函〔2026〕9号", COUNTY, "2026-08-20")
    with clock.travel(dt.date(2026, 10, 10)):
        assert (await office.client.get(f"/v1/seasons/{season['id']}")).json()["seed"] is None
    late = await extended(office, season, dt.date(2026, 10, 16), applications_until="2026-10-30")
    assert (late.status_code, "种子已经公布" in late.json()["detail"]) == (422, True)


async def test_the_last_day_of_the_text_is_moved_by_a_superior_alone_and_the_season_stays_open(
    office: RecognitionClient,
):
    """郑市监〔2025〕6号 三（二）2 时间安排: 并于11月底前完成分类; 次年1月1日起…开始享受."""
    season, november = await open_season(office), dt.date(2026, 11, 20)
    county = await extended(office, season, november, decisions_until="2026-12-15")
    assert (county.status_code, county.json()["title"]) == (403, "须由上级延期")
    never = await extended(office, season, november, CITY, decisions_until="2027-01-01")
    assert (never.status_code, "开始享受政策" in never.json()["detail"]) == (422, True)
    assert (await extended(office, season, november, CITY, decisions_until="2026-12-15")).status_code == 200
    for day, state in ((dt.date(2026, 12, 1), "open"), (dt.date(2026, 12, 16), "closed")):
        with clock.travel(day):
            await office.fire_deadlines()
            assert (await office.client.get(f"/v1/seasons/{season['id']}")).json()["state"] == state
    over = await extended(office, season, dt.date(2026, 12, 16), CITY, decisions_until="2026-12-20")
    assert (over.status_code, over.json()["title"]) == (409, "认定季不能延期")


async def test_a_superior_that_apportions_names_every_county(office: RecognitionClient):
    """郑市监〔2025〕6号 三（二）1: 统筹确定各区县(市)…的数量比例; whoever is left out would silently have no place."""
    await set_quota(office)
    order = {"scope": CITY, "year": 2026, "policy": POLICY, "places": {COUNTY: 10}}
    answer = await post_as(office, "/v1/quotas", order, Role.OFFICER, CITY)
    assert (answer.status_code, answer.json()["title"]) == (422, "有的县没有写名额")
    assert "410102" in answer.json()["detail"]


async def test_tianjins_commission_may_give_the_places_to_districts(office: RecognitionClient):
    """津市场监管政务〔2024〕9号 附件2 三: one pool of 5 %, that the first district must not take whole."""
    await office.hear(run_published({"120101": {"growth": 600}, "120102": {"development": 400}}))
    order = {"scope": "12", "year": 2026, "policy": "tianjin-2024"}
    shared = await post_as(office, "/v1/quotas", order, Role.OFFICER, "12")
    assert (shared.status_code, shared.json()["total"], shared.json()["counties"]) == (201, 50, []), shared.text
    given = order | {"places": {"120101": 20, "120102": 30}}
    answer = await post_as(office, "/v1/quotas", given, Role.OFFICER, "12")
    assert [one["places"] for one in answer.json()["counties"]] == [20, 30], answer.text
