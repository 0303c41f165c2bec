"""Departments are asked about the data that they own, and answer for themselves, with a row that their feed allows."""

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import true

from services.objection.objections.domain import Ground
from services.objection.rules.domain import GroundKind
from services.objection.verifications import repository as verification_repository
from services.objection.verifications.repository import AskedOf
from shared import clock
from shared.platform.identity import Role
from tests.integration.objection.handled_objections import Handled, accepted, filed
from tests.integration.objection.objection_client import CITY, COUNTY, PROVINCE, ObjectionClient, uscc
from tests.integration.objection.verification_steps import TAX, answer, ask, asked, tax_row


async def test_the_question_goes_to_the_owner_of_the_fact_and_names_how_the_policy_reads_it(office: ObjectionClient):
    handled = await accepted(office)
    question = await asked(handled)
    assert (question["department"], question["region"], question["feed"], question["year"]) == (
        "tax",
        COUNTY,
        "tax",
        2025,
    )
    assert any("现在的读法" in reading for reading in question["readings"])
    assert len(question["fact_labels"]) == 1
    assert question["due_on"] is not None
    (said,) = await office.events("VerificationAsked")
    assert (said["data"]["department"], said["data"]["due_on"]) == ("tax", question["due_on"])
    (row,) = await office.sql("select operator_ref from objection")
    assert (said["data"]["against"], said["data"]["objector_ref"]) == ("typing", row["operator_ref"])
    assert row["operator_ref"] is not None
    assert (await handled.view())["state"] == "accepted"


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"facts": [], "feed": None}, "nothing-to-verify"),
        ({"facts": ["tax_paid", "insured_staff"]}, "nothing-to-verify"),
        ({"facts": ["sunshine"]}, "nothing-to-verify"),
        ({"region": "4102"}, "verification-elsewhere"),
    ],
)
async def test_a_question_that_names_nothing_or_goes_nowhere_is_refused(
    office: ObjectionClient, body: dict[str, Any], slug: str
):
    refused = await ask(await accepted(office), **body)
    assert (refused.status_code, refused.json()["type"]) == (422, f"/problems/{slug}")


async def test_the_same_is_not_asked_twice_at_once_and_nothing_before_the_objection_is_accepted(
    office: ObjectionClient,
):
    handled = await filed(office)
    early = await ask(handled)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/state")
    await handled.done("receiver", "acceptance")
    await asked(handled)
    again = await ask(handled)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/asked-before")
    await asked(handled, region=CITY)


async def test_a_dispute_about_a_reading_goes_to_no_department(office: ObjectionClient):
    handled = await accepted(office, grounds=(Ground(GroundKind.READING, "growth-tax"),))
    refused = await ask(handled, facts=[], feed=None)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/reading-not-verified")


async def test_a_corrected_row_is_shown_to_those_who_handle_the_objection_and_sealed_at_rest(office: ObjectionClient):
    handled = await accepted(office)
    question = await asked(handled)
    done = await answer(office, question, {"finding": "corrected", "row": tax_row()})
    assert (done.status_code, done.json()["state"], done.json()["row"]) == (200, "answered", None)
    listed = await office.get(f"{handled.path}/verifications", **handled.who("decider"))
    assert listed.json()[0]["row"] == tax_row()
    (stored,) = await office.sql("select row from verification")
    assert b"30000" not in stored["row"]
    for table in ("outbox", "audit_entry", "idempotent_answer", "verification"):
        rows = await office.sql(f"select * from {table}")
        assert "30000" not in "".join(str(dict(row)) for row in rows), table
    hidden = await office.get(f"{handled.path}/verifications", Role.AUDITOR, PROVINCE)
    assert hidden.json()[0]["row"] is None
    one = await office.get(f"/v1/verifications/{question['id']}", **handled.who("decider"))
    assert one.json()["row"] == tax_row()
    read = await office.sql("select subject from audit_entry where action = 'verification:read'")
    assert [entry["subject"] for entry in read] == [handled.path.rpartition("/")[2]] * 2, "the auditor saw no row"


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"tax_paid": "a lot"}, "tax_paid", "not-a-number"),
    ({"tax_paid": "-1"}, "tax_paid", "negative"),
    ({"uscc": uscc(2)}, "uscc", "another-household"),
    ({"year": "2024"}, "year", "another-year"),
    ({"profit": "1"}, "profit", "unknown-column"),
    ({"tax_paid_min": "9", "tax_paid_max": "3"}, "tax_paid_min", "unknown-value"),
]


