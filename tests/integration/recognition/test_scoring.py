"""Scoring by a county's sheet: assessors alone with their points, recused ones never counted, everything missing told,
the meeting before the selection, each household's score line by line."""

import datetime as dt
from typing import Any

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.examination_steps import limit_places
from tests.integration.recognition.recognition_client import COUNTY, execute_sql, uscc
from tests.integration.recognition.register_deliveries import deliver, penalties, penalty
from tests.integration.recognition.scoring_setup import ASSESSORS, Scoring, reviewed
from tests.integration.recognition.walkthrough import APPLIES, SELECTS, VISITS


async def test_the_selection_follows_the_points_once_the_meeting_has_decided(scoring: Scoring):
    ids = await reviewed(scoring, 1, 2, 3)
    await limit_places(scoring.walkthrough, 2)
    early = await scoring.post("/v1/selections", {})
    assert early.json()["detail"] == "还有 3 份申报没有按评分表得分，请先完成并结束评分"
    await scoring.appoint()
    await scoring.assign()
    for application in ids:
        await scoring.find(application)
    points = dict(zip(ids, ("7", "9.5", "8"), strict=True))
    await scoring.score_all(points)
    assert (await scoring.close()).json() | {"closed_at": ""} == {
        "round": 1,
        "closed_at": "",
        "applications": 3,
        "excluded": 0,
    }
    assert (await scoring.post("/v1/selections", {})).json()["detail"] == "第 1 轮评分还没有登记联席会议的决定"
    assert (await scoring.decide()).status_code == 200
    found = await scoring.must("/v1/selections", {})
    assert [(one["application"], one["rank"], one["total"]) for one in found["chosen"]] == [
        (ids[1], 1, "97.00"),
        (ids[2], 2, "88.00"),
    ]
    assert [one["application"] for one in found["reserve"]] == [ids[0]]


async def test_assessors_read_what_they_score_but_not_one_another_and_nobody_sees_points_before_the_closing(
    scoring: Scoring,
):
    (application,) = await reviewed(scoring, 1)
    await scoring.appoint()
    await scoring.assign()
    await scoring.score_all({application: "9"}, "chen")
    office, season = scoring.walkthrough.office, scoring.walkthrough.season["id"]
    for name, points in (("chen", {"skill": "9"}), ("lin", None)):
        headers = office.as_(Role.BUREAU, COUNTY, subject=name)
        mine = await office.client.get(f"/v1/scoring/mine?season={season}", headers=headers)
        (own,) = mine.json()["items"]
        assert own["points"] == points
        assert [(one["indicator"], one["most"]) for one in own["indicators"]] == [("skill", "10")]
    await scoring.must(
        "/v1/scoring/recusals", {"application": application, "reason": "亲友"}, Role.BUREAU, subject="wu"
    )
    for name, sees in (("chen", True), ("wu", False), ("nobody", False)):
        headers = office.as_(Role.BUREAU, COUNTY, subject=name)
        file = await office.client.get(f"/v1/applications/{application}", headers=headers)
        papers = await office.client.get(f"/v1/applications/{application}/documents", headers=headers)
        assert (name, file.status_code, papers.status_code) == (name, *((200, 200) if sees else (404, 404)))
        if sees:
            paper = await office.client.get(f"/v1/documents/{papers.json()['items'][0]['id']}", headers=headers)
            assert (file.json()["id"], paper.status_code) == (application, 200)
    assert (await office.get(f"/v1/applications/{application}/score")).status_code == 404
    headers = office.as_(Role.OFFICER)
    progress = (await office.client.get(f"/v1/scoring/progress?season={season}", headers=headers)).json()
    assert {one["assessor"]: one["scored"] for one in progress["assessors"]} == {"chen": 1, "lin": 0, "wu": 0}
    assert (progress["sent_back"], progress["round"]) == ([], 1)
    results = (await office.client.get(f"/v1/scoring/results?season={season}", headers=headers)).json()
    assert results["ranked"] == []


