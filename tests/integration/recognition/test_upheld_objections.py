"""What an upheld objection changes: a step is done again by another person, a recognition stands again.

Each is answered once.
"""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from services.recognition.applications import workflow
from services.recognition.objections import service
from services.recognition.selection import service as selection_service
from shared import clock
from shared.contracts.objection import FraudReported, ObjectionUpheld
from shared.platform.identity import Role
from tests.integration.recognition.examination_steps import bring_to_notice, limit_places, open_notice
from tests.integration.recognition.invariants import NOT_CLEARED, OVER_QUOTA, assert_invariants
from tests.integration.recognition.lifecycle_steps import (
    act,
    confirm_year,
    decide_evaluation,
    dossier_of,
    end_recognition,
    household_moved,
    recognise,
    review_report,
)
from tests.integration.recognition.objection_steps import answers, told, uphold
from tests.integration.recognition.recognition_client import COUNTY, household_typed, uscc
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import DECIDES, VISITS, Walkthrough

YEAR_END = dt.date(2026, 12, 1)
LAST_YEAR = dt.date(2029, 9, 10)
OVER = dt.date(2029, 11, 26)
"""The day after the last one of what was recognised in these tests."""

PASSING: dict[str, Any] = {
    "outcome": "pass",
    "category": "distinctive",
    "criteria": ["distinctive.3"],
    "reason": "祖传手艺",
    "breach_recorded": False,
    "ruled_out": ["disqualifier.1", "disqualifier.2"],
}


async def refused_at_review(walkthrough: Walkthrough) -> str:
    (application,) = await walkthrough.apply(1)
    assert (await walkthrough.review(application, outcome="refuse", reason="情况不实")).status_code == 200
    return application


async def test_a_refusal_that_was_wrong_is_reviewed_again_by_another(walkthrough: Walkthrough):
    application = await refused_at_review(walkthrough)
    answer = await uphold(walkthrough, "refusal", application)
    assert (answer["outcome"], answer["uscc"], answer["region"]) == ("reopened", uscc(1), COUNTY)
    (reopened,) = await told(walkthrough, "ApplicationReopened")
    assert (reopened["application"], reopened["step"], reopened["reason"]) == (application, "review", "证据充分")
    assert (await walkthrough.look(application)).json()["state"] == "in-progress"
    again = await walkthrough.review(application)
    assert (again.status_code, again.json()["detail"]) == (
        403,
        "异议成立后，这一步须由另一人重新办理，原来作出决定的人不能再办",
    )
    body = PASSING | {"application": application}
    assert (await walkthrough.do("/v1/reviews", body, subject="another")).status_code == 200
    assert (await walkthrough.look(application)).json()["step"] == "selection"


async def test_who_refused_does_not_review_again_is_planted(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workflow, "check_not_barred", lambda _application, _caller: None)
    application = await refused_at_review(walkthrough)
    await uphold(walkthrough, "refusal", application)
    assert (await walkthrough.review(application)).status_code == 200, "without the check the same person may"


async def test_what_was_reopened_outlives_the_season_s_end_and_is_decided_late(walkthrough: Walkthrough):
    application = await refused_at_review(walkthrough)
    with clock.travel(YEAR_END):
        await walkthrough.office.fire_deadlines()
        assert (await uphold(walkthrough, "refusal", application))["outcome"] == "reopened"
        body = PASSING | {"application": application}
        assert (await walkthrough.do("/v1/reviews", body, subject="another")).status_code == 200
        chosen = await walkthrough.do("/v1/selections", {"season": walkthrough.season["id"]})
        assert [one["application"] for one in chosen.json()["chosen"]] == [application]
        assert (await walkthrough.visit(application)).status_code == 200
        await walkthrough.consult(application)
        notice = await walkthrough.notice()
    await walkthrough.end_notice(notice, held=[])
    assert (await walkthrough.decide(application, on=dt.date(2026, 12, 20))).status_code == 201
    await assert_invariants(walkthrough.office)


