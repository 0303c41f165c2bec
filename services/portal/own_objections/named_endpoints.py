"""``/notices/…/objections/…``: anybody who signs in objects by name to a household on a public notice;
``/work/objections/new``: a clerk at the counter files for somebody who agreed.
"""

import asyncio
import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.own_objections.filing import AGAINST, LONGEST_STATEMENT, ObjectionForm, groups_of
from services.portal.own_objections.naming import Naming
from services.portal.shell.behalf import Behalf, BehalfDep, part
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import Refusal
from services.portal.shell.rendering import address, page
from services.portal.upstream import objection as objection_calls, typing as typing_calls
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent, QueryRefused
from shared import clock
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["objections"], route_class=FormRoute, default_response_class=HTMLResponse)

OPERATOR, CLERK = allow(Role.OPERATOR), allow(Role.OFFICER)
ON_NOTICE = "public-notice"
OF_CLERKS = {**AGAINST, ON_NOTICE: "公示名单"}


@router.get("/notices/{notice_id}/objections/{uscc}", summary="对公示名单提出异议")
async def object_to_notice(
    request: Request, behalf: BehalfDep, notice_id: uuid.UUID, uscc: str, _caller: Caller = OPERATOR
) -> HTMLResponse:
    """What is wrong, real name and contact, which only those see who handle it."""
    filing = ObjectionForm(ON_NOTICE, uscc, public_notice=str(notice_id))
    return await _page(request, behalf, filing, Naming(), Refusal(), at_counter=False)


@router.post("/notices/{notice_id}/objections/{uscc}", summary="提交对公示名单的异议")
async def file_against_notice(
    request: Request, behalf: BehalfDep, form: FormDep, notice_id: uuid.UUID, uscc: str, _caller: Caller = OPERATOR
) -> Response:
    """The receipt is the page of the objection."""
    read = ObjectionForm.read(form)
    filing = ObjectionForm(ON_NOTICE, uscc, "", read.chosen, read.statement, str(notice_id))
    return await _file(request, behalf, form, filing, at_counter=False)


@router.get("/work/objections/new", summary="窗口代为提出异议")
async def object_at_counter(
    request: Request,
    behalf: BehalfDep,
    uscc: Annotated[str, Query(max_length=18)] = "",
    against: Annotated[str, Query(max_length=40)] = "typing",
    subject: Annotated[str, Query(max_length=36)] = "",
    public_notice: Annotated[str, Query(max_length=36)] = "",
    _caller: Caller = CLERK,
) -> HTMLResponse:
    """First whose it is and what it is against, then what is wrong and how the objector agreed."""
    filing = ObjectionForm(against, uscc.upper(), subject, public_notice=public_notice)
    naming = Naming(given_on=str(clock.today()))
    return await _page(request, behalf, filing, naming, Refusal(), at_counter=True)


@router.post("/work/objections", summary="提交窗口代办的异议")
async def file_at_counter(request: Request, behalf: BehalfDep, form: FormDep, _caller: Caller = CLERK) -> Response:
    """With the recorded consent; the signed form is uploaded afterwards."""
    return await _file(request, behalf, form, ObjectionForm.read(form), at_counter=True)


async def _file(request: Request, behalf: Behalf, form: Form, filing: ObjectionForm, *, at_counter: bool) -> Response:
    naming = Naming.read(form)
    if faults := [*filing.faults(), *naming.faults(at_counter=at_counter)]:
        return await _page(request, behalf, filing, naming, Refusal.of(form, faults), at_counter=at_counter)
    try:
        body = {**filing.body(""), **naming.body(at_counter=at_counter)}
        answer = await send(behalf.objection, "POST", "/v1/objections", Change(form.key, body))
    except QueryRefused as refused:
        return await _page(request, behalf, filing, naming, Refusal.of(form, refused.faults), at_counter=at_counter)
    if at_counter:
        return RedirectResponse(f"/work/objections/{answer.json()['id']}", HTTPStatus.SEE_OTHER)
    done = "filed" if answer.status_code == HTTPStatus.CREATED else "joined"
    return RedirectResponse(address(f"/desk/objections/{answer.json()['id']}", done=done), HTTPStatus.SEE_OTHER)


async def _page(
    request: Request, behalf: Behalf, filing: ObjectionForm, naming: Naming, refusal: Refusal, *, at_counter: bool
) -> HTMLResponse:
    if filing.against not in OF_CLERKS:
        raise Absent("没有这样的结果可以提出异议。")
    offered, complaint, name = None, "", ""
    if filing.uscc:
        household = asyncio.create_task(part(typing_calls.household(behalf.typing, filing.uscc)))
        try:
            offered = await objection_calls.grounds(
                behalf.objection, filing.against, filing.uscc, filing.subject, "", filing.public_notice
            )
        except (Absent, QueryRefused) as refused:
            complaint = refused.detail
        finally:
            found = (await household).value
        name = found.name if found else ""
    elif "uscc" in request.query_params:
        complaint = "请填营业执照上的统一社会信用代码，18位。"
    return page(
        request,
        "objection-by-name.html",
        status=refusal.status,
        faults=refusal.faults,
        at_counter=at_counter,
        action="/work/objections" if at_counter else request.url.path,
        kinds={name: word for name, word in OF_CLERKS.items() if name in ("typing", filing.against)},
        filing=filing,
        naming=naming,
        name=name,
        offered=offered,
        complaint=complaint,
        groups=groups_of(offered.grounds, filing.chosen) if offered else [],
        longest=LONGEST_STATEMENT,
    )
