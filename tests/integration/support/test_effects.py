"""The effect of a measure: who used it, who was told of it, and their types of the year after, beside the others."""

from typing import Any

from shared.platform.identity import Role
from tests.integration.support.support_client import SupportClient, household_typed, uscc
from tests.integration.support.test_entitlements import BUREAU, COUNTY, ENTERED, published

USED, TOLD, OTHERS = range(1, 31), range(31, 51), range(51, 59)
GRANTED = """
    INSERT INTO entitlement_change (uscc, region, cause, granted, ended, changed_on)
    SELECT n.uscc, $2, 'typing', '{jinshui-1}', '{}', '2026-03-01' FROM unnest($1::text[]) AS n(uscc)
"""
REPORTED = """
    INSERT INTO measure_report (uscc, region, measure, outcome, happened_on, department, reported_by)
    SELECT n.uscc, $2, 'jinshui-1', 'used', '2026-04-01', 'human-resources', 'clerk'
    FROM unnest($1::text[]) AS n(uscc)
"""


async def test_those_who_used_it_are_counted_beside_those_who_were_told_and_the_others(office: SupportClient) -> None:
    every = [*USED, *TOLD, *OTHERS]
    await office.hear(*(household_typed(number, county=COUNTY, type="growth") for number in every))
    await published(office, ENTERED)
    await office.sql_change(GRANTED, [uscc(number, COUNTY) for number in (*USED, *TOLD)], COUNTY)
    await office.sql_change(REPORTED, [uscc(number, COUNTY) for number in USED], COUNTY)
    path, query = "/v1/measures/jinshui-1/effect", {"query": {"year": 2026}}
    assert (await office.get(path, Role.BUREAU, COUNTY, **BUREAU, **query)).json()["complete"] is False

    def next_year(number: int) -> Any:
        grown = number in USED and number % 2
        kind = "development" if grown else "growth"
        return household_typed(number, county=COUNTY, type=kind, year=2027, revision=2)

    await office.hear(*map(next_year, every))
    view = (await office.get(path, Role.BUREAU, COUNTY, **BUREAU, **query)).json()
    growth = {one["group"]: one for one in view["rows"] if one["type"] == "growth"}
    assert {group: one["households"] for group, one in growth.items()} == {"used": 30, "entitled": None, "others": None}
    used = {one["became"]: one["households"] for one in growth["used"]["next_year"]}
    assert used == {"higher": 15, "same": 15, "lower": 0, "ineligible": 0, "unknown": 0}
    assert view["complete"] is True
    assert {one["households"] for one in view["rows"] if one["type"] == "survival"} == {0}

    assert (await office.get(path, Role.BUREAU, COUNTY, department="culture", **query)).status_code == 403
    assert (await office.get(path, Role.OFFICER, "12", **query)).status_code == 404
