"""SQL of digests, for many recipients at once, and of reminders."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy import RowMapping, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.digests.domain import MOST_LISTED, Digest, Round
from services.notification.digests.models import Reminder
from services.notification.messages.models import DUE, NOT_DIGESTED, OVER, EndedMatter

WORKS_HERE = "(recipient like 'mailbox:%' or :daily and recipient like 'person:%')"
REMINDED = "remind/"
"""How the cause of a reminder begins: what it is about is listed once."""
OPEN = f"""{DUE} and due_on between :oldest and :latest and {WORKS_HERE} and cause not like '{REMINDED}%'
    and not {OVER}"""
"""Of persons an officer's day alone lists it. Operators get no digests: what is due for them is told by reminders."""
TO_LIST = f"{NOT_DIGESTED} and digest = :digest and told_at < :until"
CANDIDATES = """
    select recipient from notification where {to_list} and recipient > :after
    union
    select recipient from notification where {open} and recipient > :after
    order by recipient limit :many
"""
NEW = text(
    f"""
    select wanted.recipient, one.* from unnest(cast(:recipients as text[])) wanted(recipient) cross join lateral (
        select title, region, told_at, due_on, count(*) over () as total from notification
        where notification.recipient = wanted.recipient and {TO_LIST} and read_at is null and not archived
        order by told_at, number limit {MOST_LISTED}
    ) one
    """
)
DUE_ONES = text(
    f"""
    select wanted.recipient, one.* from unnest(cast(:recipients as text[])) wanted(recipient) cross join lateral (
        select title, region, told_at, due_on, due_on < :day as late,
            count(*) over (partition by due_on < :day) as total,
            row_number() over (partition by due_on < :day order by due_on, number) as place
        from notification where notification.recipient = wanted.recipient and {OPEN} and told_at < :until
    ) one
    where place <= {MOST_LISTED} order by one.due_on
    """
)
TO_MARK = text(
    f"select id, recipient from notification where recipient = any(cast(:recipients as text[])) and {TO_LIST}"
)
MARK_LISTED = text(
    "update notification set digested_on = :day where id = any(cast(:ids as uuid[])) and digested_on is null"
)


async def candidates(
    session: AsyncSession, a_round: Round, after: str, many: int, due: tuple[dt.date, dt.date]
) -> Sequence[str]:
    """Keys of recipients, in order after that key, whom a round may have something to tell. `due`: the first and the
    last due date that is listed.
    """
    values = {"digest": a_round.digest.value, "until": a_round.until, "after": after, "many": many}
    statement = text(CANDIDATES.format(to_list=TO_LIST, open=OPEN))
    return (await session.execute(statement, values | _due_values(a_round, due))).scalars().all()


async def new_ones(session: AsyncSession, a_round: Round, recipients: Sequence[str]) -> Sequence[RowMapping]:
    """What no digest has listed and nobody has read: of each recipient the first, with how many there are."""
    values = {"recipients": recipients, "digest": a_round.digest.value, "until": a_round.until}
    return (await session.execute(NEW, values)).mappings().all()


async def due_ones(
    session: AsyncSession, a_round: Round, recipients: Sequence[str], due: tuple[dt.date, dt.date]
) -> Sequence[RowMapping]:
    """What is due and has not ended: late or not, of each the first with how many there are."""
    values = {"recipients": recipients, "until": a_round.until, "day": a_round.day, **_due_values(a_round, due)}
    return (await session.execute(DUE_ONES, values)).mappings().all()


async def to_mark(session: AsyncSession, a_round: Round, recipients: Sequence[str]) -> Mapping[uuid.UUID, str]:
    """What a round is about to list, with its recipient. Read before `new_ones`: what is committed in between
    is listed twice at worst, and never marked without having been listed.
    """
    values = {"recipients": recipients, "digest": a_round.digest.value, "until": a_round.until}
    return {row.id: row.recipient for row in await session.execute(TO_MARK, values)}


async def mark_listed(session: AsyncSession, a_round: Round, ids: Sequence[uuid.UUID]) -> None:
    """These are in this round's digests."""
    await session.execute(MARK_LISTED, {"ids": ids, "day": a_round.day})


def _due_values(a_round: Round, due: tuple[dt.date, dt.date]) -> dict[str, object]:
    return {"oldest": due[0], "latest": due[1], "daily": a_round.digest is Digest.DAILY}


async def store_reminders(session: AsyncSession, reminders: Sequence[Reminder]) -> Sequence[uuid.UUID]:
    """Those that are not known yet; their ids."""
    if not reminders:
        return ()
    columns = [column.name for column in Reminder.__table__.columns]
    rows = [{name: getattr(one, name) for name in columns} for one in sorted(reminders, key=lambda one: one.id)]
    query = insert(Reminder).on_conflict_do_nothing().returning(Reminder.id)
    return (await session.execute(query, rows)).scalars().all()


async def reminders(session: AsyncSession, ids: Sequence[uuid.UUID]) -> Sequence[Reminder]:
    """Reminders by id; one whose date has passed may be gone."""
    return (await session.execute(select(Reminder).where(Reminder.id.in_(ids)).order_by(Reminder.id))).scalars().all()


END_MATTERS = text(
    """
    insert into ended_matter as known (rule, matter, ended_at)
    select * from unnest(cast(:rules as text[]), cast(:matters as text[]), cast(:at as timestamptz[]))
    on conflict (rule, matter) do update set ended_at = excluded.ended_at where known.ended_at < excluded.ended_at
    """
)


async def end_matters(session: AsyncSession, ended: Mapping[tuple[str, str], dt.datetime]) -> None:
    """Rule and matter → when it ended; the latest end counts."""
    if ended:
        ordered = sorted(ended.items())
        rules, matters = [key[0] for key, _ in ordered], [key[1] for key, _ in ordered]
        await session.execute(END_MATTERS, {"rules": rules, "matters": matters, "at": [at for _, at in ordered]})


async def forget(session: AsyncSession, due_before: dt.date, ended_before: dt.datetime) -> None:
    """Removes reminders with an earlier date, and earlier ends."""
    await session.execute(delete(Reminder).where(Reminder.due_on < due_before))
    await session.execute(delete(EndedMatter).where(EndedMatter.ended_at < ended_before))
