"""Until when an objection may be filed: by the notice, by a period that a bureau set, or without a last day."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.contracts.recognition import RecognitionCancelled
from shared.platform.identity import Role
from tests.integration.objection.filing_steps import decision_body, file, filed, notice_body, typing_body
from tests.integration.objection.objection_client import (
    CITY,
    COUNTY,
    PROVINCE,
    ObjectionClient,
    household_typed,
    run_published,
    uscc,
)
from tests.integration.objection.recognition_events import (
    CLOSES_ON,
    DECISIONS,
    NOTICE,
    OPENS_ON,
    SUBJECT,
    decided,
    notice_opened,
)

PUBLISHED_ON = dt.date(2026, 8, 3)
"""A Monday; without holidays in the two weeks that follow."""
MIDNIGHT = dt.datetime.combine(CLOSES_ON + dt.timedelta(days=1), dt.time(), clock.CHINA)


async def set_period(
    office: ObjectionClient, days: int = 10, region: str = PROVINCE, role: Role = Role.APPROVER, **changed: Any
) -> httpx.Response:
    """Set the period for objecting to a type."""
    known = {"policy": "zhengzhou-2025", "parameter": "typing_file_days", "days": days, "document": "豫市监〔2026〕1号"}
    return await office.post("/v1/objection-periods", known | changed, role, region)


@pytest.fixture
async def typed(office: ObjectionClient) -> ObjectionClient:
    """A household whose type was published; ten working days for objecting were set before."""
    with clock.travel(PUBLISHED_ON - dt.timedelta(days=3)):
        assert (await set_period(office)).status_code == 201
    with clock.travel(PUBLISHED_ON):
        await office.hear(run_published(), household_typed(1))
    return office


async def test_on_the_last_day_it_is_taken_and_the_day_is_told(typed: ObjectionClient) -> None:
    with clock.travel(dt.datetime(2026, 8, 17, 23, 59, tzinfo=clock.CHINA)):
        assert (await filed(typed, typing_body()))["file_by"] == "2026-08-17"


async def test_a_day_later_it_is_refused_and_the_last_day_is_named(typed: ObjectionClient) -> None:
    with clock.travel(dt.datetime(2026, 8, 18, 0, 0, 1, tzinfo=clock.CHINA)):
        answer = await file(typed, typing_body())
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/filing-period-over")
    assert answer.json()["last_day"] == "2026-08-17"
    assert "2026-08-17" in answer.json()["detail"]


async def test_a_period_that_is_set_after_the_publication_takes_nothing_away(office: ObjectionClient) -> None:
    with clock.travel(PUBLISHED_ON):
        await office.hear(run_published(), household_typed(1))
    with clock.travel(PUBLISHED_ON + dt.timedelta(days=60)):
        await set_period(office, days=1)
        assert (await file(office, typing_body())).status_code == 201
    (row,) = await office.sql("select policy_hash from objection")
    stored = await office.sql("select content from policy_version where content_hash = $1", row["policy_hash"])
    assert "豫市监〔2026〕1号" in stored[0]["content"]


@pytest.mark.parametrize(
    ("changed", "region", "role", "slug"),
    [
        ({}, COUNTY, Role.APPROVER, "period-of-another-level"),
        ({}, CITY, Role.APPROVER, "period-of-another-level"),
        ({}, "12", Role.APPROVER, "period-of-another-level"),
        ({"parameter": "file"}, PROVINCE, Role.APPROVER, "period-unknown"),
        ({"policy": "henan"}, PROVINCE, Role.APPROVER, "policy-unusable"),
        ({}, PROVINCE, Role.OFFICER, "forbidden"),
    ],
)
async def test_a_period_is_set_by_the_level_that_decides(
    office: ObjectionClient, changed: dict[str, Any], region: str, role: Role, slug: str
) -> None:
    assert (await set_period(office, region=region, role=role, **changed)).json()["type"] == f"/problems/{slug}"


async def test_what_was_set_is_listed_with_its_document_and_shown_as_verified(typed: ObjectionClient) -> None:
    listed = (await typed.get("/v1/objection-periods", Role.OFFICER, PROVINCE)).json()["items"]
    assert [(one["days"], one["document"]) for one in listed] == [(10, "豫市监〔2026〕1号")]
    query = {"against": "typing", "county": COUNTY}
    shown = (await typed.get("/v1/grounds", None, query=query)).json()
    periods = {one["name"]: one for one in shown["periods"]}
    assert (periods["file"]["days"], periods["file"]["verified"]) == (10, True)
    assert (periods["accept"]["verified"], "未核对" in periods["accept"]["text"]) == (False, True)


async def test_grounds_say_what_may_be_wrong_until_when_and_who_handles_it(typed: ObjectionClient) -> None:
    with clock.travel(PUBLISHED_ON):
        query = {"against": "typing", "uscc": uscc(1)}
        shown = (await typed.get("/v1/grounds", Role.OPERATOR, query=query)).json()
        public = (await typed.get("/v1/grounds", None, query=query)).json()
    assert shown["last_day"] == "2026-08-17"
    assert public["last_day"] is None, "when somebody's household was typed is not everybody's business"
    assert [one["region"] for one in shown["decided_by"]] == [PROVINCE]
    assert [one["region"] for one in shown["explained_by"]] == [COUNTY, CITY, PROVINCE]
    by_id = {(one["kind"], one["id"]): one for one in shown["grounds"]}
    assert by_id["clause", "growth.2"]["facts"] == ["insured_staff"]
    assert by_id["fact", "insured_staff"]["department"] == "human-resources"
    assert by_id["reading", "growth-1-zero"]["in_force"]
    assert ("other", "other") in by_id


@pytest.mark.parametrize("against", [against for _, against, _ in DECISIONS] + ["public-notice"])
async def test_every_kind_has_grounds_periods_and_somebody_who_decides(office: ObjectionClient, against: str) -> None:
    for county in (COUNTY, "120101", "232761", "110101"):
        shown = await office.get("/v1/grounds", None, query={"against": against, "county": county})
        assert shown.status_code == 200, shown.text
        body = shown.json()
        assert body["decided_by"], county
        assert body["grounds"][-1]["id"] == "other"
        assert len(body["grounds"]) > 1
        assert {one["name"] for one in body["periods"]} >= {"file", "accept", "decide", "extend"}


@pytest.mark.parametrize(
    ("late", "status"), [(dt.timedelta(seconds=-1), 201), (dt.timedelta(seconds=1), 409)], ids=["23:59:59", "0:00:01"]
)
async def test_against_a_notice_the_last_second_of_its_last_day_counts(
    office: ObjectionClient, late: dt.timedelta, status: int
) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
    with clock.travel(MIDNIGHT + late):
        answer = await file(office, notice_body(), number=7)
    assert answer.status_code == status, answer.text
    if status == 409:
        assert answer.json()["last_day"] == CLOSES_ON.isoformat()
        assert "/v1/reports" in answer.json()["detail"], "fraud may be reported any time"


async def test_an_application_that_is_not_on_the_notice_is_not_found(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        stranger = notice_body(2)
        assert (await file(office, stranger, number=7)).json()["type"] == "/problems/not-on-notice"
        unnamed = notice_body(public_notice=None)
        found = await filed(office, unnamed, number=7)
        assert found["public_notice"] == str(NOTICE), "the application's latest notice is meant"


async def test_a_decision_about_another_household_is_not_found(office: ObjectionClient) -> None:
    decision, against, _ = DECISIONS[0]
    await office.hear(household_typed(1), household_typed(2))
    await office.hear(decided(decision, 5, 2), source="/recognition")
    answer = await file(office, decision_body(against))
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/decision-not-of-household")


async def test_against_a_cancellation_the_period_runs_from_the_day_it_was_served(office: ObjectionClient) -> None:
    with clock.travel(PUBLISHED_ON - dt.timedelta(days=3)):
        assert (await set_period(office, 10, CITY, parameter="file_days")).status_code == 201
    with clock.travel(PUBLISHED_ON):
        await office.hear(household_typed(1))
        await office.hear(decided(RecognitionCancelled, 5), source="/recognition")
    query = {"against": "cancellation", "uscc": uscc(1), "subject": str(SUBJECT)}
    with clock.travel(PUBLISHED_ON + dt.timedelta(days=60)):
        unserved = (await office.get("/v1/grounds", Role.OPERATOR, query=query)).json()
        assert unserved["last_day"] is None
        served = decided(RecognitionCancelled, 6, served_on=PUBLISHED_ON + dt.timedelta(days=28))
        await office.hear(served, source="/recognition")
        assert (await file(office, decision_body("cancellation"))).json()["last_day"] == "2026-09-14"
