"""What an order may say of its policy: the law's numbers stand, readings are chosen by who decides, and the policy is
the one in force in the region; a season goes by its quota's.
"""

import asyncio
import datetime as dt
from typing import Any

import httpx
import pytest

from services.recognition.season import service as season_service
from services.recognition.season.models import Quota
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.waiting import until_blocked
from tests.integration.recognition.recognition_client import (
    CITY,
    COUNTY,
    PROVINCE,
    RecognitionClient,
    execute_sql,
    post_as,
    post_decision,
    run_published,
)
from tests.integration.recognition.season_setup import OPENS, POLICY, SEASON, prepare_season, publish_criteria
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough

ORDER = {"scope": CITY, "year": 2026, "policy": POLICY}
DOCUMENT = "郑市监〔2026〕3号"
UNSET: dict[str, Any] = {"settings": {"public_notice_days": "7"}, "document": DOCUMENT}


async def with_quota(office: RecognitionClient, year: int = 2026, region: str = CITY, **changed: Any) -> httpx.Response:
    """The city's quota of 1,333 households, ordered otherwise."""
    await office.hear(run_published({COUNTY: {"growth": 1000}, "410102": {"development": 333}}, year))
    return await post_as(office, "/v1/quotas", ORDER | {"year": year} | changed, Role.OFFICER, region)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"quota_percent": "50"}, "（quota_percent）已定为5%（郑市监〔2025〕6号 三（二）1）"),
        ({"ban_years": "1"}, "（ban_years）已定为5年"),
        ({"validity_years": "9"}, "（validity_years）已定为3年"),
        ({"penalty_years": "1"}, "（penalty_years）已定为2年"),
        ({"growth_years": "1"}, "认定规则里没有名为“growth_years”的数额"),
        ({"public_notice_days": "7"}, "要在 document 中写明"),
    ],
)
async def test_no_order_overrides_a_number_of_the_law(office: RecognitionClient, settings: dict[str, str], said: str):
    for answer in (await with_quota(office, settings=settings), await prepare_season(office, settings=settings)):
        assert answer.status_code == 422
        assert said in answer.json()["detail"]


async def test_a_number_that_the_policy_leaves_unset_is_set_with_its_document_for_all_to_see(office: RecognitionClient):
    season = (await prepare_season(office, **UNSET, notice_days=None)).json()
    assert season["notice_days"] == 7
    (setting,) = (await office.client.get(f"/v1/seasons/{season['id']}")).json()["rules"]["settings"]
    assert (setting["name"], setting["value"], setting["document"]) == ("public_notice_days", "7个工作日", DOCUMENT)


async def test_a_county_adds_kinds_of_operators_with_its_document_and_who_sets_no_criteria_does_not(
    office: RecognitionClient,
):
    """三（二）1: “退役军人、高校毕业生、残疾人、返乡创业农民工等”, and 分类标准以市级或县级为单位制定."""
    kind = {"id": "job_seeker", "title": "就业困难人员", "proven_by": "human-resources"}
    added: dict[str, Any] = {"operator_kinds": [kind], "document": DOCUMENT}
    nameless = await prepare_season(office, operator_kinds=[kind])
    assert (nameless.status_code, "由哪份文件定的" in nameless.text) == (422, True)
    province = await with_quota(office, region=PROVINCE, **added)
    assert (province.status_code, province.json()["title"]) == (403, "不由本级增列")
    prepared = await prepare_season(office, **added)
    assert prepared.status_code == 201, prepared.text
    kinds = {one["id"]: one for one in prepared.json()["rules"]["operator_kinds"]}
    assert len(kinds) == 5
    assert (kinds["job_seeker"]["document"], kinds["veteran"]["document"]) == (DOCUMENT, None)
    assert kinds["job_seeker"]["proven_by"] == "人力资源和社会保障部门"


async def test_no_setting_at_all_is_no_reason_for_a_document(office: RecognitionClient):
    assert (await with_quota(office)).status_code == 201


