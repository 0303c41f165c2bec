"""`/v1/publications`: what is published to the national systems, how far each is, and what officers must see to."""

import codecs
import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse

from services.notification.publication.oversight import repository, service
from services.notification.publication.oversight.asking import side_by_side
from services.notification.publication.oversight.held_back import HELD_BACK_HEADER, HeldBackView, UnnamedView
from services.notification.publication.oversight.problems import BatchNotFound, ProvinceOnly
from services.notification.publication.oversight.repository import RowQuery, place_of
from services.notification.publication.oversight.schemas import (
    BatchDetail,
    BatchView,
    BulkResendingBody,
    GivingUpBody,
    HouseholdView,
    RejectionQuery,
    ResendingBody,
    ResentView,
    RowView,
    StatesQuery,
    SystemView,
)
from services.notification.publication.oversight.systems_view import batch_views, systems_of
from services.notification.publication.records.domain import RowState
from services.notification.publication.records.unnamed import list_unnamed
from services.notification.publication.systems import Kind, System
from services.notification.resources import ResourcesDep
from shared.database.connections import Database
from shared.platform.etag import RequiredMatch
from shared.platform.fields import Region, UsccLookup
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.scope import PROVINCE_DIGITS
from shared.platform.tabular import CSV, CSV_TYPE, csv_rows
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1/publications", tags=["publications"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Officer = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
Within = Annotated[Region | None, Query(description="只看其中一个地区；不写为您的辖区")]
AT_ONCE = 5000
"""Records that one call sends again at most."""
EXPORT_PAGE = 2000


def region_of(caller: Caller, asked: str | None) -> str:
    """The caller's region, or one inside it; 403 for any other."""
    if asked is not None:
        require_region(caller, asked)
    return caller.region if asked is None else asked


def require_province(caller: Caller) -> None:
    """A batch holds records of all counties."""
    if len(caller.region) > PROVINCE_DIGITS:
        raise ProvinceOnly


@router.get("/systems", summary="各国家系统的上报情况：积压、批次、速度、截止日")
async def list_systems(
    session: SessionDep, resources: ResourcesDep, caller: Reader, region: Within = None
) -> list[SystemView]:
    """By kind and state how many records of the region; what is under way, how fast, and what will be late."""
    return await systems_of(session, resources.settings, region_of(caller, region))


@router.get("", summary="上报记录：按系统、种类、状态、地区或一户筛选")
async def list_rows(session: SessionDep, caller: Reader, query: Annotated[StatesQuery, Query()]) -> Page[RowView]:
    """Each record at each system, by system, kind, state, region and key."""
    page = query.page(str, str, str, str, str)
    wanted = RowQuery(region_of(caller, query.region), query.system, query.kind, query.state, query.uscc)
    rows = await repository.list_rows(session, wanted, page.after, page.wanted)
    return page.of(rows, RowView.of, lambda row: place_of(row[0]))


@router.get("/rejections", summary="对方退回的记录（待办）：对方的原话、该怎么办、由谁办")
async def list_rejections(
    session: SessionDep, caller: Reader, query: Annotated[RejectionQuery, Query()]
) -> Page[RowView]:
    """What the systems have refused, until it is sent again or has changed."""
    page = query.page(str, str, str, str, str)
    region = region_of(caller, query.region)
    wanted = RowQuery(region, query.system, query.kind, RowState.REJECTED, query.uscc, query.code)
    rows = await repository.list_rows(session, wanted, page.after, page.wanted)
    return page.of(rows, RowView.of, lambda row: place_of(row[0]))


@router.post("/rejections/resending", summary="批量重新上报退回的记录（说明理由）")
async def resend_many(body: BulkResendingBody, session: SessionDep, caller: Officer) -> ResentView:
    """Those named, or all that the filter finds, up to 5,000 in one call."""
    region = region_of(caller, body.region)
    wanted = RowQuery(region, kind=body.kind, code=body.code)
    keys = await repository.rejected_keys(session, wanted, body.system, body.keys, AT_ONCE + 1)
    resent = await service.send_all_again(session, caller, body.system, keys[:AT_ONCE], body.reason)
    return ResentView(resent=len(resent), more=len(keys) > AT_ONCE)


