"""Notifications are queued once for good, with their messages, however often and by however many."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import Channel, Lane, Recipient, RecipientKind, Suppression
from services.notification.messages.models import Notification
from services.notification.messages.service import MessageDraft, NotificationDraft, queue
from tests.integration.notification.notification_client import COUNTY, NotificationClient, operator, uscc

AT = dt.datetime(2026, 8, 5, 9, tzinfo=dt.UTC)


def sms(suppression: Suppression | None = None) -> MessageDraft:
    return MessageDraft(
        Channel.SMS,
        Lane.BULK,
        "您的分型结果已公布",
        {"aliyun": "SMS_1"},
        {"name": "店"},
        AT,
        AT + dt.timedelta(days=3),
        suppression,
    )


def draft(number: int, *messages: MessageDraft, cause: str = "run") -> NotificationDraft:
    return NotificationDraft(
        cause=f"{cause}/{number}",
        rule="typed",
        template="typed@1",
        recipient=Recipient(RecipientKind.OPERATOR, operator(number)),
        uscc=uscc(number),
        region=COUNTY,
        title="分型结果",
        body="您的店为成长型",
        link=None,
        occurred_at=AT,
        messages=messages,
    )


async def queued(office: NotificationClient, drafts: Sequence[NotificationDraft]) -> list[uuid.UUID]:
    async with office.resources.database.transaction() as session:
        return await queue(session, drafts)


async def check_then_insert(session: AsyncSession, drafts: Sequence[NotificationDraft]) -> list[uuid.UUID]:
    """As if there were no permanent key: what is there is looked for first."""
    await asyncio.sleep(0)
    new = []
    for one in drafts:
        query = select(Notification.id).where(Notification.cause == one.cause, Notification.rule == one.rule)
        if (await session.execute(query)).first() is None:
            new.append(one)
    await asyncio.sleep(0.2)  # the other one looks meanwhile
    again = [draft(int(one.cause.partition("/")[2]), cause=f"{uuid.uuid4()}") for one in new]
    return await queue(session, again)


async def test_the_same_drafts_are_stored_once_with_their_messages(office: NotificationClient) -> None:
    drafts = [draft(n, sms(), sms(Suppression.NO_CONTACT)) for n in range(3)]
    assert await queued(office, drafts) == [one.id for one in drafts]
    assert await queued(office, [*drafts, draft(7)]) == [draft(7).id]
    rows = await office.sql("select state, suppression, ended_at is null as open, parameters from message")
    assert [(row["state"], row["suppression"], row["open"]) for row in rows] == [("queued", None, True)] * 3
    assert [row["cause"] for row in await office.sql("select cause from notification order by number")] == [
        "run/0",
        "run/1",
        "run/2",
        "run/7",
    ]


async def test_a_message_without_a_contact_ends_at_once(office: NotificationClient) -> None:
    await queued(office, [draft(1, sms(Suppression.NO_CONTACT))])
    (row,) = await office.sql("select state, suppression, ended_at from message")
    assert (row["state"], row["suppression"]) == ("suppressed", "no-contact")
    assert row["ended_at"] is not None


async def test_a_draft_that_comes_twice_in_one_batch_is_stored_once(office: NotificationClient) -> None:
    assert await queued(office, [draft(1, sms()), draft(1, sms())]) == [draft(1).id]


async def test_two_who_tell_the_same_at_the_same_time_store_it_once(office: NotificationClient) -> None:
    drafts = [draft(n, sms()) for n in range(50)]
    new = await asyncio.gather(*(queued(office, drafts) for _ in range(4)))
    assert sorted(len(one) for one in new) == [0, 0, 0, 50]
    assert (await office.sql("select count(*) from message"))[0][0] == 50


async def test_looking_first_and_inserting_then_would_tell_twice(office: NotificationClient) -> None:
    async def naive() -> list[uuid.UUID]:
        async with office.resources.database.transaction() as session:
            return await check_then_insert(session, [draft(1)])

    told = await asyncio.gather(naive(), naive())
    assert sum(len(one) for one in told) == 2, "the planted variant has its fault"