@pytest.mark.parametrize(
    ("region", "readings", "status", "said"),
    [
        (CITY, {"quota-rounding": "half-up"}, 201, ""),
        (PROVINCE, {"quota-rounding": "half-up"}, 403, "由郑州市市场监督管理局决定"),
        (PROVINCE, {"quota-rounding": "floor"}, 201, ""),
        (CITY, {"growth-1-zero": "positive-only"}, 422, "认定规则里没有名为“growth-1-zero”的解释"),
        (CITY, {"quota-rounding": "down"}, 422, "没有读法“down”"),
    ],
    ids=["by the city that decides", "by the province", "as it stands", "of typing", "that is none"],
)
async def test_a_reading_is_chosen_by_the_level_that_decides_it(
    office: RecognitionClient, region: str, readings: dict[str, str], status: int, said: str
):
    answer = await with_quota(office, region=region, readings=readings)
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


async def test_a_county_does_not_choose_the_citys_reading_for_its_season(office: RecognitionClient):
    answer = await prepare_season(office, readings={"penalty-date": "published"})
    assert (answer.status_code, answer.json()["title"]) == (403, "须由有权的一级决定")


@pytest.mark.parametrize(("reading", "total"), [("floor", 66), ("half-up", 67), ("ceiling", 67)])
async def test_the_reading_decides_how_places_are_rounded(office: RecognitionClient, reading: str, total: int):
    """Five percent of 1,333 is 66.65."""
    quota = (await with_quota(office, readings={"quota-rounding": reading})).json()
    assert (quota["total"], sum(one["places"] for one in quota["counties"])) == (total, total)
    chosen = {one["interpretation"]: one["reading"] for one in quota["rules"]["readings"]}
    assert chosen["quota-rounding"] == quota["rounded"]


@at_stage("to be decided")
@pytest.mark.parametrize(("reading", "taken"), [("stock", 1), ("flow", 0)])
async def test_the_reading_decides_whether_last_years_recognitions_take_a_place(
    walkthrough: Walkthrough, application: str, reading: str, taken: int
):
    assert (await walkthrough.decide(application)).status_code == 201
    this_year = (await walkthrough.office.client.get(f"/v1/seasons/{walkthrough.season['id']}")).json()
    assert this_year["quota"] == {"scope": COUNTY, "places": 50, "taken": 1, "held": 0, "free": 49}
    assert (await with_quota(walkthrough.office, 2027, readings={"quota-counting": reading})).status_code == 201
    season = (await prepare_season(walkthrough.office, year=2027, applications_until="2027-09-30")).json()
    assert (season["quota"]["taken"], season["quota"]["free"]) == (taken, 50 - taken)


@pytest.mark.parametrize(
    ("scope", "policy", "said"),
    [
        (COUNTY, "daxinganling-2024", "410105 在 2026-08-11 适用的认定政策是 zhengzhou-2025，不是 daxinganling-2024"),
        ("410105", "national-2024", "适用的认定政策是 zhengzhou-2025"),
        ("4103", "zhengzhou-2025", "4103 在 2026-08-11 没有适用的认定政策"),
        (PROVINCE, "zhengzhou-2025", "41 在 2026-08-11 没有适用的认定政策"),
    ],
)
async def test_the_policy_is_the_one_in_force_in_the_region(
    office: RecognitionClient, scope: str, policy: str, said: str
):
    answer = await with_quota(office, region="", scope=scope, policy=policy)
    assert (answer.status_code, said in answer.json()["detail"]) == (422, True), answer.text
    season = await prepare_season(office, policy="daxinganling-2024")
    criteria = {"region": COUNTY, "year": 2026, "policy": "daxinganling-2024", "document": "借来的标准"}
    drafted = await post_as(office, "/v1/criteria", criteria, Role.OFFICER)
    assert [season.status_code, drafted.status_code] == [422, 422]


async def test_a_policy_is_not_in_force_before_its_first_day(office: RecognitionClient):
    answer = await with_quota(office, 2024)
    assert (answer.status_code, "4101 在 2024-08-11 没有适用的认定政策" in answer.json()["detail"]) == (422, True)


async def test_places_of_another_quota_are_a_conflict_and_no_server_error(office: RecognitionClient):
    """As the county's escape from the city's apportionment left it before."""
    assert (await with_quota(office)).status_code == 201
    await execute_sql(office, "update quota set scope = '410105'")
    answer = await with_quota(office)
    assert (answer.status_code, answer.json()["title"]) == (409, "已有名额")


