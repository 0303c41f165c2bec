"""``/desk/objections…``: object to a result, hand evidence in, follow what becomes of it, answer to an explanation,
withdraw.
"""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.own_objections.filing import AGAINST, KINDS, LONGEST_STATEMENT, ObjectionForm, groups_of
from services.portal.own_objections.steps import DONE, ENDED, PATHS, STEPS, facts_of, offered_steps
from services.portal.shell.behalf import Behalf, BehalfDep, part, parts
from services.portal.shell.documents import document_answer
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.refusals import Refusal, refusal_of
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, Tried, try_step
from services.portal.shell.uploads import NO_FILE, upload_of
from services.portal.upstream import objection as objection_calls, objection_files, recognition as recognition_calls
from services.portal.upstream.calls import Change, fetch, send
from services.portal.upstream.problems import Absent, QueryRefused
from services.portal.upstream.recognition import OwnHouseholdAnswer
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["desk"], route_class=FormRoute, default_response_class=HTMLResponse)

OPERATOR = allow(Role.OPERATOR)


@router.get("/desk/objections", summary="我的异议")
async def objections(
    request: Request,
    behalf: BehalfDep,
    cursor: Annotated[str, Query(max_length=4000)] = "",
    _caller: Caller = OPERATOR,
) -> HTMLResponse:
    """All of them, with where each stands."""
    found = await objection_calls.own_objection_page(behalf.objection, cursor)
    households = await part(recognition_calls.own_households(behalf.recognition))
    return page(
        request,
        "own-objections.html",
        objections=found.items,
        names={one.uscc: one.name for one in households.value or []},
        first="/desk/objections" if cursor else "",
        next=address("/desk/objections", cursor=found.next) if found.next else "",
    )


@router.get("/desk/objections/new", summary="提出异议")
async def new_objection(
    request: Request,
    behalf: BehalfDep,
    uscc: Annotated[str, Query(max_length=18)] = "",
    against: Annotated[str, Query(max_length=40)] = "typing",
    subject: Annotated[str, Query(max_length=36)] = "",
    ground: Annotated[str, Query(max_length=100)] = "",
    _caller: Caller = OPERATOR,
) -> HTMLResponse:
    """`ground`: what was pressed on the page with the reasons; it is chosen already."""
    filing = ObjectionForm(against, uscc, subject, [ground] if ground else [])
    return await _filing_page(request, behalf, await _own_household(behalf, filing), filing, Refusal())


@router.post("/desk/objections", summary="提交异议")
async def file_objection(request: Request, behalf: BehalfDep, form: FormDep, _caller: Caller = OPERATOR) -> Response:
    """The receipt is the page of the objection."""
    filing = ObjectionForm.read(form)
    household = await _own_household(behalf, filing)
    if faults := filing.faults():
        return await _filing_page(request, behalf, household, filing, Refusal.of(form, faults))
    try:
        change = Change(form.key, filing.body(household.county))
        answer = await send(behalf.objection, "POST", "/v1/objections", change)
    except QueryRefused as refused:
        return await _filing_page(request, behalf, household, filing, Refusal.of(form, refused.faults))
    done = "filed" if answer.status_code == HTTPStatus.CREATED else "joined"
    return RedirectResponse(address(_here(answer.json()["id"]), done=done), HTTPStatus.SEE_OTHER)


@router.get("/desk/objections/documents/{document_id}", response_class=Response, summary="我的异议的一份材料")
async def document(behalf: BehalfDep, document_id: uuid.UUID, _caller: Caller = OPERATOR) -> Response:
    """As it was handed in, or the answer."""
    return document_answer(await fetch(behalf.objection, f"/v1/documents/{document_id}"))


@router.get("/desk/objections/{objection_id}", summary="我的一件异议")
async def objection(
    request: Request,
    behalf: BehalfDep,
    objection_id: uuid.UUID,
    done: Annotated[str, Query(max_length=20)] = "",
    _caller: Caller = OPERATOR,
) -> HTMLResponse:
    """The receipt, where it stands, what is to be done, the answer."""
    return await _shown(request, behalf, objection_id, READ_ONLY, done=done)


@router.post("/desk/objections/{objection_id}/documents", summary="上传一份证据")
async def upload(
    request: Request, behalf: BehalfDep, form: FormDep, objection_id: uuid.UUID, _caller: Caller = OPERATOR
) -> Response:
    """A photo or a PDF; the service looks at its content itself."""
    sent = await upload_of(form)
    if sent is None:
        return await _shown(request, behalf, objection_id, Tried(refusal=Refusal.of(form, NO_FILE)))
    path = f"/v1/objections/{objection_id}/documents"
    refusal = await refusal_of(send(behalf.objection, "POST", path, sent.change, {"name": sent.name}), form)
    if refusal.faults:
        return await _shown(request, behalf, objection_id, Tried(refusal=refusal))
    return RedirectResponse(address(_here(objection_id), done="uploaded"), HTTPStatus.SEE_OTHER)


@router.post("/desk/objections/{objection_id}/{step}", summary="补正、对解释表示意见、撤回")
async def take_step(
    request: Request, behalf: BehalfDep, form: FormDep, objection_id: uuid.UUID, step: str, _caller: Caller = OPERATOR
) -> Response:
    """In the version that the page showed; the service says whether it is time for it."""
    if step not in STEPS:
        raise Absent

    async def ask(filled: Filled) -> None:
        path = f"/v1/objections/{objection_id}/{PATHS[step]}"
        await send(behalf.objection, "POST", path, Change(form.key, filled.body, form.version))

    tried = await try_step(form, STEPS[step], ask)
    if tried.is_done:
        return RedirectResponse(address(_here(objection_id), done=step), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, objection_id, tried)


async def _own_household(behalf: Behalf, filing: ObjectionForm) -> OwnHouseholdAnswer:
    """Whose result it is; Absent for another's, and for what nobody can object to here."""
    own = await recognition_calls.own_households(behalf.recognition)
    household = next((one for one in own if one.uscc == filing.uscc), None)
    if household is None or filing.against not in AGAINST:
        raise Absent("这家店不在您名下，或者没有这样的结果。请从“我的店”打开要提出异议的结果。")
    return household


async def _filing_page(
    request: Request, behalf: Behalf, household: OwnHouseholdAnswer, filing: ObjectionForm, refusal: Refusal
) -> HTMLResponse:
    offered = await objection_calls.grounds(
        behalf.objection, filing.against, filing.uscc, filing.subject, household.county
    )
    return page(
        request,
        "own-objection-new.html",
        status=refusal.status,
        faults=refusal.faults,
        household=household,
        filing=filing,
        offered=offered,
        groups=groups_of(offered.grounds, filing.chosen),
        longest=LONGEST_STATEMENT,
    )


async def _shown(
    request: Request,
    behalf: Behalf,
    objection_id: uuid.UUID,
    tried: Tried,
    *,
    done: str = "",
) -> HTMLResponse:
    of, wanted = behalf.objection, str(objection_id)
    one, version = await objection_files.objection(of, wanted)
    read = await parts(
        grounds=objection_files.grounds(of, wanted),
        last_days=objection_files.last_days(of, wanted),
        documents=objection_files.documents(of, wanted),
    )
    return page(
        request,
        "own-objection.html",
        status=tried.refusal.status,
        one=one,
        steps=offered_steps(one),
        done=DONE.get(done, ""),
        kinds=KINDS,
        takes_documents=one.state not in ENDED,
        **tried.shown(version, facts_of(one)),
        **read,
    )


def _here(objection_id: object) -> str:
    return f"/desk/objections/{objection_id}"
