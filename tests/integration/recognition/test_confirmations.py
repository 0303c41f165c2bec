"""The yearly confirmation: when it may be made, what it keeps and tells, and what a new type brings to an officer."""

import datetime as dt
from typing import Any

from shared import clock
from shared.contracts.typing import TypingAdjusted
from shared.platform.identity import Role
from tests.integration.recognition.lifecycle_steps import (
    confirm_year,
    dossier_of,
    end_recognition,
    file_report,
    recognise,
    review_report,
)
from tests.integration.recognition.recognition_client import execute_sql, household_typed
from tests.integration.recognition.walkthrough import Walkthrough


async def concerns(walkthrough: Walkthrough, recognition: str) -> list[str]:
    return [one["kind"] for one in (await dossier_of(walkthrough, recognition)).json()["concerns"]]


async def listed(walkthrough: Walkthrough, region: str = "41", **query: Any) -> list[tuple[str, bool]]:
    answer = await walkthrough.office.get("/v1/confirmations", region=region, year=2027, **query)
    return [(one["recognition"], one["confirmed"]) for one in answer.json()["items"]]


async def test_a_year_is_confirmed_once_told_to_the_bus_and_listed(walkthrough: Walkthrough, recognition: str):
    await walkthrough.office.hear(household_typed(1, revision=9, year=2027))
    await review_report(walkthrough, recognition)
    done = await confirm_year(walkthrough, recognition)
    assert (done.status_code, done.json()["confirmed"], done.json()["failing"]) == (200, True, [])
    again = await confirm_year(walkthrough, recognition)
    assert (again.status_code, again.json()["detail"]) == (409, "2027 年度已经确认过")
    assert [one["data"]["year"] for one in await walkthrough.office.events("RecognitionConfirmed")] == [2027]
    assert await listed(walkthrough) == await listed(walkthrough, confirmed=True) == [(recognition, True)]
    assert await listed(walkthrough, confirmed=False) == await listed(walkthrough, "42") == []


async def test_no_year_is_confirmed_before_its_typing_and_without_a_reviewed_report(
    walkthrough: Walkthrough, recognition: str
):
    early = await confirm_year(walkthrough, recognition)
    assert early.json()["reasons"] == [
        "该年分型结果尚未发布：要确认 2027 年度，这一户现有的是 2026 年的分型结果",
        "须先审核 2027 年度的信息报告，再确认（信息报告当前：尚未报送）",
    ]
    await walkthrough.office.hear(household_typed(1, revision=9, year=2027))
    with clock.travel(dt.date(2027, 7, 31)):
        await file_report(walkthrough, recognition, 2027)
    (unread,) = (await confirm_year(walkthrough, recognition)).json()["reasons"]
    assert "已报送，待审核" in unread
    assert await walkthrough.office.events("RecognitionConfirmed") == []
    assert await listed(walkthrough) == []


async def test_what_has_ended_is_not_confirmed_for_any_year(walkthrough: Walkthrough, recognition: str):
    await end_recognition(walkthrough, recognition, "revocation", dt.date(2027, 3, 1))
    answer = await confirm_year(walkthrough, recognition, 2099)
    assert (answer.status_code, answer.json()["reasons"][0]) == (409, "认定当前为“已撤销”，只有有效的认定才确认")
    assert await walkthrough.office.events("RecognitionConfirmed") == []


async def test_what_is_not_met_is_kept_and_judged_again_once_it_is_cured(walkthrough: Walkthrough, recognition: str):
    await review_report(walkthrough, recognition)
    await walkthrough.office.hear(household_typed(1, kind="ineligible", revision=9, year=2027))
    failed = (await confirm_year(walkthrough, recognition)).json()
    assert (failed["confirmed"], len(failed["failing"])) == (False, 1)
    assert await concerns(walkthrough, recognition) == ["typing", "standards"]
    assert (await dossier_of(walkthrough, recognition)).json()["state"] == "valid", "only a decision cancels"
    assert await listed(walkthrough, confirmed=False) == [(recognition, False)]
    await walkthrough.office.hear(household_typed(1, revision=10, year=2027))
    assert (await confirm_year(walkthrough, recognition)).json()["confirmed"]
    assert (await concerns(walkthrough, recognition), await listed(walkthrough)) == ([], [(recognition, True)])


async def test_a_new_type_that_the_policy_does_not_confirm_is_put_before_an_officer_until_it_is_another(
    walkthrough: Walkthrough,
):
    fallen, risen, survivor = await recognise(walkthrough, 1, 2, 3)
    kinds = {1: "ineligible", 2: "development", 3: "survival"}
    await walkthrough.office.hear_together(
        [household_typed(one, kind=kind, revision=9, year=2027) for one, kind in kinds.items()]
    )
    assert [await concerns(walkthrough, one) for one in (fallen, risen, survivor)] == [["typing"], [], []]
    said = household_typed(1, kind="growth", revision=10, year=2027).model_dump() | {
        "objection": "0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d",
        "reason": "更正",
    }
    await walkthrough.office.hear(TypingAdjusted.model_validate(said))
    assert await concerns(walkthrough, fallen) == []
    entries = await walkthrough.office.sql("select subject from audit_entry where action = 'recognition:recheck'")
    assert [row["subject"] for row in entries] == [fallen, fallen]


async def test_the_level_that_recognised_reads_the_report_and_confirms(walkthrough: Walkthrough, recognition: str):
    """郑市监〔2025〕6号 三（二）2: 认定部门应当审核信息报告,并对…进行确认."""
    await review_report(walkthrough, recognition)
    await execute_sql(walkthrough.office, "update recognition set decided_by_region = '4101'")
    county = await confirm_year(walkthrough, recognition)
    assert (county.status_code, county.json()["title"]) == (403, "不由本级办理")
    assert "由市（地）级市场监管部门作出" in county.json()["detail"]


async def test_only_officers_of_the_region_confirm_and_read(walkthrough: Walkthrough, recognition: str):
    headers = walkthrough.office.as_(Role.OFFICER, "42") | {"If-Match": "*"}
    path = f"/v1/recognitions/{recognition}/confirmation"
    assert (await walkthrough.office.client.post(path, json={"year": 2027}, headers=headers)).status_code == 404
    headers, query = walkthrough.office.as_(Role.OFFICER, "4101"), {"year": "2027", "region": "4102"}
    assert (await walkthrough.office.client.get("/v1/confirmations", params=query, headers=headers)).status_code == 403