@at_stage("before the notice")
async def test_a_refused_application_on_notice_is_shown_anew(walkthrough: Walkthrough, applications: list[str]):
    (one,) = applications
    first = (await open_notice(walkthrough)).json()
    assert (await uphold(walkthrough, "public-notice", one))["outcome"] == "refused"
    await walkthrough.end_notice(first, held=[])
    assert (await uphold(walkthrough, "refusal", one))["outcome"] == "reopened"
    with clock.travel(VISITS + dt.timedelta(days=14)):
        notice = await walkthrough.notice()
    await walkthrough.end_notice(notice, held=[])
    assert (await walkthrough.decide(one)).status_code == 201
    assert (await walkthrough.look(one)).json()["reason"] is None
    assert await walkthrough.office.sql(NOT_CLEARED) == []


async def on_the_reserve(walkthrough: Walkthrough) -> tuple[str, str]:
    (chosen,), (waiting,) = await bring_to_notice(walkthrough, 1, 2, reserve=1)
    return chosen, waiting


async def number_of(walkthrough: Walkthrough, application: str) -> int:
    return int((await walkthrough.look(application)).json()["uscc"][-8:])


async def test_who_was_not_selected_is_told_and_called_up_where_a_place_is_free(walkthrough: Walkthrough):
    _, waiting = await on_the_reserve(walkthrough)
    number = await number_of(walkthrough, waiting)
    (unselected,) = await told(walkthrough, "ApplicationNotSelected")
    assert (unselected["application"], unselected["reserve_rank"], unselected["decided_by_region"]) == (
        waiting,
        1,
        COUNTY,
    )
    full = await uphold(walkthrough, "non-selection", waiting, number)
    assert (full["outcome"], full["reason"]) == ("reopened", "目前没有空余名额，列为第一候补，有空余名额时递补")
    assert (await walkthrough.look(waiting)).json()["state"] == "reserve", "no place is made for it"
    await limit_places(walkthrough, 2)
    assert (await uphold(walkthrough, "non-selection", waiting, number))["outcome"] == "reopened"
    assert (await walkthrough.look(waiting)).json()["step"] == "site-visit"


async def test_after_the_season_nobody_is_called_up_beyond_the_places(walkthrough: Walkthrough):
    chosen, waiting = await on_the_reserve(walkthrough)
    notice = (await open_notice(walkthrough)).json()
    await walkthrough.end_notice(notice, held=[])
    assert (await walkthrough.decide(chosen)).status_code == 201
    with clock.travel(YEAR_END):
        await walkthrough.office.fire_deadlines()
        *_, lapsed = await told(walkthrough, "ApplicationNotSelected")
        assert (lapsed["application"], lapsed["reserve_rank"]) == (waiting, None)
        assert (await walkthrough.look(waiting)).json()["state_label"] == "本季未获认定"
        number = await number_of(walkthrough, waiting)
        assert (await uphold(walkthrough, "non-selection", waiting, number))["outcome"] == "unchanged"
    assert await walkthrough.office.sql(OVER_QUOTA) == []


async def test_calling_up_beyond_the_places_is_planted(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch):
    _, waiting = await on_the_reserve(walkthrough)

    async def always_one(*_: Any) -> int:
        return 1

    monkeypatch.setattr("services.recognition.objections.reopening.count_free_places", always_one)
    assert selection_service.count_free_places is not always_one
    await uphold(walkthrough, "non-selection", waiting, await number_of(walkthrough, waiting))
    assert (await walkthrough.look(waiting)).json()["step"] == "site-visit", "two selected for one place"


