"""Digests made by the clock: what the notifications of those who work here leave open, once a round for each.

The permanent key of a digest is its round and its recipient. So any number of workers may make the same round, be
killed, and begin again: what is listed is marked in the transaction of the digest, and only by whoever made it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts import lookups as contact_lookups
from services.notification.contacts.lookups import Reach
from services.notification.digests import repository as digest_repository
from services.notification.digests.domain import Contents, Digest, Line, Round
from services.notification.messages.domain import Channel, Lane, NotificationCategory, Recipient, RecipientKind
from services.notification.messages.service import MessageDraft, NotificationDraft, queue
from services.notification.settings import NotificationSettings
from shared import clock
from shared.clock import CHINA
from shared.database.connections import Database
from shared.reference.calendar import add_working_days
from shared.worker.failpoints import failpoint

AT_ONCE = 200
"""Recipients per transaction."""
WORDS_VERSION = 1
"""Of the words in `domain`: part of the template's name that a notification keeps."""


async def make_round(database: Database, settings: NotificationSettings, a_round: Round) -> int:
    """Makes the digests of a round that nobody has made; returns how many."""
    weekly = a_round.digest is Digest.WEEKLY
    ahead = add_working_days(a_round.day, settings.digest_week_ahead if weekly else settings.digest_days_ahead).due
    due = (a_round.day - dt.timedelta(days=settings.digest_overdue_days), ahead)
    made, after = 0, ""
    while True:
        async with database.transaction() as session:
            keys = await digest_repository.candidates(session, a_round, after, AT_ONCE, due)
            if not keys:
                return made
            made += await _make(session, a_round, keys, due)
            failpoint("digest.made")
        failpoint("digest.committed")
        after = keys[-1]


async def _make(session: AsyncSession, a_round: Round, keys: Sequence[str], due: tuple[dt.date, dt.date]) -> int:
    """The digests of these recipients. One that another worker made meanwhile is left alone, and so is what came since:
    the next round lists it.
    """
    to_mark = await digest_repository.to_mark(session, a_round, keys)
    contents = await _contents(session, a_round, keys, due)
    recipients = {key: Recipient.of(key) for key in keys}
    told = [recipients[key] for key, one in contents.items() if one.parts]
    reach = await contact_lookups.reach(session, told, dict.fromkeys(keys))
    drafts = {one.key: _draft(a_round, one, contents[one.key], reach[one.key]) for one in told}
    new = set(await queue(session, list(drafts.values())))
    listed = {key for key in keys if key not in drafts or drafts[key].id in new}
    await digest_repository.mark_listed(session, a_round, [one for one, key in to_mark.items() if key in listed])
    return len(new)


async def _contents(
    session: AsyncSession, a_round: Round, keys: Sequence[str], due: tuple[dt.date, dt.date]
) -> Mapping[str, Contents]:
    contents = {key: Contents() for key in keys}
    new = await digest_repository.new_ones(session, a_round, keys)
    late_or_due = await digest_repository.due_ones(session, a_round, keys, due)
    for row in (*new, *late_or_due):
        one = contents[row["recipient"]]
        late = row.get("late")
        part = one.new if late is None else one.overdue if late else one.due
        part.total = row["total"]
        told_on = row["told_at"].astimezone(CHINA).date()
        part.lines.append(Line(row["title"], told_on, row["due_on"]))
        one.region = one.region or row["region"]
    return contents


def _draft(a_round: Round, recipient: Recipient, contents: Contents, reach: Reach) -> NotificationDraft:
    """A digest, by e-mail where that reaches the recipient."""
    title, body = contents.title(a_round), contents.body
    now, rule = clock.now(), a_round.digest.rule
    mail = MessageDraft(
        channel=Channel.EMAIL,
        lane=Lane.BULK,
        text=body,
        template_codes={},
        parameters={},
        not_before=now,
        expires_at=dt.datetime.combine(a_round.day + dt.timedelta(days=1), dt.time(), CHINA),
        suppression=reach.suppression(Channel.EMAIL, NotificationCategory.WORK),
    )
    return NotificationDraft(
        cause=a_round.cause,
        rule=rule,
        template=f"{rule}@{WORDS_VERSION}",
        recipient=recipient,
        uscc=None,
        region=_region(recipient) or contents.region,
        title=title,
        body=body,
        link="/inbox",
        occurred_at=a_round.until,
        messages=(mail,),
        category=NotificationCategory.WORK,
    )


def _region(recipient: Recipient) -> str:
    """Of a bureau its own region."""
    return recipient.name.partition(":")[2] if recipient.kind is RecipientKind.MAILBOX else ""
