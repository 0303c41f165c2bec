"""`/v1/publications/hand-ins`: what came from the national systems, what was refused, and what became of the rest."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.notification.publication.incoming import repository as incoming_repository
from services.notification.publication.incoming.schemas import (
    HandInQuery,
    HandInView,
    WaitingHandInQuery,
    WaitingHandInView,
)
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["publications"], route_class=TransactionalRoute)


@router.get("/publications/hand-ins", summary="在国家级系统提交、转来本平台的申报、异议和年报情况")
async def list_hand_ins(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    query: Annotated[HandInQuery, Query()],
) -> Page[HandInView]:
    """Of the region, the newest first."""
    page = query.page(int)
    rows = await incoming_repository.list_hand_ins(session, caller.region, query.wanted(), page.after, page.wanted)
    return page.of(rows, HandInView.of, lambda row: row.number)


@router.get("/publications/hand-ins/waiting", summary="在国家级系统提交、尚无结果的申报和异议：原因和等待起始时间")
async def list_waiting_hand_ins(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    query: Annotated[WaitingHandInQuery, Query()],
) -> Page[WaitingHandInView]:
    """Of the region, in the order of arrival."""
    page = query.page(int)
    rows = await incoming_repository.list_waiting(session, caller.region, query.wanted(), page.after, page.wanted)
    return page.of(rows, WaitingHandInView.of, lambda row: row.number)