async def test_a_withheld_confirmation_is_decided_again_by_another(walkthrough: Walkthrough, recognition: str):
    await review_report(walkthrough, recognition)
    await walkthrough.office.hear(household_typed(1, kind="ineligible", revision=9, year=2027))
    assert not (await confirm_year(walkthrough, recognition)).json()["confirmed"]
    (withheld,) = await told(walkthrough, "ConfirmationWithheld")
    assert (withheld["recognition"], withheld["year"], withheld["decided_by_region"]) == (recognition, 2027, COUNTY)
    with clock.travel(dt.date(2027, 9, 1)):
        assert (await uphold(walkthrough, "confirmation", recognition))["outcome"] == "reopened"
        kinds = [one["kind"] for one in (await dossier_of(walkthrough, recognition)).json()["concerns"]]
        assert kinds == ["typing", "confirmation-reopened"]
        await walkthrough.office.hear(household_typed(1, revision=10, year=2027))
        own = await act(walkthrough, recognition, "confirmation", {"year": 2027})
        assert (own.status_code, own.json()["title"]) == (403, "须由另一人确认")
        done = await act(walkthrough, recognition, "confirmation", {"year": 2027}, subject="another")
        assert done.json()["confirmed"]
        assert (await uphold(walkthrough, "confirmation", recognition))["outcome"] == "unchanged"


async def withheld_extension(walkthrough: Walkthrough) -> tuple[str, dict[str, Any]]:
    (recognition,) = await recognise(walkthrough, 1)
    with clock.travel(LAST_YEAR):
        judged = await walkthrough.do("/v1/evaluations", {"recognition": recognition}, subject="judge")
        assert (await decide_evaluation(walkthrough, judged.json()["id"], "decider")).json()["extends"] is False
    (withheld,) = await told(walkthrough, "ExtensionWithheld")
    assert (withheld["recognition"], withheld["decided_by_region"]) == (recognition, COUNTY)
    return recognition, judged.json()


@pytest.mark.parametrize("expired", [False, True])
async def test_an_extension_withheld_is_decided_again_and_until_then_it_does_not_expire(
    walkthrough: Walkthrough, expired: bool
):
    recognition, judged = await withheld_extension(walkthrough)
    with clock.travel(OVER if expired else LAST_YEAR):
        await walkthrough.office.fire_deadlines()
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == ("expired" if expired else "valid")
        assert (await uphold(walkthrough, "extension", recognition))["outcome"] == "reopened"
    assert len(await told(walkthrough, "RecognitionReinstated")) == expired
    with clock.travel(OVER + dt.timedelta(days=30)):
        await walkthrough.office.fire_deadlines()
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == "valid"
        award = {"commended_on": {"value": "2028-05-01", "source": "区政府表彰决定（2028）"}}
        body = {"recognition": recognition} | award
        assert (await walkthrough.do("/v1/evaluations", body, subject="a-third")).status_code == 201
        for subject, status in (("judge", 403), ("decider", 403), ("a-third", 403), ("another", 200)):
            assert (await decide_evaluation(walkthrough, judged["id"], subject)).status_code == status
    file = (await dossier_of(walkthrough, recognition)).json()
    assert (file["state"], file["valid_until"]) == ("valid", "2032-11-25")


async def test_what_is_not_extended_a_second_time_expires_at_once(walkthrough: Walkthrough):
    recognition, judged = await withheld_extension(walkthrough)
    with clock.travel(OVER):
        await uphold(walkthrough, "extension", recognition)
        await walkthrough.office.fire_deadlines()
        assert (await decide_evaluation(walkthrough, judged["id"], "another")).json()["extends"] is False
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == "expired"
    assert len(await told(walkthrough, "RecognitionExpired")) == 1


