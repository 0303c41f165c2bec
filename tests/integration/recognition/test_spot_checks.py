"""Spot checks: a draw that nobody chooses and anyone repeats, and what a superior's finding brings about."""

import datetime as dt
import hashlib
from collections.abc import Iterable

import httpx
import pytest

from services.recognition.season.models import Season
from services.recognition.supervision import repository as supervision_repository, service as supervision_service
from services.recognition.supervision.problems import CheckShareFixed, CheckSharesDiffer
from shared import clock
from shared.database.row_scope import EVERYWHERE
from shared.platform import unit_of_work
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import DECISION, act, dossier_of, serve, state
from tests.integration.recognition.recognition_client import CITY, COUNTY, PROVINCE, execute_sql, post_as, uscc
from tests.integration.recognition.season_setup import SEASON
from tests.integration.recognition.spot_check_steps import (
    DRAWN,
    SUPPLEMENT_DUE,
    draw,
    draw_check,
    drawn_of,
    record_finding,
)
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough


def drawn_by_hand(seeds: Iterable[str], population: Iterable[str], percent: int) -> set[str]:
    """The draw as anyone works it out from what is published, with nothing of the service's own."""
    return drawn_with(hashlib.sha256("\n".join(sorted(seeds)).encode()).hexdigest(), population, percent)


