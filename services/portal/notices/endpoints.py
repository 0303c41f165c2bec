"""``/notices`` and ``/notices/…``: what is on public notice, and until when one may object."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.resources import ResourcesDep
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import address, page
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import recognition as recognition_reads
from shared.platform.identity import anyone

router = APIRouter(tags=["notices"], dependencies=[anyone()], default_response_class=HTMLResponse)


@router.get("/notices", summary="公示")
async def notices(
    request: Request,
    resources: ResourcesDep,
    region: Annotated[str, Query(max_length=6)] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """The notices of a region."""
    home = resources.settings.home_region
    region = chosen_region(region, home)
    found = await recognition_reads.notices(resources.recognition, region, cursor)
    return page(
        request,
        "notices.html",
        keep=resources.settings.public_cache_seconds,
        region=region,
        regions=region_choices(home),
        notices=found.items,
        first=address("/notices", region=region) if cursor else "",
        next=address("/notices", region=region, cursor=found.next) if found.next else "",
    )


@router.get("/notices/{notice_id}", summary="一次公示的名单")
async def notice(
    request: Request,
    resources: ResourcesDep,
    notice_id: str,
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """The list, the days left, and how one objects."""
    found = await recognition_reads.notice(resources.recognition, notice_id, cursor)
    here = f"/notices/{notice_id}"
    return page(
        request,
        "notice.html",
        keep=resources.settings.public_cache_seconds,
        notice=found,
        categories=CATEGORIES,
        first=here if cursor else "",
        next=address(here, cursor=found.next) if found.next else "",
    )
