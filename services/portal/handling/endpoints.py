"""``/work/objections…``: open objections by last day, and one of them with what is disputed, its last days and how they
are reckoned, what departments answered, its history, and the steps that this person may take.
"""

import asyncio
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.handling.steps import AGAINST, DONE, STEPS, ObjectionFile, body_of, path_of
from services.portal.shell.behalf import Behalf, BehalfDep, part, parts
from services.portal.shell.documents import document_answer
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, Tried, try_step
from services.portal.upstream import objection_files, staff_objection, typing as typing_reads
from services.portal.upstream.calls import Change, fetch, send
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["handling"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
OFFICIALS = allow(Role.OFFICER, Role.APPROVER)
PROPOSAL = "_proposal"
"""Hidden field: a decision sent twice names the same proposal, which no longer waits then"""


@router.get("/work/objections", summary="没有办结的异议")
async def objections(
    request: Request,
    behalf: BehalfDep,
    _caller: Caller = READERS,
    state: Annotated[str, Query(max_length=40)] = "",
    against: Annotated[str, Query(max_length=40)] = "",
    q: Annotated[str, Query(max_length=40)] = "",
    overdue: Annotated[Literal["", "yes"], Query()] = "",
    mine: Annotated[Literal["", "yes"], Query()] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """By last day; a receipt or a code finds those that have ended, too."""
    here = {"state": state, "against": against, "q": q.strip(), "overdue": overdue, "mine": mine}
    read = await parts(totals=staff_objection.totals(behalf.objection))
    found = await staff_objection.objections(
        behalf.objection,
        state=state,
        against=against,
        overdue=overdue == "yes",
        mine=mine == "yes",
        q=here["q"],
        cursor=cursor,
    )
    return page(
        request,
        "work-objections.html",
        state=state,
        against=against,
        q=here["q"],
        overdue=overdue,
        mine=mine,
        kinds=AGAINST,
        objections=found.items,
        first=address("/work/objections", **here) if cursor else "",
        next=address("/work/objections", **here, cursor=found.next) if found.next else "",
        **read,
    )


@router.get("/work/objections/{objection_id}", summary="一件异议")
async def objection(
    request: Request,
    behalf: BehalfDep,
    objection_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Everything that a decision about it rests on."""
    return await _shown(request, behalf, objection_id, caller, done=DONE.get(done, ""))


@router.post("/work/objections/{objection_id}/{step}", summary="办理一件异议的一步")
async def take_step(
    request: Request,
    behalf: BehalfDep,
    objection_id: str,
    step: str,
    form: FormDep,
    caller: Caller = OFFICIALS,
) -> Response:
    """In the version that the page showed; the service says whether this person may; a second click is none."""
    if step not in STEPS:
        raise Absent
    file, _ = await _file(behalf, objection_id, caller)
    path = path_of(step, quote(objection_id, safe=""), quote(form.text(PROPOSAL, 40), safe=""))

    async def ask(filled: Filled) -> None:
        body = body_of(step, file.objection.id, filled)
        await send(behalf.objection, "POST", path, Change(form.key, body or None, form.version))

    tried = await try_step(form, file.form_of(step), ask)
    if tried.is_done:
        here = f"/work/objections/{quote(objection_id, safe='')}"
        return RedirectResponse(address(here, done=step), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, objection_id, caller, tried=tried)


@router.get("/work/documents/objections/{document_id}", response_class=Response, summary="一份异议材料")
async def document(behalf: BehalfDep, document_id: str, _caller: Caller = READERS) -> Response:
    """As it was handed in, where it can do nothing."""
    return document_answer(await fetch(behalf.objection, f"/v1/documents/{quote(document_id, safe='')}"))


async def _file(behalf: Behalf, objection_id: str, caller: Caller) -> tuple[ObjectionFile, str]:
    """What the steps rest on, and the version; parts that this person may not read are empty."""
    of = behalf.objection
    found, version = await objection_files.objection(of, objection_id)
    grounds, verifications, proposals = await asyncio.gather(
        objection_files.grounds(of, objection_id),
        objection_files.verifications(of, objection_id),
        objection_files.proposals(of, objection_id),
    )
    handles = caller.roles & {Role.OFFICER, Role.APPROVER}
    assignment = (await part(objection_files.assignment(of, objection_id))).value if handles else None
    return ObjectionFile(found, grounds, verifications, proposals, assignment), version


async def _shown(
    request: Request,
    behalf: Behalf,
    objection_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    """The page; after a refusal with what was filled in, and with what somebody else changed meanwhile."""
    of = behalf.objection
    file, version = await _file(behalf, objection_id, caller)
    read = await parts(
        last_days=objection_files.last_days(of, objection_id),
        history=objection_files.history(of, objection_id),
        documents=objection_files.documents(of, objection_id),
        hearings=objection_files.hearings(of, objection_id),
        objector=objection_files.objector(of, objection_id),
        why=typing_reads.explanation(behalf.typing, file.objection.uscc),
    )
    return page(
        request,
        "work-objection.html",
        status=tried.refusal.status,
        one=file.objection,
        file=file,
        steps=file.offered(is_officer=Role.OFFICER in caller.roles),
        unmasks=bool(caller.roles & {Role.OFFICER, Role.APPROVER}),
        proposal={PROPOSAL: file.standing.id if file.standing else ""},
        **tried.shown(version, file.facts()),
        done=done,
        **read,
    )
