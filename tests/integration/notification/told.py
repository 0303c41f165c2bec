"""Drafts of notifications, put into inboxes by the service's own queue."""

import datetime as dt
import uuid
from typing import Any

from services.notification.messages.domain import Channel, Lane, Recipient, RecipientKind, Suppression
from services.notification.messages.service import MessageDraft, NotificationDraft, queue
from shared import clock
from shared.platform.household_copy import apply_typed
from tests.integration.notification.notification_client import (
    COUNTY,
    NotificationClient,
    household_typed,
    operator,
    uscc,
)

PERSON, MAILBOX, HOUSEHOLD = RecipientKind.PERSON, RecipientKind.MAILBOX, RecipientKind.HOUSEHOLD


def to_operator(number: int) -> Recipient:
    """A made-up operator."""
    return Recipient(RecipientKind.OPERATOR, operator(number))


def to_mailbox(name: str = f"market:{COUNTY}") -> Recipient:
    """A bureau's mailbox."""
    return Recipient(MAILBOX, name)


def message(channel: Channel = Channel.SMS, suppression: Suppression | None = None, **changed: Any) -> MessageDraft:
    """A message on a channel."""
    now = clock.now()
    values: dict[str, Any] = {
        "channel": channel,
        "lane": Lane.BULK,
        "text": "【名录】您户的分型结果已公布，详见名录平台。",
        "template_codes": {"aliyun": "SMS_1"},
        "parameters": {"name": "店"},
        "not_before": now,
        "expires_at": now + dt.timedelta(days=3),
        "suppression": suppression,
    }
    return MessageDraft(**(values | changed))


def told(recipient: Recipient, cause: str = "", *messages: MessageDraft, **changed: Any) -> NotificationDraft:
    """What a recipient is told; of household 1 unless another is given."""
    values: dict[str, Any] = {
        "cause": cause or str(uuid.uuid4()),
        "rule": "typed",
        "template": "typed@1",
        "recipient": recipient,
        "uscc": uscc(1),
        "region": COUNTY,
        "title": "分型结果",
        "body": "您的店为成长型。",
        "link": "/households/mine",
        "occurred_at": clock.now(),
        "messages": messages,
    }
    return NotificationDraft(**(values | changed))


async def known(office: NotificationClient, *numbers: int) -> None:
    """The copy knows these households; nobody is told of it."""
    async with office.resources.database.transaction() as session:
        await apply_typed(session, [household_typed(number) for number in numbers])


async def tell(office: NotificationClient, *drafts: NotificationDraft) -> list[uuid.UUID]:
    """Put them into the inboxes, together."""
    async with office.resources.database.transaction() as session:
        return await queue(session, drafts)
