"""Annual reports filed late: counted in the run that is published, and in every run published after them."""

import datetime as dt

from services.typing.handlers import HANDLERS
from services.typing.retyping.late_reports import apply_waiting_reports
from shared.contracts.annual_report import AnnualReportFiled
from shared.messaging.events import Event, new_event
from shared.platform.identity import Role
from tests.integration.typing.staged_city import StagedCity, at_stage


async def household_that_did_not_report(city: StagedCity) -> str:
    """Its only defect is that it did not report, so that the report makes it eligible."""
    page = await city.office.get(f"/v1/runs/{city.runs[-1]}/results", Role.OFFICER, type="ineligible", limit=1000)
    only = [
        item
        for item in page.json()["items"]
        if [c for c in item["clauses"] if c.startswith("base.")] == ["base.not-reported"]
    ]
    return str(only[0]["uscc"])


def report_of(uscc: str) -> Event:
    filed = AnnualReportFiled(uscc=uscc, year=2025, filed_on=dt.date(2026, 7, 20))
    return new_event(filed, subject=uscc, source="/annual-report")


async def hear(city: StagedCity, event: Event) -> None:
    async with city.office.resources.database.transaction() as session:
        await HANDLERS[AnnualReportFiled](session, event, city.office.resources)


async def type_of(city: StagedCity, uscc: str) -> str:
    return str((await city.office.get(f"/v1/households/{uscc}", None)).json()["type"])


@at_stage("drafted")
async def test_a_report_heard_before_publication_is_counted_after_it(city: StagedCity) -> None:
    uscc = await household_that_did_not_report(city)
    await hear(city, report_of(uscc))
    assert await apply_waiting_reports(city.office.resources) == 0
    assert (await city.office.publish(city.runs[-1])).status_code == 200
    assert await type_of(city, uscc) == "ineligible"
    assert await apply_waiting_reports(city.office.resources) == 1
    assert await type_of(city, uscc) != "ineligible"
    assert await apply_waiting_reports(city.office.resources) == 0


@at_stage("published")
async def test_a_second_run_of_the_year_does_not_forget_the_report(city: StagedCity) -> None:
    uscc = await household_that_did_not_report(city)
    await hear(city, report_of(uscc))
    assert await type_of(city, uscc) != "ineligible"
    again = await city.office.ordered(as_of="2026-07-02", maker="another")
    await city.office.work()
    assert (await city.office.publish(again)).status_code == 200
    assert await apply_waiting_reports(city.office.resources) == 1
    assert await type_of(city, uscc) != "ineligible"


@at_stage("published")
async def test_the_explanation_and_the_national_file_follow_the_correction(city: StagedCity) -> None:
    uscc = await household_that_did_not_report(city)
    address = f"/v1/runs/{city.runs[-1]}/national-directory"
    before = (await city.office.get(address, Role.OFFICER)).text
    await hear(city, report_of(uscc))
    explained = (await city.office.get(f"/v1/households/{uscc}/explanation", None)).json()
    assert explained["corrections"] == ["2026-07-20 补报了 2025 年度年报"]
    assert explained["type"] == await type_of(city, uscc)
    after = (await city.office.get(address, Role.OFFICER)).text
    changed = set(after.splitlines()) - set(before.splitlines())
    assert [line.split(",")[0] for line in changed] == [uscc]
