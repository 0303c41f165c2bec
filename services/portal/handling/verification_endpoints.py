"""``/work/verifications…``: what departments are asked about their data because of objections, and their answers.

A department answers for itself; a wrong row is answered with the whole corrected row, as the department delivers it.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import address, page
from services.portal.shell.step_forms import READ_ONLY, Filled, Kind, StepField, StepForm, Tried, try_step
from services.portal.upstream import objection_files
from services.portal.upstream.calls import Change, send
from services.portal.upstream.objection_files import VerificationAnswer
from shared.feeds.contract.feeds import FEEDS, TYPING_FEEDS
from shared.feeds.contract.model import Column
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["handling"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
ANSWERING = allow(Role.BUREAU, Role.OFFICER)
FINDINGS: Mapping[str, str] = {
    "confirmed": "数据无误",
    "corrected": "数据有误，已更正",
    "cannot-say": "无法核实",
}
YES_OR_NO: Mapping[str, str] = {"true": "是", "false": "否"}
OPEN = frozenset({"asked", "overdue"})
"""States in which the answer is waited for; a late one counts"""


@router.get("/work/verifications", summary="等待部门答复的核实")
async def verifications(
    request: Request,
    behalf: BehalfDep,
    _caller: Caller = READERS,
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """A department's own, or those of an officer's region; the most urgent first."""
    found = await objection_files.asked(behalf.objection, cursor)
    return page(
        request,
        "work-verifications.html",
        questions=found.items,
        first="/work/verifications" if cursor else "",
        next=address("/work/verifications", cursor=found.next) if found.next else "",
    )


@router.get("/work/verifications/{verification_id}", summary="一次核实")
async def verification(
    request: Request,
    behalf: BehalfDep,
    verification_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """The question, how the text is read, and the form of the answer."""
    return await _shown(request, behalf, verification_id, caller, done="已答复。" if done else "")


@router.post("/work/verifications/{verification_id}/answer", summary="答复一次核实")
async def answer(
    request: Request,
    behalf: BehalfDep,
    verification_id: str,
    form: FormDep,
    caller: Caller = ANSWERING,
) -> Response:
    """In the version that the page showed."""
    found, _ = await objection_files.verification(behalf.objection, verification_id)
    here = quote(verification_id, safe="")

    async def ask(filled: Filled) -> None:
        change = Change(form.key, answer_body(found, filled), form.version)
        await send(behalf.objection, "POST", f"/v1/verifications/{here}/answer", change)

    tried = await try_step(form, answer_form(found), ask)
    if tried.is_done:
        return RedirectResponse(address(f"/work/verifications/{here}", done="answer"), HTTPStatus.SEE_OTHER)
    return await _shown(request, behalf, verification_id, caller, tried=tried)


def columns_of(question: VerificationAnswer) -> list[Column]:
    """Columns of a corrected row that a department fills in; none where it delivers the data again instead."""
    if question.feed not in TYPING_FEEDS:
        return []
    return [one for one in FEEDS[question.feed].columns if not one.personal and one.name not in ("uscc", "year")]


def answer_form(question: VerificationAnswer) -> StepForm:
    """The finding, a remark, and where it applies the corrected row: which may be left empty if data are right."""
    row = [_cell(one) for one in columns_of(question)]
    note = StepField("note", "说明", hint="异议人可以看到，不写具体数额", optional=True)
    return StepForm("answer", "答复", [StepField("finding", "核实结果", "radio", words=FINDINGS), note, *row])


def _cell(column: Column) -> StepField:
    """A column of the row as a field."""
    words = YES_OR_NO if column.kind == "bool" else dict(column.choices)
    kind: Kind = "choice" if words else "date" if column.kind == "date" else "text"
    label = f"更正后的{column.title}" + ("（元）" if column.kind == "money" else "")
    return StepField(column.name, label, kind, optional=True, words=words, longest=500)


def answer_body(question: VerificationAnswer, filled: Filled) -> Mapping[str, object]:
    """What the service is told; the row names household and year as they were asked about."""
    row = {one.name: str(filled.body[one.name]) for one in columns_of(question) if one.name in filled.body}
    told = {name: filled.body[name] for name in ("finding", "note") if name in filled.body}
    if filled.body.get("finding") != "corrected" or not columns_of(question):
        return told
    year = {"year": str(question.year)} if question.year is not None else {}
    return {**told, "row": {"uscc": question.uscc, **year, **row}}


def facts_of(question: VerificationAnswer) -> Mapping[str, str]:
    """What an answer rests on, by its name on the page."""
    return {"状态": question.state_label, "答复": question.finding_label or "", "期限": str(question.due_on or "")}


async def _shown(
    request: Request,
    behalf: Behalf,
    verification_id: str,
    caller: Caller,
    *,
    done: str = "",
    tried: Tried = READ_ONLY,
) -> HTMLResponse:
    found, version = await objection_files.verification(behalf.objection, verification_id)
    own_department = caller.department.label if caller.department else ""
    is_asked = (own_department, caller.region) == (found.department_label, found.region)
    may_answer = found.state in OPEN and is_asked and bool(caller.roles & {Role.BUREAU, Role.OFFICER})
    return page(
        request,
        "work-verification.html",
        status=tried.refusal.status,
        question=found,
        step=answer_form(found) if may_answer else None,
        columns={one.name: one.title for one in FEEDS[found.feed].columns} if found.feed in FEEDS else {},
        handles=not caller.roles <= {Role.BUREAU},
        **tried.shown(version, facts_of(found)),
        done=done,
    )
