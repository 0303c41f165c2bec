"""The yearly confirmation: when it may be made, what it keeps and tells, and what a new type brings to an officer."""

import datetime as dt
from typing import Any

import httpx
import pytest

from shared import clock
from shared.contracts.typing import TypingAdjusted
from shared.platform.identity import Role
from tests.integration.recognition.recognition_client import RecognitionClient, household_typed
from tests.integration.recognition.test_lifecycle import act, ended, file_of, recognised, report
from tests.integration.recognition.walkthrough import Walkthrough, start_walkthrough

AUGUST = dt.date(2027, 8, 20)


@pytest.fixture
async def road(bureau: RecognitionClient) -> Walkthrough:
    return await start_walkthrough(bureau)


async def reviewed(road: Walkthrough, recognition: str, year: int = 2027, number: int = 1) -> None:
    """The year's report is filed and read."""
    with clock.travel(dt.date(year, 7, 20)):
        assert (await report(road, recognition, year, number)).status_code == 200
        done = await road.do(f"/v1/information-reports/{recognition}/{year}/review", {"finding": "与年报一致"})
        assert done.status_code == 200, done.text


async def confirm(road: Walkthrough, recognition: str, year: int = 2027, on: dt.date = AUGUST) -> httpx.Response:
    with clock.travel(on):
        return await act(road, recognition, "confirmation", {"year": year})


async def concerns(road: Walkthrough, recognition: str) -> list[str]:
    return [one["kind"] for one in (await file_of(road, recognition)).json()["concerns"]]


async def listed(road: Walkthrough, region: str = "41", **query: Any) -> list[tuple[str, bool]]:
    answer = await road.bureau.get("/v1/confirmations", region=region, year=2027, **query)
    return [(one["recognition"], one["confirmed"]) for one in answer.json()["items"]]


async def test_a_year_is_confirmed_once_told_to_the_bus_and_listed(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    await road.bureau.hear(household_typed(1, revision=9, year=2027))
    await reviewed(road, recognition)
    done = await confirm(road, recognition)
    assert (done.status_code, done.json()["confirmed"], done.json()["failing"]) == (200, True, [])
    again = await confirm(road, recognition)
    assert (again.status_code, again.json()["detail"]) == (409, "2027 年度已经确认过")
    assert [one["data"]["year"] for one in await road.bureau.events("RecognitionConfirmed")] == [2027]
    assert await listed(road) == await listed(road, confirmed=True) == [(recognition, True)]
    assert await listed(road, confirmed=False) == await listed(road, "42") == []


async def test_no_year_is_confirmed_before_its_typing_and_without_a_reviewed_report(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    early = await confirm(road, recognition)
    assert early.json()["reasons"] == [
        "该年分型结果尚未发布：要确认 2027 年度，这一户现有的是 2026 年的分型结果",
        "须先审核 2027 年度的信息报告，再确认（信息报告当前：尚未报送）",
    ]
    await road.bureau.hear(household_typed(1, revision=9, year=2027))
    with clock.travel(dt.date(2027, 7, 31)):
        await report(road, recognition, 2027)
    (unread,) = (await confirm(road, recognition)).json()["reasons"]
    assert "已报送，待审核" in unread
    assert await road.bureau.events("RecognitionConfirmed") == []
    assert await listed(road) == []


async def test_what_has_ended_is_not_confirmed_for_any_year(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    await ended(road, recognition, "revocation", dt.date(2027, 3, 1))
    answer = await confirm(road, recognition, 2099)
    assert (answer.status_code, answer.json()["reasons"][0]) == (409, "认定当前为“已撤销”，只有有效的认定才确认")
    assert await road.bureau.events("RecognitionConfirmed") == []


async def test_what_is_not_met_is_kept_and_judged_again_once_it_is_cured(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    await reviewed(road, recognition)
    await road.bureau.hear(household_typed(1, kind="ineligible", revision=9, year=2027))
    failed = (await confirm(road, recognition)).json()
    assert (failed["confirmed"], len(failed["failing"])) == (False, 1)
    assert await concerns(road, recognition) == ["typing", "standards"]
    assert (await file_of(road, recognition)).json()["state"] == "valid", "only a decision cancels"
    assert await listed(road, confirmed=False) == [(recognition, False)]
    await road.bureau.hear(household_typed(1, revision=10, year=2027))
    assert (await confirm(road, recognition)).json()["confirmed"]
    assert (await concerns(road, recognition), await listed(road)) == ([], [(recognition, True)])


async def test_a_new_type_that_the_policy_does_not_confirm_is_put_before_an_officer_until_it_is_another(
    road: Walkthrough,
):
    fallen, risen, survivor = await recognised(road, 1, 2, 3)
    kinds = {1: "ineligible", 2: "development", 3: "survival"}
    await road.bureau.hear_together(
        [household_typed(one, kind=kind, revision=9, year=2027) for one, kind in kinds.items()]
    )
    assert [await concerns(road, one) for one in (fallen, risen, survivor)] == [["typing"], [], []]
    said = household_typed(1, kind="growth", revision=10, year=2027).model_dump() | {
        "objection": "0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d",
        "reason": "更正",
    }
    await road.bureau.hear(TypingAdjusted.model_validate(said))
    assert await concerns(road, fallen) == []
    entries = await road.bureau.sql("select subject from audit_entry where action = 'recognition:recheck'")
    assert [row["subject"] for row in entries] == [fallen, fallen]


async def test_only_officers_of_the_region_confirm_and_read(road: Walkthrough):
    (recognition,) = await recognised(road, 1)
    headers = road.bureau.as_(Role.OFFICER, "42") | {"If-Match": "*"}
    path = f"/v1/recognitions/{recognition}/confirmation"
    assert (await road.bureau.client.post(path, json={"year": 2027}, headers=headers)).status_code == 404
    headers, query = road.bureau.as_(Role.OFFICER, "4101"), {"year": 2027, "region": "4102"}
    assert (await road.bureau.client.get("/v1/confirmations", params=query, headers=headers)).status_code == 403
