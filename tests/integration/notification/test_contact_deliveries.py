"""Deliveries of contacts: what counts, what is rejected and how it is said, former operators, withdrawals, races."""

import asyncio
import datetime as dt
import io
from typing import Any

import anyio
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts import repository as contact_repository
from services.notification.contacts.repository import ContactMerge
from shared.contracts.typing import HouseholdChanged
from shared.feeds.intake.absence import COVERS_NOTHING, NOTHING_ACCEPTED
from shared.feeds.intake.declaration import FORMATS
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.fixtures.waiting import until_blocked
from tests.integration.notification.contact_steps import EMAIL, PHONE, accepted, deliver, row, seen, withdraw
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

ELSEWHERE = "410106"


@pytest.fixture
async def known(office: NotificationClient) -> NotificationClient:
    """Three households of as many operators."""
    await office.hear(*(household_typed(number) for number in (1, 2, 3)))
    return office


async def rejects(office: NotificationClient, delivery: str) -> list[list[str]]:
    lines = (await office.get(f"/v1/deliveries/{delivery}/rejects")).text.splitlines()[1:]
    return [line.split(",", 6)[2:] for line in lines if ",rejected," in line]


async def test_a_delivered_contact_is_shown_masked_and_reaches_the_operator(known: NotificationClient) -> None:
    told = await accepted(known, row(1), row(2, email="", consented=""))
    assert (told["accepted"], told["rejected"], told["changed"]) == (2, 0, 2)
    first, second = await seen(known, 1), await seen(known, 2)
    assert (first["delivered"]["phone"], first["delivered"]["email"]) == ("139****5678", "l***@qq.com")
    assert first["reachable"] == ["sms", "email"]
    assert second["reachable"] == []


async def test_what_is_wrong_is_said_at_its_row_without_the_value(known: NotificationClient) -> None:
    told = await accepted(known, row(1, phone="12345678901"), row(2, email="nobody"), row(9), row(3))
    assert (told["accepted"], told["rejected"]) == (1, 3)
    assert await rejects(known, told["id"]) == [
        ["2", "phone", "unknown-value", "rejected",
         "phone（联系电话）不是电话号码：应为11位手机号码，或带区号的固定电话"],
        ["3", "email", "unknown-value", "rejected", "email（电子邮箱）不是电子邮箱地址：应写成name@example.com的样子"],
        ["4", "uscc", "unknown-household", "rejected",
         "uscc（统一社会信用代码）在已采用的登记信息中没有这个代码：请核对代码，或先报送登记信息"],
    ]  # fmt: skip


async def test_a_file_without_a_header_names_nobody(known: NotificationClient) -> None:
    told = await accepted(known, row(1) + ",x", header=f"uscc,phone,email,consented_on,{PHONE}")
    assert told["warnings"] == ["文件contact.csv中不认识的列已忽略：（含个人信息）。"]


async def test_an_incremental_delivery_replaces_and_a_full_one_removes(known: NotificationClient) -> None:
    await accepted(known, row(1), row(2), row(3))
    await accepted(known, row(1, phone="13700000000"))
    assert (await seen(known, 1))["delivered"]["phone"] == "137****0000"
    told = await accepted(known, row(1), row(2, phone="none"), mode="full")
    assert told["changed"] == 2
    assert (await seen(known, 3))["delivered"] is None
    assert (await seen(known, 2))["delivered"]["phone"] == "139****5678", "an unreadable row removes nothing"


async def test_a_full_delivery_of_which_hardly_anything_was_accepted_removes_nothing(known: NotificationClient) -> None:
    await accepted(known, row(1), row(2))
    none, hardly_any = [row(9)], [row(1), row(8), row(9)]
    for rows, warned in ((none, [NOTHING_ACCEPTED, COVERS_NOTHING]), (hardly_any, [COVERS_NOTHING])):
        told = await accepted(known, *rows, mode="full")
        assert told["warnings"] == warned
        assert (await seen(known, 2))["delivered"] is not None


async def test_a_landline_is_kept_but_takes_no_messages(known: NotificationClient) -> None:
    await accepted(known, row(1, phone="0371-66012345", email=""))
    shown = await seen(known)
    assert shown["delivered"]["phone"] == "037*****2345"
    assert shown["reachable"] == []


async def test_the_contact_of_the_former_operator_waits_for_a_newer_delivery(known: NotificationClient) -> None:
    await accepted(known, row(1))
    changed = HouseholdChanged(
        uscc=uscc(1), name="改名", region=COUNTY, status="registered", operator_ref=operator(8), revision=9
    )
    await known.hear(changed)
    shown = await seen(known)
    assert (shown["delivered"], shown["reachable"]) == (None, [])
    assert (
        await known.post(f"/v1/contacts/{uscc(1)}/disclosures", {"reason": "上门前联系"}, Role.OFFICER)
    ).status_code == 404
    await accepted(known, row(1, phone="13800000008"))
    assert (await seen(known))["reachable"] == ["sms", "email"]


async def test_after_a_withdrawal_a_delivery_stores_nothing_without_later_consent(known: NotificationClient) -> None:
    await accepted(known, row(1), row(2))
    assert (await withdraw(known)).status_code == 200
    kept = "select phone, email, consented_on, withdrawn_at is not null as gone from contact where uscc = $1"
    assert [tuple(one) for one in await known.sql(kept, uscc(1))] == [(None, None, None, True)]
    await accepted(known, row(1, consented="2026-02-01"), mode="full")
    assert [tuple(one) for one in await known.sql(kept, uscc(1))] == [(None, None, None, True)]
    later = (dt.datetime.now(tz=dt.UTC) + dt.timedelta(days=2)).date().isoformat()
    await accepted(known, row(1, consented=later))
    (stored,) = await known.sql(kept, uscc(1))
    assert stored["phone"] is not None
    assert (await seen(known))["reachable"] == [], "that day has not come yet"


