"""The three years after: reports, confirmation, cancellation, evaluation, expiry, revocation, migration (R4, R5)."""

import datetime as dt

import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import (
    DECISION,
    act,
    dossier_of,
    end_recognition,
    file_report,
    household_moved,
    propose,
    recognise,
    serve,
    state,
)
from tests.integration.recognition.recognition_client import COUNTY, household_typed, uscc
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import Walkthrough


async def test_a_report_is_expected_filed_and_reviewed(walkthrough: Walkthrough, recognition: str):
    with clock.travel(dt.date(2027, 7, 31)):
        await walkthrough.office.fire_deadlines()
        assert (await file_report(walkthrough, recognition, 2027)).json()["state"] == "filed"
        path = f"/v1/information-reports/{recognition}/2027/review"
        done = await walkthrough.do(path, {"finding": "与年报一致"})
        assert done.json()["state"] == "confirmed"
    assert await walkthrough.office.events("InformationReportOverdue") == []


@at_stage("two recognised")
async def test_who_has_not_filed_is_reminded_once_a_month_before_the_last_day(
    walkthrough: Walkthrough, recognitions: list[str]
):
    reminded, filed = recognitions
    with clock.travel(dt.date(2027, 6, 30)):
        assert (await file_report(walkthrough, filed, 2027, number=2)).status_code == 200
        await walkthrough.office.fire_deadlines()
    assert await walkthrough.office.events("InformationReportDue") == []
    with clock.travel(dt.date(2027, 7, 1)):
        await walkthrough.office.fire_deadlines()
        await walkthrough.office.fire_deadlines()
    (event,) = await walkthrough.office.events("InformationReportDue")
    said = event["data"]
    assert (said["uscc"], said["year"], said["due_on"]) == (uscc(1), 2027, "2027-07-31")
    seen = await walkthrough.office.client.get(
        "/v1/information-reports", params={"year": 2027}, headers=walkthrough.office.as_(Role.OPERATOR, number=1)
    )
    (mine,) = seen.json()["items"]
    assert (mine["recognition"], mine["state"], mine["due_on"]) == (reminded, "due", "2027-07-31")
    assert mine["reminded_at"] is not None


async def test_a_report_is_filed_in_its_year(walkthrough: Walkthrough, recognition: str):
    with clock.travel(dt.date(2026, 12, 31)):
        early = await file_report(walkthrough, recognition, 2027)
        assert (early.status_code, early.json()["title"]) == (409, "还没到报送期")
    with clock.travel(dt.date(2027, 1, 1)):
        assert (await file_report(walkthrough, recognition, 2027)).status_code == 200


async def test_a_report_not_filed_is_overdue_the_day_after_and_still_taken(walkthrough: Walkthrough, recognition: str):
    with clock.travel(dt.date(2027, 7, 31)):
        await walkthrough.office.fire_deadlines()
    assert await walkthrough.office.events("InformationReportOverdue") == []
    with clock.travel(dt.date(2027, 8, 1)):
        await walkthrough.office.fire_deadlines()
        assert [one["kind"] for one in (await dossier_of(walkthrough, recognition)).json()["concerns"]] == [
            "report-overdue"
        ]
        assert (await file_report(walkthrough, recognition, 2027)).status_code == 200
    assert (await dossier_of(walkthrough, recognition)).json()["concerns"] == []
    assert len(await walkthrough.office.events("InformationReportOverdue")) == 1


async def test_a_cancellation_is_proposed_by_one_and_decided_by_another(walkthrough: Walkthrough, recognition: str):
    without = await act(walkthrough, recognition, "cancellation", DECISION, role=Role.APPROVER, subject="decider")
    assert (without.status_code, without.json()["title"]) == (409, "没有提议")
    await propose(walkthrough, recognition, "cancellation", "one")
    await serve(walkthrough, recognition, "cancellation", "server")
    await state(walkthrough, recognition, "cancellation")
    for maker in ("one", "server"):
        own = await act(walkthrough, recognition, "cancellation", DECISION, role=Role.APPROVER, subject=maker)
        assert (own.status_code, own.json()["title"]) == (403, "须由另一人决定")
    done = await act(walkthrough, recognition, "cancellation", DECISION, role=Role.APPROVER, subject="two")
    assert (done.json()["state"], done.json()["end_reason"]) == ("cancelled", "申报材料系伪造")


@pytest.mark.parametrize(("day", "state"), [(dt.date(2029, 11, 25), "valid"), (dt.date(2029, 11, 26), "expired")])
async def test_validity_is_three_years_to_the_day(walkthrough: Walkthrough, recognition: str, day: dt.date, state: str):
    with clock.travel(day):
        await walkthrough.office.fire_deadlines()
        assert (await dossier_of(walkthrough, recognition)).json()["state"] == state


