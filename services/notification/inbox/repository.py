"""SQL of inboxes, newest first, and of what a household was told.

A caller may have several inboxes, one of which may hold millions: of each the first rows are read from an index in
their order, and of all these the first. So a page costs the same however much there is. Statements are put together
once for each set of filters.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from sqlalchemy import RowMapping, TextClause, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import Recipient
from services.notification.messages.models import OVER, UNREAD, Message, Notification

Position = tuple[dt.datetime, int]
"""When the last row seen was told, and its number."""

CONDITIONS: Mapping[str, str] = {
    "archived": "archived",
    "unread": UNREAD,
    "category": "category = :category",
    "uscc": "uscc = :uscc",
    "since": "told_at >= :since",
}
"""Filter → condition on the row."""
IN_ORDER = "order by told_at desc, number desc limit :wanted"
COUNTED = 1000
"""Unread notifications of an inbox are counted up to here."""
UNREAD_COUNTS = text(
    f"""
    select wanted.recipient, category, count(*) as unread
    from unnest(cast(:recipients as text[])) wanted(recipient) cross join lateral (
        select category from notification
        where notification.recipient = wanted.recipient and {UNREAD} order by told_at desc limit :counted
    ) unread
    group by wanted.recipient, category
    """
)
MARK_READ = """
    with wanted as materialized (
        select own.id from unnest(cast(:recipients as text[])) inbox(recipient) cross join lateral (
            select id from notification where notification.recipient = inbox.recipient and {conditions} limit :most
        ) own limit :most
    ), free as materialized (
        select id from notification where id in (select id from wanted) and read_at is null for update skip locked
    )
    update notification set read_at = :now, read_by = :subject from free where notification.id = free.id
"""
"""Several people of a bureau may mark at once: nobody waits for another's rows."""


async def list_inbox(
    session: AsyncSession,
    recipients: Sequence[Recipient],
    filters: Mapping[str, object],
    after: Position | None,
    wanted: int,
) -> Sequence[Notification]:
    """What these recipients were told, the newest first. `filters`: by the names of `CONDITIONS`, None: not asked for;
    without `archived` what is not archived.
    """
    asked = {name: value for name, value in filters.items() if value not in (None, False)}
    statement = page_statement(tuple(sorted(asked)), after is not None)
    asked = {name: value for name, value in asked.items() if name not in ("archived", "unread")}
    values = {"recipients": keys_of(recipients), "wanted": wanted} | asked | _seen(after)
    return await _notifications(session, statement, values)


@cache
def page_statement(filters: tuple[str, ...], goes_on: bool) -> TextClause:
    """A page of inboxes. What is asked of one household is read from the household's index: it was not told much."""
    conditions = [CONDITIONS[name] for name in filters]
    if "archived" not in filters:
        conditions.append("not archived")
    if goes_on:
        conditions.append("(told_at, number) < (:seen_at, :seen_number)")
    of_one = f"select * from notification where {{inbox}} and {' and '.join(conditions)} {IN_ORDER}"
    if "uscc" in filters:
        return text(of_one.format(inbox="recipient = any(cast(:recipients as text[]))"))
    each = of_one.format(inbox="notification.recipient = inbox.key")
    inboxes = "unnest(cast(:recipients as text[])) inbox(key)"
    return text(f"select own.* from {inboxes} cross join lateral ({each}) own {IN_ORDER}")


ENDED = text(f"select id from notification where id = any(:ids) and {OVER}")


async def ended(session: AsyncSession, notifications: Sequence[Notification]) -> frozenset[uuid.UUID]:
    """Those by which nothing is due any more."""
    ids = [one.id for one in notifications if one.matter is not None]
    return frozenset((await session.execute(ENDED, {"ids": ids})).scalars() if ids else ())


async def lock_own(
    session: AsyncSession, notification: uuid.UUID, recipients: Sequence[Recipient]
) -> Notification | None:
    """One notification of these recipients, locked."""
    query = select(Notification).where(Notification.id == notification, Notification.recipient.in_(keys_of(recipients)))
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def count_unread(session: AsyncSession, recipients: Sequence[Recipient]) -> Sequence[RowMapping]:
    """How many are neither read nor archived, by recipient and category, of each recipient up to `COUNTED`."""
    values = {"recipients": keys_of(recipients), "counted": COUNTED}
    return (await session.execute(UNREAD_COUNTS, values)).mappings().all()


