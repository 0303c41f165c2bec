"""The county's list for personal service: who is on it, what is printed, how service is recorded."""

import datetime as dt
import io
import re
from typing import Any

import httpx
import pytest
from python_calamine import load_workbook
from sqlalchemy import text

from services.notification.messages.domain import (
    Channel,
    Lane,
    NotificationCategory,
    Recipient,
    RecipientKind,
    Suppression,
)
from services.notification.messages.service import MessageDraft, NotificationDraft, queue
from shared import clock
from shared.platform.identity import Role
from tests.integration.notification.notification_client import (
    CITY,
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

ELSEWHERE = "410106"
TOLD = dt.datetime(2026, 3, 2, 9, tzinfo=clock.CHINA)
LATER = dt.date(2026, 3, 20)
SERVED = {"served_on": "2026-03-18", "manner": "direct"}


def message(suppression: Suppression | None, channel: Channel = Channel.SMS) -> MessageDraft:
    """A message of the notification, an SMS unless another channel is given."""
    return MessageDraft(channel, Lane.URGENT, "…", {}, {}, TOLD, TOLD + dt.timedelta(days=3), suppression=suppression)


def told(
    number: int = 1,
    *messages: MessageDraft,
    rule: str = "n20-revoked",
    category: NotificationCategory = NotificationCategory.DUTY,
    recipient: Recipient | None = None,
    title: str = "撤销认定决定书",
    body: str = "经查，您户……\n如不服本决定，可以……",
) -> NotificationDraft:
    """What the operator of a household was told."""
    return NotificationDraft(
        cause="event-1",
        rule=rule,
        category=category,
        template=f"{rule}@1",
        recipient=recipient or Recipient(RecipientKind.OPERATOR, operator(number)),
        uscc=uscc(number),
        region=COUNTY,
        title=title,
        body=body,
        link=None,
        occurred_at=TOLD,
        messages=messages,
    )


async def tell(office: NotificationClient, *drafts: NotificationDraft) -> list[str]:
    """Tell it on the second of March."""
    with clock.travel(TOLD):
        async with office.resources.database.transaction() as session:
            return [str(one) for one in await queue(session, drafts)]


@pytest.fixture
async def known(office: NotificationClient) -> NotificationClient:
    """Three households."""
    await office.hear(*(household_typed(number) for number in (1, 2, 3)))
    return office


async def lines(office: NotificationClient, day: dt.date = LATER, **query: Any) -> list[dict[str, Any]]:
    """The list as an officer of the county sees it on a day."""
    with clock.travel(day):
        answer = await office.get("/v1/household-letters", query=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def serve(
    office: NotificationClient, notification: str, role: Role = Role.OFFICER, region: str = COUNTY, **changed: Any
) -> httpx.Response:
    """Record that a letter was served."""
    with clock.travel(LATER):
        path = f"/v1/household-letters/{notification}/service"
        return await office.post(path, SERVED | changed, role, region, subject="zhang")


async def test_who_had_to_be_told_and_was_not_reached_is_listed(known: NotificationClient) -> None:
    no_contact, no_consent = message(Suppression.NO_CONTACT), message(Suppression.NO_CONSENT)
    await tell(known, told(1, no_contact), told(2, no_consent), told(3))
    found = await lines(known)
    assert [(one["uscc"], one["why"]) for one in found] == [
        (uscc(1), "no-contact"),
        (uscc(2), "no-consent"),
        (uscc(3), "unread"),
    ]
    assert (found[0]["household"], found[0]["title"], found[0]["served"]) == ("测试商户1号", "撤销认定决定书", None)


async def test_nobody_is_listed_before_there_was_time_to_read(known: NotificationClient) -> None:
    await tell(known, told(1))
    assert await lines(known, dt.date(2026, 3, 8)) == []
    assert len(await lines(known, dt.date(2026, 3, 10))) == 1


async def test_who_has_read_or_got_a_message_or_may_yet_get_one_is_not_listed(known: NotificationClient) -> None:
    await tell(known, told(1), told(2, message(None)), told(3, message(Suppression.NO_CONTACT)))
    async with known.resources.database.transaction() as session:
        await session.execute(text("update notification set read_at = now() where uscc = :code"), {"code": uscc(1)})
    assert [one["uscc"] for one in await lines(known)] == [uscc(3)]
    for state, listed in (("delivered", False), ("failed", True), ("expired", True)):
        async with known.resources.database.transaction() as session:
            ended = "update message set state = :state, ended_at = now() where suppression is null"
            await session.execute(text(ended), {"state": state})
        assert (uscc(2) in [one["uscc"] for one in await lines(known)]) is listed, state


async def test_who_was_only_mailed_is_listed_since_a_mail_host_gives_no_receipt(known: NotificationClient) -> None:
    await tell(known, told(1, message(None, Channel.EMAIL)), told(2, message(None)))
    async with known.resources.database.transaction() as session:
        await session.execute(text("update message set state = 'delivered', ended_at = now()"))
    (line,) = await lines(known)
    assert (line["uscc"], line["why"]) == (uscc(1), "mailed")
    assert line["why_label"].startswith("只发出了邮件")


async def test_reminders_offers_and_offices_are_not_listed(known: NotificationClient) -> None:
    office_mailbox = Recipient(RecipientKind.MAILBOX, f"market:{COUNTY}")
    await tell(
        known,
        told(1, category=NotificationCategory.SEASON, rule="n07-season-opened"),
        told(1, rule="n01-annual-report-due"),
        told(1, recipient=office_mailbox),
    )
    assert await lines(known) == []


async def test_the_former_operator_is_named_as_such(known: NotificationClient) -> None:
    await tell(known, told(1, recipient=Recipient(RecipientKind.OPERATOR, operator(9))))
    await tell(known, told(2, recipient=Recipient(RecipientKind.HOUSEHOLD, uscc(2))))
    assert [one["former_operator"] for one in await lines(known)] == [True, False]


async def test_a_served_letter_leaves_the_list_and_the_audit_says_by_whom(known: NotificationClient) -> None:
    (notification,) = await tell(known, told(1))
    answer = await serve(known, notification, manner="left", note="见证人：居委会工作人员")
    assert answer.status_code == 201
    assert answer.json()["served"]["manner_label"] == "留置送达"
    assert await lines(known) == []
    (line,) = await lines(known, served=True)
    assert (line["served"]["served_by"], line["served"]["served_on"]) == ("zhang", "2026-03-18")
    (entry,) = await known.sql("select * from audit_entry where action = 'household-letter:serve'")
    assert (entry["actor"], entry["chain"]) == ("zhang", COUNTY)
    again = await serve(known, notification)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/household-letter-served")


async def test_a_day_before_it_was_told_or_in_the_future_is_refused(known: NotificationClient) -> None:
    (notification,) = await tell(known, told(1))
    for day in ("2026-03-01", "2026-03-21"):
        answer = await serve(known, notification, served_on=day)
        assert answer.json()["type"] == "/problems/service-day-impossible", day


async def test_a_note_holds_no_phone(known: NotificationClient) -> None:
    (notification,) = await tell(known, told(1))
    answer = await serve(known, notification, note="已致电13912345678")
    assert answer.status_code == 422
    assert "13912345678" not in answer.text


async def test_a_note_is_sealed_and_read_for_a_reason(known: NotificationClient) -> None:
    (notification,) = await tell(known, told(1))
    answer = await serve(known, notification, note="由其妻张某代收")
    assert answer.json()["served"]["has_note"] is True
    assert "张某" not in answer.text
    (row,) = await known.sql("select note from household_letter")
    assert "张某".encode() not in row["note"]
    for table in ("audit_entry", "outbox"):
        assert "张某" not in str(await known.sql(f"select * from {table}"))
    path, reason = f"/v1/household-letters/{notification}/note", {"reason": "当事人称未收到，核对代收人"}
    for role, region, status in [
        (Role.AUDITOR, COUNTY, 403),
        (Role.OFFICER, ELSEWHERE, 404),
        (Role.OFFICER, COUNTY, 200),
    ]:
        shown = await known.post(path, reason, role, region)
        assert shown.status_code == status, (role, region)
    assert shown.json() == {"note": "由其妻张某代收"}
    (entry,) = await known.sql("select details from audit_entry where action = 'personal-data:unmask'")
    assert "核对代收人" in entry["details"]
    (other,) = await tell(known, told(2))
    assert (await known.post(f"/v1/household-letters/{other}/note", reason, Role.OFFICER)).status_code == 404


async def test_who_prints_and_who_records(known: NotificationClient) -> None:
    (notification,) = await tell(known, told(1))
    for role, region, read, write in [
        (Role.APPROVER, COUNTY, 200, 403),
        (Role.AUDITOR, COUNTY, 200, 403),
        (Role.OFFICER, ELSEWHERE, 404, 404),
        (Role.BUREAU, COUNTY, 403, 403),
        (Role.OPERATOR, COUNTY, 403, 403),
        (Role.OFFICER, CITY, 200, 201),
        (Role.OFFICER, COUNTY, 200, 409),
    ]:
        page = await known.get(f"/v1/household-letters/{notification}/page", role, region)
        served = await serve(known, notification, role, region)
        assert (page.status_code, served.status_code) == (read, write), (role, region)


async def test_nobody_lists_what_lies_outside_their_region(known: NotificationClient) -> None:
    await tell(known, told(1))
    with clock.travel(LATER):
        assert (await known.get("/v1/household-letters", Role.OFFICER, ELSEWHERE)).json()["items"] == []
        beyond = await known.get("/v1/household-letters", Role.OFFICER, ELSEWHERE, query={"region": COUNTY})
    assert beyond.status_code == 403


async def test_the_letter_holds_the_words_the_bureau_and_a_receipt_and_loads_nothing(known: NotificationClient) -> None:
    mailbox = {"office": "金水区市场监督管理局", "address": "测试路1号", "phone": "0371-66012345"}
    path = f"/v1/mailboxes/market/{COUNTY}"
    assert (await known.client.put(path, json=mailbox, headers=known.as_(Role.OFFICER))).status_code == 200
    (notification,) = await tell(known, told(1, body="一、事实<script>alert(1)</script>\n二、权利"))
    answer = await known.get(f"/v1/household-letters/{notification}/page")
    page = answer.text
    for words in (
        "撤销认定决定书",
        "测试商户1号",
        uscc(1),
        "金水区市场监督管理局",
        "测试路1号",
        "037166012345",
        "送达回证",
        "留置送达",
    ):
        assert words in page, words
    assert "<script" not in page
    assert re.findall(r"(?:src|href|url\(|@import)", page) == []
    assert "@media print" in page
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"


async def test_without_a_mailbox_the_letter_names_the_bureau_by_its_region(known: NotificationClient) -> None:
    (notification,) = await tell(known, told(1))
    assert "金水区市场监督管理部门" in (await known.get(f"/v1/household-letters/{notification}/page")).text


async def test_the_list_is_downloaded_as_csv_and_as_a_workbook(known: NotificationClient) -> None:
    await tell(known, told(1, title="=1+1"), told(2))
    with clock.travel(LATER):
        csv = await known.get("/v1/household-letters/table")
        book = await known.get("/v1/household-letters/table", query={"format": "xlsx"})
    assert csv.content.startswith(b"\xef\xbb\xbf")
    assert len(csv.text.splitlines()) == 3
    assert ",=1+1," not in csv.text
    rows = load_workbook(io.BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows[1:]] == [uscc(1), uscc(2)]


async def test_the_list_goes_on_after_a_page_and_can_be_narrowed_to_a_rule(known: NotificationClient) -> None:
    await tell(known, told(1), told(2), told(3, rule="n20-cancelled"))
    with clock.travel(LATER):
        first = (await known.get("/v1/household-letters", query={"limit": 2})).json()
        second = (await known.get("/v1/household-letters", query={"limit": 2, "cursor": first["next"]})).json()
    assert [one["uscc"] for page in (first, second) for one in page["items"]] == [uscc(1), uscc(2), uscc(3)]
    assert [one["uscc"] for one in await lines(known, rule="n20-cancelled")] == [uscc(3)]
