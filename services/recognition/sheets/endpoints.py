"""`/v1/scoring-sheets`: how a region scores the households that apply, published before anybody may apply."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.recognition.rules.service import POLICIES
from services.recognition.sheets import repository as sheet_repository
from services.recognition.sheets.models import StoredSheet
from services.recognition.sheets.problems import SheetDraftsHidden, SheetNotFound
from services.recognition.sheets.schemas import SheetBody, SheetCopyBody, SheetSummary, SheetView
from services.recognition.sheets.service import copy_sheet, draft_sheet, put_in_force, remove_sheet
from shared.platform.caching import cacheable
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import Region, Year
from shared.platform.identity import Caller, Role, allow, anyone, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["scoring-sheets"], route_class=TransactionalRoute)

DRAFT_READERS = frozenset({Role.OFFICER, Role.APPROVER, Role.AUDITOR})


@router.post("/scoring-sheets", status_code=201, summary="起草评分表（YAML 或 JSON）")
async def draft(
    body: SheetBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> SheetView:
    """Draft a region's sheet of a year; every mistake is told with its line."""
    require_region(caller, body.region)
    return await sheet_response(session, await draft_sheet(session, body.order(), body.sheet, caller), response)


@router.post(
    "/scoring-sheets/copies", status_code=201, summary="照抄另一份评分表（例如去年的）起草，换上新的文号和有效期"
)
async def copy(
    body: SheetCopyBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> SheetView:
    """A draft with the same content; anybody's sheet in force may be the source."""
    require_region(caller, body.region)
    source = await require_readable_sheet(session, body.source, caller)
    copied = await copy_sheet(session, body.order(), source, body.document(), caller)
    return await sheet_response(session, copied, response)


@router.post("/scoring-sheets/{sheet_id}/entry-into-force", summary="评分表生效（起草人不能办理）")
async def enter_into_force(
    sheet_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> SheetView:
    """Put a draft in force: a season that is opened afterwards is scored by it."""
    sheet = await lock_own_sheet(session, sheet_id, caller, match)
    return await sheet_response(session, await put_in_force(session, sheet, caller), response)


@router.delete("/scoring-sheets/{sheet_id}", status_code=204, summary="删除草稿，或还没有认定季使用的评分表")
async def remove(
    sheet_id: uuid.UUID, session: SessionDep, match: RequiredMatch, caller: Annotated[Caller, allow(Role.APPROVER)]
) -> None:
    """Delete a sheet that nobody relies on."""
    await remove_sheet(session, await lock_own_sheet(session, sheet_id, caller, match), caller)


@router.get("/scoring-sheets", dependencies=[cacheable()], summary="已生效的评分表；本辖区的经办人员可以看草稿")
async def list_sheets(
    session: SessionDep,
    caller: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    page: Annotated[PageQuery[tuple[int, str]], paged(int, str, limit=20, largest=100)],
    year: Annotated[Year | None, Query()] = None,
    drafts: Annotated[bool, Query(description="只看尚未生效的草稿")] = False,
) -> Page[SheetSummary]:
    """Sheets in force at or below a region; or drafts, for its officers and approvers."""
    if drafts and not may_read_drafts(caller, region):
        raise SheetDraftsHidden
    rows = await sheet_repository.list_sheets(session, region, year, page.after, page.wanted, drafts=drafts)
    views = [SheetSummary.of(row, await POLICIES.get(session, row.policy_hash)) for row in rows[: page.limit]]
    return Page(items=views, next=page.next(rows, lambda row: (row.year, row.region)))


@router.get("/scoring-sheets/{sheet_id}", summary="一份评分表")
async def get_sheet(
    sheet_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, anyone()]
) -> SheetView:
    """With its ETag; a draft only inside the region."""
    return await sheet_response(session, await require_readable_sheet(session, sheet_id, caller), response)


def may_read_drafts(caller: Caller, region: str) -> bool:
    """Whether the caller may read drafts of a region."""
    return bool(caller.roles & DRAFT_READERS) and caller.covers(region)


async def require_readable_sheet(session: SessionDep, sheet_id: uuid.UUID, caller: Caller) -> StoredSheet:
    """A sheet in force, or a draft inside the caller's region; 404 otherwise."""
    sheet = or_404(await sheet_repository.get_sheet(session, sheet_id, ""), SheetNotFound)
    if sheet.in_force_at is None and not may_read_drafts(caller, sheet.region):
        raise SheetNotFound
    return sheet


async def lock_own_sheet(session: SessionDep, sheet_id: uuid.UUID, caller: Caller, match: str) -> StoredSheet:
    """A sheet inside the caller's region, locked, in the version that was read."""
    sheet = or_404(await sheet_repository.get_sheet(session, sheet_id, caller.region, lock=True), SheetNotFound)
    check_match(match, sheet.version)
    return sheet


async def sheet_response(session: SessionDep, sheet: StoredSheet, response: Response) -> SheetView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(sheet.version)
    response.headers["Location"] = f"/v1/scoring-sheets/{sheet.id}"
    policy = await POLICIES.get(session, sheet.policy_hash)
    summary = SheetSummary.of(sheet, policy)
    return SheetView(**summary.model_dump(), content=sheet.content)
