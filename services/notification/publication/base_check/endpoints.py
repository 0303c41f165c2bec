"""`/v1/publications/base-checks`: checks against the national base of legal persons and what they found. Officers look
at it; nothing is changed by it.
"""

import codecs
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from services.notification.publication.base_check import repository
from services.notification.publication.base_check.domain import BaseDifferenceKind
from services.notification.publication.base_check.problems import BaseNotConnected, CheckNotFound, CheckUnderWay
from services.notification.publication.base_check.repository import BaseDifferenceQuery
from services.notification.publication.base_check.schemas import (
    TABLE_HEADER,
    BaseDifferenceView,
    CheckOrder,
    CheckView,
    CountView,
)
from services.notification.resources import ResourcesDep
from shared import clock
from shared.database.connections import Database
from shared.platform import audit
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import CSV, CSV_TYPE, csv_rows
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1/publications", tags=["base-checks"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Officer = Annotated[Caller, allow(Role.OFFICER)]
OfKind = Annotated[BaseDifferenceKind | None, Query(description="只看一类差异")]
Position = tuple[str, str, str]
EXPORT_PAGE = 2000


@router.get("/base-checks", summary="与国家法人库比对的记录，最近的在前")
async def list_base_checks(
    session: SessionDep, caller: Reader, page: Annotated[PageQuery[int], paged(int)]
) -> Page[CheckView]:
    """Checks that concern the caller's region."""
    rows = await repository.list_checks(session, caller.region, page.after, page.wanted)
    return page.of(rows, CheckView.of, lambda row: row.number)


@router.post("/base-checks", status_code=202, summary="立即与国家法人库比对")
async def order_base_check(
    body: CheckOrder, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> CheckView:
    """The worker makes it now; one at a time per region."""
    region = body.region or caller.region
    if region:
        require_region(caller, region)
    if resources.settings.legal_person_base is None:
        raise BaseNotConnected
    made = await repository.order_check(session, region, clock.today(), caller.subject)
    if made is None:
        raise CheckUnderWay
    await audit.record(session, made, caller, "base-check:order")
    return CheckView.of(made)


@router.get("/base-checks/{check_id}", summary="一次比对")
async def get_base_check(check_id: uuid.UUID, session: SessionDep, caller: Reader) -> CheckView:
    """How far it is."""
    return CheckView.of(or_404(await repository.get_check(session, check_id, caller.region), CheckNotFound))


@router.get("/base-checks/{check_id}/counts", summary="一次比对各县各类差异的户数")
async def count_base_differences(check_id: uuid.UUID, session: SessionDep, caller: Reader) -> list[CountView]:
    """Counties of the caller's region."""
    check = or_404(await repository.get_check(session, check_id, caller.region), CheckNotFound)
    return CountView.all_of(await repository.counts_of(session, BaseDifferenceQuery(check.id, caller.region)))


@router.get("/base-checks/{check_id}/differences", summary="一次比对的差异清单")
async def list_base_differences(
    check_id: uuid.UUID,
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[Position], paged(str, str, str)],
    difference: OfKind = None,
) -> Page[BaseDifferenceView]:
    """Households of the caller's region, by county."""
    check = or_404(await repository.get_check(session, check_id, caller.region), CheckNotFound)
    query = BaseDifferenceQuery(check.id, caller.region, difference)
    rows = await repository.list_differences(session, query, page.after, page.wanted)
    return page.of(rows, BaseDifferenceView.of, lambda row: (row.region, row.uscc, row.difference.value))


@router.get(
    "/base-checks/{check_id}/differences/table",
    summary="下载一次比对的差异清单（CSV）",
    response_class=StreamingResponse,
    responses=CSV,
)
async def download_base_differences(
    check_id: uuid.UUID, session: SessionDep, resources: ResourcesDep, caller: Reader, difference: OfKind = None
) -> StreamingResponse:
    """The same list as one file."""
    check = or_404(await repository.get_check(session, check_id, caller.region), CheckNotFound)
    query = BaseDifferenceQuery(check.id, caller.region, difference)
    headers = {"Content-Disposition": f'attachment; filename="base-check-{check.day}.csv"'}
    return StreamingResponse(difference_lines(resources.database, query), media_type=CSV_TYPE, headers=headers)


async def difference_lines(database: Database, query: BaseDifferenceQuery) -> AsyncIterator[bytes]:
    """Page by page, each read in its own session: nothing stays open while a client downloads slowly."""
    yield codecs.BOM_UTF8 + csv_rows([TABLE_HEADER])
    after: Position | None = None
    while True:
        async with database.reading(query.region) as session:
            rows = await repository.list_differences(session, query, after, EXPORT_PAGE)
        if rows:
            yield csv_rows([BaseDifferenceView.of(row).cells() for row in rows])
        if len(rows) < EXPORT_PAGE:
            return
        after = (rows[-1].region, rows[-1].uscc, rows[-1].difference.value)
