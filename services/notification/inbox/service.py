"""What is done about notifications: archived, read many at once, sent again by an officer."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts import lookups as contact_lookups
from services.notification.contacts.lookups import Reach
from services.notification.inbox import repository as inbox_repository
from services.notification.inbox.problems import (
    NobodyReached,
    NothingToSendAgain,
    NotificationNotFound,
    SentAgainTooOften,
    StillUnderWay,
)
from services.notification.messages.domain import (
    OPEN_STATES,
    Channel,
    NotificationCategory,
    Recipient,
    repeat_id,
)
from services.notification.messages.models import Message, Notification
from services.notification.messages.service import MessageDraft, NotificationDraft, queue
from services.notification.rules.service import codes_in_force
from services.notification.settings import NotificationSettings
from shared import clock
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.lookups import or_404


def read(notification: Notification, caller: Caller) -> None:
    """The first reading counts; of a mailbox that of whoever of the bureau reads first."""
    if notification.read_at is None:
        notification.read_at, notification.read_by = clock.now(), caller.subject


async def send_again(
    session: AsyncSession, found: Notification, caller: Caller, reason: str, settings: NotificationSettings
) -> uuid.UUID:
    """The same words once more, on the channels of the first time; returns the new notification's id.

    Errors: NothingToSendAgain, StillUnderWay, SentAgainTooOften, NobodyReached.
    """
    recipient = Recipient.of(found.recipient)
    first_id = found.repeat_of or found.id
    family_ids = [first_id, *(repeat_id(first_id, repeat + 1) for repeat in range(settings.most_repeats))]
    family = await inbox_repository.lock_family(session, family_ids)
    first = or_404(next(iter(family), None), NotificationNotFound)
    messages = await inbox_repository.messages_of(session, [one.id for one in family], lock=True)
    if not messages[first.id] or first.emptied_at is not None:
        raise NothingToSendAgain
    if any(message.state in OPEN_STATES for of_one in messages.values() for message in of_one):
        raise StillUnderWay
    repeat = family[-1].repeat + 1
    if repeat > settings.most_repeats:
        raise SentAgainTooOften(f"这条通知已经重发{settings.most_repeats}次，不能再发；请按送达名单当面送达。")
    reach = (await contact_lookups.reach(session, [recipient], {recipient.key: first.uscc}))[recipient.key]
    codes = await codes_in_force(session, first.template, first.region)
    drafts = [_again(message, first, reach, settings, codes) for message in messages[first.id]]
    if all(draft.suppression for draft in drafts):
        raise NobodyReached
    await queue(session, [_repeated(first, recipient, repeat, drafts)])
    details = {"reason": reason, "repeat": repeat, "channels": [draft.channel.value for draft in drafts]}
    await audit.record(session, first, caller, "notification:sent-again", details)
    return family_ids[repeat]


def _repeated(
    first: Notification, recipient: Recipient, repeat: int, messages: Sequence[MessageDraft]
) -> NotificationDraft:
    return NotificationDraft(
        cause=first.cause,
        rule=first.rule,
        template=first.template,
        recipient=recipient,
        uscc=first.uscc,
        region=first.region,
        title=first.title,
        body=first.body,
        link=first.link,
        occurred_at=first.occurred_at,
        messages=tuple(messages),
        category=NotificationCategory(first.category),
        repeat=repeat,
        repeat_of=first.id,
    )


def _again(
    message: Message, first: Notification, reach: Reach, settings: NotificationSettings, codes: Mapping[str, str]
) -> MessageDraft:
    """A message of the first time once more, unless the recipient is not reached on its channel any longer. `codes`:
    under which gateways know its words by now.
    """
    now = clock.now()
    return MessageDraft(
        channel=message.channel,
        lane=message.lane,
        text=message.words(first),
        template_codes={**message.template_codes, **codes}
        if message.channel is Channel.SMS
        else message.template_codes,
        parameters=message.parameters,
        not_before=now,
        expires_at=now + dt.timedelta(hours=settings.repeat_hours),
        suppression=reach.suppression(message.channel, first.category),
        quiet=message.quiet,
    )
