"""``/v1/statistics``: figures of recognition for dashboards, as JSON, CSV or a workbook; anyone reads them. How the
work of a season goes is for staff.

They are in the order of years and region codes, never ranked: 促进个体工商户发展条例 art. 32.
"""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.recognitions.domain import RECOGNITION_STATES, RecognitionState
from services.recognition.resources import ResourcesDep
from services.recognition.rules.service import stored_rules
from services.recognition.statistics import repository as statistics_repository
from services.recognition.statistics.figures import progress, statistics
from services.recognition.statistics.repository import Wanted
from services.recognition.statistics.schemas import ProgressView, RecognitionStatisticView
from shared import clock
from shared.database.row_scope import EVERYWHERE
from shared.law.model.recognition import Category, Counting
from shared.platform.caching import cacheable
from shared.platform.fields import Region, Year
from shared.platform.identity import Caller, Role, allow, anyone, require_region
from shared.platform.paging import Page
from shared.platform.rollups import RollUp, RollUpQuery, place_length
from shared.platform.tabular import TABLE, FileFormat, TableFormat, table_response
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["statistics"], route_class=TransactionalRoute)

OfRegion = Annotated[Region | None, Query()]
OfYear = Annotated[Year | None, Query(description="认定季的年份")]
OfCategory = Annotated[Category | None, Query(description="只计这一类别；名额不分类别，照列")]
COLUMNS = ("区划代码", "地区", "年份", "名额", "已占用", "认定")


@router.get("/statistics", dependencies=[cacheable()], summary="各地各年认定结果和名额统计")
async def get_statistics(
    resources: ResourcesDep,
    _: Annotated[Caller, anyone()],
    region: OfRegion = None,
    year: OfYear = None,
    category: OfCategory = None,
    level: RollUpQuery = RollUp.COUNTY,
) -> Page[RecognitionStatisticView]:
    """Granted and valid recognitions by place, season's year, category and state, with places: a series over years."""
    wanted = Wanted(region or "", place_length(level, region or ""), year)
    async with resources.database.reading(EVERYWHERE) as session:
        return Page(items=await rows_of(session, wanted, category))


@router.get("/statistics/table", dependencies=[cacheable()], responses=TABLE, summary="认定统计表下载")
async def download_statistics(
    resources: ResourcesDep,
    _: Annotated[Caller, anyone()],
    region: OfRegion = None,
    year: OfYear = None,
    level: RollUpQuery = RollUp.COUNTY,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """The same as a table: a column per category, and per state of today."""
    wanted = Wanted(region or "", place_length(level, region or ""), year)
    async with resources.database.reading(EVERYWHERE) as session:
        rows = await rows_of(session, wanted, None)
    states = [RECOGNITION_STATES.label(state) for state in RecognitionState]
    cells = [
        [
            row.region,
            row.region_name or ("" if row.region else "合计"),
            row.year,
            "" if row.places is None else row.places,
            "" if row.taken is None else row.taken,
            row.granted,
            *(row.categories.get(category, 0) for category in Category),
            *(row.states.get(state, 0) for state in RecognitionState),
        ]
        for row in rows
    ]
    header = [*COLUMNS, *(category.label for category in Category), *states]
    return table_response("recognition-statistics", header, cells, file_format)


@router.get("/statistics/progress", summary="申报办理进度统计，按状态和环节")
async def get_progress(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    region: OfRegion = None,
    year: OfYear = None,
    level: RollUpQuery = RollUp.COUNTY,
) -> Page[ProgressView]:
    """Applications and recommendations inside the caller's region: few of one county would say who applied."""
    place = caller.region if region is None else region
    require_region(caller, place)
    wanted = Wanted(place, place_length(level, place), year)
    return Page(items=progress(await statistics_repository.progress(session, wanted)))


async def rows_of(session: AsyncSession, wanted: Wanted, category: Category | None) -> list[RecognitionStatisticView]:
    """The rows of statistics of today."""
    policies = await statistics_repository.quota_policies(session, wanted)
    stock = [one for one in policies if (await stored_rules(session, one)).quota.counting is Counting.STOCK]
    today = clock.today()
    recognitions = await statistics_repository.recognitions(session, wanted, category, today)
    return statistics(recognitions, await statistics_repository.places(session, wanted, stock, today))
