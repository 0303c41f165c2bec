"""``/work/applications/…``: an application with its documents, and the review of it; what was decided stands on the
same page. ``/work/documents/…``: a document as it was handed in.
"""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.cases.schemas import OUTCOMES, SENTENCES, ReviewForm
from services.portal.shell.behalf import Behalf, BehalfDep, parts
from services.portal.shell.documents import document_answer
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.refusals import Refusal, refusal_of
from services.portal.shell.rendering import address, page
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import staff_recognition, typing as typing_reads
from services.portal.upstream.calls import Change, fetch
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["cases"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)


@router.get("/work/applications/{application_id}", summary="一份申报")
async def application(
    request: Request,
    behalf: BehalfDep,
    application_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Claims and evidence beside the documents; at the step of review, the form."""
    return await _case(request, behalf, application_id, caller, ReviewForm(), Refusal(), done)


@router.post("/work/applications/{application_id}/review", summary="审核一份申报")
async def review(
    request: Request,
    behalf: BehalfDep,
    application_id: str,
    form: FormDep,
    caller: Caller = allow(Role.OFFICER),
) -> Response:
    """Pass, return once with everything missing, or refuse; the service checks all of it."""
    filled = ReviewForm.read(form)
    refusal = Refusal.of(form, filled.faults())
    if not refusal.faults:
        found, _ = await staff_recognition.application(behalf.recognition, _id(application_id))
        change = Change(form.key, filled.body(found), form.version)
        refusal = await refusal_of(staff_recognition.review(behalf.recognition, change), form)
    if refusal.faults:
        return await _case(request, behalf, application_id, caller, filled, refusal, "")
    to = address(f"/work/applications/{_id(application_id)}", done=filled.outcome)
    return RedirectResponse(to, HTTPStatus.SEE_OTHER)


@router.get("/work/documents/{document_id}", response_class=Response, summary="一份材料")
async def document(behalf: BehalfDep, document_id: str, _caller: Caller = READERS) -> Response:
    """As it was handed in, where it can do nothing."""
    return document_answer(await fetch(behalf.recognition, f"/v1/documents/{_id(document_id)}"))


async def _case(
    request: Request,
    behalf: Behalf,
    application_id: str,
    caller: Caller,
    filled: ReviewForm,
    refusal: Refusal,
    done: str,
) -> HTMLResponse:
    found, version = await staff_recognition.application(behalf.recognition, _id(application_id))
    read = await parts(
        documents=staff_recognition.documents(behalf.recognition, _id(application_id)),
        why=typing_reads.explanation(behalf.typing, found.uscc),
        recognitions=staff_recognition.recognitions_of(behalf.recognition, found.uscc),
    )
    return page(
        request,
        "work-case.html",
        status=refusal.status,
        case=found,
        version=refusal.rests_on(version),
        categories=CATEGORIES,
        outcomes=OUTCOMES,
        sentences=SENTENCES,
        reviews=Role.OFFICER in caller.roles and found.step == "review",
        filled=filled,
        faults=refusal.faults,
        done=done,
        **read,
    )


def _id(given: str) -> str:
    return quote(given, safe="")
