"""`/v1/subscriptions`: webhooks. The bureau's approvers create, change and end them for departments and platforms of
their region; the department that a subscription belongs to verifies, rotates, activates and replays it.
"""

import datetime as dt
import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from services.notification.resources import ResourcesDep
from services.notification.subscriptions import repository, service, targets
from services.notification.subscriptions.domain import DeliveryState
from services.notification.subscriptions.models import WebhookSubscription
from services.notification.subscriptions.problems import SubscriptionNotFound
from services.notification.subscriptions.repository import Owner
from services.notification.subscriptions.schemas import (
    DeliveryView,
    NewSubscriptionView,
    ReplayBody,
    ReplayView,
    RotationView,
    SecretView,
    SubscriptionBody,
    SubscriptionChange,
    SubscriptionDetails,
    SubscriptionView,
)
from shared import clock
from shared.platform.department_scope import department_of, readable_department
from shared.platform.etag import RequiredMatch, check_match
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.departments import Department

router = APIRouter(prefix="/v1", tags=["subscriptions"], route_class=TransactionalRoute)

Approver = Annotated[Caller, allow(Role.APPROVER)]
OwnerCaller = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU)]


def readable_by(caller: Caller) -> Owner:
    """Officials read all of their region, a department its own."""
    return Owner(caller.region, readable_department(caller))


def owned_by(caller: Caller) -> Owner:
    """What belongs to the caller's own department; officers without one speak for market supervision."""
    market = Department.MARKET if Role.OFFICER in caller.roles else None
    return Owner(caller.region, caller.department or market or department_of(caller))


async def lock_owned(session: SessionDep, subscription: uuid.UUID, caller: Caller) -> WebhookSubscription:
    """A subscription of the caller's own department, locked; 404 without one."""
    found = await repository.get_subscription(session, subscription, owned_by(caller), locked=True)
    return or_404(found, SubscriptionNotFound)


async def lock_governed(
    session: SessionDep, subscription: uuid.UUID, caller: Caller, match: str
) -> WebhookSubscription:
    """A subscription of the approver's region, locked, at the version that was read."""
    found = await repository.get_subscription(session, subscription, Owner(caller.region, None), locked=True)
    row = or_404(found, SubscriptionNotFound)
    check_match(match, row.version)
    return row


@router.get("/subscriptions", summary="推送订阅")
async def list_subscriptions(
    session: SessionDep, caller: Reader, page: Annotated[PageQuery[tuple[str, uuid.UUID]], paged(str, uuid.UUID)]
) -> Page[SubscriptionView]:
    """Of the region; a department sees its own."""
    rows = await repository.list_subscriptions(session, readable_by(caller), page.after, page.wanted)
    return page.of(rows, SubscriptionView.of, lambda row: (row.region, row.id))


@router.post("/subscriptions", status_code=201, summary="为部门或平台的系统新建推送订阅；签名密钥只显示一次")
async def create_subscription(
    body: SubscriptionBody, session: SessionDep, resources: ResourcesDep, caller: Approver
) -> NewSubscriptionView:
    """The address is checked here and again with every connection; the receiver is verified before anything is sent."""
    require_region(caller, body.region)
    await targets.check_written(resources.settings, body.url)
    row, secret = await service.create_subscription(session, resources.vault, body.new_order(), caller)
    return NewSubscriptionView(subscription=SubscriptionView.of(row), secret=secret)


@router.get("/subscriptions/{subscription_id}", summary="一项推送订阅")
async def get_subscription(subscription_id: uuid.UUID, session: SessionDep, caller: Reader) -> SubscriptionDetails:
    """With its state, and what its last verification came to."""
    row = or_404(await repository.get_subscription(session, subscription_id, readable_by(caller)), SubscriptionNotFound)
    secrets = await repository.secrets_of(session, row.id, clock.now())
    return SubscriptionDetails(**dict(SubscriptionView.of(row)), secrets=[SecretView.of(one) for one in secrets])


