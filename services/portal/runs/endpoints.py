"""``/work/runs…``: runs, what one changes, and the steps that people take: confirm what is missing, discard, publish.

Who ordered a run does not publish it; the service sees to that, and says so.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.runs.matrix import changes_of, type_word
from services.portal.shell.behalf import Behalf, BehalfDep, parts
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.refusals import Refusal, refusal_of
from services.portal.shell.rendering import address, page
from services.portal.upstream import staff_typing
from services.portal.upstream.calls import Change
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["runs"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
STEPS: Mapping[str, str] = {
    "confirmation": "已确认数据情况，批次继续。",
    "discard": "批次已作废。",
    "comparison": "正在重新比较，请过一会儿刷新。",
    "publication": "已发布，名录已更新。",
}
"""What was done, by step"""
WITH_REASON = {"confirmation", "discard"}
"""Steps that need one always; a publication only where the draft needs attention, as the service says"""


@router.get("/work/runs", summary="分型批次")
async def runs(
    request: Request,
    behalf: BehalfDep,
    _caller: Caller = READERS,
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """The latest first."""
    found = await staff_typing.runs(behalf.typing, cursor)
    return page(
        request,
        "work-runs.html",
        runs=found.items,
        first="/work/runs" if cursor else "",
        next=address("/work/runs", cursor=found.next) if found.next else "",
    )


@router.get("/work/runs/{run_id}", summary="一个分型批次")
async def run(
    request: Request,
    behalf: BehalfDep,
    run_id: str,
    caller: Caller = READERS,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """How far it is, what is strange about its evidence, what it would change."""
    return await _run(request, behalf, run_id, caller, "", Refusal(), done)


@router.post("/work/runs/{run_id}", summary="确认、作废或发布一个批次")
async def step_run(
    request: Request,
    behalf: BehalfDep,
    run_id: str,
    form: FormDep,
    caller: Caller = allow(Role.OFFICER, Role.APPROVER),
) -> Response:
    """One step of a run, in the version that the page showed."""
    step, reason = form.text("step", 20), form.text("reason", 2000)
    faults: list[tuple[str, str]] = []
    if step not in STEPS:
        faults = [("", "请用页面上的按钮办理。")]
    elif step in WITH_REASON and len(reason) < 2:
        faults = [("reason", "请写明理由，会记入审计。")]
    refusal = Refusal.of(form, faults)
    if not faults:
        body = {"reason": reason} if reason else {}
        asked = Change(form.key, None if step == "comparison" else body, form.version)
        refusal = await refusal_of(staff_typing.step_run(behalf.typing, quote(run_id, safe=""), step, asked), form)
    if refusal.faults:
        return await _run(request, behalf, run_id, caller, reason, refusal, "")
    return RedirectResponse(address(f"/work/runs/{quote(run_id, safe='')}", done=step), HTTPStatus.SEE_OTHER)


async def _run(
    request: Request,
    behalf: Behalf,
    run_id: str,
    caller: Caller,
    reason: str,
    refusal: Refusal,
    done: str,
) -> HTMLResponse:
    found, version = await staff_typing.run(behalf.typing, quote(run_id, safe=""))
    read = await parts(comparison=staff_typing.comparison(behalf.typing, quote(run_id, safe="")))
    compared = read["comparison"].value
    return page(
        request,
        "work-run.html",
        status=refusal.status,
        run=found,
        version=refusal.rests_on(version),
        proof=compared.proof if compared else None,
        changes=changes_of(compared.changes) if compared else [],
        counts=[
            (county, [(type_word(kind, ""), number) for kind, number in sorted(kinds.items())])
            for county, kinds in sorted(found.counts.items())
        ],
        orders=Role.OFFICER in caller.roles,
        publishes=Role.APPROVER in caller.roles,
        reason=reason,
        faults=refusal.faults,
        done=STEPS.get(done, ""),
    )
