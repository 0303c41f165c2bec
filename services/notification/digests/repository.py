"""SQL of digests, for many recipients at once, and of reminders."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.digests.domain import MOST_LISTED, Digest, Round
from services.notification.messages.models import DUE, NOT_DIGESTED, OVER

WORKS_HERE = "(recipient like 'mailbox:%' or :daily and recipient like 'person:%')"
OPEN = f"{DUE} and due_on between :oldest and :latest and {WORKS_HERE} and not {OVER}"
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
MARK_LISTED = text(
    f"update notification set digested_on = :day where recipient = any(cast(:recipients as text[])) and {TO_LIST}"
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


async def mark_listed(session: AsyncSession, a_round: Round, recipients: Sequence[str]) -> None:
    """What these recipients were told is in this round's digests."""
    values = {"recipients": recipients, "digest": a_round.digest.value, "until": a_round.until, "day": a_round.day}
    await session.execute(MARK_LISTED, values)


def _due_values(a_round: Round, due: tuple[dt.date, dt.date]) -> dict[str, object]:
    return {"oldest": due[0], "latest": due[1], "daily": a_round.digest is Digest.DAILY}
