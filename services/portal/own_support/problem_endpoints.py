"""``/desk/problems…``: an operator reports a problem, follows it, and says whether the answer solves it."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.own_support.steps import DONE, NOT_SOLVED, RESPONSE, SOLVED, TAKEN, WITH_WORDS
from services.portal.shell.behalf import Behalf, BehalfDep, part
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import Faults, Refusal
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, Tried, try_step
from services.portal.shell.words import PROBLEM_KINDS
from services.portal.upstream import own_support, recognition as recognition_calls
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import QueryRefused
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["desk"], route_class=FormRoute, default_response_class=HTMLResponse)

OPERATOR = allow(Role.OPERATOR)
FIELDS = ("uscc", "kind", "statement")
LONGEST_STATEMENT = 2000


@router.get("/desk/problems", summary="我反映的问题")
async def problems(request: Request, behalf: BehalfDep, _caller: Caller = OPERATOR) -> HTMLResponse:
    """All of them, the latest first, with where each stands."""
    found = await own_support.own_problems(behalf.support)
    households = await part(recognition_calls.own_households(behalf.recognition))
    names = {one.uscc: one.name for one in households.value or []}
    ordered = sorted(found, key=lambda one: one.raised_on, reverse=True)
    return page(request, "own-problems.html", problems=ordered, names=names)


@router.get("/desk/problems/new", summary="反映问题")
async def new_problem(
    request: Request,
    behalf: BehalfDep,
    uscc: Annotated[str, Query(max_length=18)] = "",
    _caller: Caller = OPERATOR,
) -> HTMLResponse:
    """What, and in one's own words; to no office in particular."""
    return await _form_page(request, behalf, {"uscc": uscc}, Refusal())


@router.post("/desk/problems", summary="提交反映的问题")
async def raise_problem(request: Request, behalf: BehalfDep, form: FormDep, _caller: Caller = OPERATOR) -> Response:
    """The receipt is the page of the problem."""
    filled = {name: form.text(name, LONGEST_STATEMENT) for name in FIELDS}
    if faults := _faults(filled):
        return await _form_page(request, behalf, filled, Refusal.of(form, faults))
    try:
        answer = await send(behalf.support, "POST", "/v1/problems/mine", Change(form.key, filled))
    except QueryRefused as refused:
        return await _form_page(request, behalf, filled, Refusal.of(form, refused.faults))
    return RedirectResponse(address(_here(answer.json()["id"]), done="raised"), HTTPStatus.SEE_OTHER)


@router.get("/desk/problems/{problem_id}", summary="我反映的一个问题")
async def problem(
    request: Request,
    behalf: BehalfDep,
    problem_id: uuid.UUID,
    done: Annotated[str, Query(max_length=20)] = "",
    _caller: Caller = OPERATOR,
) -> HTMLResponse:
    """The receipt, where it stands, the answer, what was done."""
    return await _shown(request, behalf, problem_id, READ_ONLY, done=done)


@router.post("/desk/problems/{problem_id}/response", summary="对答复表示意见")
async def respond(
    request: Request, behalf: BehalfDep, form: FormDep, problem_id: uuid.UUID, _caller: Caller = OPERATOR
) -> Response:
    """Solved, or not: then it is handled once more."""
    tried = await _respond(behalf, form, problem_id)
    if not tried.is_done:
        return await _shown(request, behalf, problem_id, tried)
    solved = form.text(RESPONSE.key("solved"))
    return RedirectResponse(address(_here(problem_id), done=solved), HTTPStatus.SEE_OTHER)


async def _respond(behalf: Behalf, form: Form, problem_id: uuid.UUID) -> Tried:
    async def ask(filled: Filled) -> None:
        body = {**filled.body, "solved": filled.body["solved"] == SOLVED}
        await send(behalf.support, "POST", f"/v1/problems/{problem_id}/response", Change(form.key, body, form.version))

    return await try_step(form, RESPONSE, ask)


async def _form_page(request: Request, behalf: Behalf, filled: dict[str, str], refusal: Refusal) -> HTMLResponse:
    households = await recognition_calls.own_households(behalf.recognition)
    return page(
        request,
        "own-problem-new.html",
        status=refusal.status,
        faults=refusal.faults,
        households={one.uscc: one.name for one in households},
        kinds=PROBLEM_KINDS,
        filled={**dict.fromkeys(FIELDS, ""), **filled},
        longest=LONGEST_STATEMENT,
    )


async def _shown(
    request: Request, behalf: Behalf, problem_id: uuid.UUID, tried: Tried, *, done: str = ""
) -> HTMLResponse:
    one, version = await own_support.own_problem(behalf.support, problem_id)
    facts = {"状态": one.state_label, "答复": one.answer or ""}
    return page(
        request,
        "own-problem.html",
        status=tried.refusal.status,
        one=one,
        step=RESPONSE if one.may_respond else None,
        refused_before=any(step.what == "refuse" for step in one.steps),
        taken=TAKEN,
        with_words=WITH_WORDS,
        done=DONE.get(done, "") if done != NOT_SOLVED or not one.may_respond else "",
        **tried.shown(version, facts),
    )


def _faults(filled: dict[str, str]) -> Faults:
    """What is missing before the service is asked."""
    asked = {"uscc": "请选是哪一家店。", "kind": "请选是哪方面的问题。", "statement": "请写一写遇到了什么问题。"}
    lacking = [(name, said) for name, said in asked.items() if not filled[name]]
    unknown = filled["kind"] and filled["kind"] not in PROBLEM_KINDS
    return [*lacking, ("kind", asked["kind"])] if unknown else lacking


def _here(problem_id: object) -> str:
    return f"/desk/problems/{problem_id}"
