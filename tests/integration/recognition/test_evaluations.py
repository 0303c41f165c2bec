"""The evaluation in the last year: announced, judged by stored evidence, agreed to, decided by another, or too late."""

import datetime as dt
from typing import Any

import httpx
from sqlalchemy import text

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import dossier_of, file_report_of, recognise_recommended
from tests.integration.recognition.recognition_client import COUNTY, household_typed, uscc
from tests.integration.recognition.season_setup import prepare_season
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough

BEGINS, LAST_YEAR, END = dt.date(2028, 11, 26), dt.date(2029, 9, 10), dt.date(2029, 11, 25)


async def evaluate(walkthrough: Walkthrough, recognition: str, subject: str = "judge", **found: Any) -> httpx.Response:
    with clock.travel(LAST_YEAR):
        return await walkthrough.do("/v1/evaluations", {"recognition": recognition} | found, subject=subject)


async def read(walkthrough: Walkthrough, judged: httpx.Response) -> httpx.Response:
    return await walkthrough.office.get(f"/v1/evaluations/{judged.json()['id']}", Role.APPROVER)


async def decide(
    walkthrough: Walkthrough, judged: httpx.Response, subject: str = "decider", tag: str = "", on: dt.date = LAST_YEAR
) -> httpx.Response:
    headers = {"If-Match": tag or (await read(walkthrough, judged)).headers["ETag"]}
    path = f"/v1/evaluations/{judged.json()['id']}/decision"
    with clock.travel(on):
        return await walkthrough.office.client.post(
            path,
            json={"reason": "按评估结果"},
            headers=headers | walkthrough.office.as_(Role.APPROVER, subject=subject),
        )


async def kinds(walkthrough: Walkthrough, recognition: str) -> list[str]:
    found = (await dossier_of(walkthrough, recognition)).json()["concerns"]
    return [one["kind"] for one in found if one["kind"] != "report-overdue"]


async def undecided(walkthrough: Walkthrough, **query: Any) -> list[str]:
    found: list[str] = []
    while True:
        page = (await walkthrough.office.get("/v1/evaluations", Role.APPROVER, limit=1, **query)).json()
        found += [one["recognition"] for one in page["items"]]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


@at_stage("two recognised")
async def test_the_last_year_is_told_when_it_begins_and_what_waits_is_seen_until_it_expires(
    walkthrough: Walkthrough, recognitions: list[str]
):
    one, other = recognitions
    with clock.travel(BEGINS - dt.timedelta(days=1)):
        await walkthrough.office.fire_deadlines()
        assert await kinds(walkthrough, one) == []
    with clock.travel(BEGINS):
        await walkthrough.office.fire_deadlines()
        assert await kinds(walkthrough, one) == await kinds(walkthrough, other) == ["last-year"]
        told = [envelope["data"] for envelope in await walkthrough.office.events("EvaluationDue")]
        assert {event["recognition"] for event in told} == {one, other}
        assert [event["department"] for event in told] == [None, None], "the operators applied"
    assert (await evaluate(walkthrough, one)).status_code == 201
    assert (await kinds(walkthrough, one), await kinds(walkthrough, other)) == (["evaluation-undecided"], ["last-year"])
    assert await undecided(walkthrough) == [one]
    assert await undecided(walkthrough, region="42") == []
    with clock.travel(dt.date(2029, 11, 26)):
        await walkthrough.office.fire_deadlines()
    assert [(await dossier_of(walkthrough, each)).json()["state"] for each in (one, other)] == ["expired", "expired"]


async def test_after_the_last_day_nobody_extends_or_reads_that_it_is_valid_also_while_the_clock_s_work_waits(
    walkthrough: Walkthrough,
    recognition: str,
):
    award = {"value": "2028-05-01", "source": "区政府表彰决定（2028）"}
    judged = await evaluate(walkthrough, recognition, commended_on=award)
    for day, badge, state, taken in ((END, 200, "valid", 1), (END + dt.timedelta(days=1), 410, "expired", 0)):
        with clock.travel(day):
            assert (await walkthrough.office.get(f"/v1/badges/{uscc(1)}", None)).status_code == badge
            assert (await dossier_of(walkthrough, recognition)).json()["state"] == state
            listed = (await walkthrough.office.client.get("/v1/recognitions", params={"region": COUNTY})).json()[
                "items"
            ]
            assert len(listed) == taken
            season = (await walkthrough.office.get(f"/v1/seasons/{walkthrough.season['id']}")).json()
            assert season["quota"]["taken"] == taken
    late = await decide(walkthrough, judged, on=END + dt.timedelta(days=10))
    assert (late.status_code, late.json()["title"]) == (409, "目前不能这样办理")
    assert (await decide(walkthrough, judged, on=END)).json()["extends"] is True


