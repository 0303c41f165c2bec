"""SQL of delivery. What a worker takes is locked and skipped by all others; each statement is served by an index of the
state that it looks at.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, func, or_, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.channels.gateway import Receipt
from services.notification.delivery.domain import can_be_ours, receipt_id
from services.notification.delivery.models import WaitingReceipt
from services.notification.messages.domain import OPEN_STATES, Channel, Lane, MessageState
from services.notification.messages.models import DEAD, OPEN, Message, Notification
from shared.platform.scope import in_region

IS_QUEUED = text("message.state = 'queued'")
IS_SENDING = text("message.state = 'sending'")
IS_HANDED_OVER = text("message.state = 'handed-over'")
IS_OPEN = text(f"message.{OPEN}")
IS_DEAD = text(f"message.{DEAD}")
"""Written out: PostgreSQL uses an index of one state only where the statement names that state."""

LANES_AND_TURNS = tuple((lane, turn) for lane in (Lane.URGENT, Lane.BULK) for turn in (0, 1))
WAITING_LANES = text(
    " UNION ALL ".join(
        f"""(SELECT '{lane.value}' AS lane, {turn} AS turn FROM message WHERE state = 'queued' AND channel = :channel
        AND lane = '{lane.value}' AND turn = {turn} AND try_at <= :now ORDER BY try_at LIMIT 1)"""
        for lane, turn in LANES_AND_TURNS
    )
)
"""In the order of the index: without it PostgreSQL reads the table where most of it is queued."""
Due = Row[Message, Notification]
FORGOTTEN_AFTER = dt.timedelta(hours=1)
"""A lease is renewed while a message in doubt is followed up, so that long after its end nobody does."""


async def waiting_lanes(session: AsyncSession, channel: Channel, now: dt.datetime) -> list[tuple[Lane, int]]:
    """The lanes and turns in which something is due, urgent ones first: one statement instead of a claim in each."""
    rows = {
        (row.lane, row.turn) for row in await session.execute(WAITING_LANES, {"channel": channel.value, "now": now})
    }
    return [one for one in LANES_AND_TURNS if one in rows]


async def take_queued(
    session: AsyncSession, channel: Channel, lane: Lane, turn: int, now: dt.datetime, limit: int
) -> Sequence[Due]:
    """The next that are due in a lane, locked."""
    query = select(Message, Notification).join(Notification, Notification.id == Message.notification_id)
    query = query.where(IS_QUEUED, Message.channel == channel, Message.lane == lane, Message.turn == turn)
    query = query.where(Message.try_at <= now).order_by(Message.try_at, Message.id).limit(limit)
    return (await session.execute(query.with_for_update(of=Message, skip_locked=True))).all()


async def take_queued_of(session: AsyncSession, channel: Channel, now: dt.datetime, limit: int) -> Sequence[Message]:
    """What is due on a channel, whatever its lane. In the order of the index: without it PostgreSQL looks through all
    that is queued on the other channels.
    """
    query = select(Message).where(IS_QUEUED, Message.channel == channel, Message.try_at <= now)
    query = query.order_by(Message.lane, Message.turn, Message.try_at, Message.id).limit(limit)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalars().all()


async def take_interrupted(session: AsyncSession, channel: Channel, now: dt.datetime, limit: int) -> Sequence[Due]:
    """Hand-overs whose lease is over: nobody knows what became of them."""
    query = select(Message, Notification).join(Notification, Notification.id == Message.notification_id)
    query = query.where(IS_SENDING, Message.leased_until <= now, Message.channel == channel)
    query = query.order_by(Message.leased_until).limit(limit)
    return (await session.execute(query.with_for_update(of=Message, skip_locked=True))).all()


async def take_unheard_of(session: AsyncSession, channel: Channel, now: dt.datetime, limit: int) -> Sequence[Due]:
    """Handed over, and for so long without a receipt that the provider is to be asked."""
    query = select(Message, Notification).join(Notification, Notification.id == Message.notification_id)
    query = query.where(IS_HANDED_OVER, Message.try_at <= now, Message.channel == channel)
    query = query.order_by(Message.try_at).limit(limit)
    return (await session.execute(query.with_for_update(of=Message, skip_locked=True))).all()


async def take_out_of_time(session: AsyncSession, now: dt.datetime, limit: int) -> Sequence[Message]:
    """Open beyond their time. Of those that are being handed over only what nobody follows up any more: the channel
    has no provider now.
    """
    query = select(Message).where(IS_OPEN, Message.expires_at <= now)
    query = query.where(or_(text("message.state <> 'sending'"), Message.leased_until <= now - FORGOTTEN_AFTER))
    query = query.order_by(Message.expires_at).limit(limit)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalars().all()


async def lock_messages(session: AsyncSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Message]:
    """Messages by id, locked in the order of ids, as everybody locks them who waits for locks."""
    query = select(Message).where(Message.id.in_(ids)).order_by(Message.id).with_for_update()
    return {one.id: one for one in (await session.execute(query)).scalars()}


async def ids_by_reference(
    session: AsyncSession, references: Collection[tuple[str, str]]
) -> dict[tuple[str, str], uuid.UUID]:
    """Messages by provider and the provider's reference."""
    query = select(Message.id, Message.provider, Message.provider_reference)
    query = query.where(
        Message.provider_reference.in_({reference for _, reference in references}),
        tuple_(Message.provider, Message.provider_reference).in_(references),
    )
    rows = (await session.execute(query)).all()
    return {(row.provider or "", row.provider_reference or ""): row.id for row in rows}


