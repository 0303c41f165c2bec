"""The worker's task that sends what is due: each receiver by itself, so that a slow one holds up nobody else.

At least once: an event is marked after the call. A kill between the two sends it again, under the same `webhook-id`.
One process sends at a time (a lease of the database), and keeps in memory whom it is calling.
"""

import asyncio
import datetime as dt
import secrets
import uuid
from collections.abc import Coroutine, Sequence
from typing import Any

import orjson
import structlog

from services.notification.event_fields import for_department, for_platform
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from services.notification.subscriptions import repository
from services.notification.subscriptions.calls import Answer, Calls
from services.notification.subscriptions.domain import (
    SENDING,
    DeliveryState,
    Failure,
    ReceiverKind,
    SubscriptionState,
    next_pause,
)
from services.notification.subscriptions.models import WebhookSecret, WebhookSubscription
from services.notification.subscriptions.repository import Due, Ended
from services.notification.subscriptions.service import disable, note_calls, note_verification
from shared import clock
from shared.platform.sealed_fields.values import SealedFieldUnreadable
from shared.platform.sealed_fields.vault import Vault, place_of
from shared.platform.service import WorkerContext
from shared.worker.failpoints import failpoint
from shared.worker.lease import exclusive_lease
from shared.worker.transient import run_forever

log = structlog.get_logger()

LOOK_EVERY = 1.0
"""Seconds between two looks for what has become due, while nothing ends."""
LONGEST_RETRY_AFTER = 86_400.0
VERIFICATION = "cn.minglu.notification.SubscriptionVerification.v1"
"""Type of the event with the challenge; it is on no topic."""


def webhook_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Sending, forever."""

    async def send() -> None:
        async with (
            exclusive_lease(context.database, "webhooks"),
            Calls(context.settings) as calls,
        ):
            await Sender(context.resources, calls).run()

    return run_forever("webhooks", send)


class Sender:
    """Sends over some calls; `run` until cancelled."""

    def __init__(self, resources: Resources, calls: Calls) -> None:
        self._database, self._vault = resources.database, resources.vault
        self._settings, self._calls = resources.settings, calls
        self._serving: dict[uuid.UUID, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Starts what is due, receiver by receiver. An error of one (a lost database) ends all."""
        try:
            while True:
                await self.start_due()
                if self._serving:
                    await asyncio.wait(self._serving.values(), timeout=LOOK_EVERY, return_when=asyncio.FIRST_COMPLETED)
                else:
                    await asyncio.sleep(LOOK_EVERY)
                for subscription in [one for one, task in self._serving.items() if task.done()]:
                    self._serving.pop(subscription).result()
        finally:
            for task in self._serving.values():
                task.cancel()
            await asyncio.gather(*self._serving.values(), return_exceptions=True)

    async def start_due(self) -> None:
        """Serves every subscription that has something due and is not being served."""
        now = clock.now()
        async with self._database.transaction() as session:
            longest = dt.timedelta(days=self._settings.webhook_disabled_after_days)
            for row in await repository.overdue(session, now - longest):
                await disable(session, row, Failure.NO_SUCCESS)
            due = await repository.with_work(session, now)
        for subscription in due:
            if subscription not in self._serving:
                self._serving[subscription] = asyncio.create_task(self.serve(subscription))

    async def serve(self, subscription: uuid.UUID) -> None:
        """The verification that is due, or the next events: called at the same time, then marked together."""
        now = clock.now()
        async with self._database.transaction() as session:
            row = await repository.lock_subscription(session, subscription)
            keys = opened(self._vault, await repository.secrets_of(session, row.id, now))
            verify = row.verification_due is not None and row.verification_due <= now
            limit = 1 if row.state is SubscriptionState.FAILING else self._settings.webhook_at_once
            due = await repository.due_deliveries(session, row.id, now, limit) if row.state in SENDING else []
        if verify:
            await self._verify(row, keys)
        elif due:
            await self._send(row, keys, due)

    async def _verify(self, row: WebhookSubscription, keys: Sequence[str]) -> None:
        challenge = secrets.token_hex(16)
        event = uuid.uuid4()
        answer = await self._post(row, keys, event, verification_event(event, row.id, challenge))
        failure = answer.failure or (None if answers(answer.body, challenge) else Failure.CHALLENGE)
        failpoint("webhooks.sent")
        async with self._database.transaction() as session:
            await note_verification(session, await repository.lock_subscription(session, row.id), row.url, failure)

    async def _send(self, row: WebhookSubscription, keys: Sequence[str], due: Sequence[Due]) -> None:
        calls = [self._post(row, keys, one.event, body_for(row.receiver, one.body)) for one in due]
        answered = await asyncio.gather(*calls)
        failpoint("webhooks.sent")
        now = clock.now()
        ended = [self._ended(one, answer, now) for one, answer in zip(due, answered, strict=True)]
        async with self._database.transaction() as session:
            locked = await repository.lock_subscription(session, row.id)
            await repository.record(session, row.id, ended, now)
            await note_calls(session, locked, row.url, [answer.failure for answer in answered], now, self._settings)
        failpoint("webhooks.marked")

    async def _post(self, row: WebhookSubscription, keys: Sequence[str], event: uuid.UUID, body: bytes) -> Answer:
        if not keys:
            return Answer(Failure.SECRET)
        answer = await self._calls.post(row.url, keys, str(event), body)
        if answer.failure is not None:
            log.info("webhook_failed", subscription=str(row.id), message=str(event), failure=answer.failure.value)
        return answer

    def _ended(self, due: Due, answer: Answer, now: dt.datetime) -> Ended:
        """A success, another try later, or the end after the last. Gone keeps it for the day the receiver is back."""
        if answer.failure is None:
            return Ended(due.event, DeliveryState.DELIVERED, None, answer.status, None)
        pause = next_pause(self._settings.webhook_pauses, due.tries + 1)
        if pause is None:
            return Ended(due.event, DeliveryState.FAILED, answer.failure, answer.status, None)
        later = max(pause, min(answer.retry_after, LONGEST_RETRY_AFTER))
        return Ended(due.event, DeliveryState.PENDING, answer.failure, answer.status, now + dt.timedelta(seconds=later))


def opened(vault: Vault, stored: Sequence[WebhookSecret]) -> list[str]:
    """The secrets in clear, as far as they can be read."""
    found = []
    for one in stored:
        try:
            found.append(vault.open(place_of(one, WebhookSecret.secret), one.secret).reveal())
        except SealedFieldUnreadable:
            continue  # the vault has logged it; another secret may sign
    return found


def verification_event(event: uuid.UUID, subscription: uuid.UUID, challenge: str) -> bytes:
    """The event that a receiver answers with the challenge in it."""
    envelope = {
        "specversion": "1.0",
        "id": str(event),
        "source": "/notification",
        "type": VERIFICATION,
        "subject": str(subscription),
        "time": clock.now(),
        "datacontenttype": "application/json",
        "data": {"challenge": challenge},
    }
    return orjson.dumps(envelope, option=orjson.OPT_UTC_Z)


def answers(body: bytes, challenge: str) -> bool:
    """Whether an answer is `{"challenge": …}` with what was asked."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(said, dict) and said.get("challenge") == challenge


def body_for(receiver: ReceiverKind, body: bytes) -> bytes:
    """What of an event the receiver may have; the same bytes for the same event, so that a replay is no other."""
    cut = for_department if receiver is ReceiverKind.DEPARTMENT else for_platform
    return orjson.dumps(cut(orjson.loads(body)))