async def test_evidence_that_turns_up_later_is_judged_again_until_somebody_has_decided(
    walkthrough: Walkthrough, recognition: str
):
    first = await evaluate(walkthrough, recognition)
    assert not any(first.json()["judged"].values())
    award = {"value": "2028-05-01", "source": "区政府表彰决定（2028）"}
    second = await evaluate(walkthrough, recognition, "another", commended_on=award)
    assert (second.json()["id"], second.json()["judged"]["extension.2"]) == (first.json()["id"], True)
    assert second.json()["evidence"]["commended_on"] == award
    assert (await decide(walkthrough, first, tag=first.headers["ETag"])).status_code == 412
    assert (await decide(walkthrough, second, "another")).json()["title"] == "须由另一人决定"
    decided = await decide(walkthrough, second)
    assert (decided.json()["extends"], await kinds(walkthrough, recognition)) == (True, [])
    assert (await dossier_of(walkthrough, recognition)).json()["valid_until"] == "2032-11-25"
    assert await undecided(walkthrough, decided=True) == [recognition]
    again = await decide(walkthrough, second, "a-third")
    assert (again.status_code, again.json()["title"]) == (409, "已经决定")
    with clock.travel(dt.date(2031, 11, 26)):
        await walkthrough.office.fire_deadlines()
    assert await kinds(walkthrough, recognition) == ["last-year"], "of the second period"


async def test_growth_is_reckoned_from_the_reviewed_reports_and_an_own_figure_needs_its_source(
    walkthrough: Walkthrough,
    recognition: str,
):
    for year, revenue, employees in ((2027, "100000.10", 3), (2028, "1.00", 9), (2029, "120000.12", 4)):
        answer = await file_report_of(walkthrough, recognition, year, revenue_yuan=revenue, employees=employees)
        assert answer.status_code == 200, answer.text
        if year != 2028:
            await walkthrough.do(f"/v1/information-reports/{recognition}/{year}/review", {"finding": "与年报一致"})
    bare = await evaluate(walkthrough, recognition, tax_growth={"value": 12})
    assert bare.status_code == 422
    own = {"value": 25, "source": "税务局提供的完税证明"}
    evidence = (await evaluate(walkthrough, recognition, tax_growth=own, staff_growth=own)).json()["evidence"]
    assert evidence["revenue_growth"]["value"] == 20
    assert "信息报告 2027 年 100000.10 元，2029 年 120000.12 元" in evidence["revenue_growth"]["source"]
    assert evidence["tax_growth"] == own
    assert evidence["staff_growth"]["value"] == 25
    assert evidence["staff_growth"]["source"].startswith("税务局提供的完税证明（另据信息报告算得 33%：")
    (entry,) = await walkthrough.office.sql(
        "select details::text as said from audit_entry where action = 'evaluation:judge'"
    )
    assert "120000" not in entry["said"], "figures are confidential"


async def test_a_number_that_a_later_season_sets_counts_for_whoever_was_recognised_before_it(
    walkthrough: Walkthrough, recognition: str
):
    """郑市监〔2025〕6号 三（二）2 A: the text says 明显增长 and no number; a bureau sets it when it will."""
    figure = {"value": 25, "source": "税务局提供的完税证明"}
    figures: dict[str, Any] = {"revenue_growth": figure, "tax_growth": figure, "staff_growth": figure}
    open_number = (await evaluate(walkthrough, recognition, **figures)).json()
    assert open_number["judged"]["extension.1"] is None, "neither met nor missed while nobody has set the number"
    (condition,) = [one for one in open_number["conditions"] if one["id"] == "extension.1"]
    assert (condition["holds"], "还没有定" in condition["undecided"][0]) == (None, True)
    assert condition["title"].endswith("3年内明显增长")
    numbers = {"settings": {"marked_growth_percent": "20"}, "document": "金市监〔2029〕2号"}
    later = await prepare_season(walkthrough.office, year=2029, applications_until="2029-09-30", **numbers)
    assert later.status_code == 201, later.text
    assert (await evaluate(walkthrough, recognition, **figures)).json()["judged"]["extension.1"] is None, "prepared"
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update season set state = 'open' where year = 2029"))
    judged = await evaluate(walkthrough, recognition, **figures)
    assert judged.json()["judged"]["extension.1"] is True
    *_, entry = await walkthrough.office.sql(
        "select details->>'policy' as hash from audit_entry where action = 'evaluation:judge' order by seq"
    )
    (season,) = await walkthrough.office.sql("select policy_hash from season where year = 2029")
    assert entry["hash"] == season["policy_hash"], "the audit names the content that the judgement rests on"


