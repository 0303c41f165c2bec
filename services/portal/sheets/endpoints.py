"""``/work/scoring-sheets…``: how households are scored: drafted by an officer, put in force by another person."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.sheets.steps import DONE, DRAFTS, STEPS, facts_of, steps_of
from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.policies import policy_choices
from services.portal.shell.regions import region_choices
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepForm, Tried, try_step
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import staff_sheets
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent
from services.portal.upstream.staff_sheets import ListedSheetAnswer
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["scoring-sheets"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
LIST = "/work/scoring-sheets"
PATHS = {"draft": "/v1/scoring-sheets", "copy": "/v1/scoring-sheets/copies"}


@router.get("/work/scoring-sheets", summary="评分表")
async def sheets(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Of the person's region, drafts first."""
    return await _list(request, behalf, caller, done=DONE.get(done, ""))


@router.post("/work/scoring-sheets/{draft}", summary="起草评分表")
async def draft_sheet(
    request: Request, behalf: BehalfDep, draft: str, form: FormDep, caller: Caller = allow(Role.OFFICER)
) -> Response:
    """From its text, or from another sheet."""
    if draft not in DRAFTS:
        raise Absent
    asked = next(one for one in await _drafts(behalf, caller, await _found(behalf, caller)) if one.name == draft)

    async def ask(filled: Filled) -> None:
        await send(behalf.recognition, "POST", PATHS[draft], Change(form.key, filled.body))

    tried = await try_step(form, asked, ask)
    if tried.is_done:
        return RedirectResponse(address(LIST, done=draft), HTTPStatus.SEE_OTHER)
    return await _list(request, behalf, caller, tried=tried)


@router.get("/work/scoring-sheets/{sheet_id}", summary="一份评分表")
async def sheet(
    request: Request,
    behalf: BehalfDep,
    sheet_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Section by section."""
    return await _shown(request, behalf, sheet_id, caller, done=DONE.get(done, ""))


@router.post("/work/scoring-sheets/{sheet_id}/{step}", summary="评分表生效，或删除")
async def take_step(
    request: Request,
    behalf: BehalfDep,
    sheet_id: str,
    step: str,
    form: FormDep,
    caller: Caller = allow(Role.APPROVER),
) -> Response:
    """In the version that the page showed."""
    if (asked := STEPS.get(step)) is None:
        raise Absent
    here = quote(sheet_id, safe="")

    async def ask(_filled: Filled) -> None:
        method, path = ("DELETE", "") if step == "removal" else ("POST", f"/{step}")
        change = Change(form.key, version=form.version)
        await send(behalf.recognition, method, f"/v1/scoring-sheets/{here}{path}", change)

    tried = await try_step(form, asked, ask)
    if tried.is_done:
        leads = LIST if step == "removal" else f"{LIST}/{here}"
        return RedirectResponse(address(leads, done=step), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, sheet_id, caller, tried=tried)


async def _found(behalf: Behalf, caller: Caller) -> list[ListedSheetAnswer]:
    """Drafts, then those in force."""
    of = behalf.recognition
    drafts = await staff_sheets.sheets(of, caller.region, drafts=True)
    return drafts + await staff_sheets.sheets(of, caller.region, drafts=False)


async def _drafts(behalf: Behalf, caller: Caller, found: list[ListedSheetAnswer]) -> list[StepForm]:
    """The forms with what can be chosen in them; there is nothing to copy where there is no sheet."""
    words = {
        "region": dict(region_choices(caller.region)),
        "policy": await policy_choices(behalf.typing, caller.region),
        "source": {one.id: f"{one.year}年，{one.title}" for one in found},
    }
    return [DRAFTS["draft"].choosing(**words), *([DRAFTS["copy"].choosing(**words)] if found else [])]


async def _list(
    request: Request, behalf: Behalf, caller: Caller, *, done: str = "", tried: Tried = READ_ONLY
) -> HTMLResponse:
    found = await _found(behalf, caller)
    return page(
        request,
        "work-sheets.html",
        status=tried.refusal.status,
        sheets=found,
        steps=await _drafts(behalf, caller, found) if Role.OFFICER in caller.roles else [],
        **tried.shown("", {}),
        done=done,
    )


async def _shown(
    request: Request,
    behalf: Behalf,
    sheet_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    found, version = await staff_sheets.sheet(behalf.recognition, sheet_id)
    return page(
        request,
        "work-sheet.html",
        status=tried.refusal.status,
        sheet=found,
        scored=found.content.get("sections") or [],
        categories=CATEGORIES,
        steps=steps_of(found, caller),
        **tried.shown(version, facts_of(found)),
        done=done,
    )