async def test_a_revocation_undone_leaves_it_valid_as_it_was_and_lifts_the_ban(
    walkthrough: Walkthrough, recognition: str
):
    before = (await dossier_of(walkthrough, recognition)).json()
    await end_recognition(walkthrough, recognition, "revocation", dt.date(2027, 3, 1))
    await walkthrough.office.hear(household_moved(1, COUNTY, person=7))
    with clock.travel(dt.date(2027, 4, 1)):
        assert (await uphold(walkthrough, "cancellation", recognition))["outcome"] == "unchanged"
        assert (await uphold(walkthrough, "revocation", recognition))["outcome"] == "reinstated"
        after = (await dossier_of(walkthrough, recognition)).json()
        same = ("state", "valid_until", "granted_on", "certificate", "benefits_from", "ended_on", "end_reason")
        assert {name: after[name] for name in same} == {name: before[name] for name in same}
        assert [(one["state"], one["decision"]["document"]) for one in after["proceedings"]] == [
            ("undone", "取消〔2027〕1号")
        ]
        assert (await walkthrough.office.get("/v1/bans", ended=True)).json()["items"] == []
    (reinstated,) = await told(walkthrough, "RecognitionReinstated")
    assert (reinstated["valid_until"], reinstated["decided_by_region"]) == (before["valid_until"], COUNTY)
    (row,) = await walkthrough.office.sql("select operator_ref from recognition")
    assert row["operator_ref"].endswith("7"), "what the register said meanwhile is taken over"
    (undone,) = await walkthrough.office.sql("select closed_on from end_proceeding")
    assert undone["closed_on"] == dt.date(2027, 4, 1)
    with clock.travel(OVER):
        await walkthrough.office.fire_deadlines()
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == "expired", "the clock goes on"


async def cancelled_then_revoked(walkthrough: Walkthrough) -> str:
    """A recognition that was cancelled and, on another ground, revoked after."""
    (recognition,) = await recognise(walkthrough, 1)
    await end_recognition(walkthrough, recognition, "cancellation", dt.date(2027, 3, 1))
    await end_recognition(walkthrough, recognition, "revocation", dt.date(2027, 3, 10))
    return recognition


async def test_a_revocation_undone_of_what_was_cancelled_tells_both_and_who_had_cancelled(walkthrough: Walkthrough):
    recognition = await cancelled_then_revoked(walkthrough)
    with clock.travel(dt.date(2027, 4, 1)):
        assert (await uphold(walkthrough, "revocation", recognition))["outcome"] == "reinstated"
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == "cancelled"
    (reinstated,) = await told(walkthrough, "RecognitionReinstated")
    first, again = await walkthrough.office.events("RecognitionCancelled")
    assert again["data"]["revision"] > reinstated["revision"]
    assert (again["actor"], again["data"]["decided_by_region"]) == ("decider", COUNTY)
    assert again["data"]["makers"] == first["data"]["makers"]


async def test_a_cancellation_undone_beneath_a_revocation_does_not_stand_again_with_it(walkthrough: Walkthrough):
    recognition = await cancelled_then_revoked(walkthrough)
    with clock.travel(dt.date(2027, 4, 1)):
        beneath = await uphold(walkthrough, "cancellation", recognition)
        assert (beneath["outcome"], "取消的决定不再有效" in beneath["reason"]) == ("unchanged", True)
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == "revoked"
        assert (await uphold(walkthrough, "revocation", recognition))["outcome"] == "reinstated"
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == "valid"


@at_stage("two recognised")
async def test_whoever_conflicts_after_a_reinstatement_is_put_before_an_officer(
    walkthrough: Walkthrough, recognitions: list[str]
):
    one, two = recognitions
    await end_recognition(walkthrough, one, "cancellation", dt.date(2027, 3, 1))
    await walkthrough.office.hear(household_moved(2, COUNTY, person=1))
    await limit_places(walkthrough, 1)
    with clock.travel(dt.date(2027, 4, 1)):
        assert (await uphold(walkthrough, "cancellation", one))["outcome"] == "reinstated"
        file = (await dossier_of(walkthrough, one)).json()
    assert (file["state"], file["person_conflict"]) == ("valid", True)
    assert {row["kind"] for row in file["concerns"]} >= {"one-per-person", "over-quota"}
    assert not (await dossier_of(walkthrough, two)).json()["person_conflict"]