async def test_a_season_under_a_policy_that_is_to_come_decides_nothing_before_its_day(
    walkthrough: Walkthrough, recognition: str
):
    """The numbers stay those of the newest season under the policy that is in force."""
    figure = {"value": 25, "source": "税务局提供的完税证明"}
    figures: dict[str, Any] = {"revenue_growth": figure, "tax_growth": figure, "staff_growth": figure}
    numbers = {"settings": {"marked_growth_percent": "20"}, "document": "金市监〔2028〕2号"}
    for year in (2028, 2029):
        body = {"year": year, "applications_until": f"{year}-09-30", **(numbers if year == 2028 else {})}
        assert (await prepare_season(walkthrough.office, **body)).status_code == 201
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text("update season set state = 'open' where year > 2027"))
        await session.execute(
            text(
                "with coming as (insert into policy_version (content_hash, policy, content) select 'coming',"
                " 'zhengzhou-2030', jsonb_set(content, '{id}', '\"zhengzhou-2030\"') from policy_version limit 1"
                " returning content_hash) update season set policy_hash = 'coming' where year = 2029"
            )
        )
    assert (await evaluate(walkthrough, recognition, **figures)).json()["judged"]["extension.1"] is True


async def test_a_commendation_of_tomorrow_has_not_happened(walkthrough: Walkthrough, recognition: str):
    answer = await evaluate(walkthrough, recognition, commended_on={"value": "2029-09-11", "source": "预告"})
    assert (answer.status_code, answer.json()["title"]) == (422, "日期不对")


async def agree(
    walkthrough: Walkthrough, judged: httpx.Response, region: str = "410105", agrees: bool = True
) -> httpx.Response:
    headers = walkthrough.office.as_(Role.BUREAU, region, subject="culture")
    path = f"/v1/evaluations/{judged.json()['id']}/agreement"
    with clock.travel(LAST_YEAR):
        return await walkthrough.office.client.post(
            path, json={"agrees": agrees, "opinion": "仍是代表性传承人"}, headers=headers
        )


async def test_the_recommending_department_agrees_itself_and_that_extends(walkthrough: Walkthrough):
    recognition = await recognise_recommended(walkthrough)
    judged = await evaluate(walkthrough, recognition)
    assert judged.json()["judged"]["extension.4"] is None, "nobody has said"
    (asked,) = (await walkthrough.office.get("/v1/evaluations/agreements", Role.BUREAU)).json()["items"]
    assert (asked["uscc"], asked["department"], asked["category_label"]) == (uscc(1), "culture", "优质")
    assert (await agree(walkthrough, judged, "410106")).status_code == 404
    assert (await agree(walkthrough, judged)).json()["agrees"] is True
    assert (await walkthrough.office.get("/v1/evaluations/agreements", Role.BUREAU)).json()["items"] == []
    found = (await read(walkthrough, judged)).json()
    assert (found["judged"]["extension.4"], found["opinion"]) == (True, "仍是代表性传承人")
    assert (await evaluate(walkthrough, recognition)).json()["judged"]["extension.4"] is True, "its word stands"
    assert (await decide(walkthrough, judged, "culture")).status_code == 403
    assert (await decide(walkthrough, judged)).json()["extends"] is True
    assert (await agree(walkthrough, judged, agrees=False)).status_code == 409


async def test_no_department_speaks_for_who_applied_himself(walkthrough: Walkthrough, recognition: str):
    await walkthrough.office.hear(household_typed(1, kind="development", revision=8, year=2029))
    judged = await evaluate(walkthrough, recognition)
    assert (await agree(walkthrough, judged)).status_code == 404, "nobody asked the department"
    assert (await walkthrough.office.get("/v1/evaluations/agreements", Role.BUREAU)).json()["items"] == []
    assert (await decide(walkthrough, judged)).json()["extends"] is True, "from growth to development"
