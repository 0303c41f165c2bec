"""SQL of subscriptions and deliveries."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    any_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.subscriptions.domain import SENDING, DeliveryState, Failure, ReceiverKind, SubscriptionState
from services.notification.subscriptions.models import (
    WebhookDelivery,
    WebhookEvent,
    WebhookSecret,
    WebhookSubscription,
)
from shared.messaging.events import Event
from shared.reference.departments import Department

S, D = WebhookSubscription, WebhookDelivery
QUEUE = text(
    """
    WITH event AS (
        INSERT INTO webhook_event (id, type, body, queued_at)
        SELECT n.id, n.type, n.body, :now
        FROM unnest(CAST(:ids AS uuid[]), CAST(:types AS text[]), CAST(:bodies AS bytea[])) AS n(id, type, body)
        ON CONFLICT DO NOTHING
    )
    INSERT INTO webhook_delivery (event_id, subscription_id, state, queued_at, try_at, tries)
    SELECT n.event, n.subscription, 'pending', :now, :now, 0
    FROM unnest(CAST(:events AS uuid[]), CAST(:subscriptions AS uuid[])) AS n(event, subscription)
    ON CONFLICT DO NOTHING
    """
)
RECORD = text(
    """
    UPDATE webhook_delivery d
    SET state = n.state, tries = d.tries + 1, failure = n.failure, status = n.status,
        try_at = coalesce(n.try_at, d.try_at),
        ended_at = CASE WHEN n.state = 'pending' THEN NULL ELSE CAST(:now AS timestamptz) END
    FROM unnest(CAST(:events AS uuid[]), CAST(:states AS text[]), CAST(:failures AS text[]),
                CAST(:statuses AS int[]), CAST(:try_ats AS timestamptz[]))
         AS n(event, state, failure, status, try_at)
    WHERE d.event_id = n.event AND d.subscription_id = :subscription AND d.state = 'pending'
    """
)
PRUNE = text(
    """
    DELETE FROM webhook_event WHERE id IN (
        SELECT id FROM webhook_event WHERE queued_at < :before ORDER BY queued_at LIMIT :limit
    )
    RETURNING 1
    """
)


@dataclass(frozen=True)
class Owner:
    """Whose subscriptions a caller may see: those of a region that have not ended, of all departments or of one."""

    region: str
    department: Department | None

    def condition(self) -> ColumnElement[bool]:
        """The same as a condition."""
        mine = and_(S.region.startswith(self.region, autoescape=True), S.state != SubscriptionState.ENDED)
        return mine if self.department is None else and_(mine, S.department == self.department)


@dataclass(frozen=True)
class Due:
    """An event that is to be sent, and how often that was tried."""

    event: uuid.UUID
    tries: int
    body: bytes


@dataclass(frozen=True)
class Ended:
    """What became of one call: `try_at` when the event is to be sent again."""

    event: uuid.UUID
    state: DeliveryState
    failure: Failure | None
    status: int | None
    try_at: dt.datetime | None


async def list_subscriptions(
    session: AsyncSession, owner: Owner, after: tuple[str, uuid.UUID] | None, limit: int
) -> Sequence[WebhookSubscription]:
    """Subscriptions by region."""
    query = select(S).where(owner.condition())
    if after is not None:
        query = query.where(tuple_(S.region, S.id) > after)
    return (await session.execute(query.order_by(S.region, S.id).limit(limit))).scalars().all()


async def get_subscription(
    session: AsyncSession, subscription: uuid.UUID, owner: Owner, *, locked: bool = False
) -> WebhookSubscription | None:
    """One subscription that the caller may see."""
    query = select(S).where(S.id == subscription, owner.condition())
    return (await session.execute(query.with_for_update() if locked else query)).scalar_one_or_none()


async def lock_subscription(session: AsyncSession, subscription: uuid.UUID) -> WebhookSubscription:
    """A subscription that exists, locked."""
    return (await session.execute(select(S).where(S.id == subscription).with_for_update())).scalar_one()


async def secrets_of(session: AsyncSession, subscription: uuid.UUID, now: dt.datetime) -> Sequence[WebhookSecret]:
    """Its secrets that are valid, the newest first."""
    valid = or_(WebhookSecret.expires_at.is_(None), WebhookSecret.expires_at > now)
    query = select(WebhookSecret).where(WebhookSecret.subscription_id == subscription, valid)
    return (await session.execute(query.order_by(WebhookSecret.made_at.desc()))).scalars().all()


async def retire_secrets(session: AsyncSession, subscription: uuid.UUID, until: dt.datetime) -> None:
    """Those without an end get one."""
    query = update(WebhookSecret).where(WebhookSecret.subscription_id == subscription)
    await session.execute(query.where(WebhookSecret.expires_at.is_(None)).values(expires_at=until))


async def erase_secrets(session: AsyncSession, subscription: uuid.UUID) -> None:
    """All of a subscription."""
    await session.execute(delete(WebhookSecret).where(WebhookSecret.subscription_id == subscription))


def kept_for(disabled_after: dt.datetime) -> ColumnElement[bool]:
    """Whether events are kept for a subscription: it was verified once, has not ended, and is not disabled for longer
    than deliveries are kept.
    """
    still = or_(S.disabled_at.is_(None), S.disabled_at > disabled_after)
    return and_(S.state != SubscriptionState.ENDED, S.verified_at.is_not(None), still)


async def asked_types(session: AsyncSession, disabled_after: dt.datetime) -> set[str]:
    """The types of events that are kept for anybody."""
    query = select(func.unnest(S.event_types)).where(kept_for(disabled_after)).distinct()
    return set((await session.execute(query)).scalars())


async def listening(
    session: AsyncSession, event_type: str, disabled_after: dt.datetime
) -> Sequence[Row[uuid.UUID, ReceiverKind, Department, str]]:
    """Id, receiver, department and region of the subscriptions that events of a type are kept for."""
    query = select(S.id, S.receiver, S.department, S.region).where(
        kept_for(disabled_after), literal(event_type) == any_(S.event_types)
    )
    return (await session.execute(query)).all()


async def queue(
    session: AsyncSession,
    events: Mapping[uuid.UUID, Event],
    deliveries: Sequence[tuple[uuid.UUID, uuid.UUID]],
    now: dt.datetime,
) -> None:
    """Events with their deliveries (event, subscription), in one statement. What is there already stays as it is."""
    rows = {
        "ids": list(events),
        "types": [event.data.event_type for event in events.values()],
        "bodies": [event.published or event.encode() for event in events.values()],
        "events": [event for event, _ in deliveries],
        "subscriptions": [subscription for _, subscription in deliveries],
        "now": now,
    }
    await session.execute(QUEUE, rows)


async def with_work(session: AsyncSession, now: dt.datetime) -> Sequence[uuid.UUID]:
    """Subscriptions for which something is to be done now: a verification, or an event."""
    due = exists().where(D.subscription_id == S.id, D.state == DeliveryState.PENDING, D.try_at <= now)
    rested = or_(S.rests_until.is_(None), S.rests_until <= now)
    query = select(S.id).where(or_(S.verification_due <= now, and_(S.state.in_(SENDING), rested, due)))
    return (await session.execute(query)).scalars().all()


async def due_deliveries(session: AsyncSession, subscription: uuid.UUID, now: dt.datetime, limit: int) -> Sequence[Due]:
    """What is to be sent next, the longest due first."""
    query = select(D.event_id, D.tries, WebhookEvent.body).join(WebhookEvent, WebhookEvent.id == D.event_id)
    query = query.where(D.subscription_id == subscription, D.state == DeliveryState.PENDING, D.try_at <= now)
    return [Due(*row) for row in await session.execute(query.order_by(D.try_at).limit(limit))]


async def record(session: AsyncSession, subscription: uuid.UUID, ended: Sequence[Ended], now: dt.datetime) -> None:
    """What became of some calls, in one statement."""
    columns = {
        "events": [one.event for one in ended],
        "states": [one.state.value for one in ended],
        "failures": [one.failure.value if one.failure else None for one in ended],
        "statuses": [one.status for one in ended],
        "try_ats": [one.try_at for one in ended],
    }
    await session.execute(RECORD, columns | {"subscription": subscription, "now": now})


async def overdue(session: AsyncSession, failing_since: dt.datetime) -> Sequence[WebhookSubscription]:
    """Subscriptions that have failed for too long, locked."""
    query = select(S).where(S.state == SubscriptionState.FAILING, S.failing_since <= failing_since)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalars().all()


async def list_deliveries(
    session: AsyncSession,
    subscription: uuid.UUID,
    state: DeliveryState | None,
    before: tuple[dt.datetime, uuid.UUID] | None,
    limit: int,
) -> Sequence[Row[WebhookDelivery, str]]:
    """Deliveries with their events' types, the newest first."""
    query = select(D, WebhookEvent.type).join(WebhookEvent, WebhookEvent.id == D.event_id)
    query = query.where(D.subscription_id == subscription, true() if state is None else D.state == state)
    if before is not None:
        query = query.where(tuple_(D.queued_at, D.event_id) < before)
    return (await session.execute(query.order_by(D.queued_at.desc(), D.event_id.desc()).limit(limit))).all()