async def test_an_evaluation_in_the_last_year_extends_by_three_years(walkthrough: Walkthrough, recognition: str):
    await walkthrough.office.hear(household_typed(1, kind="development", revision=8, year=2029))
    with clock.travel(dt.date(2028, 11, 25)):
        early = await walkthrough.do("/v1/evaluations", {"recognition": recognition})
        assert (early.status_code, early.json()["title"]) == (409, "还不能评估")
    with clock.travel(dt.date(2028, 11, 26)):
        judged = await walkthrough.do("/v1/evaluations", {"recognition": recognition}, subject="judge")
        assert judged.status_code == 201, judged.text
        assert judged.json()["judged"]["extension.3"] is True, "from growth to development"
        path, tag = f"/v1/evaluations/{judged.json()['id']}/decision", judged.headers["ETag"]
        for subject, status in (("judge", 403), ("decider", 200)):
            headers = walkthrough.office.as_(Role.APPROVER, subject=subject) | {"If-Match": tag}
            done = await walkthrough.office.client.post(path, json={"reason": "符合第三项"}, headers=headers)
            assert done.status_code == status, done.text
    assert (await dossier_of(walkthrough, recognition)).json()["valid_until"] == "2032-11-25"
    with clock.travel(dt.date(2029, 11, 26)):
        await walkthrough.office.fire_deadlines()
    assert (await dossier_of(walkthrough, recognition)).json()["state"] == "valid"


@pytest.mark.parametrize(("day", "barred"), [(dt.date(2032, 8, 31), True), (dt.date(2032, 9, 1), False)])
async def test_after_a_revocation_the_household_may_not_apply_for_five_years_to_the_day(
    walkthrough: Walkthrough, day: dt.date, barred: bool
):
    from services.recognition.registers.models import Household
    from services.recognition.rules.service import current_ineligibilities, stored_rules

    (recognition,) = await recognise(walkthrough, 1)
    revoked = await end_recognition(walkthrough, recognition, "revocation", dt.date(2027, 8, 31))
    assert revoked.json()["state"] == "revoked"
    (event,) = await walkthrough.office.events("RecognitionRevoked")
    assert event["data"]["banned_until"] == "2032-08-31"
    async with walkthrough.office.resources.database.session() as session:
        (policy,) = await walkthrough.office.sql("select policy_hash from season")
        household = await session.get_one(Household, uscc(1))
        rules = await stored_rules(session, policy["policy_hash"])
        against = await current_ineligibilities(session, rules, household, day, recommended=False)
        recommending = await current_ineligibilities(session, rules, household, day, recommended=True)
    assert any(one.rule == "disqualifier.3" for one in against) is barred
    assert recommending == [], "the reading in force bars applying, not being recommended"


@at_stage("two recognised")
async def test_two_households_that_come_to_one_person_are_put_before_an_officer(
    walkthrough: Walkthrough, recognitions: list[str]
):
    one, two = recognitions
    await walkthrough.office.hear(household_moved(2, COUNTY, person=1))
    assert not (await dossier_of(walkthrough, one)).json()["person_conflict"]
    second = (await dossier_of(walkthrough, two)).json()
    assert (second["person_conflict"], second["state"]) == (True, "valid")
    told = [envelope["data"] for envelope in await walkthrough.office.events("RecognitionOperatorChanged")]
    assert [(event["recognition"], event["conflict"]) for event in told] == [(two, True)]
    assert told[0]["former_operator_ref"] not in (None, told[0]["operator_ref"])
    assert [one["kind"] for one in second["concerns"]] == ["one-per-person"]


async def test_a_move_to_where_it_is_not_recognised_is_put_before_an_officer(
    walkthrough: Walkthrough, recognition: str
):
    await walkthrough.office.hear(household_moved(1, "320102"))
    found = (await dossier_of(walkthrough, recognition)).json()
    assert (found["county"], [one["kind"] for one in found["concerns"]]) == (COUNTY, ["moved-away"])


async def test_a_certificate_says_what_the_recognition_is_now(walkthrough: Walkthrough, recognition: str):
    code = (await dossier_of(walkthrough, recognition)).json()["certificate"]
    assert (await walkthrough.office.client.get(f"/v1/certificates/{code}")).json()["state"] == "valid"
    await end_recognition(walkthrough, recognition, "revocation", dt.date(2027, 3, 1))
    assert (await walkthrough.office.client.get(f"/v1/certificates/{code}")).json()["state"] == "revoked"
    assert (await walkthrough.office.client.get(f"/v1/certificates/{'0' * 20}")).status_code == 404
