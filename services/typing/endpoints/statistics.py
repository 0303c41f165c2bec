"""``/v1/statistics``: published households by county, year and type.

In the order of region codes, never ranked: 促进个体工商户发展条例 art. 32 forbids league tables of growth and of
the annual-report rate.
"""

from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Query

from services.typing.models import Statistic
from services.typing.repository import runs as stored
from services.typing.schemas.common import Region
from services.typing.schemas.households import StatisticView
from shared.policy.outcome import HouseholdType
from shared.regions import region_name
from shared.service.identity import Caller, anyone
from shared.service.pagination import Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["statistics"], route_class=TransactionalRoute)


@router.get("/statistics", summary="各地各年分型结果统计")
async def statistics(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region | None, Query()] = None,
    year: Annotated[int | None, Query(ge=2000, le=2100)] = None,
) -> Page[StatisticView]:
    """Counts by county and year below a region."""
    rows = await stored.households_by_type(session, region or "", year)
    grouped = groupby(rows, key=lambda row: (row.year, row.region))
    return Page(items=[statistic_view(place, list(cells)) for (_, place), cells in grouped])


def statistic_view(region: str, cells: list[Statistic]) -> StatisticView:
    """One county's year."""
    return StatisticView(
        region=region,
        region_name=region_name(region),
        year=cells[0].year,
        households={HouseholdType(cell.type).slug: cell.households for cell in cells},
    )
