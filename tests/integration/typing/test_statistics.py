"""Figures for dashboards: added up, filtered, corrected, run by run, as a table, not sent twice."""

import csv
import io
from collections import Counter

from services.typing.handlers import HANDLERS
from shared.contracts.annual_report import AnnualReportFiled
from shared.messaging.events import new_event
from shared.platform.identity import Role
from tests.integration.typing.bus_listener import household_with_defects, late_report
from tests.integration.typing.staged_city import StagedCity, at_stage
from tests.integration.typing.typing_client import CITY


async def hear_late_report(city: StagedCity) -> str:
    uscc = await household_with_defects(city, "base.not-reported")
    event = new_event(late_report(uscc), subject=uscc, source="/annual-report")
    async with city.office.resources.database.transaction() as session:
        await HANDLERS[AnnualReportFiled](session, event, city.office.resources)
    return uscc


@at_stage("published")
async def test_figures_hold_what_corrections_changed_and_add_up_at_every_level(city: StagedCity) -> None:
    office = city.office
    uscc = await hear_late_report(city)
    household = (await office.get(f"/v1/households/{uscc}", None)).json()
    counties = (await office.get("/v1/statistics", None, region=CITY)).json()["items"]
    (total,) = (await office.get("/v1/statistics", None, level="total")).json()["items"]
    (place,) = (await office.get("/v1/statistics", None, region=CITY, level="province")).json()["items"]
    run = (await office.run(city.last)).json()

    summed: Counter[str] = Counter()
    for county in counties:
        summed.update(county["current"])
        assert county["runs"] == [city.last]
        assert (county["as_of"], county["policies"]) == (run["as_of"], [run["policy"]])
    assert total["current"] == place["current"] == dict(summed)
    assert total["corrected"] == {household["type"]: 1, "ineligible": -1}
    assert total["total"] == run["households"], "a correction moves a household from one type to another"
    assert (place["region"], total["region"]) == (CITY, ""), "no row is about more than was asked for"

    one_type = (await office.get("/v1/statistics", None, region=CITY, type="ineligible", level="city")).json()["items"]
    assert one_type[0]["current"] == {"ineligible": summed["ineligible"]}
    for nothing in ({"policy": "tianjin-2024"}, {"year": 2001}, {"region": "12"}):
        assert (await office.get("/v1/statistics", None, **nothing)).json()["items"] == []
    assert (await office.get("/v1/statistics", None, state="published")).status_code == 422

    table = await office.get("/v1/statistics/table", None, region=CITY)
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [int(row["合计"]) for row in rows] == [county["total"] for county in counties]
    assert [row["区划代码"] for row in rows] == [county["region"] for county in counties]


@at_stage("second_draft")
async def test_publications_are_a_series_and_answers_are_not_sent_twice(city: StagedCity) -> None:
    office = city.office
    address = "/v1/statistics"
    first = await office.client.get(address, params={"region": CITY})
    known = {"If-None-Match": first.headers["etag"]}
    assert (await office.client.get(address, params={"region": CITY}, headers=known)).status_code == 304
    assert (await office.publish(city.last)).status_code == 200
    assert (await office.client.get(address, params={"region": CITY}, headers=known)).status_code == 200
    series = (await office.get("/v1/statistics/publications", None, region=CITY)).json()["items"]
    assert [one["run"] for one in series] == list(city.runs)
    for one in series:
        run = (await office.get(f"/v1/runs/{one['run']}", Role.OFFICER)).json()
        assert (one["total"], one["as_of"]) == (run["households"], run["as_of"])
        assert one["counties"] == len(run["counts"])
    (county,) = (await office.get("/v1/statistics/publications", None, region="410105", year=2027)).json()["items"]
    assert county["households"] == (await office.run(city.last)).json()["counts"]["410105"]
