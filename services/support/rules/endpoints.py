"""`/v1/support-rules`: in which cases households are visited and in how many days what is done, with the sources."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query

from services.support.rules import repository as rule_repository
from services.support.rules.schemas import SupportOrderBody, SupportOrderView, SupportRulesView
from services.support.rules.service import order_number, rules_on
from shared import clock
from shared.platform.fields import Region
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["support-rules"], route_class=TransactionalRoute)


@router.get("/support-rules", summary="一个地区的必访情形和办理期限")
async def read_rules(
    session: SessionDep,
    region: Annotated[Region, Query(description="省、市、县的区划代码")],
    _caller: Annotated[Caller, anyone()],
) -> SupportRulesView:
    """Public: what is not verified, or not set, is shown so."""
    return SupportRulesView.of(await rules_on(session, clock.today()), region)


@router.post("/support-rules/orders", status_code=201, summary="设定文件没有写明的数额，实行或者不再实行一种必访")
async def create_order(
    body: SupportOrderBody, session: SessionDep, caller: Annotated[Caller, allow(Role.APPROVER)]
) -> SupportOrderView:
    """For the caller's own region, from today on."""
    return SupportOrderView.of(await order_number(session, body.parameter, body.number, body.document, caller))


@router.get("/support-rules/orders", summary="本辖区设定过的数额")
async def list_orders(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
) -> Page[SupportOrderView]:
    """Earlier ones too."""
    rows = await rule_repository.list_orders(session, caller.region, page.after, page.wanted)
    return page.of(rows, SupportOrderView.of, lambda row: row.id)
