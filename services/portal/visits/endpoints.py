"""``/work/visits…``: households that have to be visited, by last day, and one visit with its steps."""

from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep, part
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, Tried, try_step
from services.portal.upstream import staff_support
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent
from services.portal.visits.steps import DONE, OPEN_VISIT_STATES, PATHS, STEPS, VISIT_STATES, VisitFile
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["visits"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
HANDLING = allow(Role.BUREAU, Role.OFFICER)
DECIDING = allow(Role.OFFICER, Role.APPROVER)


@router.get("/work/visits", summary="必访")
async def visits(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    state: Annotated[str, Query(max_length=20)] = "",
    mine: Annotated[Literal["", "yes"], Query()] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """By last day; without a state those that are open. Of another department: those that one is to make oneself."""
    here = {"state": state if state in VISIT_STATES else "", "mine": mine}
    found = await staff_support.visits(behalf.support, here["state"], mine == "yes", cursor)
    return page(
        request,
        "work-visits.html",
        state=here["state"],
        mine=mine,
        states=VISIT_STATES,
        open_states=OPEN_VISIT_STATES,
        chooses_mine=not caller.roles <= {Role.BUREAU},
        visits=found.items,
        first=address("/work/visits", **here) if cursor else "",
        next=address("/work/visits", **here, cursor=found.next) if found.next else "",
    )


@router.get("/work/visits/{visit_id}", summary="一次必访")
async def visit(
    request: Request,
    behalf: BehalfDep,
    visit_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Why, by whom, until when; what it found, and the steps that this person may take."""
    return await _shown(request, behalf, visit_id, caller, done=DONE.get(done, ""))


@router.post("/work/visits/{visit_id}/waive", summary="不再走访")
async def waive(
    request: Request, behalf: BehalfDep, visit_id: str, form: FormDep, caller: Caller = DECIDING
) -> Response:
    """Decided by another person than who is to make the visit, and by no department."""
    return await _take(request, behalf, visit_id, "waive", form, caller)


@router.post("/work/visits/{visit_id}/{step}", summary="安排一次必访，或登记走访情况")
async def take_step(
    request: Request, behalf: BehalfDep, visit_id: str, step: str, form: FormDep, caller: Caller = HANDLING
) -> Response:
    """In the version that the page showed."""
    return await _take(request, behalf, visit_id, step, form, caller)


async def _take(request: Request, behalf: Behalf, visit_id: str, step: str, form: Form, caller: Caller) -> Response:
    if step not in STEPS:
        raise Absent
    file, _ = await _file(behalf, visit_id, caller)
    here = quote(visit_id, safe="")

    async def ask(filled: Filled) -> None:
        change = Change(form.key, file.body_of(step, filled), form.version)
        await send(behalf.support, "POST", f"/v1/calls/{here}/{PATHS[step]}", change)

    tried = await try_step(form, file.form_of(step), ask)
    if tried.is_done:
        return RedirectResponse(address(f"/work/visits/{here}", done=step), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, visit_id, caller, tried=tried)


async def _file(behalf: Behalf, visit_id: str, caller: Caller) -> tuple[VisitFile, str]:
    """What the steps rest on, and the version."""
    found, version = await staff_support.visit(behalf.support, visit_id)
    assigns = Role.OFFICER in caller.roles
    officials = (await part(staff_support.household_officials(behalf.support))).value if assigns else None
    return VisitFile(found, caller, officials or ()), version


async def _shown(
    request: Request,
    behalf: Behalf,
    visit_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    file, version = await _file(behalf, visit_id, caller)
    return page(
        request,
        "work-visit.html",
        status=tried.refusal.status,
        visit=file.visit,
        steps=file.offered(),
        is_open=file.visit.state in OPEN_VISIT_STATES,
        **tried.shown(version, file.facts()),
        done=done,
    )
