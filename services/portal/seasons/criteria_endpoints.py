"""``/work/criteria/…``: the standards of a region's year, published by another person than who wrote them."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.seasons.steps import CRITERIA_STEPS, DONE, criteria_facts, criteria_steps
from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, Tried, try_step
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import staff_seasons
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["seasons"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)


@router.get("/work/criteria/{criteria_id}", summary="一份分类标准")
async def criteria(
    request: Request,
    behalf: BehalfDep,
    criteria_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Category by category."""
    return await _shown(request, behalf, criteria_id, caller, done=DONE.get(done, ""))


@router.post("/work/criteria/{criteria_id}/{step}", summary="公布或备案一份分类标准")
async def take_step(
    request: Request,
    behalf: BehalfDep,
    criteria_id: str,
    step: str,
    form: FormDep,
    caller: Caller = allow(Role.OFFICER, Role.APPROVER),
) -> Response:
    """In the version that the page showed."""
    if (asked := CRITERIA_STEPS.get(step)) is None:
        raise Absent
    here = quote(criteria_id, safe="")

    async def ask(filled: Filled) -> None:
        change = Change(form.key, filled.body or None, form.version)
        await send(behalf.recognition, "POST", f"/v1/criteria/{here}/{step}", change)

    tried = await try_step(form, asked, ask)
    if tried.is_done:
        return RedirectResponse(address(f"/work/criteria/{here}", done=step), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, criteria_id, caller, tried=tried)


async def _shown(
    request: Request,
    behalf: Behalf,
    criteria_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    found, version = await staff_seasons.one_standards(behalf.recognition, criteria_id)
    return page(
        request,
        "work-criteria.html",
        status=tried.refusal.status,
        criteria=found,
        categories=CATEGORIES,
        steps=criteria_steps(found, caller),
        **tried.shown(version, criteria_facts(found)),
        done=done,
    )
