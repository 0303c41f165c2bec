"""Messages, the sandbox's gateway and the worker's task of delivery, for tests of how messages travel."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts.models import OwnContact
from services.notification.delivery.task import deliver
from services.notification.messages.domain import Channel, Lane, NotificationCategory, Recipient, RecipientKind
from services.notification.messages.service import MessageDraft, NotificationDraft, queue
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import place_of
from tests.fixtures.message_gateway import RECEIPT_SECRET
from tests.integration.notification.notification_client import COUNTY, operator, uscc

FAST: dict[str, Any] = {
    "delivery_slots": 16,
    "delivery_urgent_slots": 4,
    "delivery_poll": 0.02,
    "delivery_first_pause": 0.05,
    "delivery_longest_pause": 0.2,
    "delivery_lease": 1.2,
    "delivery_asked_after": 0.2,
    "delivery_provider_pause": 0.05,
}
"""Settings with which nothing takes long."""
STATES = "select state, count(*) as count from message group by state"
OPEN = "select count(*) from message where state in ('queued', 'sending', 'handed-over')"


def phone(number: int) -> str:
    """A made-up one."""
    return f"139{number:08d}"


def draft(
    number: int,
    *,
    lane: Lane = Lane.BULK,
    channel: Channel = Channel.SMS,
    to: int | None = None,
    hours: float = 72,
    **message: Any,
) -> NotificationDraft:
    """A notification with one message; `to`: the operator, if several messages have the same."""
    now = clock.now()
    sms = MessageDraft(
        channel, lane, f"您的分型结果已公布（{number}）", {}, {}, now, now + dt.timedelta(hours=hours), **message
    )
    return NotificationDraft(
        cause=f"run/{number}",
        rule="typed@1",
        template="typed@1",
        recipient=Recipient(RecipientKind.OPERATOR, operator(number if to is None else to)),
        uscc=uscc(number),
        region=COUNTY,
        title="分型结果",
        body="您的店为成长型",
        link=None,
        occurred_at=now,
        messages=(sms,),
        category=NotificationCategory.TYPING,
    )


async def make_reachable(session: AsyncSession, resources: Resources, numbers: Sequence[int]) -> None:
    """Operators give a phone of their own."""
    for number in numbers:
        row = OwnContact(recipient=f"operator:{operator(number)}", opted_out=[], mobile=True)
        row.phone = resources.vault.seal(place_of(row, OwnContact.phone), PersonalText(phone(number)))
        row.email = resources.vault.seal(place_of(row, OwnContact.email), PersonalText(f"u{number}@example.com"))
        await session.merge(row)


async def queue_messages(resources: Resources, *drafts: NotificationDraft) -> None:
    """Queued, for operators who can be reached."""
    async with resources.database.transaction() as session:
        numbers = sorted({int(one.recipient.name.removeprefix("v1:"), 16) for one in drafts})
        await make_reachable(session, resources, numbers)
        await queue(session, drafts)


@asynccontextmanager
async def delivering(settings: NotificationSettings, resources: Resources) -> AsyncIterator[None]:
    """The worker's task runs during the block."""
    task = asyncio.create_task(deliver(settings, resources))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def states(database: Database) -> dict[str, int]:
    """How many messages are in each state."""
    return {row["state"]: row["count"] for row in await (await database.pool()).fetch(STATES)}


async def none_open(database: Database) -> bool:
    """Whether every message has ended."""
    return not await (await database.pool()).fetchval(OPEN)


def call_back_to(port: int) -> str:
    """Where the sandbox's own gateway posts its receipts."""
    return f"http://127.0.0.1:{port}/v1/receipts/sandbox?secret={RECEIPT_SECRET}"
