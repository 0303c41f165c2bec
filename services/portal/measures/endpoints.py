"""``/measures…`` for everybody, ``/desk/measures/…`` for an operator's own household: what this person may read."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from services.portal.measures.words import FIELDS
from services.portal.resources import ResourcesDep
from services.portal.shell.behalf import BehalfDep, part
from services.portal.shell.regions import chosen_region, region_choices
from services.portal.shell.rendering import address, page
from services.portal.upstream import own_support, support
from shared.platform.identity import Caller, Role, allow, anyone

router = APIRouter(tags=["measures"], default_response_class=HTMLResponse)


@router.get("/measures", dependencies=[anyone()], summary="帮扶措施")
async def measures(
    request: Request,
    resources: ResourcesDep,
    region: Annotated[str, Query(max_length=6)] = "",
    field: Annotated[str, Query(max_length=40)] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """Of a region, with those of the levels above it."""
    home = resources.settings.home_region
    here = {"region": chosen_region(region, home), "field": field if field in FIELDS else ""}
    found = await support.measures(resources.support, here["region"], here["field"], cursor)
    return page(
        request,
        "measures.html",
        keep=resources.settings.public_cache_seconds,
        region=here["region"],
        field=here["field"],
        regions=region_choices(home),
        fields=FIELDS,
        measures=found.items,
        first=address("/measures", **here) if cursor else "",
        next=address("/measures", **here, cursor=found.next) if found.next else "",
    )


@router.get("/measures/{measure_id}", dependencies=[anyone()], summary="一项帮扶措施")
async def measure(request: Request, resources: ResourcesDep, measure_id: str) -> HTMLResponse:
    """Who gets what, under which conditions, from whom, with the words of the text."""
    found = await support.measure(resources.support, measure_id)
    return page(request, "measure.html", keep=resources.settings.public_cache_seconds, measure=found)


@router.get("/desk/measures/{uscc}", summary="我能享受什么")
async def own_measures(
    request: Request, behalf: BehalfDep, uscc: str, _caller: Caller = allow(Role.OPERATOR)
) -> HTMLResponse:
    """For an operator's own household: what it gets, what a department still has to confirm, what it may apply for."""
    found = await support.of_household(behalf.support, uscc)
    commitments = await part(own_support.own_commitments(behalf.support))
    signed = {one.measure for one in commitments.value or [] if one.uscc == uscc}
    asking = {one.measure for one in found.measures if one.asks_commitment}
    return page(
        request, "own-measures.html", uscc=uscc, found=found, commitments=commitments, signed=signed, asking=asking
    )
