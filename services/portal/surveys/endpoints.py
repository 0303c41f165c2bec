"""``/work/surveys…``: questionnaires: written by one person, opened by another, read when the last day is over."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep, part
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import Refusal
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, Tried, try_step
from services.portal.shell.words import TYPES
from services.portal.surveys.figures import figures_of, hides_something, place
from services.portal.surveys.questionnaire import (
    ABOUT,
    AT_FIRST,
    MOST,
    body_of,
    fields_of,
    mistakes,
    propose_form,
    room_for,
)
from services.portal.surveys.steps import DONE, OPENING, STEPS, facts, is_over, offered, standing
from services.portal.upstream import surveys as survey_reads
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent
from shared import clock
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["surveys"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)


@router.get("/work/surveys", summary="问卷调查")
async def surveys(request: Request, behalf: BehalfDep, caller: Caller = READERS) -> HTMLResponse:
    """Those of the region, and for officers the way to another."""
    found = await part(survey_reads.surveys(behalf.support))
    return page(
        request,
        "work-surveys.html",
        found=found,
        standing=standing,
        proposes=Role.OFFICER in caller.roles,
    )


@router.get("/work/surveys/new", summary="提出问卷调查")
async def new_survey(request: Request, _caller: Caller = allow(Role.OFFICER)) -> HTMLResponse:
    """Whom it goes to, until when, and the questions."""
    return _form(request, AT_FIRST, READ_ONLY)


@router.post("/work/surveys/new", summary="提出一份问卷调查，或者再加一题")
async def propose(
    request: Request, behalf: BehalfDep, form: FormDep, _caller: Caller = allow(Role.OFFICER)
) -> Response:
    """Of the person's region. One more question is room on the page: nothing is proposed yet."""
    questions = room_for(form.text("questions", 2))
    step = propose_form(questions)
    filled = step.read(form)
    if form.text("more"):
        more = min(questions + 1, MOST)
        return _form(request, more, Tried(step.name, propose_form(more).read(form)))
    lacking = [*filled.faults, *step.placed(mistakes(filled, questions, clock.today()))]
    if lacking:
        return _form(request, questions, Tried(step.name, filled, Refusal.of(form, lacking)))
    made = ""

    async def ask(filled: Filled) -> None:
        nonlocal made
        answer = await send(behalf.support, "POST", "/v1/surveys", Change(form.key, body_of(filled, questions)))
        made = answer.json()["id"]

    tried = await try_step(form, step, ask)
    if tried.is_done:
        return RedirectResponse(address(_here(made), done="new"), HTTPStatus.SEE_OTHER)
    return _form(request, questions, tried)


@router.get("/work/surveys/{survey_id}", summary="一份问卷调查")
async def survey(
    request: Request,
    behalf: BehalfDep,
    survey_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
    invited: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> HTMLResponse:
    """The questions, whom they go to, what this person may decide; the results once its last day is over."""
    said = DONE.get(done, "") + (f"请了 {invited:,} 户回答。" if invited and done == OPENING else "")
    return await _shown(request, behalf, survey_id, caller, done=said)


@router.post("/work/surveys/{survey_id}/giving-up", summary="不发出一份问卷调查")
async def give_up(
    request: Request,
    behalf: BehalfDep,
    survey_id: str,
    form: FormDep,
    caller: Caller = allow(Role.OFFICER, Role.APPROVER),
) -> Response:
    """A draft goes to nobody."""
    return await _take(request, behalf, survey_id, "giving-up", form, caller)


@router.post("/work/surveys/{survey_id}/{step}", summary="批准发出或者撤回一份问卷调查")
async def take_step(
    request: Request,
    behalf: BehalfDep,
    survey_id: str,
    step: str,
    form: FormDep,
    caller: Caller = allow(Role.APPROVER),
) -> Response:
    """In the version that the page showed."""
    return await _take(request, behalf, survey_id, step, form, caller)


async def _take(request: Request, behalf: Behalf, survey_id: str, step: str, form: Form, caller: Caller) -> Response:
    if step not in STEPS:
        raise Absent
    invited = ""

    async def ask(filled: Filled) -> None:
        nonlocal invited
        change = Change(form.key, filled.body or None, form.version)
        answer = await send(behalf.support, "POST", f"/v1/surveys/{quote(survey_id, safe='')}/{step}", change)
        invited = str(answer.json()["invited"]) if step == OPENING else ""

    tried = await try_step(form, STEPS[step], ask)
    if tried.is_done:
        return RedirectResponse(address(_here(survey_id), done=step, invited=invited), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, survey_id, caller, tried=tried)


def _form(request: Request, questions: int, tried: Tried) -> HTMLResponse:
    return page(
        request,
        "work-survey-new.html",
        status=tried.refusal.status,
        step=propose_form(questions),
        about=ABOUT,
        questions=[fields_of(number) for number in range(1, questions + 1)],
        has_room=questions < MOST,
        filled=tried.filled,
        faults=tried.refusal.faults,
    )


async def _shown(
    request: Request,
    behalf: Behalf,
    survey_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    found, version = await survey_reads.survey(behalf.support, survey_id)
    today = clock.today()
    return page(
        request,
        "work-survey.html",
        status=tried.refusal.status,
        survey=found,
        type=TYPES.get(found.type or "", ""),
        standing=standing(found, today),
        is_over=is_over(found, today),
        outcome=await part(survey_reads.outcome(behalf.support, survey_id)) if is_over(found, today) else None,
        figures_of=figures_of,
        hides_something=hides_something,
        place=place,
        steps=offered(found, caller, today),
        waits=found.state == "draft" and caller.subject == found.proposed_by,
        **tried.shown(version, facts(found)),
        done=done,
    )


def _here(survey_id: str) -> str:
    return f"/work/surveys/{quote(survey_id, safe='')}"
