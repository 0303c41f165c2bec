"""``/desk/surveys/…``: a survey that an operator's own household is asked to answer: of its own will, once, without its
name.
"""

import uuid
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import page
from services.portal.shell.step_forms import READ_ONLY, Filled, StepField, StepForm, Tried, try_step
from services.portal.upstream import own_support
from services.portal.upstream.calls import Change, send
from services.portal.upstream.own_support import AskedQuestionAnswer, InvitationAnswer
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["desk"], route_class=FormRoute, default_response_class=HTMLResponse)

OPERATOR = allow(Role.OPERATOR)


@router.get("/desk/surveys/{survey_id}/{uscc}", summary="请我回答的问卷")
async def survey(
    request: Request, behalf: BehalfDep, survey_id: uuid.UUID, uscc: str, _caller: Caller = OPERATOR
) -> HTMLResponse:
    """The questions; once answered, that they are."""
    return await _shown(request, behalf, survey_id, uscc, READ_ONLY)


@router.post("/desk/surveys/{survey_id}/{uscc}/answers", summary="回答问卷")
async def answer(
    request: Request, behalf: BehalfDep, form: FormDep, survey_id: uuid.UUID, uscc: str, _caller: Caller = OPERATOR
) -> Response:
    """All questions at once."""
    invitation = await _invitation(behalf, survey_id, uscc)

    async def ask(filled: Filled) -> None:
        body = {"uscc": uscc, "answers": dict(filled.body)}
        await send(behalf.support, "POST", f"/v1/surveys/{survey_id}/answers", Change(form.key, body))

    tried = await try_step(form, questionnaire(invitation.questions), ask)
    if tried.is_done:
        return RedirectResponse(f"/desk/surveys/{survey_id}/{uscc}", HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, survey_id, uscc, tried)


def questionnaire(questions: Sequence[AskedQuestionAnswer]) -> StepForm:
    """The questions as a form."""
    fields = [
        StepField(one.id, one.text, "radio", words={option.id: option.label for option in one.options})
        for one in questions
    ]
    return StepForm("answers", "交问卷", fields, note="每题选一项。交了以后不能更改。")


async def _invitation(behalf: Behalf, survey_id: uuid.UUID, uscc: str) -> InvitationAnswer:
    own = await own_support.own_surveys(behalf.support)
    found = next((one for one in own if (one.survey, one.uscc) == (str(survey_id), uscc)), None)
    if found is None:
        raise Absent("这份问卷已经截止或撤回，或者没有请您这家店回答。您现在不用做什么。")
    return found


async def _shown(request: Request, behalf: Behalf, survey_id: uuid.UUID, uscc: str, tried: Tried) -> HTMLResponse:
    invitation = await _invitation(behalf, survey_id, uscc)
    return page(
        request,
        "own-survey.html",
        status=tried.refusal.status,
        one=invitation,
        step=None if invitation.answered else questionnaire(invitation.questions),
        **tried.shown("", {}),
    )
