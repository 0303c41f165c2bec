"""`/v1/entitlements`: the lists of a measure for its departments, and what they report."""

import codecs
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue.problems import MeasureNotFound
from services.support.catalogue.register import RegisteredMeasure, read_register
from services.support.catalogue.schemas import MeasureIdField
from services.support.entitlements import reporting, repository as entitlement_repository
from services.support.entitlements.departments import require_readable
from services.support.entitlements.domain import EntitlementState
from services.support.entitlements.problems import TooLongForWorkbook
from services.support.entitlements.repository import ListedRow
from services.support.entitlements.schemas import ListedView, ReportBody, ReportedView
from services.support.entitlements.service import Reckoner
from services.support.resources import ResourcesDep
from shared.database.connections import Database
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import CSV_TYPE, TABLE, FileFormat, TableFormat, csv_rows, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["entitlements"], route_class=TransactionalRoute)

Official = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Reporter = Annotated[Caller, allow(Role.BUREAU, Role.OFFICER)]
PAGE = 5000
LARGEST_WORKBOOK = 50_000
HEADER = ("统一社会信用代码", "名称", "区划", "自", "结果", "日期", "金额（元）", "原因")
TO_FILL_IN = ("", "", "", "")


@router.get("/entitlements/{measure}/households", summary="一项措施的名单")
async def list_households(
    measure: MeasureIdField,
    request: Request,
    session: SessionDep,
    caller: Official,
    page: Annotated[PageQuery[str], paged(str)],
    state: EntitlementState = EntitlementState.ENTITLED,
) -> Page[ListedView]:
    """Of the caller's region and department."""
    await _own_measure(session, measure, caller)
    rows = await entitlement_repository.households_of(session, caller.region, measure, state, page.after, page.wanted)
    await record_read(session, request, about(measure, caller.region), caller, "entitlements:list")
    return page.of(rows, _listed, lambda row: row[0])


@router.get("/entitlements/{measure}/households.csv", summary="下载一项措施的名单", responses=TABLE)
async def download_households(
    measure: MeasureIdField,
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Official,
    state: EntitlementState = EntitlementState.ENTITLED,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """Every household; the columns to be filled in and reported are empty. A workbook is held whole, so that it has a
    largest size; a longer list is CSV.
    """
    await _own_measure(session, measure, caller)
    await record_read(session, request, about(measure, caller.region), caller, "entitlements:download")
    name = f"{measure}-{state.value}"
    if file_format is FileFormat.XLSX:
        most = LARGEST_WORKBOOK + 1
        rows = await entitlement_repository.households_of(session, caller.region, measure, state, None, most)
        if len(rows) == most:
            raise TooLongForWorkbook(f"名单超过 {LARGEST_WORKBOOK} 户，请下载 CSV 文件（format=csv）")
        return table_response(name, HEADER, [_cells(row) for row in rows], file_format)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    lines = _csv_pages(resources.database, caller.region, measure, state)
    return StreamingResponse(lines, media_type=CSV_TYPE, headers=headers)


async def _csv_pages(database: Database, region: str, measure: str, state: EntitlementState) -> AsyncIterator[bytes]:
    """The list page by page, each read in its own session: nothing stays open while a client downloads slowly."""
    yield codecs.BOM_UTF8 + csv_rows([HEADER])
    after: str | None = None
    while True:
        async with database.reading(region) as session:
            rows = await entitlement_repository.households_of(session, region, measure, state, after, PAGE)
        yield csv_rows([_cells(row) for row in rows])
        if len(rows) < PAGE:
            return
        after = rows[-1][0]


@router.post("/entitlements/{measure}/reports", status_code=201, summary="报送核实、享受、发放的结果")
async def report(measure: MeasureIdField, body: ReportBody, session: SessionDep, caller: Reporter) -> ReportedView:
    """The whole list or nothing of it."""
    entry = await _own_measure(session, measure, caller)
    reckoner = Reckoner.of(await read_register(session))
    rows = [row.row() for row in body.rows]
    return ReportedView(taken=await reporting.take_report(session, entry, reckoner.compiled, rows, caller))


async def _own_measure(session: AsyncSession, measure: str, caller: Caller) -> RegisteredMeasure:
    entry = or_404((await read_register(session)).of(measure), MeasureNotFound)
    region = entry.measure.region
    if not (region.startswith(caller.region) or caller.region.startswith(region)):
        raise MeasureNotFound
    require_readable(entry.measure, caller)
    return entry


def _listed(row: ListedRow) -> ListedView:
    uscc, county, name, since = row
    return ListedView(uscc=uscc, name=name, region=county, since=since)


def _cells(row: ListedRow) -> tuple[object, ...]:
    uscc, county, name, since = row
    return (uscc, name, county, since, *TO_FILL_IN)
