"""The three years after: reports, confirmation, cancellation, evaluation, expiry, revocation, migration (R4, R5)."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.contracts.typing import HouseholdChanged
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import COUNTY, RecognitionClient, household_typed, operator, uscc
from tests.integration.recognition.walkthrough import Walkthrough, start_walkthrough

GRANTED = dt.date(2026, 11, 25)


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def recognised(road: Walkthrough, *numbers: int) -> list[str]:
    """Recognised households; the ids of their recognitions."""
    found = []
    for application in await road.to_decision(*numbers):
        answer = await road.decide(application, on=GRANTED)
        assert answer.status_code == 201, answer.text
        found.append(str(answer.json()["id"]))
    return found


async def file_of(road: Walkthrough, recognition: str) -> httpx.Response:
    return await road.bureau.get(f"/v1/recognitions/{recognition}/file")


async def act(
    road: Walkthrough,
    recognition: str,
    what: str,
    body: Any = None,
    role: Role = Role.OFFICER,
    subject: str = "officer",
) -> httpx.Response:
    headers = road.bureau.as_(role, subject=subject) | {"If-Match": (await file_of(road, recognition)).headers["ETag"]}
    return await road.bureau.client.post(f"/v1/recognitions/{recognition}/{what}", json=body, headers=headers)


async def report(road: Walkthrough, recognition: str, year: int, number: int = 1) -> httpx.Response:
    body = {"recognition": recognition, "year": year, "content": {"employees": 3, "honours": ["示范店"]}}
    headers = road.bureau.as_(Role.OPERATOR, number=number)
    return await road.bureau.client.post("/v1/information-reports", json=body, headers=headers)


async def ended(road: Walkthrough, recognition: str, what: str, on: dt.date) -> httpx.Response:
    """Proposed by one, decided by another."""
    with clock.travel(on):
        proposed = await act(road, recognition, "proposals", {"what": what, "reason": "申报材料系伪造"})
        assert proposed.status_code == 200, proposed.text
        return await act(road, recognition, what, role=Role.APPROVER, subject="decider")


async def test_a_report_is_expected_filed_and_reviewed(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    with clock.travel(dt.date(2027, 7, 31)):
        await road.bureau.fire_deadlines()
        assert (await report(road, recognition, 2027)).json()["state"] == "filed"
        path = f"/v1/information-reports/{recognition}/2027/review"
        done = await road.do(path, {"finding": "与年报一致"})
        assert done.json()["state"] == "confirmed"
    assert await road.bureau.events("InformationReportOverdue") == []


async def test_who_has_not_filed_is_reminded_once_a_month_before_the_last_day(road: Walkthrough):
    reminded, filed = await recognised(road, 1, 2)
    with clock.travel(dt.date(2027, 6, 30)):
        assert (await report(road, filed, 2027, number=2)).status_code == 200
        await road.bureau.fire_deadlines()
    assert await road.bureau.events("InformationReportDue") == []
    with clock.travel(dt.date(2027, 7, 1)):
        await road.bureau.fire_deadlines()
        await road.bureau.fire_deadlines()
    (event,) = await road.bureau.events("InformationReportDue")
    said = event["data"]
    assert (said["uscc"], said["year"], said["due_on"]) == (uscc(1), 2027, "2027-07-31")
    seen = await road.bureau.client.get(
        "/v1/information-reports", params={"year": 2027}, headers=road.bureau.as_(Role.OPERATOR, number=1)
    )
    (mine,) = seen.json()["items"]
    assert (mine["recognition"], mine["state"], mine["due_on"]) == (reminded, "due", "2027-07-31")
    assert mine["reminded_at"] is not None


async def test_a_report_is_filed_in_its_year(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    with clock.travel(dt.date(2026, 12, 31)):
        early = await report(road, recognition, 2027)
        assert (early.status_code, early.json()["title"]) == (409, "还没到报送期")
    with clock.travel(dt.date(2027, 1, 1)):
        assert (await report(road, recognition, 2027)).status_code == 200


async def test_a_report_not_filed_is_overdue_the_day_after_and_still_taken(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    with clock.travel(dt.date(2027, 7, 31)):
        await road.bureau.fire_deadlines()
    assert await road.bureau.events("InformationReportOverdue") == []
    with clock.travel(dt.date(2027, 8, 1)):
        await road.bureau.fire_deadlines()
        assert [one["kind"] for one in (await file_of(road, recognition)).json()["concerns"]] == ["report-overdue"]
        assert (await report(road, recognition, 2027)).status_code == 200
    assert (await file_of(road, recognition)).json()["concerns"] == []
    assert len(await road.bureau.events("InformationReportOverdue")) == 1


async def test_a_cancellation_is_proposed_by_one_and_decided_by_another(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    without = await act(road, recognition, "cancellation", role=Role.APPROVER, subject="decider")
    assert (without.status_code, without.json()["title"]) == (409, "没有提议")
    await act(road, recognition, "proposals", {"what": "cancellation", "reason": "不再符合标准"}, subject="one")
    own = await act(road, recognition, "cancellation", role=Role.APPROVER, subject="one")
    assert (own.status_code, own.json()["title"]) == (403, "须由另一人决定")
    done = await act(road, recognition, "cancellation", role=Role.APPROVER, subject="two")
    assert (done.json()["state"], done.json()["end_reason"]) == ("cancelled", "不再符合标准")


@pytest.mark.parametrize(("day", "state"), [(dt.date(2029, 11, 25), "valid"), (dt.date(2029, 11, 26), "expired")])
async def test_validity_is_three_years_to_the_day(road: Walkthrough, day: dt.date, state: str):
    (recognition,) = await recognised(road, 1)
    with clock.travel(day):
        await road.bureau.fire_deadlines()
        assert (await file_of(road, recognition)).json()["state"] == state


async def test_an_evaluation_in_the_last_year_extends_by_three_years(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    await road.bureau.hear(household_typed(1, kind="development", revision=8, year=2029))
    with clock.travel(dt.date(2028, 11, 25)):
        early = await road.do("/v1/evaluations", {"recognition": recognition})
        assert (early.status_code, early.json()["title"]) == (409, "还不能评估")
    with clock.travel(dt.date(2028, 11, 26)):
        judged = await road.do("/v1/evaluations", {"recognition": recognition}, subject="judge")
        assert judged.status_code == 201, judged.text
        assert judged.json()["judged"]["extension.3"] is True, "from growth to development"
        path, tag = f"/v1/evaluations/{judged.json()['id']}/decision", judged.headers["ETag"]
        for subject, status in (("judge", 403), ("decider", 200)):
            headers = road.bureau.as_(Role.APPROVER, subject=subject) | {"If-Match": tag}
            done = await road.bureau.client.post(path, json={"reason": "符合第三项"}, headers=headers)
            assert done.status_code == status, done.text
    assert (await file_of(road, recognition)).json()["valid_until"] == "2032-11-25"
    with clock.travel(dt.date(2029, 11, 26)):
        await road.bureau.fire_deadlines()
    assert (await file_of(road, recognition)).json()["state"] == "valid"


@pytest.mark.parametrize(("day", "barred"), [(dt.date(2032, 8, 31), True), (dt.date(2032, 9, 1), False)])
async def test_after_a_revocation_the_household_may_not_apply_for_five_years_to_the_day(
    road: Walkthrough, day: dt.date, barred: bool
):
    from services.recognition.registers.models import Household
    from services.recognition.rules.service import current_ineligibilities, stored_rules

    (recognition,) = await recognised(road, 1)
    revoked = await ended(road, recognition, "revocation", dt.date(2027, 8, 31))
    assert revoked.json()["state"] == "revoked"
    (event,) = await road.bureau.events("RecognitionRevoked")
    assert event["data"]["banned_until"] == "2032-08-31"
    async with road.bureau.resources.database.session() as session:
        (policy,) = await road.bureau.sql("select policy_hash from season")
        household = await session.get_one(Household, uscc(1))
        rules = await stored_rules(session, policy["policy_hash"])
        against = await current_ineligibilities(session, rules, household, day, recommended=False)
        recommending = await current_ineligibilities(session, rules, household, day, recommended=True)
    assert any(one.rule == "disqualifier.3" for one in against) is barred
    assert recommending == [], "the reading in force bars applying, not being recommended"


def moved(number: int, county: str, revision: int = 20, person: int | None = None) -> HouseholdChanged:
    return HouseholdChanged(
        uscc=uscc(number),
        name="迁移商户",
        region=county,
        status="registered",
        operator_ref=operator(number if person is None else person),
        revision=revision,
    )


async def test_two_households_that_come_to_one_person_are_put_before_an_officer(road: Walkthrough):
    one, two = await recognised(road, 1, 2)
    await road.bureau.hear(moved(2, COUNTY, person=1))
    assert not (await file_of(road, one)).json()["person_conflict"]
    second = (await file_of(road, two)).json()
    assert (second["person_conflict"], second["state"]) == (True, "valid")
    assert [one["kind"] for one in second["concerns"]] == ["one-per-person"]


async def test_a_move_to_where_it_is_not_recognised_is_put_before_an_officer(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    await road.bureau.hear(moved(1, "320102"))
    found = (await file_of(road, recognition)).json()
    assert (found["county"], [one["kind"] for one in found["concerns"]]) == (COUNTY, ["moved-away"])


async def test_a_certificate_says_what_the_recognition_is_now(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    code = (await file_of(road, recognition)).json()["certificate"]
    assert (await road.bureau.client.get(f"/v1/certificates/{code}")).json()["state"] == "valid"
    await ended(road, recognition, "revocation", dt.date(2027, 3, 1))
    assert (await road.bureau.client.get(f"/v1/certificates/{code}")).json()["state"] == "revoked"
    assert (await road.bureau.client.get(f"/v1/certificates/{'0' * 20}")).status_code == 404
