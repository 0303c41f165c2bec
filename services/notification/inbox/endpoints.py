"""`/v1/inbox`: what the caller was told."""

import uuid
from typing import Annotated

from fastapi import APIRouter

from services.notification.inbox import repository as inbox_repository
from services.notification.inbox.problems import NotificationNotFound
from services.notification.inbox.recipients import own_recipients
from services.notification.inbox.schemas import NotificationView, UnreadView
from shared import clock
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["inbox"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OPERATOR, Role.OFFICER, Role.APPROVER, Role.AUDITOR, Role.BUREAU)]


@router.get("/inbox", summary="我的通知")
async def list_inbox(
    session: SessionDep, caller: Reader, page: Annotated[PageQuery[int], paged(int)]
) -> Page[NotificationView]:
    """Of an operator; of staff their own and their bureau's. The newest first."""
    rows = await inbox_repository.list_inbox(session, own_recipients(caller), page.after, page.wanted)
    return page.of(rows, NotificationView.of, lambda row: row.number)


@router.get("/inbox/unread", summary="未读通知数")
async def count_unread(session: SessionDep, caller: Reader) -> UnreadView:
    """How many entries nobody of the inbox has read."""
    return UnreadView(unread=await inbox_repository.count_unread(session, own_recipients(caller)))


@router.post("/inbox/{notification_id}/reading", summary="标为已读")
async def mark_read(notification_id: uuid.UUID, session: SessionDep, caller: Reader) -> NotificationView:
    """The first reading counts; of a mailbox that of whoever of the bureau reads first."""
    found = await inbox_repository.lock_own(session, notification_id, own_recipients(caller))
    notification = or_404(found, NotificationNotFound)
    notification.read_at = notification.read_at or clock.now()
    await session.flush()
    return NotificationView.of(notification)
