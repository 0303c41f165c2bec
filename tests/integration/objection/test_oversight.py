"""What superiors see of the objections below them, and what the public does."""

import csv
import datetime as dt
import io
import uuid
from typing import Any

import pytest

from services.objection.objections import due_days
from services.objection.objections.domain import DueDay, Ground, ObjectionState, Outcome
from services.objection.registers.domain import Against
from services.objection.rules.domain import GroundKind
from services.objection.verifications.domain import Finding
from services.objection.verifications.models import FactVerification
from shared import clock
from shared.clock import CHINA
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.objection.filed_objections import add_objection, day, period
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, household_typed, run_published

FILED = dt.datetime(2026, 3, 2, 10, tzinfo=CHINA)
OTHER_COUNTY = "410202"
CLAUSE, FACT = Ground(GroundKind.CLAUSE, "growth.1"), Ground(GroundKind.FACT, "tax_paid")
ENDED = {"state": ObjectionState.CLOSED, "closed_at": FILED + dt.timedelta(days=30)}


async def fill(office: ObjectionClient) -> None:
    """A year in a county: seven upheld after ten days, two dismissed after twenty, one open; one of the year before,
    one of another county.
    """
    async with office.resources.database.transaction() as session:
        for number in range(7):
            upheld: dict[str, Any] = {
                "outcome": Outcome.UPHELD,
                "decided_on": day("2026-03-12"),
                "grounds": (CLAUSE, FACT),
                **ENDED,
            }
            objection = await add_objection(session, number, filed_at=FILED, **upheld)
            if number < 3:
                session.add(verification(objection.id, Finding.CORRECTED if number else Finding.CONFIRMED))
        for number in (10, 11):
            dismissed: dict[str, Any] = {"outcome": Outcome.DISMISSED, "decided_on": day("2026-03-22"), **ENDED}
            await add_objection(session, number, filed_at=FILED, **dismissed)
        still_open = await add_objection(session, 20, filed_at=FILED, against=Against.REFUSAL, subject=uuid.uuid4())
        await due_days.schedule_due(session, still_open, DueDay.DECIDE, start=FILED.date(), period=period(5))
        await add_objection(session, 30, filed_at=dt.datetime(2025, 12, 31, 23, tzinfo=CHINA))
        await add_objection(session, 40, OTHER_COUNTY, filed_at=FILED)
    with clock.travel(day("2026-03-12")):
        await office.fire_deadlines()


def verification(objection: uuid.UUID, finding: Finding) -> FactVerification:
    """A question to the tax office."""
    return FactVerification(
        objection_id=objection,
        county=COUNTY,
        uscc="92410105MA0000001X",
        department=Department.TAX,
        region=COUNTY,
        feed="tax",
        year=2025,
        facts=["tax_paid"],
        readings=[],
        question="请核实",
        asked_by="li",
        asked_by_region=COUNTY,
        due_on=day("2026-03-20"),
        finding=finding,
    )


async def figures(office: ObjectionClient, region: str = COUNTY, year: int = 2026) -> dict[str, Any]:
    answer = await office.get("/v1/oversight/statistics", region=region, query={"year": year})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_year_is_counted_by_result_ground_department_and_days(office: ObjectionClient):
    await fill(office)
    year = await figures(office)
    assert (year["filed"], year["open"], year["climbed"], year["median_days"]) == (10, 1, 1, 10)
    results = {(one["against"], one["result"]): (one["number"], one["median_days"]) for one in year["results"]}
    assert results == {
        ("typing", "upheld"): (7, 10),
        ("typing", "dismissed"): (2, 20),
        ("refusal", "open"): (1, None),
    }
    grounds = {(one["kind"], one["id"]): (one["number"], one["upheld"], one["dismissed"]) for one in year["grounds"]}
    assert grounds == {("clause", "growth.1"): (10, 7, 2), ("fact", "tax_paid"): (7, 7, 0)}
    assert [(one["department"], one["asked"], one["at_fault"]) for one in year["departments"]] == [("tax", 3, 2)]
    assert [(one["what"], one["number"]) for one in year["overdue"]] == [("decide", 1)]


async def test_the_year_is_summed_up_in_words(office: ObjectionClient):
    await fill(office)
    summary = (await figures(office))["summary"]
    for said in ("2026 年", "收到异议 10 件", "办结 9 件", "异议成立 7 件", "超期上报 1 件", "growth.1", "（2 件）"):
        assert said in summary


async def test_a_superior_sees_all_below_and_nobody_sees_beside(office: ObjectionClient):
    await fill(office)
    assert (await figures(office, "41"))["filed"] == 11
    assert (await figures(office, "4101"))["filed"] == 10
    for path in ("statistics", "statistics/export", "objections", "objections/export"):
        query = {"year": 2026, "region": OTHER_COUNTY} if "stat" in path else {"region": OTHER_COUNTY}
        assert (await office.get(f"/v1/oversight/{path}", region="4101", query=query)).status_code == 403
        assert (await office.get(f"/v1/oversight/{path}", Role.OPERATOR, query=query)).status_code == 403


async def test_the_open_ones_are_shown_with_their_ages_the_climbed_among_them(office: ObjectionClient):
    await fill(office)
    with clock.travel(day("2026-03-20")):
        shown = (await office.get("/v1/oversight/objections", region="4101")).json()["items"]
        climbed = (await office.get("/v1/oversight/objections", region="4101", query={"climbed": "true"})).json()
        old = (await office.get("/v1/oversight/objections", region="4101", query={"older_than": "60"})).json()
    assert [(one["age_days"], one["climbs"], one["handled_at"]) for one in shown] == [(18, 1, "4101"), (79, 0, COUNTY)]
    assert [one["climbs"] for one in climbed["items"]] == [1]
    assert [one["age_days"] for one in old["items"]] == [79]


def rows_of(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


async def test_the_list_is_exported_whole_and_no_cell_starts_a_formula(office: ObjectionClient):
    await fill(office)
    evil = household_typed(20).model_copy(update={"name": "=HYPERLINK(1)"})
    await office.hear(run_published(), evil)
    answer = await office.get("/v1/oversight/objections/export", region="4101", query={"limit": 1})
    header, *rows = rows_of(answer.content)
    assert header[0] == "回执号"
    assert len(rows) == 2
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


async def test_the_figures_are_exported_as_one_table(office: ObjectionClient):
    await fill(office)
    answer = await office.get("/v1/oversight/statistics/export", region=COUNTY, query={"year": 2026})
    rows = rows_of(answer.content)
    assert ["按理由：条款", "growth.1", "10", "7", ""] in rows
    assert ["合计", "提出", "10", "", "10"] in rows


async def test_the_public_sees_counts_without_small_cells(office: ObjectionClient):
    await fill(office)
    answer = await office.get("/v1/objections/statistics", None, query={"region": COUNTY, "year": 2026})
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert {(one["against"], one["result"]): one["number"] for one in shown["results"]} == {
        ("typing", "upheld"): None,
        ("typing", "dismissed"): None,
        ("refusal", "open"): None,
    }
    assert shown["filed"] == 10
    assert [one["median_days"] for one in shown["results"]] == [None] * 3
    assert "排名" in shown["note"]


@pytest.mark.parametrize("query", [{"year": 2026}, {"region": COUNTY}, {"region": "41,42", "year": 2026}])
async def test_the_public_asks_for_one_region_and_one_year(office: ObjectionClient, query: dict[str, object]):
    assert (await office.get("/v1/objections/statistics", None, query=query)).status_code == 422