async def test_a_county_cannot_set_otherwise_what_is_set_already(office: RecognitionClient):
    refused = await prepare_season(office, **UNSET, notice_days=5)
    assert (refused.status_code, refused.json()["title"]) == (422, "政策已有规定")
    assert "已按政策定为 7，不能另定为 5" in refused.json()["detail"]
    assert (await prepare_season(office, **UNSET, notice_days=7)).status_code == 201, (
        "saying the same is no contradiction"
    )


async def test_a_season_goes_on_from_what_its_quota_was_set_under(office: RecognitionClient):
    assert (await with_quota(office, **UNSET, readings={"penalty-date": "published"})).status_code == 201
    season = (await prepare_season(office, notice_days=None)).json()
    assert season["notice_days"] == 7
    (reading,) = (one for one in season["rules"]["readings"] if one["interpretation"] == "penalty-date")
    assert "从公示之日起算" in reading["reading"]
    again = await prepare_season(office, year=2026, settings={"public_notice_days": "3"}, document="金水区通知")
    assert (again.status_code, DOCUMENT in again.json()["detail"]) == (422, True)


async def opening(office: RecognitionClient, season: dict[str, Any]) -> httpx.Response:
    """The county's wish to begin."""
    with clock.travel(OPENS):
        return await post_decision(office, f"/v1/seasons/{season['id']}/opening", "*", Role.OFFICER)


async def test_a_season_under_other_readings_than_its_quota_is_corrected_before_it_opens(office: RecognitionClient):
    await publish_criteria(office)
    season = (await prepare_season(office)).json()
    assert (await with_quota(office, readings={"quota-counting": "flow"})).status_code == 201
    refused = await opening(office, season)
    assert (refused.status_code, "核定名额时采用“只有当年新认定的占名额”" in refused.json()["detail"]) == (409, True)
    path = f"/v1/seasons/{season['id']}"
    headers = office.as_(Role.OFFICER) | {"If-Match": (await office.client.get(path)).headers["ETag"]}
    assert (await office.client.put(path, json=SEASON, headers=headers)).status_code == 200
    assert (await opening(office, season)).status_code == 200


async def a_quota_set_while_the_season_opens(office: RecognitionClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The season opens slowly; meanwhile the city sets the quota anew."""
    await publish_criteria(office)
    assert (await with_quota(office)).status_code == 201
    season = (await prepare_season(office)).json()
    reasons, database = season_service.opening_obstacles, office.resources.database
    meanwhile: list[asyncio.Future[httpx.Response]] = []

    async def slowly(*arguments: Any) -> list[str]:
        meanwhile.append(asyncio.ensure_future(with_quota(office)))
        await until_blocked(database, *meanwhile)
        return await reasons(*arguments)

    monkeypatch.setattr(season_service, "opening_obstacles", slowly)
    begun = await opening(office, season)
    set_anew = await meanwhile[0]
    assert (begun.status_code, set_anew.status_code) == (200, 409), set_anew.text


async def test_the_base_of_an_opening_season_is_not_changed_under_it(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch
):
    await a_quota_set_while_the_season_opens(office, monkeypatch)


async def test_an_opening_that_does_not_hold_the_quota_would_be_caught(
    office: RecognitionClient, monkeypatch: pytest.MonkeyPatch
):
    async def let_go(_: object, quota: Quota) -> Quota:
        return quota

    monkeypatch.setattr(season_service, "lock_quota", let_go)
    with pytest.raises(AssertionError):
        await a_quota_set_while_the_season_opens(office, monkeypatch)


async def test_everybody_reads_which_readings_a_season_goes_by_and_who_decides(office: RecognitionClient):
    assert (await with_quota(office)).status_code == 201
    season = (await prepare_season(office)).json()
    readings = {one["interpretation"]: one for one in season["rules"]["readings"]}
    assert {"recommended-ineligible", "penalty-date", "survival-confirmed", "quota-counting"} <= set(readings)
    assert "growth-1-zero" not in readings, "typing's"
    counting = readings["quota-counting"]
    assert (counting["reading"], counting["others"]) == ("全部有效的认定都占名额", ["只有当年新认定的占名额"])
    assert counting["decides"] == "郑州市市场监督管理局"
    assert "数量应当控制在" in counting["sentence"]
    assert dt.date.fromisoformat(season["opens_on"]) == OPENS
