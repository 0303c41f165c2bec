"""Who objects to another's notice and is not reached is on the county's list, known by the receipt alone."""

import datetime as dt
from typing import Any
from uuid import UUID

import pytest

from shared import clock
from shared.contracts.objection import ObjectionClosed
from shared.platform.identity import Role
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

OBJECTION = UUID("7f1c2d3e-52a1-4f0b-8a53-6d1f3a2b4c5d")
RECEIPT = "YY410105202600017"
TOLD = dt.datetime(2026, 3, 2, 9, tzinfo=clock.CHINA)
LATER = dt.date(2026, 3, 20)
LINE = {"recipient": "objector", "recipient_label": "异议人", "receipt": RECEIPT, "uscc": None, "household": None}


def closed(objector: str | None, against: str = "public-notice") -> ObjectionClosed:
    """An objection that concerns household 1."""
    return ObjectionClosed(
        objection=OBJECTION,
        receipt=RECEIPT,
        uscc=uscc(1),
        region=COUNTY,
        against=against,
        subject=OBJECTION,
        objector_ref=objector,
        revision=5,
        outcome="dismissed",
        changed=False,
        answer="经核实，公示的内容无误。",
    )


async def answered(office: NotificationClient, said: ObjectionClosed) -> list[dict[str, Any]]:
    """The objector is answered; the list as the county sees it two weeks later."""
    with clock.travel(TOLD):
        await office.hear(household_typed(1), source="/typing")
        await office.hear(said, source="/objection")
    return await lines(office)


async def lines(office: NotificationClient, region: str = COUNTY) -> list[dict[str, Any]]:
    """The county's list, without what the household itself was told."""
    with clock.travel(LATER):
        found = (await office.get("/v1/household-letters", Role.OFFICER, region)).json()["items"]
    return [one for one in found if one["recipient"] == "objector"]


@pytest.mark.parametrize("objector", [operator(7), None], ids=["an-operator", "without-an-account"])
async def test_an_objector_who_is_not_reached_is_listed_by_the_receipt(
    office: NotificationClient, objector: str | None
) -> None:
    (line,) = await answered(office, closed(objector))
    assert {name: line[name] for name in LINE} == LINE
    assert line["rule"] == "n05-notice-objection-closed"
    assert operator(7) not in str(line)
    assert await lines(office, "410106") == []


async def test_the_letter_is_for_the_objector_and_its_service_is_recorded(office: NotificationClient) -> None:
    (line,) = await answered(office, closed(None))
    page = await office.get(f"/v1/household-letters/{line['notification']}/page")
    assert f"异议人（回执号 {RECEIPT}）" in page.text
    assert "测试商户1号" not in page.text
    with clock.travel(LATER):
        table = (await office.get("/v1/household-letters/table")).text
        body = {"served_on": "2026-03-18", "manner": "mailed"}
        served = await office.post(f"/v1/household-letters/{line['notification']}/service", body, Role.OFFICER, COUNTY)
    assert f"异议人,{RECEIPT}," in table
    assert served.status_code == 201, served.text
    assert await lines(office) == []


async def test_an_objector_who_has_read_the_answer_is_not_listed(office: NotificationClient) -> None:
    (line,) = await answered(office, closed(operator(7)))
    read = await office.post(f"/v1/inbox/{line['notification']}/reading", {}, Role.OPERATOR, COUNTY, number=7)
    assert read.status_code < 300, read.text
    assert await lines(office) == []


async def test_who_objected_for_a_shop_that_has_another_operator_now_is_listed_too(office: NotificationClient) -> None:
    (line,) = await answered(office, closed(operator(9), against="typing"))
    assert (line["receipt"], line["uscc"], line["rule"]) == (RECEIPT, None, "n05-objection-closed")


async def test_nobody_reads_the_inbox_of_who_has_no_account(office: NotificationClient) -> None:
    await answered(office, closed(None))
    (row,) = await office.sql("select recipient, uscc from notification where rule = 'n05-notice-objection-closed'")
    assert (row["recipient"], row["uscc"]) == (f"objector:{OBJECTION}", None)
    told = await office.get("/v1/notifications", Role.OFFICER, COUNTY, query={"uscc": uscc(1)})
    assert "n05-notice-objection-closed" not in told.text
