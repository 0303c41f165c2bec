"""``/work/statistics`` and ``/work/process``: counts of typing as charts and tables, and how work goes."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from services.portal.dashboards.charts import HEIGHT, LEGEND, WIDTH, by_legend, lines_of, place_rows
from services.portal.shell.behalf import BehalfDep, parts
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import address, page
from services.portal.upstream import (
    staff_notification,
    staff_objection,
    staff_recognition,
    staff_statistics,
    staff_typing,
)
from services.portal.upstream.calls import fetch
from shared import clock
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["dashboards"], default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
LEVELS = {"county": "各区县", "city": "各市", "total": "合计"}
Level = Literal["county", "city", "total"]
YEARS_BACK = 5
"""Of objections: years that can be chosen"""


@router.get("/work/statistics", summary="分型统计")
async def statistics(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    region: Annotated[str, Query(max_length=6)] = "",
    level: Annotated[Level, Query()] = "county",
    year: Annotated[str, Query(max_length=4)] = "",
) -> HTMLResponse:
    """What holds now by place, and what each publication said; the latest year unless another is asked for."""
    chosen = chosen_region(region, caller.region)
    figures = await staff_statistics.places(behalf.typing, chosen, level)
    years = sorted({one.year for one in figures}, reverse=True)
    shown = next((one for one in years if str(one) == year), years[0] if years else 0)
    read = await parts(series=staff_statistics.publications(behalf.typing, chosen))
    series = read["series"].value or []
    here = {"region": chosen, "level": level, "year": str(shown or "")}
    return page(
        request,
        "work-statistics.html",
        region=chosen,
        regions=region_choices(caller.region),
        level=level,
        levels=LEVELS,
        years=years,
        year=shown,
        legend=LEGEND,
        rows=place_rows([one for one in figures if one.year == shown]),
        series_part=read["series"],
        series=[(one, by_legend(one.households)) for one in series],
        lines=lines_of(series),
        width=WIDTH,
        height=HEIGHT,
        tables={kind: address("/work/statistics/table", **here, form=kind) for kind in ("csv", "xlsx")},
    )


@router.get("/work/statistics/table", response_class=Response, summary="分型统计表")
async def statistics_table(
    behalf: BehalfDep,
    caller: Caller = READERS,
    region: Annotated[str, Query(max_length=6)] = "",
    level: Annotated[Level, Query()] = "county",
    year: Annotated[str, Query(max_length=4, pattern="^[0-9]*$")] = "",
    form: Annotated[Literal["csv", "xlsx"], Query()] = "csv",
) -> Response:
    """The same numbers as a file."""
    query = {"region": chosen_region(region, caller.region), "level": level, "year": year, "format": form}
    answer = await fetch(behalf.typing, "/v1/statistics/table", query)
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="statistics.{form}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(answer.content, headers=headers, media_type=answer.headers.get("content-type"))


@router.get("/work/process", summary="办理情况")
async def process(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    year: Annotated[str, Query(max_length=4)] = "",
) -> HTMLResponse:
    """What waits and what is late in every service, and a year of objections."""
    this_year = clock.today().year
    years = list(range(this_year, this_year - YEARS_BACK, -1))
    chosen = next((one for one in years if str(one) == year), this_year)
    read = await parts(
        tasks=staff_recognition.task_totals(behalf.recognition),
        objections=staff_objection.totals(behalf.objection),
        runs=staff_typing.runs(behalf.typing),
        refused=staff_typing.refused(behalf.typing),
        systems=staff_notification.systems(behalf.notification),
        past=staff_statistics.objection_year(behalf.objection, chosen, caller.region),
    )
    return page(request, "work-process.html", years=years, year=chosen, **read)
