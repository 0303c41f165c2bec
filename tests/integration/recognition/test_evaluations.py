"""The evaluation in the last year: announced, judged by stored evidence, agreed to, decided by another, or too late."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, household_typed, uscc
from tests.integration.recognition.test_information_reports import filed
from tests.integration.recognition.test_lifecycle import file_of, recognised
from tests.integration.recognition.test_recommendations import recommended, step
from tests.integration.recognition.walkthrough import Walkthrough, start_walkthrough

BEGINS, LAST_YEAR, END = dt.date(2028, 11, 26), dt.date(2029, 9, 10), dt.date(2029, 11, 25)


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def evaluate(road: Walkthrough, recognition: str, subject: str = "judge", **found: Any) -> httpx.Response:
    with clock.travel(LAST_YEAR):
        return await road.do("/v1/evaluations", {"recognition": recognition} | found, subject=subject)


async def read(road: Walkthrough, judged: httpx.Response) -> httpx.Response:
    return await road.bureau.get(f"/v1/evaluations/{judged.json()['id']}", Role.APPROVER)


async def decide(
    road: Walkthrough, judged: httpx.Response, subject: str = "decider", tag: str = "", on: dt.date = LAST_YEAR
) -> httpx.Response:
    headers = {"If-Match": tag or (await read(road, judged)).headers["ETag"]}
    path = f"/v1/evaluations/{judged.json()['id']}/decision"
    with clock.travel(on):
        return await road.bureau.client.post(
            path, json={"reason": "按评估结果"}, headers=headers | road.bureau.as_(Role.APPROVER, subject=subject)
        )


async def kinds(road: Walkthrough, recognition: str) -> list[str]:
    found = (await file_of(road, recognition)).json()["concerns"]
    return [one["kind"] for one in found if one["kind"] != "report-overdue"]


async def undecided(road: Walkthrough, **query: Any) -> list[str]:
    found: list[str] = []
    while True:
        page = (await road.bureau.get("/v1/evaluations", Role.APPROVER, limit=1, **query)).json()
        found += [one["recognition"] for one in page["items"]]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


async def test_the_last_year_is_told_when_it_begins_and_what_waits_is_seen_until_it_expires(road: Walkthrough):
    one, other = await recognised(road, 1, 2)
    with clock.travel(BEGINS - dt.timedelta(days=1)):
        await road.bureau.fire_deadlines()
        assert await kinds(road, one) == []
    with clock.travel(BEGINS):
        await road.bureau.fire_deadlines()
        assert await kinds(road, one) == await kinds(road, other) == ["last-year"]
    assert (await evaluate(road, one)).status_code == 201
    assert (await kinds(road, one), await kinds(road, other)) == (["evaluation-undecided"], ["last-year"])
    assert await undecided(road) == [one]
    assert await undecided(road, region="42") == []
    with clock.travel(dt.date(2029, 11, 26)):
        await road.bureau.fire_deadlines()
    assert [(await file_of(road, each)).json()["state"] for each in (one, other)] == ["expired", "expired"]


async def test_after_the_last_day_nobody_extends_or_reads_that_it_is_valid_also_while_the_clock_s_work_waits(
    road: Walkthrough,
):
    (recognition,) = await recognised(road, 1)
    award = {"value": "2028-05-01", "source": "区政府表彰决定（2028）"}
    judged = await evaluate(road, recognition, commended_on=award)
    for day, badge, state, taken in ((END, 200, "valid", 1), (END + dt.timedelta(days=1), 404, "expired", 0)):
        with clock.travel(day):
            assert (await road.bureau.get(f"/v1/badges/{uscc(1)}", None)).status_code == badge
            assert (await file_of(road, recognition)).json()["state"] == state
            listed = (await road.bureau.client.get("/v1/recognitions", params={"region": COUNTY})).json()["items"]
            assert len(listed) == taken
            season = (await road.bureau.get(f"/v1/seasons/{road.season['id']}")).json()
            assert season["quota"]["taken"] == taken
    late = await decide(road, judged, on=END + dt.timedelta(days=10))
    assert (late.status_code, late.json()["title"]) == (409, "目前不能这样办理")
    assert (await decide(road, judged, on=END)).json()["extends"] is True


async def test_evidence_that_turns_up_later_is_judged_again_until_somebody_has_decided(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    first = await evaluate(road, recognition)
    assert not any(first.json()["judged"].values())
    award = {"value": "2028-05-01", "source": "区政府表彰决定（2028）"}
    second = await evaluate(road, recognition, "another", commended_on=award)
    assert (second.json()["id"], second.json()["judged"]["extension.2"]) == (first.json()["id"], True)
    assert second.json()["evidence"]["commended_on"] == award
    assert (await decide(road, first, tag=first.headers["ETag"])).status_code == 412
    assert (await decide(road, second, "another")).json()["title"] == "须由另一人决定"
    decided = await decide(road, second)
    assert (decided.json()["extends"], await kinds(road, recognition)) == (True, [])
    assert (await file_of(road, recognition)).json()["valid_until"] == "2032-11-25"
    assert await undecided(road, decided=True) == [recognition]
    again = await decide(road, second, "a-third")
    assert (again.status_code, again.json()["title"]) == (409, "已经决定")
    with clock.travel(dt.date(2031, 11, 26)):
        await road.bureau.fire_deadlines()
    assert await kinds(road, recognition) == ["last-year"], "of the second period"


async def test_growth_is_reckoned_from_the_reviewed_reports_and_an_own_figure_needs_its_source(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    for year, revenue, employees in ((2027, "100000.10", 3), (2028, "1.00", 9), (2029, "120000.12", 4)):
        answer = await filed(road, recognition, year, revenue_yuan=revenue, employees=employees)
        assert answer.status_code == 200, answer.text
        if year != 2028:
            await road.do(f"/v1/information-reports/{recognition}/{year}/review", {"finding": "与年报一致"})
    bare = await evaluate(road, recognition, tax_growth={"value": 12})
    assert bare.status_code == 422
    own = {"value": 25, "source": "税务局提供的完税证明"}
    evidence = (await evaluate(road, recognition, tax_growth=own, staff_growth=own)).json()["evidence"]
    assert evidence["revenue_growth"]["value"] == 20
    assert "信息报告 2027 年 100000.10 元，2029 年 120000.12 元" in evidence["revenue_growth"]["source"]
    assert evidence["tax_growth"] == own
    assert evidence["staff_growth"]["value"] == 25
    assert evidence["staff_growth"]["source"].startswith("税务局提供的完税证明（另据信息报告算得 33%：")
    (entry,) = await road.bureau.sql("select details::text as said from audit_entry where action = 'evaluation:judge'")
    assert "120000" not in entry["said"], "figures are confidential"


async def test_a_commendation_of_tomorrow_has_not_happened(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    answer = await evaluate(road, recognition, commended_on={"value": "2029-09-11", "source": "预告"})
    assert (answer.status_code, answer.json()["title"]) == (422, "日期不对")


async def recommended_and_recognised(road: Walkthrough) -> str:
    answer = await recommended(road)
    await step(road, answer, "consent", Role.OPERATOR, number=1)
    assert (await step(road, answer, "submission", Role.BUREAU, subject="culture")).status_code == 200
    reviewed = await road.review(answer.json()["id"], category="quality", criteria=["quality.3"])
    assert reviewed.status_code == 200, reviewed.text
    done = await road.decide(answer.json()["id"])
    assert done.status_code == 201, done.text
    return str(done.json()["id"])


async def agree(
    road: Walkthrough, judged: httpx.Response, region: str = "410105", agrees: bool = True
) -> httpx.Response:
    headers = road.bureau.as_(Role.BUREAU, region, subject="culture")
    path = f"/v1/evaluations/{judged.json()['id']}/agreement"
    with clock.travel(LAST_YEAR):
        return await road.bureau.client.post(
            path, json={"agrees": agrees, "opinion": "仍是代表性传承人"}, headers=headers
        )


async def test_the_recommending_department_agrees_itself_and_that_extends(road: Walkthrough):
    recognition = await recommended_and_recognised(road)
    judged = await evaluate(road, recognition)
    assert judged.json()["judged"]["extension.4"] is None, "nobody has said"
    (asked,) = (await road.bureau.get("/v1/evaluations/agreements", Role.BUREAU)).json()["items"]
    assert (asked["uscc"], asked["department"], asked["category_label"]) == (uscc(1), "culture", "优质")
    assert (await agree(road, judged, "410106")).status_code == 404
    assert (await agree(road, judged)).json()["agrees"] is True
    assert (await road.bureau.get("/v1/evaluations/agreements", Role.BUREAU)).json()["items"] == []
    found = (await read(road, judged)).json()
    assert (found["judged"]["extension.4"], found["opinion"]) == (True, "仍是代表性传承人")
    assert (await evaluate(road, recognition)).json()["judged"]["extension.4"] is True, "its word stands"
    assert (await decide(road, judged, "culture")).status_code == 403
    assert (await decide(road, judged)).json()["extends"] is True
    assert (await agree(road, judged, agrees=False)).status_code == 409


async def test_no_department_speaks_for_who_applied_himself(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    await road.bureau.hear(household_typed(1, kind="development", revision=8, year=2029))
    judged = await evaluate(road, recognition)
    assert (await agree(road, judged)).status_code == 404, "nobody asked the department"
    assert (await road.bureau.get("/v1/evaluations/agreements", Role.BUREAU)).json()["items"] == []
    assert (await decide(road, judged)).json()["extends"] is True, "from growth to development"
