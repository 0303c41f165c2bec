"""`/v1/inspection-shares`, `/v1/inspection-deliveries`, `/v1/inspection-households.csv` for the random-inspection
system, `/v1/first-violations`.
"""

import codecs
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from services.support.inspections import repository as inspection_repository
from services.support.inspections.deliveries import RECEIVING
from services.support.inspections.domain import TYPES, InspectionFeed, first_violation, share_of
from services.support.inspections.problems import HouseholdNotFound
from services.support.inspections.repository import InspectedHousehold
from services.support.inspections.schemas import FirstViolationView, InspectionDeliveryView, InspectionSharesView
from services.support.registers.repository import HOUSEHOLDS
from services.support.resources import ResourcesDep
from services.support.rules.service import SupportRulesOnDay, rules_on
from shared import clock
from shared.database.connections import Database
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.deliveries.endpoints import delivery_router
from shared.platform.fields import Region, UsccLookup
from shared.platform.identity import Caller, Role, allow, anyone
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import CSV, CSV_TYPE, csv_rows
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

delivery_endpoints = delivery_router(
    RECEIVING, InspectionDeliveryView, summary="报送信用风险分类（credit_risk）或违法行为查处（violation）"
)
router = APIRouter(prefix="/v1", tags=["inspections"], route_class=TransactionalRoute)

Official = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
PAGE = 5000
HEADER = ("统一社会信用代码", "名称", "区划", "类型", "信用风险类别", "分类日期", "抽查比例", "比例的依据")
NOT_KNOWN = "不知道"


@router.get("/inspection-shares", summary="一个地区按信用风险类别和类型的抽查比例")
async def read_shares(
    session: SessionDep,
    region: Annotated[Region, Query(description="省、市、县的区划代码")],
    _caller: Annotated[Caller, anyone()],
) -> InspectionSharesView:
    """Public; set with POST /v1/support-rules/orders."""
    return InspectionSharesView.of(await rules_on(session, clock.today()), region)


@router.get("/inspection-deliveries", summary="已收到的信用风险分类和违法行为查处")
async def list_inspection_deliveries(
    session: SessionDep,
    caller: Official,
    page: Annotated[PageQuery[int], paged(int, limit=20, largest=100)],
) -> Page[InspectionDeliveryView]:
    """Declared inside the caller's region, the newest first."""
    rows = await inspection_repository.list_deliveries(session, caller.region, page.after, page.wanted)
    return page.of(rows, InspectionDeliveryView.of, lambda row: row.sequence)


@router.get("/inspection-households.csv", summary="下载各户的信用风险类别和抽查比例，供双随机系统导入", responses=CSV)
async def download_inspection_households(
    request: Request, session: SessionDep, resources: ResourcesDep, caller: Official
) -> StreamingResponse:
    """Every registered household of the caller's region; what nobody has delivered or set is said to be unknown."""
    rules = await rules_on(session, clock.today())
    await record_read(session, request, about("inspections", caller.region), caller, "inspections:download")
    headers = {"Content-Disposition": 'attachment; filename="inspection-households.csv"'}
    return StreamingResponse(_pages(resources.database, rules, caller.region), media_type=CSV_TYPE, headers=headers)


async def _pages(database: Database, rules: SupportRulesOnDay, region: str) -> AsyncIterator[bytes]:
    """The list page by page, each read in its own session: nothing stays open while a client downloads slowly."""
    yield codecs.BOM_UTF8 + csv_rows([HEADER])
    after: str | None = None
    while True:
        async with database.reading(region) as session:
            rows = await inspection_repository.list_households(session, region, after, PAGE)
        yield csv_rows([_cells(rules, row) for row in rows])
        if len(rows) < PAGE:
            return
        after = rows[-1].uscc


def _cells(rules: SupportRulesOnDay, row: InspectedHousehold) -> tuple[object, ...]:
    label = TYPES.get(row.type or "")
    risk, graded = row.risk_class, row.graded_on or ""
    own = (row.uscc, row.name, row.region, label or NOT_KNOWN)
    if risk is None:
        return (*own, NOT_KNOWN, "", NOT_KNOWN, "没有信用风险类别")
    if row.type is None or label is None:
        return (*own, risk.label, graded, NOT_KNOWN, "没有分型")
    share = rules.number(share_of(risk, row.type), row.region)
    said = "未设定" if share.number is None else f"{share.number}%"
    return (*own, risk.label, graded, said, share.source if share.verified else f"未核对：{share.source}")


@router.get("/first-violations", summary="查一户有没有查处记录（首违不罚）")
async def look_up_first_violation(
    request: Request, session: SessionDep, caller: Official, uscc: Annotated[UsccLookup, Query()]
) -> FirstViolationView:
    """Of a household of the caller's region. What is not known stays unknown."""
    household = or_404(await HOUSEHOLDS.get(session, uscc), HouseholdNotFound)
    if not caller.covers(household.region):
        raise HouseholdNotFound
    records = await inspection_repository.violations_of(session, household.uscc)
    full = await inspection_repository.last_full_delivery(session, InspectionFeed.VIOLATION, household.region)
    unread = await inspection_repository.is_unread(session, InspectionFeed.VIOLATION, household.uscc, household.region)
    known = first_violation(len(records), full is not None, unread or bool(full and full.unreadable))
    await record_read(session, request, about(household.uscc, household.region), caller, "first-violation:read")
    return FirstViolationView.of(household.uscc, known, records, full.delivered_at if full else None)