async def withdrawing_meanwhile(office: NotificationClient, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is stored after a withdrawal came when a delivery was merged, but not yet committed."""
    merge = contact_repository.merge
    withdrawals: list[asyncio.Future[httpx.Response]] = []

    async def slowly(session: AsyncSession, wanted: ContactMerge) -> int:
        changed = await merge(session, wanted)
        withdrawals.append(asyncio.ensure_future(withdraw(office)))
        await until_blocked(office.resources.database, *withdrawals)
        return changed

    monkeypatch.setattr(contact_repository, "merge", slowly)
    await accepted(office, row(1))
    assert (await withdrawals[0]).status_code == 200
    rows = await office.sql("select phone, email from contact where uscc = $1", uscc(1))
    return [one for found in rows for one in found if one is not None]


async def test_withdrawing_while_a_delivery_is_merged_leaves_nothing(
    known: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await withdrawing_meanwhile(known, monkeypatch) == []


async def test_without_the_lock_it_would_leave_what_was_delivered(
    known: NotificationClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_session: AsyncSession) -> None:
        """The naive variant."""

    monkeypatch.setattr(contact_repository, "lock_withdrawing", nothing)
    assert len(await withdrawing_meanwhile(known, monkeypatch)) == 2


async def test_a_countys_delivery_is_not_checked_behind_a_provinces(known: NotificationClient) -> None:
    intake = known.resources.intake
    async with intake.checks:  # a province's delivery is being checked and counted in
        with anyio.fail_after(20):
            await accepted(known, row(1))
        assert intake.slot(intake.small) is intake.checks


@pytest.mark.parametrize(("region", "waits"), [(ELSEWHERE, False), (CITY, True), (COUNTY, True)])
async def test_only_deliveries_of_overlapping_regions_are_merged_one_after_another(
    known: NotificationClient, monkeypatch: pytest.MonkeyPatch, region: str, waits: bool
) -> None:
    await known.hear(household_typed(5, county=ELSEWHERE))
    slots = known.resources.intake.small_checks
    assert slots is not None
    slots.total_tokens = 2
    merging, go_on = asyncio.Event(), asyncio.Event()
    merge = contact_repository.merge

    async def slowly(session: AsyncSession, wanted: ContactMerge) -> int:
        if wanted.region == COUNTY and not merging.is_set():
            merging.set()
            await go_on.wait()
        return await merge(session, wanted)

    monkeypatch.setattr(contact_repository, "merge", slowly)
    first = asyncio.ensure_future(accepted(known, row(1)))
    await merging.wait()
    second = asyncio.ensure_future(accepted(known, f"{uscc(5, ELSEWHERE)},{PHONE},,2026-01-01", region=region))
    if waits:
        await until_blocked(known.resources.database, second)
        assert not second.done()
    else:
        await asyncio.wait_for(second, 20)
    go_on.set()
    await asyncio.gather(first, second)


async def test_the_same_file_counts_once_also_at_the_same_moment(known: NotificationClient) -> None:
    slots = known.resources.intake.small_checks
    assert slots is not None
    slots.total_tokens = 4
    answers = await asyncio.gather(*(deliver(known, row(1)) for _ in range(4)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
    assert len({one.json()["id"] for one in answers}) == 1


async def test_the_same_bytes_after_another_delivery_are_a_new_state(known: NotificationClient) -> None:
    first = await accepted(known, row(1))
    assert (await deliver(known, row(1))).status_code == 200, "nothing came in between"
    await accepted(known, row(1, phone="13700000000"))
    again = await deliver(known, row(1))
    assert (again.status_code, again.json()["id"] != first["id"]) == (201, True)
    assert (await seen(known, 1))["delivered"]["phone"] == "139****5678"


async def test_a_workbook_and_parquet_are_read_alike(known: NotificationClient) -> None:
    cells = [uscc(1), PHONE, EMAIL, "2026-01-01"]
    names = ["uscc", "phone", "email", "consented_on"]
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, names)
        sheet.write_row(1, 0, cells)
    table = io.BytesIO()
    pq.write_table(pa.table({name: [cell] for name, cell in zip(names, cells, strict=True)}), table)
    kinds = {suffix: kind for kind, suffix in FORMATS.items()}
    for suffix, content in ((".xlsx", book.getvalue()), (".parquet", table.getvalue())):
        told = await accepted(known, body=content, content_type=kinds[suffix], declared=1)
        assert (told["rows"], told["accepted"]) == (1, 1), suffix


async def test_who_may_deliver(known: NotificationClient) -> None:
    for role, department, status in [
        (Role.BUREAU, Department.TAX, 403),
        (Role.AUDITOR, Department.MARKET, 403),
        (Role.APPROVER, Department.MARKET, 403),
        (Role.BUREAU, Department.MARKET, 201),
        (Role.OFFICER, Department.MARKET, 200),
    ]:
        answer = await deliver(known, row(1), role=role, department=department)
        assert answer.status_code == status, (role, department)


async def test_a_household_of_elsewhere_is_unknown_to_a_countys_delivery(office: NotificationClient) -> None:
    await office.hear(household_typed(5, county=ELSEWHERE))
    line = f"{uscc(5, ELSEWHERE)},{PHONE},,2026-01-01"
    assert (await accepted(office, line))["accepted"] == 0
    assert (await accepted(office, line, region=CITY))["accepted"] == 1