@router.put("/subscriptions/{subscription_id}", summary="修改推送订阅；换了网址的重新验证")
async def change_subscription(
    subscription_id: uuid.UUID,
    body: SubscriptionChange,
    session: SessionDep,
    resources: ResourcesDep,
    match: RequiredMatch,
    caller: Approver,
) -> SubscriptionView:
    """Name, address, events."""
    await targets.check_written(resources.settings, body.url)
    row = await lock_governed(session, subscription_id, caller, match)
    await service.change_subscription(session, row, body.order(row), caller)
    return SubscriptionView.of(row)


@router.delete("/subscriptions/{subscription_id}", status_code=204, summary="注销推送订阅")
async def end_subscription(
    subscription_id: uuid.UUID, session: SessionDep, match: RequiredMatch, caller: Approver
) -> None:
    """For good; its secrets are erased."""
    await service.end_subscription(session, await lock_governed(session, subscription_id, caller, match), caller)


@router.post("/subscriptions/{subscription_id}/verification", summary="请接收方答复验证内容")
async def verify(subscription_id: uuid.UUID, session: SessionDep, caller: OwnerCaller) -> SubscriptionView:
    """The worker posts a challenge soon; of a subscription that is verified it is a test of the connection."""
    row = await lock_owned(session, subscription_id, caller)
    await service.ask_verification(session, row, caller)
    return SubscriptionView.of(row)


@router.post("/subscriptions/{subscription_id}/rotation", summary="轮换签名密钥；新密钥只显示一次")
async def rotate(
    subscription_id: uuid.UUID, session: SessionDep, resources: ResourcesDep, caller: OwnerCaller
) -> RotationView:
    """Both the new secret and the ones before sign until the change-over is over."""
    row = await lock_owned(session, subscription_id, caller)
    overlap = dt.timedelta(hours=resources.settings.webhook_overlap_hours)
    secret, until = await service.rotate_secret(session, resources.vault, row, caller, overlap)
    return RotationView(secret=secret, previous_until=until)


@router.post("/subscriptions/{subscription_id}/activation", summary="恢复已停的推送")
async def activate(subscription_id: uuid.UUID, session: SessionDep, caller: OwnerCaller) -> SubscriptionView:
    """After it was disabled; what was kept meanwhile is sent."""
    row = await lock_owned(session, subscription_id, caller)
    await service.activate_subscription(session, row, caller)
    return SubscriptionView.of(row)


@router.post("/subscriptions/{subscription_id}/replay", summary="从某时起重新推送")
async def replay(
    subscription_id: uuid.UUID, body: ReplayBody, session: SessionDep, resources: ResourcesDep, caller: OwnerCaller
) -> ReplayView:
    """What was queued in that time, under the same ids."""
    row = await lock_owned(session, subscription_id, caller)
    kept = dt.timedelta(days=resources.settings.webhook_kept_days)
    count = await service.replay_deliveries(session, row, caller, body.since, body.until, kept)
    return ReplayView(count=count)


@router.get("/subscriptions/{subscription_id}/deliveries", summary="推送记录")
async def list_deliveries(
    subscription_id: uuid.UUID,
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[str, uuid.UUID]], paged(str, uuid.UUID)],
    state: Annotated[DeliveryState | None, Query()] = None,
) -> Page[DeliveryView]:
    """The newest first, for as long as they are kept."""
    found = await repository.get_subscription(session, subscription_id, readable_by(caller))
    row = or_404(found, SubscriptionNotFound)
    before = (dt.datetime.fromisoformat(page.after[0]), page.after[1]) if page.after else None
    rows = await repository.list_deliveries(session, row.id, state, before, page.wanted)
    return page.of(
        rows,
        lambda one: DeliveryView.of(one.WebhookDelivery, one.type),
        lambda one: (one.WebhookDelivery.queued_at.isoformat(), one.WebhookDelivery.event_id),
    )
