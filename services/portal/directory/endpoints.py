"""``/``, ``/directory`` and ``/households/…``: find a household and read why it has its type."""

import asyncio
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.resources import ResourcesDep
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import address, page
from services.portal.shell.wishes import wish_of
from services.portal.shell.words import TYPES
from services.portal.upstream import typing as typing_reads
from services.portal.upstream.calls import Listed
from services.portal.upstream.problems import QueryRefused
from services.portal.upstream.typing import HouseholdAnswer
from shared.platform.identity import anyone

router = APIRouter(tags=["directory"], dependencies=[anyone()], default_response_class=HTMLResponse)


@router.get("/", summary="首页")
async def home(request: Request, resources: ResourcesDep) -> HTMLResponse:
    """One box: a name or a code."""
    settings = resources.settings
    region = settings.home_region
    return page(request, "home.html", keep=settings.public_cache_seconds, home=region, regions=region_choices(region))


@router.get("/directory", summary="查名录")
async def search(
    request: Request,
    resources: ResourcesDep,
    q: Annotated[str, Query(max_length=100)] = "",
    region: Annotated[str, Query(max_length=6)] = "",
    kind: Annotated[str, Query(alias="type", max_length=20)] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> Response:
    """Households by name, region and type; a whole code leads to its household at once."""
    home_region = resources.settings.home_region
    region, kind = chosen_region(region, home_region), kind if kind in TYPES else ""
    wish = wish_of(q)
    if wish.code:
        return RedirectResponse(f"/households/{wish.code}", HTTPStatus.SEE_OTHER)
    complaint, found = wish.complaint, Listed[HouseholdAnswer](items=[])
    if not complaint:
        try:
            found = await typing_reads.households(
                resources.typing, name=wish.name, region=region, kind=kind, cursor=cursor
            )
        except QueryRefused as refused:  # too few characters, too many households: the service says what would be right
            complaint = refused.detail
    here = {"q": q, "region": region, "type": kind}
    return page(
        request,
        "directory.html",
        keep=resources.settings.public_cache_seconds,
        q=q,
        region=region,
        kind=kind,
        home=home_region,
        regions=region_choices(home_region),
        complaint=complaint,
        households=found.items,
        first=address("/directory", **here) if cursor else "",
        next=address("/directory", **here, cursor=found.next) if found.next else "",
    )


@router.get("/households/{uscc}", summary="一户的类型和理由")
async def household(request: Request, resources: ResourcesDep, uscc: str) -> HTMLResponse:
    """The type, the reasons in sentences with the documents' words, what would change it and when."""
    one, why = await asyncio.gather(
        typing_reads.household(resources.typing, uscc), typing_reads.explanation(resources.typing, uscc)
    )
    return page(request, "household.html", keep=resources.settings.public_cache_seconds, household=one, why=why)