async def test_whoever_took_part_is_tied_or_finds_does_not_score(scoring: Scoring):
    (one,) = await reviewed(scoring, 1)
    (two,) = await scoring.walkthrough.apply(2)
    await returned_and_completed(scoring, two, "returner")
    assert (await scoring.walkthrough.review(two)).status_code == 200
    await scoring.appoint("chen", "lin", "reviewer", "returner")
    relation = {"uscc": uscc(1), "kind": "relative"}
    await scoring.must("/v1/assessors", {"assessor": "wu", "name": "wu", "relations": [relation]})
    assigned = await scoring.assign("chen", "lin", "wu", "reviewer", "returner")
    recused = {(told["application"], told["assessor"]): told["reason"] for told in assigned["recused"]}
    assert recused == {
        (one, "wu"): "这一户近亲属经营",
        (one, "reviewer"): "参与过这份申报的推荐、审核、查明或其他办理",
        (two, "reviewer"): "参与过这份申报的推荐、审核、查明或其他办理",
        (two, "returner"): "参与过这份申报的推荐、审核、查明或其他办理",
    }
    refused = await scoring.score("wu", {one: "10"})
    assert (refused.status_code, refused.json()["title"]) == (403, "应当回避")
    body = {"applications": [{"application": two, "findings": [{"indicator": "years", "level": 1, "basis": "档案"}]}]}
    assert (await scoring.post("/v1/scoring/findings", body, subject="chen")).json()["title"] == "评审员不能查明情况"


async def returned_and_completed(scoring: Scoring, application: str, returner: str) -> None:
    """Somebody returned the application once, and its operator completed it."""
    walkthrough = scoring.walkthrough
    with clock.travel(APPLIES):
        body = {"application": application, "outcome": "return", "missing": ["照片"]}
        asked = body | {"etag": await walkthrough.etag(application)}
        assert (await walkthrough.do("/v1/reviews", asked, subject=returner)).status_code == 200
        headers = walkthrough.office.as_(Role.OPERATOR, number=2) | {"If-Match": await walkthrough.etag(application)}
        done = await walkthrough.office.client.post(f"/v1/applications/{application}/completion", headers=headers)
        assert done.json()["state"] == "in-progress"


