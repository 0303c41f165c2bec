"""SQL of what was kept long enough: small batches, each found by an index, so that nothing else waits for long."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import NotificationCategory
from services.notification.messages.models import DEAD
from services.notification.retention.models import EmptiedUpTo

EMPTIED = "（已过保存期，内容不再保存）"
"""In the place of a title"""
OLDEST = text(
    "select min(told_at) from notification where told_at < :before and category = :category and emptied_at is null"
)
EMPTY = text(
    """
    with due as (
        select id from notification
        where told_at >= :begin and told_at < :end and category = :category and emptied_at is null
            and not exists (select from household_letter letter where letter.notification_id = notification.id)
        order by id limit :many for update
    )
    update notification set title = :title, body = '', link = null, read_by = null, archived = true, emptied_at = :now,
        recipient = case when split_part(recipient, ':', 1) in ('operator', 'person', 'objector')
            then split_part(recipient, ':', 1) || ':' else recipient end
    from due where notification.id = due.id returning notification.id
    """
)
EMPTY_MESSAGES = text(
    """
    update message set text = '', parameters = '{}', template_codes = '{}', text_emptied_at = :now
    where notification_id = any(cast(:ids as uuid[])) and text_emptied_at is null
    """
)
EMPTY_DEAD = text(
    f"""
    with due as (
        select id from message where {DEAD} and ended_at < :before order by ended_at limit :many for update skip locked
    )
    update message set text = '', parameters = '{{}}', template_codes = '{{}}', text_emptied_at = :now
    from due where message.id = due.id returning message.id
    """
)
REMOVALS = tuple(
    text(
        f"delete from {table} where ctid = any(array(select ctid from {table} where {old} < :before limit :many)) "
        "returning 1"
    )
    for table, old in (
        ("fan_out", "done_at"),
        ("too_old", "heard_at"),
        ("recent_event", "heard_at"),
        ("waiting_event", "since"),
    )
)
"""What is no notification: events that were told to many, were too old, serve as samples, or waited"""


async def lock_emptied(session: AsyncSession, category: NotificationCategory) -> EmptiedUpTo | None:
    """How far a category is emptied, locked; None before anything was."""
    return await session.get(EmptiedUpTo, category, with_for_update=True)


async def oldest(session: AsyncSession, category: NotificationCategory, before: dt.datetime) -> dt.datetime | None:
    """When the oldest of a category that is to be emptied was told."""
    values = {"category": category.value, "before": before}
    found: dt.datetime | None = (await session.execute(OLDEST, values)).scalar_one()
    return found


async def store_emptied(session: AsyncSession, emptied: EmptiedUpTo) -> None:
    """The first time of a category."""
    session.add(emptied)
    await session.flush()


async def empty(
    session: AsyncSession,
    category: NotificationCategory,
    span: tuple[dt.datetime, dt.datetime],
    now: dt.datetime,
    many: int,
) -> int:
    """Takes words and recipients from what was told in a span, and from its messages; how many. What was served in
    person stays whole: it is what was served.
    """
    values = {"category": category.value, "begin": span[0], "end": span[1], "now": now, "many": many}
    ids: Sequence[uuid.UUID] = (await session.execute(EMPTY, values | {"title": EMPTIED})).scalars().all()
    await session.execute(EMPTY_MESSAGES, {"ids": list(ids), "now": now})
    return len(ids)


async def empty_dead(session: AsyncSession, before: dt.datetime, now: dt.datetime, many: int) -> int:
    """Takes the words from messages that ended badly long ago: they leave the list; how many."""
    values = {"before": before, "now": now, "many": many}
    return len((await session.execute(EMPTY_DEAD, values)).all())


async def remove_traces(session: AsyncSession, before: dt.datetime, many: int) -> int:
    """Removes what is no notification; the most of one kind."""
    values = {"before": before, "many": many}
    return max([len((await session.execute(one, values)).all()) for one in REMOVALS])
