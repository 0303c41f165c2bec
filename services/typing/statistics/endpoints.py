"""``/v1/statistics``: figures for dashboards, as JSON, CSV or a workbook; anyone reads them.

They are in the order of years and region codes, never ranked: 促进个体工商户发展条例 art. 32 forbids league tables of
growth and of the annual-report rate.
"""

from itertools import groupby
from typing import Annotated

import asyncpg
import orjson
from fastapi import APIRouter, Query, Response

from services.typing.statistics import repository as statistics_repository
from services.typing.statistics.figures import publication, statistics
from services.typing.statistics.repository import Wanted
from services.typing.statistics.schemas import PublicationStatisticView, StatisticView
from shared.contracts.typing import TypeName
from shared.law.model.outcome import HouseholdType
from shared.platform.caching import cacheable
from shared.platform.fields import Region
from shared.platform.identity import Caller, anyone
from shared.platform.paging import Page
from shared.platform.rollups import RollUp, RollUpQuery, place_length
from shared.platform.tabular import TABLE, FileFormat, TableFormat, table_response
from shared.platform.unit_of_work import PoolDep

router = APIRouter(prefix="/v1", tags=["statistics"])

OfRegion = Annotated[Region | None, Query()]
OfYear = Annotated[int | None, Query(ge=2000, le=2100, description="判定日所在的年份")]
OfPolicy = Annotated[str | None, Query(pattern=r"^[a-z0-9-]{1,100}$", description="政策，如 national-2024")]
OfType = Annotated[TypeName | None, Query(description="只列这一类型")]
COLUMNS = ("区划代码", "地区", "年份", "判定日")


@router.get("/statistics", dependencies=[cacheable()], summary="各地各年分型结果统计")
async def get_statistics(
    pool: PoolDep,
    _: Annotated[Caller, anyone()],
    region: OfRegion = None,
    year: OfYear = None,
    policy: OfPolicy = None,
    type: OfType = None,  # noqa: A002 - the parameter's name
    level: RollUpQuery = RollUp.COUNTY,
) -> Page[StatisticView]:
    """Counts by place and year, as published, what corrections have changed since, and what holds now."""
    place = region or ""
    wanted = Wanted(place, place_length(level, place), year, policy)
    return Page(items=await rows_of(pool, wanted, type))


@router.get("/statistics/table", dependencies=[cacheable()], responses=TABLE, summary="统计表下载（目前的户数）")
async def download_statistics(
    pool: PoolDep,
    _: Annotated[Caller, anyone()],
    region: OfRegion = None,
    year: OfYear = None,
    policy: OfPolicy = None,
    level: RollUpQuery = RollUp.COUNTY,
    file_format: TableFormat = FileFormat.CSV,
) -> Response:
    """The same as a table: a column per type, what holds now."""
    place = region or ""
    rows = await rows_of(pool, Wanted(place, place_length(level, place), year, policy), None)
    header = [*COLUMNS, *(kind.label for kind in HouseholdType), "合计"]
    cells = [
        [
            row.region,
            row.region_name or ("合计" if not row.region else ""),
            row.year,
            row.as_of,
            *(row.current.get(kind.slug, 0) for kind in HouseholdType),
            row.total,
        ]
        for row in rows
    ]
    return table_response("statistics", header, cells, file_format)


@router.get("/statistics/publications", dependencies=[cacheable()], summary="历次发布的统计，按发布先后")
async def list_publications(
    pool: PoolDep,
    _: Annotated[Caller, anyone()],
    region: OfRegion = None,
    year: OfYear = None,
    policy: OfPolicy = None,
) -> Page[PublicationStatisticView]:
    """Every publication that typed counties of the region: a series over years, and within a year over its runs."""
    place = region or ""
    found = await statistics_repository.publications(pool, Wanted(place, len(place), year, policy))
    decoded = [{**row, "counts": orjson.loads(row["counts"])} for row in found]
    grouped = groupby(decoded, key=lambda row: row["id"])
    return Page(items=[publication(list(counties)) for _, counties in grouped])


async def rows_of(pool: asyncpg.Pool, wanted: Wanted, kind: TypeName | None) -> list[StatisticView]:
    """The rows of statistics, of one type or of all."""
    code = None if kind is None else int(HouseholdType.from_slug(kind))
    counts = await statistics_repository.counts(pool, wanted)
    return statistics(counts, await statistics_repository.corrected(pool, wanted), code)
