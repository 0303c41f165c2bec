"""SQL of the county's list: duties and decisions that nobody of the household has read and that no channel delivered.

Objectors have no household there: the objection service knows by the receipt who and where they are. Of whoever ran a
household before the register's code says it.

A notification that was sent again counts with the first one: whichever is read or delivered, the household knows. That
a mail host took an e-mail is no receipt: the address may be dead or another's. Who was only mailed was not reached.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.household_letters.models import HouseholdLetter

TO_BE_SERVED = """
    n.category = 'duty' AND n.repeat = 0 AND (n.uscc IS NOT NULL OR n.known_as IS NOT NULL)
    AND split_part(n.recipient, ':', 1) IN ('operator', 'household', 'objector')
    AND starts_with(n.region, :region) AND n.region BETWEEN :first AND :last
"""
UNREACHED = """
    n.read_at IS NULL AND NOT n.archived AND n.told_at <= :before AND n.rule <> ALL(CAST(:not_for AS text[]))
    AND l.notification_id IS NULL
    AND NOT EXISTS (
        SELECT FROM notification same LEFT JOIN message m ON m.notification_id = same.id
        WHERE (same.id = n.id OR same.uscc = n.uscc AND same.cause = n.cause AND same.rule = n.rule
                AND same.recipient = n.recipient)
            AND (same.read_at IS NOT NULL OR m.state IN ('queued', 'sending', 'handed-over')
                OR m.state = 'delivered' AND m.channel <> 'email')
    )
"""
LINES = """
    SELECT n.id, n.number, coalesce(n.uscc, h.uscc) AS uscc, n.region, n.rule, n.title, n.body, n.told_at, n.due_on,
        coalesce(h.name, n.uscc) AS household,
        CASE WHEN coalesce(n.uscc, h.uscc) IS NULL THEN 'objector' ELSE 'household' END AS served_to,
        CASE WHEN h.uscc IS DISTINCT FROM n.known_as THEN n.known_as END AS receipt,
        starts_with(n.recipient, 'operator:') AND n.recipient IS DISTINCT FROM 'operator:' || h.operator_ref
            AND h.uscc IS NOT NULL AS former_operator,
        (SELECT array_agg(DISTINCT coalesce(m.suppression, m.state)) FROM message m WHERE m.notification_id = n.id)
            AS ended,
        l.served_on, l.manner, l.note IS NOT NULL AS has_note, l.served_by, l.recorded_at
    FROM notification n LEFT JOIN household h ON h.uscc = coalesce(n.uscc, n.known_as)
        LEFT JOIN household_letter l ON l.notification_id = n.id
"""
LIST = text(
    f"""{LINES} WHERE {TO_BE_SERVED} AND {UNREACHED} AND (:rule = '' OR n.rule = :rule)
    AND (n.region, n.number) > (:after_region, :after_number)
    ORDER BY n.region, n.number LIMIT :limit"""
)
SERVED = text(
    f"""{LINES} WHERE {TO_BE_SERVED} AND l.notification_id IS NOT NULL AND (:rule = '' OR n.rule = :rule)
    AND (n.region, n.number) > (:after_region, :after_number)
    ORDER BY n.region, n.number LIMIT :limit"""
)
ONE = text(f"{LINES} WHERE n.id = :id AND {TO_BE_SERVED}")
LOCK = text("SELECT id FROM notification WHERE id = :id FOR UPDATE")


@dataclass(frozen=True)
class LetterQuery:
    """Which lines: of a region, of one rule or all (""), told until `before`; not of rules that need no letter."""

    region: str
    before: dt.datetime
    not_for: Sequence[str] = ()
    rule: str = ""
    served: bool = False


async def list_letters(
    session: AsyncSession, query: LetterQuery, after: tuple[str, int] | None, limit: int
) -> Sequence[RowMapping]:
    """Lines by region, in the order in which the households were told."""
    region, number = after or ("", 0)
    values = {"rule": query.rule, "after_region": region, "after_number": number, "limit": limit}
    values |= _of_region(query.region)
    if query.served:
        return (await session.execute(SERVED, values)).mappings().all()
    waiting = {"before": query.before, "not_for": list(query.not_for)}
    return (await session.execute(LIST, values | waiting)).mappings().all()


async def get_letter(
    session: AsyncSession, notification: uuid.UUID, region: str, *, lock: bool = False
) -> RowMapping | None:
    """One notification that a letter can be served for, reached or not; `lock`: to record its service."""
    if lock:
        await session.execute(LOCK, {"id": notification})
    return (await session.execute(ONE, {"id": notification, **_of_region(region)})).mappings().one_or_none()


async def get_service(session: AsyncSession, notification: uuid.UUID) -> HouseholdLetter | None:
    """How a letter was served."""
    return await session.get(HouseholdLetter, notification)


async def store_service(session: AsyncSession, letter: HouseholdLetter) -> None:
    """Store that a letter was served."""
    session.add(letter)
    await session.flush()


def _of_region(region: str) -> dict[str, Any]:
    """The prefix decides; the range says the same to the index."""
    return {"region": region, "first": region.ljust(6, "0") if region else "", "last": region.ljust(6, "9")}
