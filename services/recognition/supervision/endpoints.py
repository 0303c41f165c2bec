"""`/v1/spot-checks` and `/v1/seasons/{id}/filings`.

Superiors draw and decide; officers see checks, operators what is demanded of them; a season's list is filed.
"""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from services.recognition.applications import repository as application_repository
from services.recognition.recognitions.domain import RECOGNITION_STATES
from services.recognition.recognitions.models import Recognition
from services.recognition.season.service import require_season
from services.recognition.supervision import repository as supervision_repository, service as supervision_service
from services.recognition.supervision.domain import CheckOutcome
from services.recognition.supervision.models import SpotCheck
from services.recognition.supervision.problems import CheckItemNotFound, SpotCheckNotFound
from services.recognition.supervision.repository import CheckItem, filings_of_season
from services.recognition.supervision.schemas import (
    CheckFindingBody,
    CheckItemView,
    DrawBody,
    FilingView,
    ListFilingBody,
    SpotCheckView,
)
from services.recognition.supervision.service import CheckFinding, conclude_check, file_recognition_list
from shared.platform.audit import about
from shared.platform.audited_access import record_read
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import Year
from shared.platform.identity import Caller, Role, allow, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.tabular import TABLE, FileFormat, TableFormat, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

spot_check_router = APIRouter(prefix="/v1", tags=["spot-checks"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


@spot_check_router.post("/spot-checks", status_code=201, summary="上级抽取一年的申报（按政策的比例和公布的种子）")
async def create_spot_check(body: DrawBody, response: Response, session: SessionDep, caller: Officer) -> SpotCheckView:
    """Once per region and year; once per share where the counties' policies differ."""
    check = await supervision_service.draw_spot_check(session, body.region, body.year, body.percent, caller)
    response.headers["Location"] = f"/v1/spot-checks/{check.id}"
    return SpotCheckView.of(check)


@spot_check_router.get("/spot-checks", summary="与本辖区有关的抽查")
async def list_spot_checks(
    session: SessionDep, caller: Reader, year: Annotated[Year | None, Query()] = None
) -> Page[SpotCheckView]:
    """Of the region itself, above and below."""
    return Page(
        items=[
            SpotCheckView.of(check) for check in await supervision_repository.list_checks(session, caller.region, year)
        ]
    )


@spot_check_router.get("/spot-checks/demands", summary="上级要求本人补充的材料（经营者）")
async def list_demands(session: SessionDep, caller: Annotated[Caller, allow(Role.OPERATOR)]) -> Page[CheckItemView]:
    """What is demanded is uploaded as documents of the application."""
    return Page(
        items=[
            CheckItemView.of(check_item)
            for check_item in await supervision_repository.demands_on_operator(session, caller.operator_ref or "")
        ]
    )


@spot_check_router.get("/spot-checks/{check_id}", summary="一次抽查，及复核抽取所需的种子")
async def get_spot_check(check_id: uuid.UUID, session: SessionDep, caller: Reader) -> SpotCheckView:
    """With the population, all that is needed to repeat the draw."""
    return SpotCheckView.of(await require_check(session, check_id, caller))


@spot_check_router.get("/spot-checks/{check_id}/population", summary="抽取范围：申报期内提交的各户", responses=TABLE)
async def download_population(
    check_id: uuid.UUID, session: SessionDep, caller: Reader, file_format: TableFormat = FileFormat.CSV
) -> Response:
    """The codes that were drawn from, inside the caller's region."""
    codes = await supervision_repository.population_codes(
        session, await require_check(session, check_id, caller), caller.region
    )
    return table_response("population", ["uscc"], [[code] for code in codes], file_format)


@spot_check_router.get("/spot-checks/{check_id}/items", summary="抽中的申报（本辖区内）")
async def list_check_items(
    check_id: uuid.UUID,
    request: Request,
    session: SessionDep,
    caller: Reader,
    page: Annotated[PageQuery[uuid.UUID], paged(uuid.UUID)],
) -> Page[CheckItemView]:
    """By id of the application."""
    check = await require_check(session, check_id, caller)
    await record_read(session, request, about(check.id, caller.region), caller, "spot-check:list")
    rows = await supervision_repository.list_items(session, check.id, caller.region, page.after, page.wanted)
    return page.of(rows, CheckItemView.of, lambda row: row[1].id)


@spot_check_router.get("/spot-checks/{check_id}/items/{application_id}", summary="抽中的一份申报")
async def get_check_item(
    check_id: uuid.UUID,
    application_id: uuid.UUID,
    request: Request,
    response: Response,
    session: SessionDep,
    caller: Reader,
) -> CheckItemView:
    """With its ETag."""
    found = await require_item(session, check_id, application_id, caller)
    await record_read(session, request, found[1], caller, "spot-check:read")
    return item_response(found, response)


@spot_check_router.post(
    "/spot-checks/{check_id}/items/{application_id}/outcome", summary="抽查结果：通过、限期补充、不予认定"
)
async def record_outcome(
    check_id: uuid.UUID,
    application_id: uuid.UUID,
    body: CheckFindingBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> CheckItemView:
    """By an officer of the level that drew. The season is locked first because a refusal moves the reserve up."""
    check_item = await require_item(session, check_id, application_id, caller)
    await require_season(session, check_item[1].season_id, lock=True)
    await application_repository.lock_with_reserve(session, check_item[1])
    require_region(caller, (await require_check(session, check_id, caller)).region)
    await supervision_repository.lock_item(session, check_item)
    check_match(match, check_item[0].version)
    await conclude_check(
        session, check_item, CheckFinding(CheckOutcome(body.outcome), body.finding, body.due_on), caller
    )
    return item_response(check_item, response)


async def require_check(session: SessionDep, check_id: uuid.UUID, caller: Caller) -> SpotCheck:
    """A check that the caller may see, or 404."""
    return or_404(await supervision_repository.get_check(session, check_id, caller.region), SpotCheckNotFound)


async def require_item(
    session: SessionDep, check_id: uuid.UUID, application_id: uuid.UUID, caller: Caller
) -> CheckItem:
    """A drawn application inside the caller's region, or 404."""
    return or_404(
        await supervision_repository.get_item(session, check_id, application_id, caller.region), CheckItemNotFound
    )


def item_response(check_item: CheckItem, response: Response) -> CheckItemView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(check_item[0].version)
    return CheckItemView.of(check_item)


filing_router = APIRouter(prefix="/v1", tags=["seasons"], route_class=TransactionalRoute)

FILING_HEADER = ("统一社会信用代码", "字号名称", "区划代码", "类别", "认定日期", "有效期至", "状态")


@filing_router.get("/seasons/{season_id}/filing", summary="报上级备案的认定名单（CSV 或 Excel）", responses=TABLE)
async def download_filing_list(
    season_id: uuid.UUID, session: SessionDep, caller: Reader, file_format: TableFormat = FileFormat.CSV
) -> Response:
    """Every recognition of the season, valid or ended."""
    season = await require_season(session, season_id, caller.region)
    rows = [
        filing_row(recognition)
        for recognition in await supervision_repository.recognitions_of_season(session, season.id)
    ]
    return table_response(f"recognitions-{season.county}-{season.year}", FILING_HEADER, rows, file_format)


@filing_router.post("/seasons/{season_id}/filings", status_code=201, summary="登记认定名单已报上级")
async def record_filing(
    season_id: uuid.UUID, body: ListFilingBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> FilingView:
    """With the document that carried it; again when more were recognised."""
    season = await require_season(session, season_id, caller.region, lock=True)
    return FilingView.of(await file_recognition_list(session, season, body.document, body.filed_on, caller))


@filing_router.get("/seasons/{season_id}/filings", summary="认定名单报上级的登记")
async def list_filings(season_id: uuid.UUID, session: SessionDep, caller: Reader) -> Page[FilingView]:
    """The newest last."""
    season = await require_season(session, season_id, caller.region)
    return Page(items=[FilingView.of(filing) for filing in await filings_of_season(session, season.id)])


def filing_row(recognition: Recognition) -> tuple[object, ...]:
    """The CSV row of a household."""
    category, state = recognition.category.label, RECOGNITION_STATES.label(recognition.state)
    return (
        recognition.uscc,
        recognition.name,
        recognition.county,
        category,
        recognition.granted_on,
        recognition.valid_until,
        state,
    )
