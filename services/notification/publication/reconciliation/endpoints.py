"""`/v1/publications/reconciliations`, `/v1/publications/differences`: rounds and their reports, what differs, repairs.

Officers of a region order rounds, have differences repaired or leave them with a reason; an approver whose region has
all counties of a round signs its report.
"""

import codecs
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from services.notification.publication.peers.connections import peer_urls_of
from services.notification.publication.reconciliation import repository, service
from services.notification.publication.reconciliation.domain import DifferenceKind, DifferenceState, report_digest
from services.notification.publication.reconciliation.repository import DifferenceQuery
from services.notification.publication.reconciliation.schemas import (
    TABLE_HEADER,
    CountyView,
    DifferenceView,
    RepairsOrder,
    RepairsView,
    ReportView,
    RoundOrder,
    RoundView,
)
from services.notification.publication.systems import Kind, System
from services.notification.resources import ResourcesDep
from shared.database.connections import Database
from shared.platform.etag import RequiredMatch
from shared.platform.fields import ReasonBody, Region
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import CSV, CSV_TYPE, csv_rows
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1/publications", tags=["reconciliation"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Officer = Annotated[Caller, allow(Role.OFFICER)]
OfficerOrApprover = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
Signer = Annotated[Caller, allow(Role.APPROVER)]
OfSystem = Annotated[System | None, Query(description="只看一个系统")]
OfKind = Annotated[Kind | None, Query(description="只看一类数据")]
OfDifference = Annotated[DifferenceKind | None, Query(description="只看一类差异")]
InState = Annotated[DifferenceState | None, Query(description="只看一种状态")]
Within = Annotated[Region | None, Query(description="只看一个地区；不写为您的辖区")]
EXPORT_PAGE = 2000


@router.get("/reconciliations", summary="对账记录，最近的在前")
async def list_reconciliations(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[int], paged(int)],
    system: OfSystem = None,
) -> Page[RoundView]:
    """Rounds that concern the caller's region, with the sums of its counties."""
    rows = await repository.list_rounds(session, caller.region, system, page.after, page.wanted)
    totals = await repository.totals_of(session, [row.id for row in rows], caller.region)
    return page.of(rows, lambda row: RoundView.of(row, totals.get(row.id, {})), lambda row: row.number)


