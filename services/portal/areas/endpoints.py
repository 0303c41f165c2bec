"""``/areas/…``: everything that applies in a region."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.areas.applicable import policies_of
from services.portal.resources import ResourcesDep
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import page
from services.portal.upstream import recognition as recognition_reads, typing as typing_reads
from services.portal.upstream.problems import Absent
from services.portal.upstream.standards import local_standards
from shared import clock
from shared.platform.identity import anyone

router = APIRouter(tags=["areas"], dependencies=[anyone()], default_response_class=HTMLResponse)


@router.get("/areas", summary="选择地区")
async def choose_area(resources: ResourcesDep, region: Annotated[str, Query(max_length=6)] = "") -> Response:
    """On to the region's own address, which can be kept and passed on."""
    return RedirectResponse(f"/areas/{chosen_region(region, resources.settings.home_region)}", HTTPStatus.SEE_OTHER)


@router.get("/areas/{region}", summary="一个地区的标准和日期")
async def area(request: Request, resources: ResourcesDep, region: str) -> HTMLResponse:
    """Standards of types, dates of recognition, how those who apply are compared, and where the results are."""
    home = resources.settings.home_region
    if chosen_region(region, "") != region:
        raise Absent("没有这个代码的地区。请从首页选一个地区。")
    policies, seasons, sheet = await asyncio.gather(
        typing_reads.policies(resources.typing),
        recognition_reads.seasons(resources.recognition, region, clock.today().year),
        local_standards(resources.recognition, region),
    )
    return page(
        request,
        "area.html",
        keep=resources.settings.public_cache_seconds,
        region=region,
        regions=region_choices(home),
        policies=policies_of(policies, region, clock.today()),
        seasons=seasons,
        sheet=sheet,
    )
