"""`/v1/household-letters`: the county's list for personal service, the letter to print, and that it was served."""

import datetime as dt
import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts.lookups import mailbox_for_printing
from services.notification.household_letters import repository as letter_repository
from services.notification.household_letters.letter_page import letter_response
from services.notification.household_letters.problems import LetterNotFound
from services.notification.household_letters.repository import LetterQuery
from services.notification.household_letters.schemas import (
    SERVED_HEADER,
    TABLE_HEADER,
    LetterView,
    NoteView,
    ServiceBody,
)
from services.notification.household_letters.service import read_note, record_service
from services.notification.resources import Resources, ResourcesDep
from shared import clock
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.fields import ReasonBody, Region
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import TABLE, FileFormat, TableFormat, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute
from shared.reference.departments import Department
from shared.reference.regions import full_region_name

router = APIRouter(prefix="/v1", tags=["household-letters"], route_class=TransactionalRoute)

Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]
Officer = Annotated[Caller, allow(Role.OFFICER)]
RuleName = Annotated[str, Query(max_length=60, pattern=r"^[a-z0-9-]*$", description="只看一条通知规则")]
Served = Annotated[bool, Query(description="看已登记送达的；不写为待送达的")]
Within = Annotated[Region | None, Query(description="只看其中一个地区")]
MOST_IN_A_TABLE = 20_000
"""Lines of one downloaded table; a county with more narrows it by rule."""


def query_of(resources: Resources, caller: Caller, region: str | None, rule: str, *, served: bool) -> LetterQuery:
    """The list that a caller asks for, inside their region."""
    if region is not None:
        require_region(caller, region)
    settings = resources.settings
    before = clock.now() - dt.timedelta(days=settings.letter_after_days)
    return LetterQuery(region or caller.region, before, settings.letters_not_for, rule, served)


@router.get("/household-letters", summary="待送达清单：未能通知到的个体工商户和异议人")
async def list_letters(
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    page: Annotated[PageQuery[tuple[str, int]], paged(str, int)],
    region: Within = None,
    rule: RuleName = "",
    served: Served = False,
) -> Page[LetterView]:
    """What households and objectors had to be told: unread for some days, delivered on no channel. A county's oldest
    first.
    """
    query = query_of(resources, caller, region, rule, served=served)
    await record_read(session, request, about("household-letters", query.region), caller, "household-letter:list")
    rows = await letter_repository.list_letters(session, query, page.after, page.wanted)
    return page.of(rows, LetterView.of, lambda row: (row["region"], row["number"]))


@router.get("/household-letters/table", summary="下载待送达清单", response_class=Response, responses=TABLE)
async def download_letters(
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    caller: Reader,
    region: Within = None,
    rule: RuleName = "",
    served: Served = False,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """The list as a table."""
    query = query_of(resources, caller, region, rule, served=served)
    await record_read(session, request, about("household-letters", query.region), caller, "household-letter:download")
    rows = await letter_repository.list_letters(session, query, None, MOST_IN_A_TABLE)
    cells = [LetterView.of(row).cells() for row in rows]
    return table_response("household-letters", (*TABLE_HEADER, *SERVED_HEADER), cells, file_format)


@router.get(
    "/household-letters/{notification_id}/page",
    summary="打印送达文书和送达回证",
    response_class=HTMLResponse,
    responses={200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "可打印的网页（A4）"}},
)
async def print_letter(
    notification_id: uuid.UUID, request: Request, session: SessionDep, resources: ResourcesDep, caller: Reader
) -> HTMLResponse:
    """The notification's words as a letter of the household's bureau, with the receipt to be signed."""
    line = or_404(await letter_repository.get_letter(session, notification_id, caller.region), LetterNotFound)
    letter = about(f"household-letter/{notification_id}", line["region"])
    await record_read(session, request, letter, caller, "household-letter:read")
    names = ("title", "body", "household", "uscc", "receipt", "served_to")
    office = await office_of(session, resources, line["region"])
    words = {name: line[name] for name in names} | office
    return letter_response(words | {"number": str(notification_id).upper(), "printed_on": clock.today()})


async def office_of(session: AsyncSession, resources: Resources, region: str) -> dict[str, Any]:
    """The bureau of market supervision there as its mailbox names it, or else by its region."""
    kept = await mailbox_for_printing(session, resources.vault, Department.MARKET, region)
    name = full_region_name(region) or region
    return kept or {"office": f"{name}市场监督管理部门", "address": None, "phone": None}


@router.post("/household-letters/{notification_id}/service", status_code=201, summary="登记送达")
async def serve_letter(
    notification_id: uuid.UUID, body: ServiceBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> LetterView:
    """On which day and how; audited, and the line leaves the list."""
    await record_service(session, notification_id, body.served_on, body.manner, body.note, caller, resources.vault)
    line = await letter_repository.get_letter(session, notification_id, caller.region)
    return LetterView.of(or_404(line, LetterNotFound))


@router.post("/household-letters/{notification_id}/note", summary="查看送达备注（说明理由）")
async def show_note(
    notification_id: uuid.UUID, body: ReasonBody, session: SessionDep, resources: ResourcesDep, caller: Officer
) -> NoteView:
    """Who took the letter, where that was noted; audited with the reason."""
    return NoteView(note=await read_note(session, notification_id, body.reason, caller, resources.vault))
