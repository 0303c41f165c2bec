"""``/statistics``: types by county and year, as a chart and as a table."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.resources import ResourcesDep
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import page
from services.portal.statistics.chart import LEGEND, rows_of
from services.portal.upstream import typing as typing_reads
from shared.platform.identity import anyone

router = APIRouter(tags=["statistics"], dependencies=[anyone()], default_response_class=HTMLResponse)


@router.get("/statistics", summary="统计")
async def statistics(
    request: Request,
    resources: ResourcesDep,
    region: Annotated[str, Query(max_length=6)] = "",
    year: Annotated[str, Query(max_length=4)] = "",
) -> HTMLResponse:
    """The latest year unless another is asked for."""
    home = resources.settings.home_region
    region = chosen_region(region, home)
    found = await typing_reads.statistics(resources.typing, region)
    years = sorted({one.year for one in found}, reverse=True)
    chosen = next((one for one in years if str(one) == year), years[0] if years else 0)
    rows = rows_of(found, chosen)
    return page(
        request,
        "statistics.html",
        keep=resources.settings.public_cache_seconds,
        region=region,
        regions=region_choices(home),
        years=years,
        year=chosen,
        rows=rows,
        total=sum(row.total for row in rows),
        legend=LEGEND,
    )