def drawn_with(seed: str, population: Iterable[str], percent: int) -> set[str]:
    """The same with one seed in hand."""
    lots = sorted((hashlib.sha256(f"{seed}:{one}".encode()).hexdigest(), one) for one in population)
    return {one for _, one in lots[: -(-len(lots) * percent // 100)]}


async def test_anyone_repeats_the_draw_from_what_is_published(walkthrough: Walkthrough):
    await walkthrough.apply(*range(1, 36))
    check = await draw_check(walkthrough)
    assert (check["percent"], check["population"]) == (3, 35)
    with clock.travel(DRAWN):
        listed = await walkthrough.office.client.get("/v1/seasons", params={"region": PROVINCE, "year": 2026})
    seasons = listed.json()["items"]
    listed = await walkthrough.office.get(f"/v1/spot-checks/{check['id']}/population", region=PROVINCE)
    population = listed.content.decode("utf-8-sig").split()[1:]
    by_hand = drawn_by_hand((one["seed"] for one in seasons), population, 3)
    assert {one["uscc"] for one in await drawn_of(walkthrough, check)} == by_hand
    assert len(by_hand) == 2, "3 % of 35, rounded up"


async def test_a_seed_of_the_drawers_own_would_be_caught(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch):
    """The planted fault: whoever draws chooses the seed, so that another household is drawn."""
    codes = [uscc(number) for number in range(1, 12)]

    def chosen(seeds: Iterable[str]) -> str:
        fair = drawn_by_hand(seeds, codes, 3)
        return next(seed for seed in map(str, range(100)) if drawn_with(seed, codes, 3) != fair)

    monkeypatch.setattr(supervision_service, "common_seed", chosen)
    await walkthrough.apply(*range(1, 12))
    check = await draw_check(walkthrough)
    assert {one["uscc"] for one in await drawn_of(walkthrough, check)} != drawn_by_hand(
        check["seeds"].values(), codes, 3
    )


async def test_nobody_waits_for_a_better_draw_and_a_county_that_opens_later_is_drawn_from_too(walkthrough: Walkthrough):
    await walkthrough.apply(1)
    early = await draw(walkthrough, dt.date(2026, 9, 30))
    assert (early.status_code, early.json()["title"]) == (409, "还不能抽取")
    assert "申报期到 2026-09-30" in early.json()["detail"]
    assert (await draw(walkthrough)).status_code == 201
    again = await draw(walkthrough, dt.date(2026, 11, 1))
    assert (again.status_code, again.json()["title"]) == (409, "已经抽取")
    await execute_sql(walkthrough.office, """update spot_check set seeds = '{"410102": "another county"}'""")
    later = await draw(walkthrough, dt.date(2026, 11, 1))
    assert (later.status_code, later.json()["number"], later.json()["population"]) == (201, 2, 1), later.text
    assert set(later.json()["seeds"]) == {COUNTY}, "only the county that had not been drawn from"


async def test_a_season_that_never_opened_holds_the_province_up_only_while_it_still_could(walkthrough: Walkthrough):
    await walkthrough.apply(1)
    other = SEASON | {"county": "410102", "applications_until": "2026-10-31"}
    answer = await post_as(walkthrough.office, "/v1/seasons", other, Role.OFFICER, CITY)
    assert answer.status_code == 201, answer.text
    assert "410102 的认定季还没有开始" in (await draw(walkthrough)).json()["detail"]
    assert (await draw(walkthrough, dt.date(2026, 11, 1))).status_code == 201


SEASONS = {3: [Season(county=COUNTY)], 5: [Season(county="410102")], None: [Season(county="410103")]}


@pytest.mark.parametrize(
    ("percent", "share", "county"),
    [(3, 3, COUNTY), (5, 5, "410102"), (10, 10, "410103")],
)
def test_where_the_counties_policies_differ_each_share_is_drawn_by_itself(percent: int, share: int, county: str):
    found, seasons = supervision_service.choose_share(SEASONS, percent)
    assert (found, [one.county for one in seasons]) == (share, [county])


def test_where_they_differ_the_superior_says_which_share():
    with pytest.raises(CheckSharesDiffer) as several:
        supervision_service.choose_share(SEASONS, None)
    assert "（3%、5%）" in several.value.detail
    with pytest.raises(CheckShareFixed) as fixed:
        supervision_service.choose_share({3: SEASONS[3], 5: SEASONS[5]}, 4)
    assert fixed.value.detail == "政策规定抽查 3%、5%，不能另定"


@at_stage("two handed in")
async def test_what_was_handed_in_is_drawn_from_whatever_has_become_of_it(
    walkthrough: Walkthrough, applications: list[str]
):
    ids = applications
    headers = walkthrough.office.as_(Role.OFFICER, subject="reviewer") | {"If-Match": await walkthrough.etag(ids[0])}
    path = f"/v1/applications/{ids[0]}/refusal"
    assert (await walkthrough.office.client.post(path, json={"reason": "不符合"}, headers=headers)).status_code == 200
    assert (await draw_check(walkthrough))["population"] == 2


async def test_the_policys_level_draws_the_policys_share_and_any_superior_one_of_its_own(walkthrough: Walkthrough):
    """郑市监〔2025〕6号 三（二）2: 上级市场监管部门可以通过抽查方式进行监督; 省市场监管局…按照3%的比例进行抽查."""
    await walkthrough.apply(1, 2)
    with clock.travel(DRAWN):
        order = {"region": COUNTY, "year": 2026, "percent": 50}
        county = await post_as(walkthrough.office, "/v1/spot-checks", order, Role.OFFICER)
        assert (county.status_code, county.json()["title"]) == (409, "不由本级抽查")
        assert "市（地）级、省（自治区、直辖市）级" in county.json()["detail"]
        unsaid = await post_at(walkthrough, CITY, CITY)
        assert (unsaid.status_code, unsaid.json()["title"]) == (422, "比例未定"), unsaid.text
        city = await post_as(walkthrough.office, "/v1/spot-checks", order | {"region": CITY}, Role.OFFICER, CITY)
        assert (city.status_code, city.json()["percent"], city.json()["population"]) == (201, 50, 2)
    assert (await post_at(walkthrough, PROVINCE, COUNTY)).status_code == 403
    own = await draw(walkthrough, percent=50)
    assert (own.status_code, own.json()["detail"]) == (422, "政策规定抽查 3%，不能另定")


async def post_at(walkthrough: Walkthrough, wanted: str, token: str) -> httpx.Response:
    """A draw over a region by an officer of another."""
    with clock.travel(DRAWN):
        return await post_as(
            walkthrough.office, "/v1/spot-checks", {"region": wanted, "year": 2026}, Role.OFFICER, token
        )


async def test_officers_above_and_of_the_county_see_what_was_drawn_and_nobody_else(walkthrough: Walkthrough):
    await walkthrough.apply(1)
    check = await draw_check(walkthrough)
    for region in (PROVINCE, "4101", COUNTY):
        assert len(await drawn_of(walkthrough, check, region)) == 1
        assert len((await walkthrough.office.get("/v1/spot-checks", region=region)).json()["items"]) == 1
    assert await drawn_of(walkthrough, check, "410102") == [], "the next county of the same province"
    assert (await walkthrough.office.get(f"/v1/spot-checks/{check['id']}", region="42")).status_code == 404


async def test_only_the_level_that_drew_decides_and_nobody_on_his_own_work(walkthrough: Walkthrough, application: str):
    assert (await walkthrough.review(application)).status_code == 200
    check = await draw_check(walkthrough)
    assert (await record_finding(walkthrough, check, "passed", region=COUNTY)).status_code == 403
    assert (await record_finding(walkthrough, check, "passed", subject="reviewer")).json()["title"] == "须由另一人抽查"
    done = await record_finding(walkthrough, check, "passed")
    assert (done.status_code, done.json()["outcome_label"]) == (200, "抽查通过")
    twice = await record_finding(walkthrough, check, "refused")
    assert (twice.status_code, twice.json()["title"]) == (409, "目前不能这样办理")


async def test_without_the_county_in_the_query_another_county_would_see_it(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault: a list that forgets the region (S1), and requests that the database shows everything."""
    await walkthrough.apply(1)
    check = await draw_check(walkthrough)
    scoped = supervision_repository.item_in_region
    monkeypatch.setattr(supervision_repository, "item_in_region", lambda _scope: scoped(""))
    assert await drawn_of(walkthrough, check, "410102") == []
    monkeypatch.setattr(unit_of_work, "row_scope", lambda *_: EVERYWHERE)
    assert len(await drawn_of(walkthrough, check, "410102")) == 1


async def test_an_application_under_way_is_refused(walkthrough: Walkthrough, application: str):
    assert (await record_finding(walkthrough, await draw_check(walkthrough), "refused")).status_code == 200
    shown = (await walkthrough.look(application)).json()
    assert (shown["state"], shown["reason"]) == ("refused", "上级抽查，不予认定：材料与实际不符")
    assert len(await walkthrough.office.events("ApplicationRefused")) == 1


async def test_a_recognised_household_is_proposed_for_cancellation_and_another_decides(
    walkthrough: Walkthrough, recognition: str
):
    check, later = await draw_check(walkthrough), dt.date(2026, 12, 1)
    assert (await record_finding(walkthrough, check, "refused", on=later)).status_code == 200
    assert (await dossier_of(walkthrough, recognition)).json()["state"] == "valid"
    own = await act(walkthrough, recognition, "cancellation", DECISION, role=Role.APPROVER, subject="inspector")
    assert own.status_code == 403
    with clock.travel(later):
        assert (await serve(walkthrough, recognition, "cancellation")).status_code == 200
        assert (await state(walkthrough, recognition, "cancellation")).status_code == 200
        done = await act(walkthrough, recognition, "cancellation", DECISION, role=Role.APPROVER, subject="decider")
    assert done.json()["state"] == "cancelled"


async def test_a_supplement_is_told_the_operator_and_late_it_refuses(walkthrough: Walkthrough, application: str):
    check = await draw_check(walkthrough)
    assert (await record_finding(walkthrough, check, "supplement")).status_code == 422, "by which day?"
    for out_of_range in (dt.date.max, DRAWN - dt.timedelta(days=1)):
        answer = await record_finding(walkthrough, check, "supplement", due_on=out_of_range)
        assert (answer.status_code, answer.json()["title"]) == (422, "日期不对")
    assert (await record_finding(walkthrough, check, "supplement", due_on=SUPPLEMENT_DUE)).status_code == 200
    (demand,) = (await walkthrough.office.get("/v1/spot-checks/demands", Role.OPERATOR)).json()["items"]
    (told,) = await walkthrough.office.events("SupplementDemanded")
    assert [told["data"][name] for name in ("due_on", "decided_by_region")] == ["2026-10-20", PROVINCE]
    assert (demand["application"], demand["due_on"], demand["finding"]) == (application, "2026-10-20", "材料与实际不符")
    with clock.travel(SUPPLEMENT_DUE):
        await walkthrough.office.fire_deadlines()
    assert (await walkthrough.look(application)).json()["state"] == "in-progress"
    with clock.travel(SUPPLEMENT_DUE + dt.timedelta(days=1)):
        await walkthrough.office.fire_deadlines()
    assert (await walkthrough.look(application)).json()["state"] == "refused"
    assert [one["outcome"] for one in await drawn_of(walkthrough, check)] == ["refused"]


async def test_a_supplement_that_came_is_passed_and_nothing_fires(walkthrough: Walkthrough, application: str):
    check = await draw_check(walkthrough)
    await record_finding(walkthrough, check, "supplement", due_on=SUPPLEMENT_DUE)
    assert await walkthrough.office.events("SupplementReceived") == []
    assert (await record_finding(walkthrough, check, "passed", on=SUPPLEMENT_DUE)).status_code == 200
    (said,) = await walkthrough.office.events("SupplementReceived")
    assert (said["data"]["application"], said["data"]["outcome"]) == (application, "passed")
    with clock.travel(SUPPLEMENT_DUE + dt.timedelta(days=1)):
        await walkthrough.office.fire_deadlines()
    assert (await walkthrough.look(application)).json()["state"] == "in-progress"


async def test_late_for_a_recognised_household_it_is_a_concern_until_the_check_is_over(
    walkthrough: Walkthrough, recognition: str
):
    check, day = await draw_check(walkthrough), dt.date(2026, 12, 10)
    await record_finding(walkthrough, check, "supplement", on=dt.date(2026, 12, 1), due_on=day)
    with clock.travel(day + dt.timedelta(days=1)):
        await walkthrough.office.fire_deadlines()
    assert [one["kind"] for one in (await dossier_of(walkthrough, recognition)).json()["concerns"]] == ["spot-check"]
    assert (await record_finding(walkthrough, check, "passed", on=day + dt.timedelta(days=5))).status_code == 200
    assert (await dossier_of(walkthrough, recognition)).json()["concerns"] == []
