"""``/v1/standards``: how those who apply in a region are compared, for anybody. The law's own are typing's."""

from typing import Annotated

from fastapi import APIRouter, Query

from services.recognition.standards.schemas import LocalStandardsView
from services.recognition.standards.service import sheet_that_applies
from shared import clock
from shared.platform.caching import cacheable
from shared.platform.fields import Day, Region
from shared.platform.identity import Caller, anyone
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["standards"], route_class=TransactionalRoute)


@router.get("/standards", dependencies=[cacheable()], summary="一个地区择优的标准：适用的评分表，逐项")
async def get_standards(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query(description="区划代码，2、4 或 6 位")],
    day: Annotated[Day | None, Query(description="哪一天；默认今天")] = None,
) -> LocalStandardsView:
    """Sections with weights, caps and indicators, deductions, vetoes, local bars and rules for ties, each with its
    words in the sheet's document. Clauses, numbers and dates of the law: ``GET /v1/standards`` of typing.
    """
    on = day or clock.today()
    return LocalStandardsView.of(region, on, await sheet_that_applies(session, region, on))
