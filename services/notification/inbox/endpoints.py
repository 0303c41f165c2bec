"""`/v1/inbox`: what the caller was told; `/v1/notifications`: what a household was told, and sending it again."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request

from services.notification.inbox import repository as inbox_repository, service as inbox_service
from services.notification.inbox.problems import NotificationNotFound
from services.notification.inbox.recipients import own_recipients
from services.notification.inbox.schemas import (
    MOST_AT_ONCE,
    InboxQuery,
    NotificationView,
    ReadingsBody,
    ReadingsView,
    ToldQuery,
    ToldView,
    UnreadView,
    position_of,
    seen,
)
from services.notification.messages.models import Notification
from services.notification.resources import ResourcesDep
from shared import clock
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.fields import ReasonBody
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["inbox"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU)]
Keeper = Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.BUREAU)]
SEES_REGION = frozenset({Role.OFFICER, Role.APPROVER, Role.AUDITOR})
"""Who sees what the households of their region were told. A bureau's clerk with a shop sees that of the shop."""
Told = Annotated[Caller, allow(Role.OPERATOR, *SEES_REGION)]
Teller = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]


@router.get("/inbox", summary="我的通知")
async def list_inbox(
    query: Annotated[InboxQuery, Query()], session: SessionDep, caller: Reader
) -> Page[NotificationView]:
    """Of an operator; of staff their own and their bureau's. The newest first."""
    page, recipients = query.page(int, int), await own_recipients(session, caller)
    rows = await inbox_repository.list_inbox(session, recipients, query.filters(), seen(page), page.wanted)
    ended = await inbox_repository.ended(session, rows)
    return page.of(rows, lambda row: NotificationView.of(row, ended), position_of)


@router.get("/inbox/unread", summary="未读通知数：按收件箱和类别")
async def count_unread(session: SessionDep, caller: Reader) -> UnreadView:
    """How many entries nobody of the inbox has read; of each inbox up to a thousand."""
    recipients = await own_recipients(session, caller)
    rows = await inbox_repository.count_unread(session, recipients)
    return UnreadView.of(rows, inbox_repository.keys_of(recipients))


@router.post("/inbox/readings", summary="批量标为已读")
async def mark_many_read(body: ReadingsBody, session: SessionDep, caller: Keeper) -> ReadingsView:
    """These, or all that were told up to an instant: what comes meanwhile stays unread."""
    marked = await inbox_repository.mark_read(
        session,
        await own_recipients(session, caller),
        subject=caller.subject,
        now=clock.now(),
        most=MOST_AT_ONCE,
        narrowed=body.narrowed(),
    )
    return ReadingsView(marked=marked, left=body.until is not None and marked == MOST_AT_ONCE)


@router.post("/inbox/{notification_id}/reading", summary="标为已读")
async def mark_read(notification_id: uuid.UUID, session: SessionDep, caller: Keeper) -> NotificationView:
    """The first reading counts; of a mailbox that of whoever of the bureau reads first."""
    notification = await _own(session, notification_id, caller)
    inbox_service.read(notification, caller)
    return NotificationView.of(notification, await inbox_repository.ended(session, [notification]))


@router.post("/inbox/{notification_id}/archiving", summary="归档")
async def archive(notification_id: uuid.UUID, session: SessionDep, caller: Keeper) -> NotificationView:
    """Out of the list; of a mailbox for all of the bureau. It counts as read, and nothing is due by it."""
    notification = await _own(session, notification_id, caller)
    inbox_service.read(notification, caller)
    notification.archived = True
    return NotificationView.of(notification, await inbox_repository.ended(session, [notification]))


@router.post("/inbox/{notification_id}/restoration", summary="移回收件箱")
async def restore(notification_id: uuid.UUID, session: SessionDep, caller: Keeper) -> NotificationView:
    """Back from the archive to its place in the list; it stays read."""
    notification = await _own(session, notification_id, caller)
    notification.archived = False
    return NotificationView.of(notification, await inbox_repository.ended(session, [notification]))


async def _own(session: SessionDep, notification_id: uuid.UUID, caller: Caller) -> Notification:
    """One of the caller's notifications, locked."""
    recipients = await own_recipients(session, caller)
    return or_404(await inbox_repository.lock_own(session, notification_id, recipients), NotificationNotFound)


@router.get("/notifications", summary="一户被告知了什么：时间、渠道、结果、原文")
async def list_told(
    query: Annotated[ToldQuery, Query()], request: Request, session: SessionDep, caller: Told
) -> Page[ToldView]:
    """Officers of the household's region and their superiors see what its operators were told; an operator the same of
    themselves. Words are exactly those that were told.
    """
    page = query.page(int, int)
    await record_read(session, request, about(query.uscc, caller.region), caller, "notification:list")
    whose = caller.region if caller.roles & SEES_REGION else await own_recipients(session, caller)
    rows = await inbox_repository.list_told(session, query.uscc, whose, seen(page), page.wanted)
    messages = await inbox_repository.messages_of(session, [row.id for row in rows[: page.limit]])
    return page.of(rows, lambda row: ToldView.of(row, messages[row.id]), position_of)


@router.post("/notifications/{notification_id}/repetition", summary="重新发送", status_code=201)
async def send_again(
    notification_id: uuid.UUID, body: ReasonBody, session: SessionDep, resources: ResourcesDep, caller: Teller
) -> ToldView:
    """The same words on the same channels once more, for a reason, when nothing of it is under way any more."""
    found = await inbox_repository.find_told(session, notification_id, caller.region)
    notification = or_404(found, NotificationNotFound)
    again = await inbox_service.send_again(session, notification, caller, body.reason, resources.settings)
    messages = await inbox_repository.messages_of(session, [again])
    sent = or_404(await inbox_repository.find_told(session, again, caller.region), NotificationNotFound)
    return ToldView.of(sent, messages[again])