async def test_a_score_counts_no_more_once_its_assessor_is_tied_recused_or_takes_part(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.appoint(*ASSESSORS, "xu", "zhao")
    await scoring.assign(*ASSESSORS, "xu", "zhao")
    await scoring.find(application)
    await scoring.score_all({application: "2"}, "xu", "zhao", "wu")
    await scoring.score_all({application: "8"}, "chen", "lin")
    relations = {"relations": [{"uscc": uscc(1), "kind": "interest"}]}
    await scoring.must("/v1/assessors/relations", relations, Role.BUREAU, subject="xu")
    await scoring.must("/v1/scoring/recusals", {"application": application, "assessor": "zhao", "reason": "亲友举报"})
    await execute_sql(scoring.walkthrough.office, "update application set turned_down_by = 'wu'")
    assert (await scoring.close()).status_code == 200
    shown = (await scoring.walkthrough.office.get(f"/v1/applications/{application}/score")).json()
    assert {one["assessor"]: one["state"] for one in shown["assessors"]} == {
        "chen": "已打分",
        "lin": "已打分",
        "wu": "回避",
        "xu": "回避",
        "zhao": "回避",
    }
    assert "2 名评审员打分 8、8，平均 8" in [line["words"] for line in shown["lines"]]


async def test_everything_missing_is_told_before_the_closing(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.appoint()
    await scoring.assign()
    await scoring.score_all({application: "9"}, "chen", "lin")
    refused = (await scoring.close()).json()
    assert refused["reasons"] == [
        "评审员 wu 还有 1 份没有打分（请催促，或在 missing_reason 中写明缺席的原因）",
        "“测试商户1号”：“经营年限”还没有查明；“弄虚作假”还没有查明",
    ]
    await scoring.find(application)
    assert (await scoring.close(missing_reason="出差")).status_code == 200
    shown = (await scoring.walkthrough.office.get(f"/v1/applications/{application}/score")).json()
    assert (shown["missing_reason"], [one["state"] for one in shown["assessors"]]) == (
        "出差",
        ["已打分", "已打分", "没有打分"],
    )


async def test_what_no_register_decides_asks_for_evidence(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    with clock.travel(SELECTS):
        row = penalty(1, decided="2026-10-01", published="")
        assert (await deliver(scoring.walkthrough.office, penalties(row))).status_code == 201
    await scoring.appoint()
    await scoring.assign()
    await scoring.find(application)
    await scoring.score_all({application: "10"})
    refused = (await scoring.close()).json()["detail"]
    assert "“没有处罚”数据不能判断，要有证明材料：正在公示的罚款及以上行政处罚" in refused
    await scoring.find(application, clean=1)
    assert (await scoring.close()).status_code == 200


async def test_a_veto_excludes_whatever_the_points(scoring: Scoring):
    honest, fraud = await reviewed(scoring, 1, 2)
    await scoring.appoint()
    await scoring.assign()
    await scoring.find(honest)
    await scoring.find(fraud, fraud=1)
    await scoring.score_all({honest: "1", fraud: "10"})
    assert (await scoring.close()).json()["excluded"] == 1
    assert (await scoring.decide()).status_code == 200
    found = await scoring.must("/v1/selections", {})
    assert [one["application"] for one in found["chosen"]] == [honest]
    assert [(one["application"], one["against"]) for one in found["refused"]] == [
        (fraud, ["一票否决：弄虚作假（依据：编〔2026〕9号 第四条）"])
    ]


async def test_equals_at_the_last_place_wait_for_the_meetings_word(scoring: Scoring):
    ids = await reviewed(scoring, 1, 2, 3)
    await limit_places(scoring.walkthrough, 1)
    await scoring.settle(dict.fromkeys(ids, "8"))
    refused = (await scoring.post("/v1/selections", {})).json()
    assert refused["title"] == "还不能择优"
    assert "都是 88.00 分，按评分表的平分规则分不出先后" in refused["detail"]
    again = await scoring.decide()
    assert "要在 order 中写明平分的先后" in again.json()["detail"]
    order = [ids[2], ids[0], ids[1]]
    assert (await scoring.decide(*order)).status_code == 200
    found = await scoring.must("/v1/selections", {})
    assert [one["application"] for one in (*found["chosen"], *found["reserve"])] == order


async def test_each_step_has_its_own_people_and_a_closed_round_is_sent_back_by_another(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.appoint()
    await scoring.assign()
    await scoring.find(application)
    await scoring.score_all({application: "8"})
    assert (await scoring.post("/v1/scoring/closing", {}, subject="chen")).json()["title"] == "评审员不能办理"
    assert (await scoring.decide()).json()["title"] == "评分还没有结束"
    assert (await scoring.close()).status_code == 200
    own = await scoring.post(
        "/v1/scoring/decision",
        {
            "document": "联席〔2026〕1号",
            "decided_on": SELECTS.isoformat(),
            "participants": [{"name": "甲", "office": "局"}, {"name": "乙", "office": "局"}],
        },
        Role.APPROVER,
        subject="closer",
    )
    assert own.json()["title"] == "须由另一人登记"
    back: dict[str, Any] = {"reason": "经营年限查明有误"}
    for subject, title in (("closer", "须由另一人退回"), ("chen", "评审员不能办理")):
        refused = await scoring.post("/v1/scoring/sending-back", back, Role.APPROVER, subject=subject)
        assert (refused.status_code, refused.json()["title"]) == (403, title)
    assert await scoring.must("/v1/scoring/sending-back", back, Role.APPROVER, subject="chair") == {"applications": 1}
    assert (await scoring.walkthrough.office.get(f"/v1/applications/{application}/score")).status_code == 404
    kept = await scoring.score("chen", {application: "10"})
    assert (kept.status_code, kept.json()["title"]) == (409, "已打的分不能再改"), "points had been seen"
    await scoring.find(application, years=1, subject="another")
    assert (await scoring.close()).status_code == 200
    shown = await scoring.walkthrough.office.get(f"/v1/applications/{application}/score")
    assert shown.json()["total"] == "78.00"
    late = await scoring.decide(decided_on="2026-10-01")
    assert late.json()["detail"] == "会议日期 2026-10-01 早于评分结束的那一天"
    assert (await scoring.score("chen", {application: "1"})).status_code == 404, "a closed score does not change"


async def test_bad_points_are_answered_by_what_would_be_right(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.appoint()
    await scoring.assign()
    assert (await scoring.score("chen", {application: "11"})).json()["detail"] == (
        "“测试商户1号”的“技艺”最高 10 分，不能打 11 分"
    )
    body = {"scores": [{"application": application, "points": {"skills": "3"}}]}
    wrong = (await scoring.post("/v1/scoring/scores", body, Role.BUREAU, subject="chen")).json()
    assert wrong["reasons"] == [
        "“测试商户1号”没有给“技艺”（skill）打分",
        "“测试商户1号”没有由评审员打分的指标“skills”；是不是“skill”？",
    ]
    stranger = await scoring.score("chen", {application: "3"}, region="410102")
    assert "您的辖区是 410102，不能为 410105 的申报打分" in stranger.json()["detail"]
    assert (await scoring.score("nobody", {application: "3"})).status_code == 403
    unknown = await scoring.post("/v1/scoring/assignments", {"assessors": ["nobody"]})
    assert unknown.json()["detail"] == "nobody 不是本季的评审员，请先指定"
    levels = {
        "applications": [{"application": application, "findings": [{"indicator": "years", "level": 3, "basis": "无"}]}]
    }
    level = await scoring.post("/v1/scoring/findings", levels, subject="finder")
    assert level.json()["detail"] == "“经营年限”没有第 3 档；0 表示都不属于，可选：1 满五年、2 满十年"


async def test_a_household_reads_its_own_score_after_the_meeting_and_others_after_the_notice(scoring: Scoring):
    one, two = await reviewed(scoring, 1, 2)
    await limit_places(scoring.walkthrough, 1)
    await scoring.appoint()
    await scoring.assign()
    for application in (one, two):
        await scoring.find(application)
    await scoring.score_all({one: "10", two: "5"})
    assert (await scoring.close()).status_code == 200
    office = scoring.walkthrough.office

    async def read(application: str, number: int) -> int:
        headers = office.as_(Role.OPERATOR, number=number)
        return (await office.client.get(f"/v1/applications/{application}/score", headers=headers)).status_code

    assert await read(one, 1) == 404, "the meeting has not decided"
    assert (await scoring.decide()).status_code == 200
    assert (await read(one, 1), await read(one, 2), await read(two, 1)) == (200, 404, 404)
    await scoring.must("/v1/selections", {})
    with clock.travel(VISITS):
        assert (await scoring.walkthrough.visit(one)).status_code == 200
        await scoring.walkthrough.consult(one)
        await scoring.walkthrough.notice()
    assert (await read(one, 2), await read(one, 9)) == (200, 404), "applicants of the season, nobody else"
    headers = office.as_(Role.OPERATOR, number=2)
    shown = (await office.client.get(f"/v1/applications/{one}/score", headers=headers)).json()
    assert [part["assessor"] for part in shown["assessors"]] == ["评审员1", "评审员2", "评审员3"]
    assert [(line["item"], line["points"]) for line in shown["lines"] if line["kind"] == "section"] == [
        ("basics", "40"),
        ("craft", "60"),
    ]


async def test_all_that_wait_are_closed_together_and_then_nothing_is_left_to_score(scoring: Scoring):
    one, two = await reviewed(scoring, 1, 2)
    await scoring.appoint()
    await scoring.assign(applications=[one])
    for application in (one, two):
        await scoring.find(application)
    await scoring.score_all({one: "9"})
    assert "至少要 2 名" in (await scoring.close()).json()["detail"]
    await scoring.assign()
    await scoring.score_all({two: "9"})
    assert (await scoring.close()).status_code == 200
    assert (await scoring.decide()).status_code == 200
    with clock.travel(dt.date(2026, 10, 9)):
        answer = await scoring.post("/v1/scoring/assignments", {"assessors": ["chen"]})
    assert answer.json()["title"] == "没有要评分的申报"
