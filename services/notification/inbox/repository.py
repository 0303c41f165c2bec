"""SQL of inboxes: newest first, by an index of each recipient."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import Recipient
from services.notification.messages.models import Notification


def keys_of(recipients: Sequence[Recipient]) -> list[str]:
    """The recipients' keys."""
    return [recipient.key for recipient in recipients]


async def list_inbox(
    session: AsyncSession, recipients: Sequence[Recipient], before: int | None, limit: int
) -> Sequence[Notification]:
    """What is not archived, the newest first."""
    query = select(Notification).where(Notification.recipient.in_(keys_of(recipients)), ~Notification.archived)
    if before is not None:
        query = query.where(Notification.number < before)
    return (await session.execute(query.order_by(Notification.number.desc()).limit(limit))).scalars().all()


async def lock_own(
    session: AsyncSession, notification: uuid.UUID, recipients: Sequence[Recipient]
) -> Notification | None:
    """One notification of these recipients, locked."""
    query = select(Notification).where(Notification.id == notification, Notification.recipient.in_(keys_of(recipients)))
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def count_unread(session: AsyncSession, recipients: Sequence[Recipient]) -> int:
    """How many are neither read nor archived."""
    query = select(func.count()).select_from(Notification)
    query = query.where(Notification.recipient.in_(keys_of(recipients)))
    query = query.where(Notification.read_at.is_(None), ~Notification.archived)
    return (await session.execute(query)).scalar_one()
