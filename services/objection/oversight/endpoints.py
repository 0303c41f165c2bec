"""Work lists: `GET /v1/objections`, their totals, `GET /v1/deadlines`, `GET /v1/officers`; for superiors
`/v1/oversight`, for the public `GET /v1/objections/statistics`.
"""

import codecs
import datetime as dt
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.oversight import repository as list_repository, statistics
from services.objection.oversight.figures import TABLE_HEADER, PublicStatistics, StatisticsView
from services.objection.oversight.schemas import (
    EXPORTED,
    LastDayQuery,
    ListedLastDay,
    ListedObjection,
    OfficerView,
    OversightQuery,
    StateTotal,
    WorkListQuery,
    exported,
)
from services.objection.oversight.statistics import YearOfRegion
from services.objection.resources import ResourcesDep
from shared import clock
from shared.database.connections import Database
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.caching import cacheable
from shared.platform.fields import Region, Year
from shared.platform.identity import Caller, Role, allow, anyone, require_region
from shared.platform.officers import ACTED_LATELY, officers_by_subject, officers_for
from shared.platform.paging import Page
from shared.platform.tabular import CSV, CSV_TYPE, TABLE, FileFormat, TableFormat, csv_rows, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.departments import Department

router = APIRouter(prefix="/v1", tags=["oversight"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


def region_of(asked: str | None, caller: Caller) -> str:
    """The region that a list is for: the caller's, or one inside it; 403 for any other."""
    region = caller.region if asked is None else asked
    require_region(caller, region)
    return region


def position_of(row: RowMapping) -> tuple[dt.date, uuid.UUID]:
    """Where a page ends."""
    return row["due_on"], row["id"]


async def listed(session: AsyncSession, rows: Sequence[RowMapping]) -> list[ListedObjection]:
    """Rows as a list shows them, with the names of those whom they are assigned to."""
    people = await officers_by_subject(session, {row["assigned_to"] for row in rows if row["assigned_to"]})
    return [ListedObjection.of(row, people) for row in rows]


@router.get("/objections", summary="异议待办：按最后期限排列")
async def list_objections(
    query: Annotated[WorkListQuery, Query()], request: Request, session: SessionDep, caller: Reader
) -> Page[ListedObjection]:
    """The open ones of the caller's region, what is due first first; those of one state also after they have ended."""
    page = query.page(dt.date, uuid.UUID)
    region, filters = region_of(query.region, caller), query.filters(caller.subject)
    await record_read(session, request, about("objections", region), caller, "objection:list")
    rows = await list_repository.page_of_objections(session, region, filters, page.after, page.wanted)
    return Page(items=await listed(session, rows[: page.limit]), next=page.next(rows, position_of))


@router.get("/objections/totals", summary="未办结异议的件数，按办理状态")
async def count_objections(
    session: SessionDep, caller: Reader, region: Annotated[Region | None, Query()] = None
) -> list[StateTotal]:
    """How many stand where, of these how many are overdue, have climbed, have nobody who works on them."""
    rows = await list_repository.count_open(session, region_of(region, caller), clock.today())
    return [StateTotal.of(row) for row in rows]


@router.get("/deadlines", summary="未了结的期限：按最后一日排列")
async def list_deadlines(
    query: Annotated[LastDayQuery, Query()], session: SessionDep, caller: Reader
) -> Page[ListedLastDay]:
    """Every last day that runs in the caller's region, and how it was reckoned."""
    page = query.page(dt.date, uuid.UUID)
    region = region_of(query.region, caller)
    rows = await list_repository.page_of_last_days(session, region, query.filters(), page.after, page.wanted)
    return page.of(rows, ListedLastDay.listed, position_of)


@router.get("/officers", summary="可以分派给谁")
async def list_officers(
    session: SessionDep,
    caller: Reader,
    region: Annotated[Region | None, Query()] = None,
    department: Annotated[Department | None, Query()] = None,
) -> list[OfficerView]:
    """Those who have acted lately and are competent in a region, the nearest level first; officers of market
    supervision, or of a department those who answer for it.
    """
    wanted = region_of(region, caller)
    other = None if department is Department.MARKET else department
    role, since = Role.OFFICER if other is None else Role.BUREAU, clock.today() - ACTED_LATELY
    people = await officers_for(session, wanted, role, since=since, department=other)
    return [OfficerView.of(officer) for officer in people]


PublicRegion = Annotated[Region, Query(description="只查一个地区")]
OwnRegion = Annotated[Region | None, Query(description="不写为您的辖区")]
OfYear = Annotated[Year, Query(description="提出异议的年份")]
EXPORT_PAGE = 1000


@router.get(
    "/objections/statistics", dependencies=[cacheable()], summary="一个地区一年的异议统计（不含个人信息，不作排名）"
)
async def get_public_statistics(
    session: SessionDep, _: Annotated[Caller, anyone()], region: PublicRegion, year: OfYear
) -> PublicStatistics:
    """Counts by what was objected to and how it ended, and the median of days; small cells are left out."""
    of = YearOfRegion(region, year)
    return PublicStatistics.of(of, await statistics.results_of(session, of))


@router.get("/oversight/objections", summary="辖区内的异议：已过天数、超期上报、由谁负责")
async def oversee_objections(
    query: Annotated[OversightQuery, Query()], request: Request, session: SessionDep, caller: Reader
) -> Page[ListedObjection]:
    """All open ones below the caller's bureau with their ages, those that climbed among them."""
    page = query.page(dt.date, uuid.UUID)
    region, filters = region_of(query.region, caller), query.filters(caller.subject)
    await record_read(session, request, about("objections", region), caller, "objection:list")
    rows = await list_repository.page_of_objections(session, region, filters, page.after, page.wanted)
    return Page(items=await listed(session, rows[: page.limit]), next=page.next(rows, position_of))


@router.get(
    "/oversight/objections/export",
    summary="导出辖区内的异议（CSV）",
    response_class=StreamingResponse,
    responses=CSV,
)
async def export_objections(
    query: Annotated[OversightQuery, Query()],
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
) -> StreamingResponse:
    """The same list as one file, whatever page was asked for."""
    region, filters = region_of(query.region, caller), query.filters(caller.subject)
    await record_read(session, request, about("objections", region), caller, "objection:download")
    headers = {"Content-Disposition": 'attachment; filename="objections.csv"'}
    return StreamingResponse(export_lines(resources.database, region, filters), media_type=CSV_TYPE, headers=headers)


async def export_lines(database: Database, region: str, filters: Mapping[str, object]) -> AsyncIterator[bytes]:
    """The list page by page, each read in its own session: nothing stays open while a client downloads slowly."""
    yield codecs.BOM_UTF8 + csv_rows([list(EXPORTED.values())])
    after: tuple[dt.date, uuid.UUID] | None = None
    while True:
        async with database.reading(region) as session:
            rows = await list_repository.page_of_objections(session, region, filters, after, EXPORT_PAGE)
            page = await listed(session, rows)
        yield csv_rows([exported(one) for one in page])
        if len(rows) < EXPORT_PAGE:
            return
        after = position_of(rows[-1])


@router.get("/oversight/statistics", summary="一年的异议：结果、理由、部门、用时、超期，和年度小结")
async def get_statistics(session: SessionDep, caller: Reader, year: OfYear, region: OwnRegion = None) -> StatisticsView:
    """Of the objections filed in a year: how they ended, what was wrong, whose data, how long it took."""
    of = YearOfRegion(region_of(region, caller), year)
    return StatisticsView.of(await statistics.figures_of(session, of))


@router.get(
    "/oversight/statistics/export",
    summary="导出一年的异议统计（CSV 或 Excel）",
    response_class=Response,
    responses=TABLE,
)
async def export_statistics(
    session: SessionDep,
    caller: Reader,
    year: OfYear,
    region: OwnRegion = None,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """The same figures as one table."""
    view = await get_statistics(session, caller, year, region)
    return table_response(f"objections-{view.region or 'all'}-{year}", TABLE_HEADER, view.table(), file_format)
