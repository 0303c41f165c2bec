"""Who may do what while a season is scored, and what must not change behind the points: no two duties in one hand."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from services.recognition.scoring import rounds
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.waiting import until_blocked
from tests.integration.recognition.objection_steps import told, uphold
from tests.integration.recognition.recognition_client import execute_sql, uscc
from tests.integration.recognition.scoring_setup import Scoring, reviewed
from tests.integration.recognition.walkthrough import VISITS

FRAUD = {"indicator": "fraud", "level": 1, "basis": "举报"}


async def test_nobody_who_scores_and_no_department_takes_anothers_points_away(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.appoint("chen", "lin", "wu")
    await scoring.assign()
    await scoring.score_all({application: "9"})
    calls = {
        "/v1/scoring/recusals": {"application": application, "assessor": "chen", "reason": "不合意"},
        "/v1/assessors/relations": {"assessor": "chen", "relations": [{"uscc": uscc(1), "kind": "interest"}]},
    }
    for path, body in calls.items():
        stranger = await scoring.post(path, body, Role.BUREAU, subject="stranger")
        assert (stranger.status_code, stranger.json()["title"]) == (403, "不能替他人申明回避")
        colleague = await scoring.post(path, body, Role.OFFICER, subject="lin")
        assert (colleague.status_code, colleague.json()["title"]) == (403, "评审员不能使他人回避")
    (row,) = await scoring.walkthrough.office.sql("select recusal from assessor_score where assessor = 'chen'")
    assert row["recusal"] is None
    for path, body in calls.items():
        await scoring.must(path, body)


async def test_whoever_scored_found_closed_or_recorded_does_not_grant(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.settle({application: "9"})
    await scoring.must("/v1/selections", {})
    with clock.travel(VISITS):
        assert (await scoring.walkthrough.visit(application)).status_code == 200
        await scoring.walkthrough.consult(application)
        notice = await scoring.walkthrough.notice()
    await scoring.walkthrough.end_notice(notice, held=[])
    for subject in ("chen", "finder", "closer", "chair"):
        refused = await scoring.walkthrough.decide(application, subject=subject)
        assert (subject, refused.status_code) == (subject, 403)
    (opened,) = await scoring.walkthrough.office.events("PublicNoticeOpened")
    assert {"chen", "finder", "closer", "chair"} <= set(opened["data"]["makers"]), "they handle no objection to it"
    assert (await scoring.walkthrough.decide(application)).status_code == 201


async def test_scores_are_not_closed_while_others_may_still_apply(scoring: Scoring):
    await reviewed(scoring, 1)
    early = await scoring.post("/v1/scoring/closing", {}, subject="closer", on=dt.date(2026, 9, 30))
    assert (early.status_code, early.json()["detail"]) == (
        409,
        "申报期到 2026-09-30，还没有结束；申报期结束以后才能结束评分",
    )


async def test_a_finding_during_the_closing_waits_for_it_and_is_refused(
    scoring: Scoring, monkeypatch: pytest.MonkeyPatch
):
    (application,) = await reviewed(scoring, 1)
    await scoring.appoint()
    await scoring.assign()
    await scoring.find(application)
    await scoring.score_all({application: "8"})
    compute, late = rounds.compute_results, []

    async def found_meanwhile(*arguments: Any) -> Any:
        results = await compute(*arguments)
        body = {"applications": [{"application": application, "findings": [FRAUD]}]}
        late.append(asyncio.create_task(scoring.post("/v1/scoring/findings", body, subject="another")))
        await until_blocked(scoring.walkthrough.office.resources.database, *late)
        return results

    monkeypatch.setattr(rounds, "compute_results", found_meanwhile)
    assert (await scoring.close()).status_code == 200
    assert (await late[0]).json()["title"] == "有不能评分的申报"
    shown = await scoring.walkthrough.office.get(f"/v1/applications/{application}/score")
    assert (shown.status_code, shown.json()["total"], shown.json()["excluded"]) == (200, "88.00", [])


async def test_a_score_is_shown_as_it_was_decided_on_whatever_became_of_its_evidence(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.settle({application: "8"})
    await execute_sql(scoring.walkthrough.office, "update indicator_finding set level = 0 where indicator = 'years'")
    shown = await scoring.walkthrough.office.get(f"/v1/applications/{application}/score")
    assert (shown.status_code, shown.json()["total"]) == (200, "88.00")
    assert [(line["points"], line["words"]) for line in shown.json()["lines"]] == [
        ("88", "结束评分时的总分；现存的依据与它不符，不能逐项说明")
    ]


async def test_whom_the_sheet_excludes_hears_it_and_is_scored_and_selected_by_another_once_an_objection_is_upheld(
    scoring: Scoring,
):
    honest, equal, accused = await reviewed(scoring, 1, 3, 2)
    await scoring.appoint()
    await scoring.assign()
    for application in (honest, equal):
        await scoring.find(application)
    await scoring.find(accused, fraud=1)
    await scoring.score_all({honest: "9", equal: "9"})
    await scoring.score_all({accused: "8"}, "chen")
    assert (await scoring.close(missing_reason="一票否决")).status_code == 200
    assert (await scoring.decide()).status_code == 200
    chosen = (await scoring.must("/v1/selections", {}))["chosen"]
    assert {one["application"]: one["rank"] for one in chosen} == {honest: 1, equal: 1}, "equals share a rank"
    (refused,) = await told(scoring.walkthrough, "ApplicationRefused")
    assert (refused["application"], refused["reason"]) == (
        accused,
        "按评分表不予择优：一票否决：弄虚作假（依据：编〔2026〕9号 第四条）",
    )
    assert {"officer", "finder", "closer", "chair"} <= set(refused["makers"])
    assert (await scoring.walkthrough.look(accused)).json()["state_label"] == "未通过"
    assert (await scoring.walkthrough.office.get("/v1/pool")).json()["items"] == []
    assert (await uphold(scoring.walkthrough, "refusal", accused, 2))["outcome"] == "reopened"
    own = await scoring.post("/v1/selections", {})
    assert (own.status_code, "须由另一人重新办理" in own.json()["detail"]) == (403, True)
    unscored = await scoring.post("/v1/selections", {}, subject="another")
    assert unscored.json()["detail"] == "还有 1 份申报没有按评分表得分，请先完成并结束评分", "its points were not known"
    await scoring.assign()
    await scoring.score_all({accused: "8"}, "lin", "wu")
    assert (await scoring.close()).json() | {"closed_at": ""} == {
        "round": 2,
        "closed_at": "",
        "applications": 1,
        "excluded": 0,
    }, "what excluded it is put aside"
    assert (await scoring.decide()).status_code == 200
    found = await scoring.must("/v1/selections", {}, subject="another")
    assert [(one["application"], one["rank"], one["total"]) for one in found["chosen"]] == [(accused, 3, "88.00")]
    assert (await scoring.walkthrough.look(accused)).json()["step"] == "site-visit"


async def test_whose_finding_was_replaced_still_does_not_score(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    await scoring.find(application)
    await scoring.find(application, subject="second")
    await scoring.find(application, subject="third")
    await scoring.appoint("finder", "second", "chen")
    recused = (await scoring.assign("finder", "second", "chen"))["recused"]
    assert {one["assessor"] for one in recused} == {"finder", "second"}


async def test_a_finding_does_not_contradict_what_data_prove(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    body = {"applications": [{"application": application, "findings": [{**FRAUD, "indicator": "clean", "level": 0}]}]}
    refused = await scoring.post("/v1/scoring/findings", body, subject="finder")
    assert (refused.status_code, refused.json()["detail"]) == (
        422,
        "“测试商户1号”的“没有处罚”查明的与数据不符：据数据属于“没有”",
    )


async def test_what_is_written_twice_in_one_body_is_refused(scoring: Scoring):
    (application,) = await reviewed(scoring, 1)
    one = {"application": application, "findings": [FRAUD]}
    for twice in ([one, one], [one | {"findings": [FRAUD, FRAUD | {"level": 0}]}]):
        refused = await scoring.post("/v1/scoring/findings", {"applications": twice}, subject="finder")
        assert (refused.status_code, "写了两次" in refused.json()["detail"]) == (422, True)
