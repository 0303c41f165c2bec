"""Reports of fraud: taken from anyone named, handed on, closed with what came of them; no objections."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.contracts.recognition import RecognitionRevoked
from shared.platform.identity import Role
from shared.reference.calendar import add_working_days
from tests.integration.objection.filing_steps import CONSENT, ZHANG
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, household_typed, uscc
from tests.integration.objection.recognition_events import SUBJECT, decided


async def report(
    office: ObjectionClient, role: Role = Role.OPERATOR, number: int = 7, region: str = COUNTY, **changed: Any
) -> httpx.Response:
    """Report the first made-up household."""
    known = {"uscc": uscc(1), "recognition": str(SUBJECT), "statement": "获奖证书是伪造的", "reporter": ZHANG}
    return await office.post("/v1/reports", known | changed, role, region, number=number)


@pytest.fixture
async def office_with_household(office: ObjectionClient) -> ObjectionClient:
    await office.hear(household_typed(1))
    return office


async def test_a_report_is_taken_and_handed_on_without_its_reporter(office_with_household: ObjectionClient) -> None:
    office = office_with_household
    answer = await report(office)
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert found["receipt"].startswith(f"J{clock.today().year}{COUNTY}")
    assert (found["reporter"], found["contact"], found["state"]) == ("张**", "138****8000", "handed-on")
    (event,) = await office.events("FraudReported")
    assert (event["data"]["uscc"], event["data"]["recognition"]) == (uscc(1), str(SUBJECT))
    assert "actor" not in event, "who reports stays here"
    assert await office.sql("select 1 from objection") == []


async def test_officers_of_the_region_and_the_reporter_read_it_and_the_household_does_not(
    office_with_household: ObjectionClient,
) -> None:
    office = office_with_household
    path = f"/v1/reports/{(await report(office)).json()['id']}"
    assert (await office.get(path, Role.OPERATOR, number=7)).status_code == 200
    assert (await office.get(path, Role.OPERATOR, number=1)).status_code == 404
    assert (await office.get(path, Role.OFFICER, "12")).status_code == 404
    assert len((await office.get("/v1/reports", Role.OFFICER)).json()["items"]) == 1
    assert (await office.get("/v1/reports", Role.OFFICER, "12")).json()["items"] == []
    assert len((await office.get("/v1/reports/mine", Role.OPERATOR, number=7)).json()["items"]) == 1
    shown = await office.post(f"{path}/reporter/disclosures", {"reason": "核实线索"}, Role.OFFICER)
    assert shown.json() == ZHANG | {"consent": None}


async def test_a_revocation_closes_what_was_reported_before_and_nothing_later(
    office_with_household: ObjectionClient,
) -> None:
    office = office_with_household
    await report(office)
    revoked = decided(RecognitionRevoked, 5)
    await office.hear(revoked, source="/recognition")
    (row,) = await office.sql("select state, outcome, reason from report")
    assert tuple(row) == ("closed", "revoked", "经查不符合标准")
    with clock.travel(clock.now()):
        later = (await report(office)).json()
    assert (await office.get(f"/v1/reports/{later['id']}")).json()["state"] == "handed-on"


async def test_an_officer_closes_it_with_a_reason_that_the_reporter_reads(
    office_with_household: ObjectionClient,
) -> None:
    office = office_with_household
    found = (await report(office)).json()
    path = f"/v1/reports/{found['id']}"
    done = await office.post(f"{path}/closing", {"reason": "经核查证书属实"}, Role.OFFICER, match=found["etag"])
    assert (done.status_code, done.json()["outcome"]) == (200, "closed")
    assert (await office.get(path, Role.OPERATOR, number=7)).json()["reason"] == "经核查证书属实"
    again = await office.post(f"{path}/closing", {"reason": "再来"}, Role.OFFICER, match=done.json()["etag"])
    assert again.json()["type"] == "/problems/state"


async def test_at_the_counter_another_officer_closes_it(office_with_household: ObjectionClient) -> None:
    office = office_with_household
    assert (await report(office, Role.OFFICER)).json()["type"] == "/problems/consent-wrong"
    assert (await report(office, consent=CONSENT)).json()["type"] == "/problems/consent-wrong"
    body = {"uscc": uscc(1), "statement": "获奖证书是伪造的", "reporter": ZHANG, "consent": CONSENT}
    found = (await office.post("/v1/reports", body, Role.OFFICER, subject="li")).json()
    path, reason = f"/v1/reports/{found['id']}/closing", {"reason": "经核查属实与否已查明"}
    own = await office.post(path, reason, Role.OFFICER, subject="li", match=found["etag"])
    assert own.json()["type"] == "/problems/maker-is-not-checker"
    assert (await office.post(path, reason, Role.OFFICER, subject="wang", match=found["etag"])).status_code == 200


async def test_free_text_holds_nobodys_number(office_with_household: ObjectionClient) -> None:
    answer = await report(office_with_household, statement="老板的电话是13912345678，身份证伪造")
    assert answer.status_code == 422


async def test_a_report_about_a_household_without_recognition_has_a_last_day_and_is_ended_by_an_officer(
    office_with_household: ObjectionClient,
) -> None:
    """Recognition has nothing to say about it; nobody forgets it for that."""
    office = office_with_household
    filed = (await report(office, recognition=None)).json()
    days = office.resources.settings.report_days
    assert filed["due_on"] == str(add_working_days(clock.today(), days).due)
    last_day = dt.date.fromisoformat(filed["due_on"])
    for day, overdue in ((last_day, []), (last_day + dt.timedelta(days=1), [filed["id"]])):
        with clock.travel(day):
            page = (await office.get("/v1/reports?overdue=true", Role.OFFICER)).json()
        assert [one["id"] for one in page["items"]] == overdue, day
    with clock.travel(last_day + dt.timedelta(days=2)):
        reason = {"reason": "该户没有认定，已告知举报人"}
        done = await office.post(f"/v1/reports/{filed['id']}/closing", reason, Role.OFFICER, match=filed["etag"])
        assert (done.status_code, done.json()["outcome"]) == (200, "closed")
        assert (await office.get("/v1/reports?overdue=true", Role.OFFICER)).json()["items"] == []