@router.post("/rejections/{system}/{kind}/{key}/resending", status_code=204, summary="重新上报一条退回的记录")
async def resend(
    system: System,
    kind: Kind,
    key: str,
    body: ResendingBody,
    session: SessionDep,
    caller: Officer,
    match: RequiredMatch,
) -> None:
    """Once more, as the record is now; `If-Match` names the version that the officer has looked at."""
    await service.send_again(session, caller, system, (kind, key), match, body.reason)


@router.get("/held-back/unnamed", summary="暂不上报的记录：还不知道该户的名称")
async def list_held_back_unnamed(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[str, str, str]], paged(str, str, str)],
    region: Within = None,
) -> Page[UnnamedView]:
    """Records that came without the household's name, until it is known."""
    rows = await list_unnamed(session, region_of(caller, region), page.after, page.wanted)
    return page.of(rows, UnnamedView.of, lambda row: (row.region, row.kind, row.key))


@router.get("/held-back", summary="暂不上报的个体工商户：规则空档、待核，原因和应提供数据的部门")
async def list_held_back(
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[str, str]], paged(str, str)],
    region: Within = None,
) -> Page[HeldBackView]:
    """Results for which the texts know no label; they are never mapped to one."""
    rows = await repository.held_back(session, region_of(caller, region), page.after, page.wanted)
    return page.of(rows, HeldBackView.of, lambda row: (row.region, row.uscc))


@router.get("/held-back/table", summary="下载暂不上报的清单（CSV）", response_class=StreamingResponse, responses=CSV)
async def download_held_back(resources: ResourcesDep, caller: Reader, region: Within = None) -> StreamingResponse:
    """The whole list as one file."""
    headers = {"Content-Disposition": 'attachment; filename="held-back.csv"'}
    lines = held_back_lines(resources.database, region_of(caller, region))
    return StreamingResponse(lines, media_type=CSV_TYPE, headers=headers)


async def held_back_lines(database: Database, region: str) -> AsyncIterator[bytes]:
    """The list page by page, each read in its own session: nothing stays open while a client downloads slowly."""
    yield codecs.BOM_UTF8 + csv_rows([HELD_BACK_HEADER])
    after: tuple[str, str] | None = None
    while True:
        async with database.reading(region) as session:
            rows = await repository.held_back(session, region, after, EXPORT_PAGE)
        yield csv_rows([HeldBackView.of(row).cells() for row in rows])
        if len(rows) < EXPORT_PAGE:
            return
        after = rows[-1].region, rows[-1].uscc


@router.get("/households/{uscc}", summary="一户在各系统中的情况：要求的、确认的、对方现在登载的")
async def get_household(
    uscc: UsccLookup,
    resources: ResourcesDep,
    caller: Reader,
    ask: Annotated[bool, Query(description="当场向各系统查询（每个系统最多等几秒）")] = False,
) -> HouseholdView:
    """Side by side, with dates. A system that cannot be asked says so in its own line."""
    return await side_by_side(resources, caller.region, uscc, ask=ask)


@router.get("/batches", summary="上报批次")
async def list_batches(
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    page: Annotated[PageQuery[int], paged(int)],
    system: System | None = None,
    still_open: Annotated[bool | None, Query(alias="open", description="只看未办结的，或已办结的")] = None,
) -> Page[BatchView]:
    """The last sealed first; for the province."""
    require_province(caller)
    rows = await repository.list_batches(
        session, caller.region, system, still_open=still_open, after=page.after, limit=page.wanted
    )
    return page.of(rows, batch_views(resources.settings), lambda row: row.number)


@router.get("/batches/{batch_id}", summary="一个批次：各页、摘要、受理号、结果")
async def get_batch(batch_id: uuid.UUID, session: SessionDep, resources: ResourcesDep, caller: Reader) -> BatchDetail:
    """With its pages; for the province."""
    require_province(caller)
    batch = or_404(await repository.get_batch(session, batch_id, caller.region), BatchNotFound)
    return BatchDetail.with_pages(batch_views(resources.settings)(batch), await repository.pages_of(session, batch_id))


@router.post("/batches/{batch_id}/giving-up", summary="结束对方长时间没有说明结果的一批（说明理由，由省级办理）")
async def give_up_batch(
    batch_id: uuid.UUID, body: GivingUpBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> BatchView:
    """Its records are on the work list then, with the code `given-up`, and are sent again from there."""
    require_province(caller)
    settings = resources.settings
    return batch_views(settings)(await service.give_up_batch(session, settings, caller, batch_id, body.reason))
