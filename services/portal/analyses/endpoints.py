"""``/work/analyses…``: quarters in figures, made once each and read as a page or saved as a table."""

import datetime as dt
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepField, StepForm, Tried, try_step
from services.portal.upstream import analyses as analysis_reads
from services.portal.upstream.calls import Change, fetch, send
from shared import clock
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["analyses"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
QUARTERS_BACK = 8
"""Quarters that can be chosen"""
MAKE = StepForm(
    "make",
    "形成一个季度的分析",
    [StepField("quarter", "哪个季度", "choice", "只能选已经结束的")],
    note="一个季度只形成一次，以后数字不再改变。类型和类别按形成的那一天。",
)


def make_form(day: dt.date) -> StepForm:
    """With the quarters that are over, the latest first."""
    return MAKE.choosing(quarter=past_quarters(day))


def past_quarters(day: dt.date) -> Mapping[str, str]:
    """The last quarters before the one in which a day lies, as the support service names them."""
    running = 4 * day.year + (day.month - 1) // 3
    numbers = [divmod(running - back, 4) for back in range(1, QUARTERS_BACK + 1)]
    return {f"{year}-Q{place + 1}": f"{year}年第{'一二三四'[place]}季度" for year, place in numbers}


@router.get("/work/analyses", summary="季度分析")
async def analyses(request: Request, behalf: BehalfDep, caller: Caller = READERS) -> HTMLResponse:
    """Those that were made, and for officers a form to make another."""
    return await _list(request, behalf, caller, READ_ONLY)


@router.post("/work/analyses/make", summary="形成一个季度的分析")
async def make(request: Request, behalf: BehalfDep, form: FormDep, caller: Caller = allow(Role.OFFICER)) -> Response:
    """Of the person's region."""

    async def ask(filled: Filled) -> None:
        await send(behalf.support, "POST", "/v1/quarterly-analyses", Change(form.key, filled.body))

    tried = await try_step(form, make_form(clock.today()), ask)
    if tried.is_done:
        made = quote(str(tried.filled.values["quarter"]), safe="")
        return RedirectResponse(f"/work/analyses/{made}", HTTPStatus.SEE_OTHER)
    return await _list(request, behalf, caller, tried)


@router.get("/work/analyses/{quarter}", summary="一个季度的分析")
async def analysis(request: Request, behalf: BehalfDep, quarter: str, _caller: Caller = READERS) -> HTMLResponse:
    """Its tables by county in the order of codes, and the surveys that ended in it."""
    found = await analysis_reads.analysis(behalf.support, quarter)
    return page(request, "work-analysis.html", status=HTTPStatus.OK, analysis=found)


@router.get("/work/analyses/{quarter}/table", response_class=Response, summary="一个季度的分析，存成表格")
async def analysis_table(
    behalf: BehalfDep,
    quarter: str,
    _caller: Caller = READERS,
    form: Annotated[Literal["csv", "xlsx"], Query()] = "csv",
) -> Response:
    """The same numbers as a file."""
    path = f"/v1/quarterly-analyses/{quote(quarter, safe='')}/table"
    answer = await fetch(behalf.support, path, {"format": form})
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="analysis.{form}"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(answer.content, headers=headers, media_type=answer.headers.get("content-type"))


async def _list(request: Request, behalf: Behalf, caller: Caller, tried: Tried) -> HTMLResponse:
    return page(
        request,
        "work-analyses.html",
        status=tried.refusal.status,
        analyses=await analysis_reads.made_analyses(behalf.support),
        makes=make_form(clock.today()) if Role.OFFICER in caller.roles else None,
        filled=tried.filled,
        faults=tried.refusal.faults,
    )