async def mark_read(
    session: AsyncSession,
    recipients: Sequence[Recipient],
    *,
    subject: str,
    now: dt.datetime,
    most: int,
    narrowed: Mapping[str, object],
) -> int:
    """Marks so many unread ones at most; returns how many. `narrowed`: by `ids`, or by `until` and `category`."""
    conditions = {"ids": "id = any(:ids)", "until": "told_at <= :until", "category": "category = :category"}
    asked = {name: value for name, value in narrowed.items() if value is not None}
    statement = MARK_READ.format(conditions=" and ".join([UNREAD, *(conditions[name] for name in sorted(asked))]))
    values = {"recipients": keys_of(recipients), "subject": subject, "now": now, "most": most, **asked}
    result = await session.execute(text(statement), values)
    return result.rowcount  # type: ignore[attr-defined,no-any-return]  # of an UPDATE the result has one


TOLD = "select * from notification where uscc = :uscc and {whose}{after} " + IN_ORDER
TO_THE_HOUSEHOLD = """(recipient like 'operator:%' or recipient like 'household:%')
    and (starts_with(region, :region)
        or exists (select from household where household.uscc = :uscc and starts_with(household.region, :region)))"""
TO_THEMSELVES = "recipient = any(:recipients)"


async def list_told(
    session: AsyncSession,
    uscc: str,
    whose: Sequence[Recipient] | str,
    after: Position | None,
    wanted: int,
) -> Sequence[Notification]:
    """What was told because of a household: to these recipients; or, seen from a region that the household or the event
    is of, to its operators and to itself.
    """
    of_region = isinstance(whose, str)
    goes_on = " and (told_at, number) < (:seen_at, :seen_number)" if after is not None else ""
    statement = TOLD.format(whose=TO_THE_HOUSEHOLD if of_region else TO_THEMSELVES, after=goes_on)
    who = {"region": whose} if isinstance(whose, str) else {"recipients": keys_of(whose)}
    values = {"uscc": uscc, "wanted": wanted} | who | _seen(after)
    return await _notifications(session, text(statement), values)


async def messages_of(
    session: AsyncSession, notifications: Collection[uuid.UUID], *, lock: bool = False
) -> Mapping[uuid.UUID, list[Message]]:
    """The messages of notifications on other channels; `lock`: in the order of their ids, as whoever moves them."""
    found: dict[uuid.UUID, list[Message]] = {one: [] for one in notifications}
    query = select(Message).where(Message.notification_id.in_(notifications))
    query = query.order_by(Message.id).with_for_update() if lock else query.order_by(Message.channel)
    for message in (await session.execute(query)).scalars():
        found[message.notification_id].append(message)
    return found


async def find_told(session: AsyncSession, notification: uuid.UUID, region: str) -> Notification | None:
    """One notification to an operator or a household, seen from a region that the household or the event is of."""
    named = text(f"id = :id and {TO_THE_HOUSEHOLD.replace(':uscc', 'notification.uscc')}")
    query = select(Notification).where(named)
    return (await session.execute(query, {"id": notification, "region": region})).scalar_one_or_none()


async def lock_family(session: AsyncSession, ids: Sequence[uuid.UUID]) -> Sequence[Notification]:
    """A notification and what it was repeated as, locked by the first of them, in order."""
    await session.execute(select(Notification.id).where(Notification.id == ids[0]).with_for_update())
    query = select(Notification).where(Notification.id.in_(ids)).order_by(Notification.repeat)
    return (await session.execute(query)).scalars().all()


def keys_of(recipients: Sequence[Recipient]) -> list[str]:
    """The recipients' keys."""
    return [recipient.key for recipient in recipients]


def _seen(after: Position | None) -> dict[str, object]:
    return {} if after is None else {"seen_at": after[0], "seen_number": after[1]}


async def _notifications(
    session: AsyncSession, statement: TextClause, values: Mapping[str, object]
) -> Sequence[Notification]:
    found = await session.execute(select(Notification).from_statement(statement), values)
    return found.scalars().all()