@router.post("/reconciliations", status_code=202, summary="立即与一个系统对账")
async def order_reconciliation(
    body: RoundOrder, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> RoundView:
    """The worker makes it now; one at a time per system."""
    region = body.region or caller.region
    if region:
        require_region(caller, region)
    connected = {system for system, url in peer_urls_of(resources.settings).items() if not url.files_only}
    daily_at = resources.settings.reconciliation_at
    made = await service.order_round(
        session, body.system, body.kind, region, caller, connected=connected, daily_at=daily_at
    )
    return RoundView.of(made, {})


@router.get("/reconciliations/{round_id}", summary="一次对账")
async def get_reconciliation(round_id: uuid.UUID, session: SessionDep, caller: Reader) -> RoundView:
    """With the sums of the caller's region."""
    row = await service.round_of(session, round_id, caller.region)
    totals = await repository.totals_of(session, [row.id], caller.region)
    return RoundView.of(row, totals.get(row.id, {}))


@router.get("/reconciliations/{round_id}/counties", summary="一次对账的各县数量和摘要")
async def list_counties(round_id: uuid.UUID, session: SessionDep, caller: Reader) -> list[CountyView]:
    """Counties of the caller's region, by kind."""
    row = await service.round_of(session, round_id, caller.region)
    return [CountyView.of(one) for one in await repository.counties_of(session, row.id, caller.region)]


@router.get(
    "/reconciliations/{round_id}/differences/table",
    summary="下载一次对账的差异（CSV）",
    response_class=StreamingResponse,
    responses=CSV,
)
async def download_differences(
    round_id: uuid.UUID,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    difference: OfDifference = None,
    state: InState = None,
) -> StreamingResponse:
    """Those of the caller's region, as they are now."""
    row = await service.round_of(session, round_id, caller.region)
    query = DifferenceQuery(caller.region, round=row, difference=difference, state=state)
    headers = {"Content-Disposition": f'attachment; filename="differences-{row.system.value}-{row.day}.csv"'}
    return StreamingResponse(difference_lines(resources.database, query), media_type=CSV_TYPE, headers=headers)


async def difference_lines(database: Database, query: DifferenceQuery) -> AsyncIterator[bytes]:
    """Page by page, each read in its own session: nothing stays open while a client downloads slowly."""
    yield codecs.BOM_UTF8 + csv_rows([TABLE_HEADER])
    after: tuple[str, uuid.UUID] | None = None
    while True:
        async with database.reading(query.region) as session:
            rows = await repository.list_differences(session, query, after, EXPORT_PAGE)
        if rows:
            yield csv_rows([DifferenceView.of(row).cells() for row in rows])
        if len(rows) < EXPORT_PAGE:
            return
        after = (rows[-1].region, rows[-1].id)


@router.get("/reconciliations/{round_id}/report", summary="对账报告")
async def get_report(round_id: uuid.UUID, session: SessionDep, caller: Reader) -> ReportView:
    """As it was signed; before that, as it would be signed now."""
    report = await service.report_of(session, round_id, caller)
    return ReportView(report=report, digest=report_digest(report)[1])


@router.post("/reconciliations/{round_id}/signature", summary="签署对账报告")
async def sign_report(round_id: uuid.UUID, session: SessionDep, match: RequiredMatch, caller: Signer) -> RoundView:
    """By an approver of the whole region who acted on none of its differences. It does not change any more."""
    row = await service.sign(session, round_id, match, caller)
    totals = await repository.totals_of(session, [row.id], caller.region)
    return RoundView.of(row, totals.get(row.id, {}))


@router.get("/differences", summary="与各系统现有的差异")
async def list_differences(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[str, uuid.UUID]], paged(str, uuid.UUID)],
    region: Within = None,
    system: OfSystem = None,
    kind: OfKind = None,
    difference: OfDifference = None,
    state: InState = None,
) -> Page[DifferenceView]:
    """What the latest rounds found and no later one has found repaired, by county."""
    if region is not None:
        require_region(caller, region)
    query = DifferenceQuery(region or caller.region, system=system, kind=kind, difference=difference, state=state)
    rows = await repository.list_differences(session, query, page.after, page.wanted)
    return page.of(rows, DifferenceView.of, lambda row: (row.region, row.id))


@router.post("/differences/repairs", status_code=202, summary="一类差异全部处理：重新上报，或（由审批人）请对方撤下")
async def repair_differences(
    body: RepairsOrder, session: SessionDep, resources: ResourcesDep, caller: OfficerOrApprover
) -> RepairsView:
    """All open ones of a kind in a region. The worker sends them; the next round says whether it helped. What a system
    holds too much an approver alone has withdrawn at once, says how many it is, and not more than the setting allows.
    """
    if body.region is not None:
        require_region(caller, body.region)
    query = DifferenceQuery(
        body.region or caller.region, system=body.system, kind=body.kind, difference=body.difference
    )
    most = resources.settings.reconciliation_most_withdrawals
    ordered = await service.repair_all(session, query, body.reason, caller, expected=body.expected, most=most)
    return RepairsView(ordered=ordered)


@router.post("/differences/{difference_id}/repair", summary="处理一条差异：重新上报，或请对方撤下")
async def repair_difference(
    difference_id: uuid.UUID, body: ReasonBody, session: SessionDep, match: RequiredMatch, caller: Officer
) -> DifferenceView:
    """What the system lacks or holds otherwise is sent again; what it holds too much is taken back."""
    return DifferenceView.of(await service.repair(session, difference_id, match, body.reason, caller))


@router.post("/differences/{difference_id}/decision", summary="保留一条差异的现状，说明理由")
async def decide_difference(
    difference_id: uuid.UUID, body: ReasonBody, session: SessionDep, match: RequiredMatch, caller: Officer
) -> DifferenceView:
    """Until either side changes."""
    return DifferenceView.of(await service.decide(session, difference_id, match, body.reason, caller))
