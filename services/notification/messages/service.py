"""Notifications put into inboxes and their messages into the queue, each once for good, thousands at a time."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages import repository as message_repository
from services.notification.messages.domain import (
    Channel,
    Lane,
    MessageState,
    NotificationCategory,
    Recipient,
    Suppression,
    message_id,
    notification_id,
    repeat_id,
)
from shared import clock


class MessageDraft(NamedTuple):
    """One channel's message of a notification.

    `text`: as the recipient reads it; `template_codes` (by gateway) and `parameters` (in their order): of a template
    that is registered at the SMS gateways; `suppression`: why it is only in the inbox, None where it is to be sent;
    `quiet`: the rule's hours in which it is not handed over, for a long queue or a later try may reach into them.
    """

    channel: Channel
    lane: Lane
    text: str
    template_codes: Mapping[str, str]
    parameters: Mapping[str, str]
    not_before: dt.datetime
    expires_at: dt.datetime
    suppression: Suppression | None = None
    quiet: str | None = None


class NotificationDraft(NamedTuple):
    """What one recipient is to be told. `cause`, `rule` and the recipient are its permanent key: whatever makes
    notifications must say the same cause each time for the same fact. `template`: name and version of the words.

    `digest`: daily or weekly; it has no messages of its own, the recipient's next digest lists it. `due_on` with
    `matter`: what is to be done by when, until the matter has ended. `repeat_of`: which one was sent again, with
    `repeat` for how many times.
    `keyed_by`: whom the key names in the recipient's place: what an operator is told about a household is keyed by the
    household, so that the same event tells nobody anew when another operator has taken over.
    `known_as`: how a bureau knows the recipient where `uscc` does not say so.
    """

    cause: str
    rule: str
    template: str
    recipient: Recipient
    uscc: str | None
    region: str
    title: str
    body: str
    link: str | None
    occurred_at: dt.datetime
    messages: tuple[MessageDraft, ...] = ()
    category: NotificationCategory = NotificationCategory.DUTY
    digest: str | None = None
    due_on: dt.date | None = None
    matter: str | None = None
    repeat: int = 0
    repeat_of: uuid.UUID | None = None
    keyed_by: Recipient | None = None
    known_as: str | None = None

    @property
    def id(self) -> uuid.UUID:
        """The notification's id, which follows from its key."""
        if self.repeat_of is not None:
            return repeat_id(self.repeat_of, self.repeat)
        return notification_id(self.cause, self.rule, self.keyed_by or self.recipient)


async def queue(session: AsyncSession, drafts: Sequence[NotificationDraft]) -> list[uuid.UUID]:
    """Stores those that nobody was told before, with their messages: one statement per table for any number of drafts.

    Returns the ids of the new ones in the drafts' order, which is also their order in the inboxes. There is no looking
    first and inserting then: whoever tells the same at the same time, it is stored once.
    """
    by_id: dict[uuid.UUID, NotificationDraft] = {}
    for draft in drafts:
        by_id.setdefault(draft.id, draft)
    if not by_id:
        return []
    now = clock.now()
    stored = await message_repository.store_notifications(session, _notification_rows(by_id, now))
    new = [one for one in by_id if one in stored]
    messages = [_message_row(one, by_id[one], message, now) for one in new for message in by_id[one].messages]
    if messages:
        await message_repository.store_messages(session, messages)
    return new


def _notification_rows(by_id: Mapping[uuid.UUID, NotificationDraft], now: dt.datetime) -> Iterator[Sequence[object]]:
    """As `NOTIFICATIONS` has the columns."""
    for identity, draft in by_id.items():
        yield (
            *(identity, draft.cause, draft.rule, draft.template, draft.recipient.key, draft.uscc, draft.region),
            *(draft.title, draft.body, draft.link, draft.occurred_at, now, draft.category, draft.digest),
            *(draft.due_on, draft.matter, draft.repeat, draft.repeat_of, draft.known_as),
        )


def _message_row(
    notification: uuid.UUID, told: NotificationDraft, draft: MessageDraft, now: dt.datetime
) -> Sequence[object]:
    """As `MESSAGES` has the columns. What is only in the inbox has ended at once."""
    why = draft.suppression
    state = MessageState.SUPPRESSED if why else MessageState.QUEUED
    return (
        *(message_id(notification, draft.channel), notification, told.region, draft.channel, draft.lane, state, why),
        *(draft.not_before, draft.quiet, draft.expires_at, orjson.dumps(dict(draft.template_codes)).decode()),
        orjson.dumps(dict(draft.parameters)).decode(),
        None if draft.text == told.body else draft.text,
        now if why else None,
    )