async def replay(
    session: AsyncSession, subscription: uuid.UUID, since: dt.datetime, until: dt.datetime, now: dt.datetime
) -> int:
    """Sends again what was queued in that time and has ended; how many."""
    query = update(D).where(D.subscription_id == subscription, D.state != DeliveryState.PENDING)
    query = query.where(D.queued_at >= since, D.queued_at < until)
    fresh = {"state": DeliveryState.PENDING, "tries": 0, "try_at": now, "ended_at": None}
    return (await session.execute(query.values(fresh))).rowcount  # type: ignore[attr-defined,no-any-return]  # an UPDATE


async def end_pending(session: AsyncSession, subscription: uuid.UUID, why: Failure, now: dt.datetime) -> None:
    """What waits is not sent any more, unless its owner has it sent again."""
    query = update(D).where(D.subscription_id == subscription, D.state == DeliveryState.PENDING)
    await session.execute(query.values(state=DeliveryState.FAILED, failure=why, ended_at=now))


async def forget_unwanted(session: AsyncSession, subscription: uuid.UUID, event_types: Sequence[str]) -> None:
    """Removes all deliveries of events that are not subscribed to any more: none is sent, now or by a replay."""
    unwanted = select(WebhookEvent.id).where(WebhookEvent.type.not_in(event_types))
    await session.execute(delete(D).where(D.subscription_id == subscription, D.event_id.in_(unwanted)))


async def prune(session: AsyncSession, before: dt.datetime, limit: int) -> int:
    """Removes events that were queued before, with their deliveries; how many."""
    return len((await session.execute(PRUNE, {"before": before, "limit": limit})).all())


async def erase_expired(session: AsyncSession, now: dt.datetime) -> None:
    """Removes secrets that sign nothing any more."""
    await session.execute(delete(WebhookSecret).where(WebhookSecret.expires_at <= now))
