"""`/v1/objection-periods`: what bureaus have set where the text gives no number."""

import uuid
from typing import Annotated

from fastapi import APIRouter

from services.objection.rules import repository as rule_repository
from services.objection.rules.orders import order_period
from services.objection.rules.schemas import PeriodOrderBody, PeriodOrderView
from shared.platform.identity import Caller, Role, allow
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["objection-periods"], route_class=TransactionalRoute)


@router.post("/objection-periods", status_code=201, summary="设定文件没有写明的异议期限")
async def create_period_order(
    body: PeriodOrderBody, session: SessionDep, caller: Annotated[Caller, allow(Role.APPROVER)]
) -> PeriodOrderView:
    """By the level that decides such objections; for those filed from today on."""
    order = await order_period(session, body.policy, body.parameter, body.days, body.document, caller)
    return PeriodOrderView.of(order)


@router.get("/objection-periods", summary="本辖区设定过的异议期限")
async def list_period_orders(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
) -> Page[PeriodOrderView]:
    """Earlier ones too."""
    rows = await rule_repository.list_orders(session, caller.region, page.after, page.wanted)
    return page.of(rows, PeriodOrderView.of, lambda row: row.id)
