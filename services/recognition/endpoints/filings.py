"""``/v1/seasons/{id}/filings``: a season's recognitions as the list that is reported to the superior; receipts."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response

from services.recognition.domain.recognitions import LABELS, RecognitionState
from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.lists import CSV, csv_answer
from services.recognition.models import Recognition
from services.recognition.repository import recognitions
from services.recognition.repository.filings import of_season
from services.recognition.schemas.filings import FilingBody, FilingView
from services.recognition.service.filings import file_list
from shared.policy.recognition.model import Category
from shared.service.identity import Caller, Role, allow
from shared.service.pagination import Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["seasons"], route_class=TransactionalRoute)

HEADER = ("统一社会信用代码", "字号名称", "区划代码", "类别", "认定日期", "有效期至", "状态")
Reader = Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)]


@router.get("/seasons/{season_id}/filing", summary="报上级备案的认定名单（CSV）", responses=CSV)
async def filing(season_id: uuid.UUID, session: SessionDep, caller: Reader) -> Response:
    """Every recognition of the season, whatever has become of it since."""
    season = await season_of(session, season_id, caller.region)
    rows = [row_of(one) for one in await recognitions.of_season(session, season.id)]
    return csv_answer(f"recognitions-{season.county}-{season.year}.csv", HEADER, rows)


@router.post("/seasons/{season_id}/filings", status_code=201, summary="登记认定名单已报上级")
async def file(
    season_id: uuid.UUID, body: FilingBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> FilingView:
    """With the document that carried it; again when more were recognised."""
    season = await season_of(session, season_id, caller.region, lock=True)
    return FilingView.of(await file_list(session, season, body.document, body.filed_on, caller))


@router.get("/seasons/{season_id}/filings", summary="认定名单报上级的登记")
async def listed(season_id: uuid.UUID, session: SessionDep, caller: Reader) -> Page[FilingView]:
    """The newest last."""
    season = await season_of(session, season_id, caller.region)
    return Page(items=[FilingView.of(one) for one in await of_season(session, season.id)])


def row_of(one: Recognition) -> tuple[object, ...]:
    """One household's line."""
    category, state = Category(one.category).label, LABELS[RecognitionState(one.state)]
    return one.uscc, one.name, one.county, category, one.granted_on, one.valid_until, state
