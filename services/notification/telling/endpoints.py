"""Trying rules: with an event that is given or was heard lately; the caller can have the result sent to themselves."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from services.notification.provider_urls import parse_provider
from services.notification.resources import ResourcesDep
from services.notification.rules.service import Number
from services.notification.settings import NotificationSettings
from services.notification.telling import repository as telling_repository, trial
from services.notification.telling.schemas import RecentEventView, TestMessageView, TrialBody, TrialView
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["rules"], route_class=TransactionalRoute)

Drafter = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]


@router.get("/rules/recent-events", summary="最近收到的事件")
async def list_recent_events(
    session: SessionDep, caller: Drafter, event: Annotated[str, Query(max_length=100, description="事件名称")]
) -> list[RecentEventView]:
    """A few of the caller's region, the newest first, to try rules with."""
    return [RecentEventView.of(row) for row in await telling_repository.recent(session, event, caller.region)]


@router.post("/rules/{name}/versions/{version}/preview", summary="用一个事件预览规则")
async def preview_rule(
    name: str, version: Number, body: TrialBody, session: SessionDep, resources: ResourcesDep, caller: Drafter
) -> TrialView:
    """What this version, a draft or not, would tell to whom, and in how many parts each SMS gateway would send it.
    Nothing is stored and nobody is told.
    """
    tried = await trial.try_rule(session, name, version, body.event, body.recent, caller)
    return TrialView.of(tried, signatures_of(resources.settings))


def signatures_of(settings: NotificationSettings) -> Mapping[str, str]:
    """By the names of the SMS gateways in use."""
    gateways = [parse_provider(one) for one in (settings.sms_first, settings.sms_fallback) if one is not None]
    return {one.name: one.options.get("sign", "") for one in gateways}


@router.post("/rules/{name}/versions/{version}/test-message", status_code=201, summary="发一条测试到本人")
async def send_test_message(
    name: str, version: Number, body: TrialBody, session: SessionDep, caller: Drafter
) -> TestMessageView:
    """To the caller's own contact only."""
    tried = await trial.try_rule(session, name, version, body.event, body.recent, caller)
    return TestMessageView(notification=await trial.send_test(session, tried, caller))
