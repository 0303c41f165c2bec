"""``/work`` and its lists: what waits for an officer, with its last day; tasks are claimed and put back."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import BehalfDep, parts
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import address, page
from services.portal.upstream import staff_notification, staff_objection, staff_recognition, staff_typing
from services.portal.upstream.problems import QueryRefused
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["worklist"], route_class=FormRoute, default_response_class=HTMLResponse)

OFFICIALS = allow(Role.OFFICER, Role.APPROVER)
READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
WAITING_RUNS = ("blocked", "draft", "failed")
"""States of a run in which somebody has to do something"""
MEANT = {"claim", "release"}


@router.get("/work", summary="今日")
async def today(request: Request, behalf: BehalfDep, _caller: Caller = OFFICIALS) -> HTMLResponse:
    """Counts of all services that lead to filtered lists."""
    read = await parts(
        tasks=staff_recognition.task_totals(behalf.recognition),
        objections=staff_objection.totals(behalf.objection),
        runs=staff_typing.runs(behalf.typing),
        moves=staff_typing.moves(behalf.typing),
        systems=staff_notification.systems(behalf.notification),
        unread=staff_notification.unread(behalf.notification),
    )
    return page(request, "work-today.html", waiting_runs=WAITING_RUNS, **read)


@router.get("/work/tasks", summary="待办")
async def tasks(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = OFFICIALS,
    step: Annotated[str, Query(max_length=40)] = "",
    mine: Annotated[Literal["", "yes"], Query()] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """Open tasks of the region, the most urgent first."""
    read = await parts(totals=staff_recognition.task_totals(behalf.recognition))
    found = await staff_recognition.tasks(behalf.recognition, step, mine == "yes", cursor)
    here = {"step": step, "mine": mine}
    return page(
        request,
        "work-tasks.html",
        step=step,
        mine=mine,
        me=caller.subject,
        done=done,
        tasks=found.items,
        first=address("/work/tasks", **here) if cursor else "",
        next=address("/work/tasks", **here, cursor=found.next) if found.next else "",
        **read,
    )


@router.get("/work/deliveries", summary="数据报送")
async def deliveries(
    request: Request,
    behalf: BehalfDep,
    _caller: Caller = READERS,
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """What bureaus delivered for typing, and what was refused as a whole."""
    read = await parts(refused=staff_typing.refused(behalf.typing))
    found = await staff_typing.deliveries(behalf.typing, cursor)
    return page(
        request,
        "work-deliveries.html",
        deliveries=found.items,
        first="/work/deliveries" if cursor else "",
        next=address("/work/deliveries", cursor=found.next) if found.next else "",
        **read,
    )


@router.post("/work/tasks", summary="领取或放回待办")
async def hold_tasks(behalf: BehalfDep, form: FormDep, _caller: Caller = OFFICIALS) -> Response:
    """Each ticked task by itself; what the service refuses is said, what it took stands."""
    what, ticked = form.text("what", 20), form.all("task")[:50]
    if what not in MEANT or not ticked:
        raise QueryRefused("请先勾选要办的待办，再领取或放回。")
    refused = []
    for task in ticked:
        try:
            await staff_recognition.hold_task(behalf.recognition, task, what, f"{form.key}:{task}")
        except QueryRefused as problem:
            refused.append(problem.detail)
    if refused:
        done = f"{len(ticked) - len(refused)} 项已办，{len(refused)} 项没有办成：{'；'.join(dict.fromkeys(refused))}"
        raise QueryRefused(done)
    to = address("/work/tasks", step=form.text("step", 40), mine=form.text("mine", 3), done=what)
    return RedirectResponse(to, HTTPStatus.SEE_OTHER)
