"""Information reports: exact amounts, returned with a reason, shown overdue year by year, not of what has ended."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import dossier_of, end_recognition, file_report_of
from tests.integration.recognition.walkthrough import Walkthrough


async def given_back(walkthrough: Walkthrough, recognition: str, on: dt.date, until: str) -> httpx.Response:
    with clock.travel(on):
        path = f"/v1/information-reports/{recognition}/2027/return"
        return await walkthrough.do(path, {"reason": "缺少雇员人数", "due_on": until})


async def mine(walkthrough: Walkthrough) -> dict[str, Any]:
    headers = walkthrough.office.as_(Role.OPERATOR, number=1)
    answer = await walkthrough.office.client.get("/v1/information-reports", params={"year": 2027}, headers=headers)
    (found,) = answer.json()["items"]
    return dict(found)


async def overdue(walkthrough: Walkthrough, recognition: str) -> str:
    found = (await dossier_of(walkthrough, recognition)).json()["concerns"]
    return "".join(one["sentence"] for one in found if one["kind"] == "report-overdue")


async def test_an_incomplete_report_goes_back_with_a_reason_and_is_due_again(
    walkthrough: Walkthrough, recognition: str
):
    early = await given_back(walkthrough, recognition, dt.date(2027, 7, 1), "2027-08-31")
    assert (early.status_code, "尚未报送" in early.json()["detail"]) == (409, True)
    await file_report_of(walkthrough, recognition, 2027, revenue_yuan="1000.00")
    past = await given_back(walkthrough, recognition, dt.date(2027, 7, 21), "2027-07-20")
    assert (past.status_code, past.json()["title"]) == (422, "日期不对")
    back = await given_back(walkthrough, recognition, dt.date(2027, 7, 21), "2027-08-15")
    assert (back.json()["state"], back.json()["due_on"], back.json()["finding"]) == (
        "due",
        "2027-08-15",
        "缺少雇员人数",
    )
    assert (await mine(walkthrough))["finding"] == "缺少雇员人数"
    assert [one["data"]["year"] for one in await walkthrough.office.events("InformationReportFiled")] == [2027]
    events = [one["data"] for one in await walkthrough.office.events("InformationReportDue")]
    assert [(one["due_on"], one["reason"]) for one in events if one["reason"]] == [("2027-08-15", "缺少雇员人数")]
    for day, state in ((dt.date(2027, 8, 15), "due"), (dt.date(2027, 8, 16), "overdue")):
        with clock.travel(day):
            await walkthrough.office.fire_deadlines()
        assert (await mine(walkthrough))["state"] == state
    again = await file_report_of(walkthrough, recognition, 2027, dt.date(2027, 8, 20), employees=3)
    assert (again.json()["state"], await overdue(walkthrough, recognition)) == ("filed", "")


async def test_a_report_that_goes_back_early_keeps_its_last_day(walkthrough: Walkthrough, recognition: str):
    await file_report_of(walkthrough, recognition, 2027, dt.date(2027, 3, 1))
    back = await given_back(walkthrough, recognition, dt.date(2027, 3, 2), "2027-03-20")
    assert back.json()["due_on"] == "2027-07-31"


async def test_amounts_are_exact_to_the_fen(walkthrough: Walkthrough, recognition: str):
    done = await file_report_of(walkthrough, recognition, 2027, revenue_yuan="9007199254740993.10")
    assert done.json()["content"]["revenue_yuan"] == "9007199254740993.10", "more than a float holds"
    (row,) = await walkthrough.office.sql(
        "select content->>'revenue_yuan' as revenue from information_report where year = 2027"
    )
    assert row["revenue"] == "9007199254740993.10"
    for wrong in ("0.001", "-1", "NaN", "1e400"):
        assert (await file_report_of(walkthrough, recognition, 2027, revenue_yuan=wrong)).status_code == 422, wrong


async def test_nothing_is_reported_of_a_recognition_that_has_ended(walkthrough: Walkthrough, recognition: str):
    listed: dict[str, Any] = {"year": 2027, "state": "due"}
    assert len((await walkthrough.office.get("/v1/information-reports", **listed)).json()["items"]) == 1
    await end_recognition(walkthrough, recognition, "cancellation", dt.date(2027, 3, 1))
    assert (await walkthrough.office.get("/v1/information-reports", **listed)).json()["items"] == [], "nothing is owed"
    answer = await file_report_of(walkthrough, recognition, 2027)
    assert (answer.status_code, answer.json()["detail"]) == (409, "认定当前为“已取消”，不再报送信息报告")


async def test_every_year_that_is_overdue_stands_until_it_is_filed(walkthrough: Walkthrough, recognition: str):
    for year in (2027, 2028):
        with clock.travel(dt.date(year, 8, 1)):
            await walkthrough.office.fire_deadlines()
    said = await overdue(walkthrough, recognition)
    assert ("2027 年度" in said, "2028 年度" in said) == (True, True)
    await file_report_of(walkthrough, recognition, 2027, dt.date(2028, 8, 2))
    assert await overdue(walkthrough, recognition) == "2028 年度信息报告逾期未报（截止日期 2028-07-31）"
    await file_report_of(walkthrough, recognition, 2028, dt.date(2028, 8, 3))
    assert await overdue(walkthrough, recognition) == ""


@pytest.mark.parametrize("until", ["2028-07-22", "9999-12-31"])
async def test_a_report_goes_back_for_a_year_at_most(walkthrough: Walkthrough, recognition: str, until: str):
    await file_report_of(walkthrough, recognition, 2027)
    answer = await given_back(walkthrough, recognition, dt.date(2027, 7, 21), until)
    assert (answer.status_code, answer.json()["title"], "2028-07-21" in answer.json()["detail"]) == (
        422,
        "日期不对",
        True,
    )
    assert (await given_back(walkthrough, recognition, dt.date(2027, 7, 21), "2028-07-21")).status_code == 200


async def test_an_empty_report_reports_nothing(walkthrough: Walkthrough, recognition: str):
    empty = await file_report_of(walkthrough, recognition, 2027, honours=[])
    assert empty.status_code == 422
    assert "信息报告不能是空的" in empty.text


async def test_nobody_employs_a_hundred_thousand_and_more(walkthrough: Walkthrough, recognition: str):
    assert (await file_report_of(walkthrough, recognition, 2027, employees=100_001)).status_code == 422
    assert (await file_report_of(walkthrough, recognition, 2027, employees=100_000)).status_code == 200
