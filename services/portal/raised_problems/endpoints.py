"""``/work/problems…``: what households need solved, and one problem from its collection to its answer."""

from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.raised_problems.steps import COLLECT, DONE, STEPS, ProblemFile
from services.portal.raised_problems.words import DEEDS, PROBLEM_STATES
from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.regions import region_choices
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepForm, Tried, try_step
from services.portal.shell.words import DEPARTMENTS
from services.portal.upstream import staff_support
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["problems"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
HANDLING = allow(Role.BUREAU, Role.OFFICER)
DECIDING = allow(Role.OFFICER, Role.APPROVER)
COLLECTING = frozenset({Role.BUREAU, Role.OFFICER})
COUNTY_DIGITS = 6


@router.get("/work/problems", summary="诉求问题")
async def problems(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    state: Annotated[str, Query(max_length=20)] = "",
    mine: Annotated[Literal["", "yes"], Query()] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """What households raised, who has it, until when. To other departments: what they have themselves."""
    return await _list(request, behalf, caller, state, mine, cursor, done=DONE.get(done, ""))


@router.post("/work/problems/collect", summary="登记一件诉求问题")
async def collect(
    request: Request,
    behalf: BehalfDep,
    form: FormDep,
    caller: Caller = allow(Role.BUREAU, Role.OFFICER),
) -> Response:
    """Of one household, or of a county's households in general."""

    async def ask(filled: Filled) -> None:
        await send(behalf.support, "POST", "/v1/problems", Change(form.key, filled.body))

    tried = await try_step(form, collect_form(caller), ask)
    if tried.is_done:
        return RedirectResponse(address("/work/problems", done="collect"), HTTPStatus.SEE_OTHER)
    return await _list(request, behalf, caller, tried=tried)


@router.get("/work/problems/{problem_id}", summary="一件诉求问题")
async def problem(
    request: Request,
    behalf: BehalfDep,
    problem_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """What was raised and done, the answer, and the steps that this person may take."""
    return await _shown(request, behalf, problem_id, caller, done=DONE.get(done, ""))


@router.post("/work/problems/{problem_id}/closing", summary="办结一件诉求问题")
async def close(
    request: Request, behalf: BehalfDep, problem_id: str, form: FormDep, caller: Caller = DECIDING
) -> Response:
    """Decided by market supervision, by no other department."""
    return await _take(request, behalf, problem_id, "closing", form, caller)


@router.post("/work/problems/{problem_id}/{step}", summary="办理一件诉求问题的一步")
async def take_step(
    request: Request, behalf: BehalfDep, problem_id: str, step: str, form: FormDep, caller: Caller = HANDLING
) -> Response:
    """In the version that the page showed."""
    return await _take(request, behalf, problem_id, step, form, caller)


async def _take(request: Request, behalf: Behalf, problem_id: str, step: str, form: Form, caller: Caller) -> Response:
    if step not in STEPS:
        raise Absent
    found, _ = await staff_support.problem(behalf.support, problem_id)
    here = quote(problem_id, safe="")

    async def ask(filled: Filled) -> None:
        change = Change(form.key, filled.body or None, form.version)
        await send(behalf.support, "POST", f"/v1/problems/{here}/{step}", change)

    tried = await try_step(form, ProblemFile(found, caller).form_of(step), ask)
    if tried.is_done:
        leads = "/work/problems" if step in ("forwarding", "return") else f"/work/problems/{here}"
        return RedirectResponse(address(leads, done=step), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, problem_id, caller, tried=tried)


def collect_form(caller: Caller) -> StepForm:
    """With the counties of the person's region."""
    counties = {code: name for code, name in region_choices(caller.region) if len(code) == COUNTY_DIGITS}
    return COLLECT.choosing(county=counties)


async def _list(
    request: Request,
    behalf: Behalf,
    caller: Caller,
    state: str = "",
    mine: str = "",
    cursor: str = "",
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    here = {"state": state if state in PROBLEM_STATES else "", "mine": mine}
    found = await staff_support.problems(behalf.support, here["state"], mine == "yes", cursor)
    return page(
        request,
        "work-problems.html",
        status=tried.refusal.status,
        state=here["state"],
        mine=mine,
        states=PROBLEM_STATES,
        chooses_mine=not caller.roles <= {Role.BUREAU},
        collects=collect_form(caller) if caller.roles & COLLECTING else None,
        problems=found.items,
        first=address("/work/problems", **here) if cursor else "",
        next=address("/work/problems", **here, cursor=found.next) if found.next else "",
        done=done,
        filled=tried.filled,
        faults=tried.refusal.faults,
    )


async def _shown(
    request: Request,
    behalf: Behalf,
    problem_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    found, version = await staff_support.problem(behalf.support, problem_id)
    file = ProblemFile(found, caller)
    return page(
        request,
        "work-problem.html",
        status=tried.refusal.status,
        problem=found,
        steps=file.offered(),
        deeds=DEEDS,
        departments=DEPARTMENTS,
        reads_households=not caller.roles <= {Role.BUREAU},
        **tried.shown(version, file.facts()),
        done=done,
    )
