"""``/v1/seasons/{id}/filing``: a season's recognitions as the list that is filed with the superior."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Response

from services.recognition.domain.recognitions import LABELS, RecognitionState
from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.lists import CSV, csv_answer
from services.recognition.models import Recognition
from services.recognition.repository import recognitions
from shared.policy.recognition.model import Category
from shared.service.identity import Caller, Role, allow
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["seasons"], route_class=TransactionalRoute)

HEADER = ("统一社会信用代码", "字号名称", "区划代码", "类别", "认定日期", "有效期至", "状态")


@router.get("/seasons/{season_id}/filing", summary="报上级备案的认定名单（CSV）", responses=CSV)
async def filing(
    season_id: uuid.UUID,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.PUBLISHER, Role.AUDITOR)],
) -> Response:
    """Every recognition of the season, whatever has become of it since."""
    season = await season_of(session, season_id, caller.region)
    rows = [row_of(one) for one in await recognitions.of_season(session, season.id)]
    return csv_answer(f"recognitions-{season.county}-{season.year}.csv", HEADER, rows)


def row_of(one: Recognition) -> tuple[object, ...]:
    """One household's line."""
    category, state = Category(one.category).label, LABELS[RecognitionState(one.state)]
    return one.uscc, one.name, one.county, category, one.granted_on, one.valid_until, state
