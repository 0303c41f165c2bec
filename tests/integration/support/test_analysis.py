"""The analysis of a quarter: made once it is over, with the quarter's visits, problems and surveys, and never again."""

import asyncio
import csv
import datetime as dt
import io
from typing import Any

from shared import clock
from shared.clock import CHINA
from shared.platform.identity import Role
from tests.integration.support.support_client import (
    CITY,
    COUNTY,
    SupportClient,
    household_changed,
    household_typed,
    uscc,
)
from tests.integration.support.test_surveys import LAST, opened

PATH = "/v1/quarterly-analyses"
QUARTER = f"{LAST.year}-Q{(LAST.month + 2) // 3}"
"""In which the survey's last day lies"""
VISITED = """
    INSERT INTO call (id, uscc, county, state, reason, opened_on, due_on, unverified, provisional, visited_on, version)
    SELECT gen_random_uuid(), uscc, region, 'made', 'hardship', $1, $1, false, false, $1, 1
    FROM household ORDER BY uscc LIMIT $2
"""


def cell(table: dict[str, Any], counties: list[str], column: str) -> object:
    """What a table says of counties and a column."""
    [row] = [one for one in table["rows"] if one["counties"] == counties]
    [found] = [one["households"] for one in row["cells"] if one["columns"] == [column]]
    return found


async def test_a_quarter_is_analysed_once_it_is_over_and_its_numbers_stay(office: SupportClient) -> None:
    trade: dict[str, Any] = {"industry_code": "6210", "established_on": LAST - dt.timedelta(days=300)}
    growing = [household_typed(number, type="growth", **trade) for number in range(1, 31)]
    others = [household_typed(number, **trade) for number in range(31, 46)]
    await office.hear(*growing, *others, household_typed(46, county="620721"))
    later: dict[str, Any] = {"industry_code": "5212", "established_on": dt.date(2010, 2, 3), "revision": 2}
    await office.hear(*(household_changed(number, **later) for number in range(16, 31)))
    await office.hear(*(household_typed(number, type="growth", revision=2, **trade) for number in range(16, 31)))
    unreadable: dict[str, Any] = {"industry_code": "餐饮", "established_on": None, "revision": 2}
    await office.hear(*(household_changed(number, **unreadable) for number in range(31, 46)))
    await office.hear(*(household_changed(number, revision=3) for number in range(16, 31)))
    await opened(office)
    early = await office.post(PATH, {"quarter": QUARTER})
    assert (early.status_code, early.json()["title"]) == (422, "这一季度还没有结束")
    assert "以后才能形成" in early.json()["detail"]
    assert (await office.post(PATH, {"quarter": "2026-5"})).status_code == 422
    await office.sql_change(VISITED, LAST, 12)
    await office.sql_change(VISITED.replace("LIMIT", "OFFSET 20 LIMIT"), LAST + dt.timedelta(days=100), 5)
    with clock.travel(dt.datetime.combine(LAST + dt.timedelta(days=93), dt.time(9), CHINA)):
        made = await asyncio.gather(*(office.post(PATH, {"quarter": QUARTER}) for _ in range(2)))
        assert sorted(one.status_code for one in made) == [201, 409]
        assert (await office.post(PATH, {"quarter": QUARTER}, Role.APPROVER)).status_code == 403
        before = (await office.get(f"{PATH}/{QUARTER}")).json()
        await office.hear(*(household_typed(number, type="development", revision=3) for number in range(1, 31)))
        assert (await office.get(f"{PATH}/{QUARTER}")).json() == before
        assert (await office.get(f"{PATH}/{QUARTER}", region=CITY)).status_code == 404, "the city has made none"
        tables = {(one["counted"], one["dimension"]): one for one in before["tables"]}
        by_type, by_category, by_trade, by_age = (
            tables["registered", one] for one in ("type", "category", "trade", "age")
        )
        visited = tables["visited", "type"]
        assert (cell(by_type, [COUNTY], "growth"), cell(by_type, [COUNTY], "survival")) == (30, 15)
        assert cell(by_category, [COUNTY], "none") == 45
        assert [cell(by_trade, [COUNTY], one) for one in ("H", "F", "none")] == [15, 15, 15]
        assert [cell(by_age, [COUNTY], one) for one in ("0-2", "2-", "none")] == [15, 15, 15]
        assert (cell(visited, [COUNTY], "growth"), visited["total"]["households"]) == (12, 12)
        [survey] = before["surveys"]
        assert (survey["invited"], survey["results"][0]["total"]["answered"]) == (24, 0)
        listed = (await office.get(PATH, Role.AUDITOR)).json()
        assert [(one["quarter"], one["region"]) for one in listed] == [(QUARTER, COUNTY)]
        table = await office.get(f"{PATH}/{QUARTER}/table")
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert ["登记在册的户", "类型", COUNTY, "甘肃省张掖市甘州区", "成长型", "30"] in rows
    assert uscc(1) not in table.text
    [entry] = await office.sql("select subject from audit_entry where action = 'analysis:make'")
    assert entry["subject"]