async def keep_receipts(session: AsyncSession, provider: str, receipts: Sequence[Receipt], now: dt.datetime) -> None:
    """Receipts that came; one that is waiting already is left alone."""
    rows = {
        receipt_id(provider, one.key, one.reference, delivered=one.delivered): {
            "provider": provider,
            "key": one.key,
            "reference": one.reference,
            "delivered": one.delivered,
            "code": one.code[:100],
            "read_at": now,
            "try_at": now,
        }
        for one in receipts
        if can_be_ours(one.key, one.reference)
    }
    if rows:  # each row by itself: a call-back may tell more than one statement has places for
        values = [{"id": key, **row} for key, row in rows.items()]
        await session.execute(insert(WaitingReceipt).on_conflict_do_nothing(), values)


async def take_receipts(session: AsyncSession, now: dt.datetime, limit: int) -> Sequence[WaitingReceipt]:
    """The next receipts to apply, locked."""
    query = select(WaitingReceipt).where(WaitingReceipt.try_at <= now)
    query = query.order_by(WaitingReceipt.try_at, WaitingReceipt.id).limit(limit)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalars().all()


async def drop_receipts(session: AsyncSession, receipts: Collection[WaitingReceipt]) -> None:
    """Receipts that need not wait any longer."""
    await session.execute(delete(WaitingReceipt).where(WaitingReceipt.id.in_([one.id for one in receipts])))


async def get_in_region(session: AsyncSession, message: uuid.UUID, region: str) -> Due | None:
    """A message of a region with its notification; the message locked."""
    query = select(Message, Notification).join(Notification, Notification.id == Message.notification_id)
    query = query.where(Message.id == message, in_region(Message.region, region))
    return (await session.execute(query.with_for_update(of=Message))).one_or_none()


@dataclass(frozen=True)
class Wanted:
    """Which messages of a region a list shows."""

    region: str
    state: MessageState
    provider: str | None
    channel: Channel | None


async def list_messages(
    session: AsyncSession, wanted: Wanted, after: tuple[str, uuid.UUID] | None, limit: int
) -> Sequence[Due]:
    """By region and id: an index of what is open, or of what ended badly, has them in this order."""
    query = select(Message, Notification).join(Notification, Notification.id == Message.notification_id)
    query = query.where(IS_OPEN if wanted.state in OPEN_STATES else IS_DEAD)
    query = query.where(Message.state == wanted.state, in_region(Message.region, wanted.region))
    if wanted.provider is not None:
        query = query.where(Message.provider == wanted.provider)
    if wanted.channel is not None:
        query = query.where(Message.channel == wanted.channel)
    if after is not None:
        query = query.where(tuple_(Message.region, Message.id) > after)
    return (await session.execute(query.order_by(Message.region, Message.id).limit(limit))).all()


async def count_messages(
    session: AsyncSession, region: str
) -> Sequence[Row[MessageState, Channel, str | None, int, dt.datetime]]:
    """What is open or ended badly in a region, by state, channel and provider; the oldest of each: since when it is
    due, handed over or ended.
    """
    since = func.coalesce(Message.ended_at, Message.sent_at, Message.try_at)
    query = select(Message.state, Message.channel, Message.provider, func.count(), func.min(since))
    query = query.where(or_(IS_OPEN, IS_DEAD), in_region(Message.region, region))
    query = query.group_by(Message.state, Message.channel, Message.provider)
    return (await session.execute(query.order_by(Message.state, Message.channel, Message.provider))).all()


GAUGES = text(
    """
    SELECT channel, lane, count(*) AS queued, min(try_at) FILTER (WHERE lane = 'urgent' AND try_at <= :now) AS oldest
    FROM message WHERE state = 'queued' GROUP BY channel, lane
    """
)
STANDINGS = text("SELECT name, paused_until > :now IS TRUE AS paused FROM provider_standing")


async def queue_lengths(session: AsyncSession, now: dt.datetime) -> Sequence[Row[Any]]:
    """Per channel and lane: how many wait, and since when the oldest urgent one that is due does."""
    return (await session.execute(GAUGES, {"now": now})).all()


async def paused_providers(session: AsyncSession, now: dt.datetime) -> dict[str, bool]:
    """Which providers are left alone at present."""
    return {row.name: row.paused for row in await session.execute(STANDINGS, {"now": now})}