async def test_what_was_ended_past_its_last_day_waits_for_the_evaluation_that_nobody_could_make(
    walkthrough: Walkthrough,
    recognition: str,
):
    await end_recognition(walkthrough, recognition, "cancellation", dt.date(2028, 3, 1))
    with clock.travel(OVER + dt.timedelta(days=5)):
        assert (await uphold(walkthrough, "cancellation", recognition))["outcome"] == "reinstated"
        await walkthrough.office.fire_deadlines()
        file = (await dossier_of(walkthrough, recognition)).json()
        assert (file["state"], "last-year" in [one["kind"] for one in file["concerns"]]) == ("valid", True)
        judged = await walkthrough.do("/v1/evaluations", {"recognition": recognition}, subject="judge")
        assert judged.status_code == 201


KINDS = ("public-notice", "refusal", "non-selection", "confirmation", "extension", "cancellation", "revocation")


async def test_what_cannot_change_is_answered_too_and_words_of_others_are_passed_over(
    walkthrough: Walkthrough, application: str
):
    for against in KINDS:
        for subject in (None, str(uuid4())):
            assert (await uphold(walkthrough, against, subject))["outcome"] == "unchanged"
        other = await uphold(walkthrough, against, application, 2)
        assert (other["outcome"], "不是这一户的" in other["reason"]) == ("unchanged", True)
    for word in ("typing", "entitlement", "annotation", "what-nobody-knows"):
        said = ObjectionUpheld(
            objection=uuid4(), against=word, uscc=uscc(1), region=COUNTY, reason="证据充分", revision=1
        )
        await walkthrough.office.hear(said)
    assert len(await answers(walkthrough)) == 3 * len(KINDS)


async def test_answering_every_delivery_anew_is_planted(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch):
    class Row:
        outcome = reason = None

    async def forgetful(*_: Any) -> Row:
        return Row()

    monkeypatch.setattr(service, "begin_applying", forgetful)
    with pytest.raises(ValueError, match="too many values"):
        await uphold(walkthrough, "refusal", None)


async def test_a_report_of_fraud_is_put_before_an_officer_and_not_before_the_operator(
    walkthrough: Walkthrough, recognition: str
):
    said = {"report": uuid4(), "uscc": uscc(1), "region": COUNTY, "filed_on": dt.date(2027, 3, 1)}
    await walkthrough.office.hear(FraudReported(recognition=None, **said))
    await walkthrough.office.hear(FraudReported(recognition=None, **said))
    (concern,) = (await dossier_of(walkthrough, recognition)).json()["concerns"]
    assert (concern["kind"], concern["by"]) == ("reported", None)
    headers = walkthrough.office.as_(Role.OPERATOR, number=1)
    (mine,) = (await walkthrough.office.client.get("/v1/recognitions/mine", headers=headers)).json()["items"]
    assert mine["concerns"] == []
    with clock.travel(OVER):
        await walkthrough.office.fire_deadlines()
    assert [one["kind"] for one in (await dossier_of(walkthrough, recognition)).json()["concerns"]] == ["reported"]


@at_stage("to be decided")
async def test_a_reopened_decision_is_made_by_another(walkthrough: Walkthrough, application: str):
    with clock.travel(DECIDES):
        headers = walkthrough.office.as_(Role.APPROVER, subject="decider") | {"If-Match": "*"}
        path = f"/v1/applications/{application}/refusal"
        refused = await walkthrough.office.client.post(path, json={"reason": "不够条件"}, headers=headers)
        assert refused.status_code == 200, refused.text
    (event,) = await told(walkthrough, "ApplicationRefused")
    assert event["decided_by_region"] == COUNTY
    assert (await uphold(walkthrough, "refusal", application))["outcome"] == "reopened"
    assert (await walkthrough.decide(application)).status_code == 403
    assert (await walkthrough.decide(application, subject="another")).status_code == 201
    assert (await uphold(walkthrough, "refusal", application))["outcome"] == "unchanged"
