"""Work reports: opened for each department or county, told before their last day, overdue, handed in once."""

import datetime as dt
from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.support.catalogue.register import Register, shipped
from services.support.work_reports import service as work_report_service
from shared import clock
from shared.clock import CHINA
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.integration.support.support_client import CITY, COUNTY, SupportClient, household_typed
from tests.integration.support.test_entitlements import ENTERED

FOREST = "232761"
TAX: dict[str, Any] = {"role": Role.BUREAU, "department": "tax"}
TAXED = ENTERED | {"id": "ganzhou-9", "region": COUNTY, "lead": ["human-resources", "tax"]}
IN_FORCE = f"""
    INSERT INTO measure_revision (id, measure, number, region, state, content, entered_by, version)
    VALUES (gen_random_uuid(), 'ganzhou-9', 1, '{COUNTY}', 'published', $1::text::jsonb, 'clerk', 1)
"""
"""A measure of the county that is no draft for comments."""
TOLD = {
    "person": "征管股专人",
    "statement": "上门辅导十二户（示例）",
    "cases": [{"title": "一户一策", "text": "帮一户面馆办妥了申报（示例）"}],
}


async def keep(office: SupportClient, day: dt.date) -> None:
    """What the worker's task does on a day."""
    with clock.travel(dt.datetime.combine(day, dt.time(9), CHINA)):
        async with office.resources.database.transaction() as session:
            await work_report_service.keep_current(session, day)


async def reports(office: SupportClient, role: Role = Role.OFFICER, **who: Any) -> list[dict[str, Any]]:
    """Those that are not handed in, as somebody sees them."""
    found: list[dict[str, Any]] = (await office.get("/v1/work-reports", role, **who)).json()["items"]
    return found


@pytest.fixture
async def february(office: SupportClient) -> SupportClient:
    """A county whose departments report by the end of February, on its first day; another prefecture's, too."""
    await office.hear(household_typed(1), household_typed(2, county=FOREST))
    await office.sql_change(IN_FORCE, orjson.dumps(TAXED).decode())
    await keep(office, dt.date(2026, 2, 1))
    return office


async def test_every_department_of_the_county_has_a_months_report_and_every_county_a_quarters(
    february: SupportClient,
) -> None:
    await keep(february, dt.date(2026, 2, 2))
    found = await reports(february)
    assert {(one["title"], one["period"], one["due_on"]) for one in found} == {
        ("开展情况及典型案例", "2026-02", "2026-02-28")
    }
    assert sorted(one["department"] for one in found) == ["human-resources", "market", "tax"]
    assert all(one["unverified"] for one in found)
    [quarter] = await reports(february, region=FOREST)
    assert (quarter["period"], quarter["due_on"], quarter["department"]) == ("2026Q1", "2026-03-31", "market")


def test_a_department_that_only_a_draft_for_comments_names_reports_on_nothing() -> None:
    drafts = [replace(one, draft=True) for one in shipped()]
    day = dt.date(2026, 1, 31)
    assert work_report_service.departments_in(Register(tuple(drafts), "synthetic"), COUNTY, day) == [Department.MARKET]


def test_a_department_whose_measures_have_ended_reports_on_none() -> None:
    last = dt.date(2026, 1, 31)
    ended = [replace(one, draft=False, measure=replace(one.measure, until=last)) for one in shipped()]
    register = Register(tuple(ended), "synthetic")
    assert Department.TAX in work_report_service.departments_in(register, COUNTY, dt.date(2026, 1, 31))
    assert work_report_service.departments_in(register, COUNTY, dt.date(2026, 2, 1)) == [Department.MARKET]


async def test_whoever_has_to_report_is_reminded_once_and_then_it_is_overdue(february: SupportClient) -> None:
    for day in (22, 23, 24):
        await keep(february, dt.date(2026, 2, day))
    told = [one["data"] for one in await february.events("WorkReportDue")]
    departments = [one["department"] for one in told]
    assert len(departments) == len(set(departments)) == len(await reports(february))
    assert {(one["region"], one["due_on"]) for one in told} == {(COUNTY, "2026-02-28")}
    await keep(february, dt.date(2026, 3, 1))
    late = await reports(february, query={"state": "overdue"})
    assert {one["state_label"] for one in late} == {"到期没有报送"}
    assert len(await reports(february, region=FOREST)) == 1
    await keep(february, dt.date(2026, 3, 26))
    assert [one["data"]["region"] for one in await february.events("MonitoringDue")] == [FOREST]


async def test_a_department_hands_its_own_in_once_with_cases_and_what_the_platform_knows(
    february: SupportClient,
) -> None:
    [own] = await reports(february, **TAX)
    path = f"/v1/work-reports/{own['id']}/hand-in"
    strangers: list[dict[str, Any]] = [TAX | {"department": "culture"}, TAX | {"region": CITY}, {"role": Role.OFFICER}]
    for stranger in strangers:
        assert (await february.post(path, TOLD, match="*", **stranger)).status_code == 404
    assert (await february.post(path, TOLD | {"person": "王某13812345678"}, match="*", **TAX)).status_code == 422
    problem = {"county": COUNTY, "source": "meeting", "kind": "tax", "statement": "发票太少（示例）"}
    raised = (await february.post("/v1/problems", problem)).json()
    step = f"/v1/problems/{raised['id']}"
    await february.post(f"{step}/forwarding", {"department": "tax"}, match="*")
    await february.post(f"{step}/answer", {"answer": "已经增加（示例）", "outcome": "solved"}, match="*", **TAX)
    await february.sql_change("update work_report set due_on = $1", clock.today())
    handed = (await february.post(path, TOLD, match="*", **TAX)).json()
    assert (handed["state_label"], handed["late"], handed["cases"]) == ("已报送", False, TOLD["cases"])
    assert [(one["label"], one["count"]) for one in handed["figures"]] == [("答复的诉求", 1)]
    assert (await february.post(path, TOLD, match="*", **TAX)).status_code == 409
    assert [one["id"] for one in await reports(february, **TAX, query={"state": "handed-in"})] == [own["id"]]


async def test_a_bureau_asks_departments_of_its_counties_by_a_day_of_its_own(february: SupportClient) -> None:
    asked = {"title": "本地工作方案", "due_on": str(clock.today()), "departments": ["tax"], "document": "市里的通知"}
    assert (await february.post("/v1/work-report-requests", asked, Role.APPROVER, CITY)).json() == {"opened": 1}
    yesterday = asked | {"due_on": str(clock.today() - dt.timedelta(days=1))}
    assert (await february.post("/v1/work-report-requests", yesterday, Role.APPROVER, CITY)).status_code == 422
    assert (await february.post("/v1/work-report-requests", asked, Role.APPROVER, "50")).status_code == 409
    await keep(february, clock.today())
    [said] = [one["data"] for one in await february.events("FilingDue")]
    assert (said["what"], said["department"], said["unverified"]) == ("本地工作方案", "tax", False)
    listed = (await february.get("/v1/work-report-duties", None, query={"region": COUNTY})).json()
    assert [(one["id"], one["rhythm_label"]) for one in listed] == [("ganzhou-2024/monthly", "每月")]
