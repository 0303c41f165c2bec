"""Use cases of subscriptions: created, changed, verified, their secrets rotated, activated, ended, replayed."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import Recipient, RecipientKind
from services.notification.messages.service import NotificationDraft, queue
from services.notification.settings import NotificationSettings
from services.notification.subscriptions import repository
from services.notification.subscriptions.domain import (
    SENDING,
    SUBSCRIPTION_STATES,
    Failure,
    ReceiverKind,
    SubscriptionState,
    check_event_types,
    next_pause,
)
from services.notification.subscriptions.models import WebhookSecret, WebhookSubscription
from services.notification.subscriptions.problems import NotYetVerified, ReplayTooOld, SubscriptionExists
from services.notification.subscriptions.signatures import new_secret
from shared import clock
from shared.platform import audit
from shared.platform.conflicts import refused_on_conflict
from shared.platform.idempotency import keep_no_answer
from shared.platform.identity import Caller
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.platform.system_callers import CLOCK
from shared.reference.departments import Department

S = SubscriptionState


@dataclass(frozen=True)
class SubscriptionOrder:
    """A subscription as it is asked for."""

    name: str
    receiver: ReceiverKind
    department: Department
    region: str
    url: str
    event_types: list[str]


async def create_subscription(
    session: AsyncSession, vault: Vault, order: SubscriptionOrder, caller: Caller
) -> tuple[WebhookSubscription, str]:
    """A subscription to an address that was checked, and its secret in clear: it is shown this once. The worker
    verifies the receiver before anything else is sent.
    """
    row = WebhookSubscription(
        id=uuid.uuid4(),
        name=order.name,
        receiver=order.receiver,
        department=order.department,
        region=order.region,
        url=order.url,
        event_types=check_event_types(order.receiver, order.department, order.event_types),
        state=S.UNVERIFIED,
        version=1,
        verification_due=clock.now(),
        failures=0,
        created_by=caller.subject,
        created_at=clock.now(),
    )
    async with refused_on_conflict(session, SubscriptionExists()):
        session.add(row)
    secret = await _add_secret(session, vault, row)
    await audit.record(session, row, caller, "subscription:create", {"events": row.event_types})
    return row, secret


async def change_subscription(
    session: AsyncSession, row: WebhookSubscription, order: SubscriptionOrder, caller: Caller
) -> None:
    """Other words, events or address. Another address is verified before anything is sent to it, and gets nothing that
    waited for the old one, unless its owner has that sent again; what waits of events that are not asked for any more
    is dropped.
    """
    moved = order.url != row.url
    row.name, row.event_types = order.name, check_event_types(row.receiver, row.department, order.event_types)
    if moved:
        if row.state is not S.UNVERIFIED:
            _move(row, S.UNVERIFIED)
        await repository.end_pending(session, row.id, Failure.MOVED, clock.now())
        row.url, row.verification_due, row.verification_failure = order.url, clock.now(), None
    row.version += 1
    async with refused_on_conflict(session, SubscriptionExists()):
        pass
    await repository.forget_unwanted(session, row.id, row.event_types)
    await audit.record(session, row, caller, "subscription:change", {"events": row.event_types})


async def ask_verification(session: AsyncSession, row: WebhookSubscription, caller: Caller) -> None:
    """The receiver is called with a challenge soon; of one that is verified it is a test."""
    row.verification_due = clock.now()
    await audit.record(session, row, caller, "subscription:ask-verification")
    await session.flush()


async def rotate_secret(
    session: AsyncSession, vault: Vault, row: WebhookSubscription, caller: Caller, overlap: dt.timedelta
) -> tuple[str, dt.datetime]:
    """A new secret, in clear this once. The ones before sign for a while too, so that the receiver can change over."""
    until = clock.now() + overlap
    await repository.retire_secrets(session, row.id, until)
    secret = await _add_secret(session, vault, row)
    await audit.record(session, row, caller, "subscription:rotate-secret")
    return secret, until


async def activate_subscription(session: AsyncSession, row: WebhookSubscription, caller: Caller) -> None:
    """Sent to again after it was disabled: what was kept meanwhile goes first."""
    if row.state is S.UNVERIFIED:
        raise NotYetVerified
    _move(row, S.ACTIVE)
    _forget_failures(row)
    row.version += 1
    await audit.record(session, row, caller, "subscription:activate")
    await session.flush()


async def end_subscription(session: AsyncSession, row: WebhookSubscription, caller: Caller) -> None:
    """For good: nothing is sent any more, and its secrets are erased."""
    _move(row, S.ENDED)
    row.verification_due = None
    row.version += 1
    await repository.erase_secrets(session, row.id)
    await audit.record(session, row, caller, "subscription:end")
    await session.flush()


async def replay_deliveries(
    session: AsyncSession,
    row: WebhookSubscription,
    caller: Caller,
    since: dt.datetime,
    until: dt.datetime | None,
    kept: dt.timedelta,
) -> int:
    """What was queued in that time is sent again under the same ids; how many deliveries that are."""
    now = clock.now()
    if since < now - kept:
        raise ReplayTooOld(f"推送记录只保存 {kept.days} 天，请从更晚的时间开始。")
    count = await repository.replay(session, row.id, since, until or now, now)
    await audit.record(session, row, caller, "subscription:replay", {"since": since.isoformat(), "count": count})
    return count


async def note_verification(session: AsyncSession, row: WebhookSubscription, url: str, failure: Failure | None) -> None:
    """What came of calling the receiver with a challenge. An address that has changed meanwhile is called again."""
    if row.url != url:
        return
    row.verification_due, row.verification_failure = None, failure
    if failure is None and row.state is S.UNVERIFIED:
        _move(row, S.ACTIVE)
        row.verified_at = clock.now()
        _forget_failures(row)
        await audit.record(session, row, CLOCK, "subscription:verify")


async def note_calls(
    session: AsyncSession,
    row: WebhookSubscription,
    url: str,
    failures: Sequence[Failure | None],
    now: dt.datetime,
    settings: NotificationSettings,
) -> None:
    """What some calls at once say of the receiver: one success counts more than failures beside it.

    A receiver that fails rests, longer each time: with many events waiting it would be called without a pause.
    """
    if row.state not in SENDING or row.url != url:
        return
    if Failure.GONE in failures:
        await disable(session, row, Failure.GONE)
    elif None in failures:
        if row.state is S.FAILING:
            _move(row, S.ACTIVE)
            _forget_failures(row)
    else:
        if row.state is S.ACTIVE:
            _move(row, S.FAILING)
            row.failing_since = now
        row.failures += 1
        pause = next_pause(settings.webhook_pauses, row.failures) or settings.webhook_longest_rest
        row.rests_until = now + dt.timedelta(seconds=min(pause, settings.webhook_longest_rest))


async def disable(session: AsyncSession, row: WebhookSubscription, because: Failure) -> None:
    """Not sent to any more until its owner activates it, who is told."""
    _move(row, S.DISABLED)
    row.disabled_at, row.disabled_because = clock.now(), because
    row.version += 1
    await audit.record(session, row, CLOCK, "subscription:disable", {"because": because.value})
    draft = NotificationDraft(
        cause=f"{row.id}:{row.version}",
        rule="webhook-disabled",
        template="webhook-disabled@1",
        recipient=Recipient(RecipientKind.MAILBOX, f"{row.department.value}:{row.region}"),
        uscc=None,
        region=row.region,
        title=f"推送订阅“{row.name}”已停推",
        body=f"原因：{because.label}。停推期间的事件会保存一段时间；接收系统恢复后，请在“推送订阅”中恢复推送，保存的事件会接着推送。",
        link=f"/subscriptions/{row.id}",
        occurred_at=row.disabled_at,
    )
    await queue(session, [draft])


def _forget_failures(row: WebhookSubscription) -> None:
    row.failing_since = row.rests_until = row.disabled_at = row.disabled_because = None
    row.failures = 0


def _move(row: WebhookSubscription, state: SubscriptionState) -> None:
    SUBSCRIPTION_STATES.require(row.state, state)
    row.state = state


async def _add_secret(session: AsyncSession, vault: Vault, row: WebhookSubscription) -> str:
    """A secret, sealed; the answer that shows it is not kept."""
    secret = new_secret()
    stored = WebhookSecret(id=uuid.uuid4(), subscription_id=row.id, made_at=clock.now())
    stored.secret = vault.seal(place_of(stored, WebhookSecret.secret), PersonalText(secret))
    session.add(stored)
    await session.flush()
    keep_no_answer(session)
    return secret