@pytest.mark.parametrize(("changed", "column", "code"), FAULTS)
async def test_a_row_that_its_feed_would_reject_is_refused_without_repeating_it(
    office: ObjectionClient, changed: dict[str, Any], column: str, code: str
):
    question = await asked(await accepted(office))
    refused = await answer(office, question, {"finding": "corrected", "row": tax_row(**changed)})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/row-refused")
    (error,) = refused.json()["errors"]
    assert (error["field"], error["code"]) == (f"body.row.{column}", code)
    assert "a lot" not in refused.text
    assert uscc(2) not in refused.text


async def test_an_operator_is_not_corrected_here(office: ObjectionClient):
    handled = await accepted(office)
    question = await asked(handled, facts=[], feed="registration", question="登记状态")
    row = {
        "uscc": uscc(1),
        "name": "测试商户1号",
        "operator_name": "张三",
        "region_code": COUNTY,
        "established_on": "2020-01-01",
        "status": "registered",
    }
    market = {"role": Role.OFFICER, "department": "market", "subject": "market-officer"}
    refused = await answer(office, question, {"finding": "corrected", "row": row}, **market)
    (error,) = refused.json()["errors"]
    assert (error["code"], "登记" in error["message"], "张三" in refused.text) == ("personal-column", True, False)
    del row["operator_name"]
    done = await answer(office, question, {"finding": "corrected", "row": row}, **market)
    assert done.status_code == 200, done.text


@pytest.mark.parametrize(
    "body",
    [
        {"finding": "corrected"},
        {"finding": "confirmed", "row": tax_row()},
        {"finding": "cannot-say"},
    ],
)
async def test_an_answer_has_what_it_needs_and_nothing_else(office: ObjectionClient, body: dict[str, Any]):
    refused = await answer(office, await asked(await accepted(office)), body)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/answer-incomplete")


async def test_an_answer_after_the_last_day_still_counts(office: ObjectionClient):
    question = await asked(await accepted(office))
    late = dt.date.fromisoformat(question["due_on"]) + dt.timedelta(days=3)
    with clock.travel(late):
        read = await office.get(f"/v1/verifications/{question['id']}", **TAX)
        assert read.json()["state"] == "overdue"
        done = await answer(office, question, {"finding": "confirmed"})
    assert (done.status_code, done.json()["state"]) == (200, "answered")
    (told,) = await office.events("VerificationAnswered")
    assert told["data"]["verification"] == question["id"]
    again = await answer(office, done.json(), {"finding": "confirmed"})
    assert (again.status_code, again.json()["type"]) == (409, "/problems/answered-before")


async def test_a_question_ends_with_its_objection(office: ObjectionClient):
    handled = await accepted(office)
    question = await asked(handled)
    await handled.explain()
    await handled.done("objector", "response", {"response": "content"})
    late = await answer(office, question, {"finding": "confirmed"})
    assert (late.status_code, late.json()["type"]) == (409, "/problems/verification-ended")
    assert (await office.get("/v1/verifications", **TAX)).json()["items"] == []


OTHERS: list[dict[str, Any]] = [
    {"department": "human-resources"},
    {"region": "410102"},
    {"region": CITY},
    {"department": "market"},
    {"role": Role.OFFICER, "department": "market"},
]


async def nothing_is_answered_by_another(office: ObjectionClient, handled: Handled) -> None:
    """Invariant D1 for one question to the tax department of the county."""
    question = await asked(handled)
    for other in OTHERS:
        who = {**TAX, **other}
        if who["role"] is Role.BUREAU:
            read = await office.get(f"/v1/verifications/{question['id']}", **who)
            assert read.status_code == 404, other
            listed = await office.get("/v1/verifications", **who)
            assert listed.json()["items"] == [], other
        refused = await answer(office, question, {"finding": "confirmed"}, **other)
        assert refused.status_code == 404, (other, refused.text)
    assert await office.sql("select 1 from verification where answered_at is not null") == []
    assert (await answer(office, question, {"finding": "confirmed"})).status_code == 200


async def test_no_department_reads_or_answers_what_another_was_asked(office: ObjectionClient):
    await nothing_is_answered_by_another(office, await accepted(office))


@pytest.mark.parametrize("forgotten", ["department", "region"])
async def test_a_query_without_the_department_or_the_region_would_be_noticed(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch, forgotten: str
):
    rightly = verification_repository.asked_condition

    def forgetful(of: AskedOf) -> object:
        by_department, by_region = rightly(of)
        return (true(), by_region) if forgotten == "department" else (by_department, true())

    handled = await accepted(office)
    monkeypatch.setattr(verification_repository, "asked_condition", forgetful)
    with pytest.raises(AssertionError):
        await nothing_is_answered_by_another(office, handled)


async def test_a_token_without_a_department_answers_for_none(office: ObjectionClient):
    question = await asked(await accepted(office))
    refused = await answer(office, question, {"finding": "confirmed"}, department=None)
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/no-department")
