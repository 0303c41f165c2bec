"""``/work`` and its lists: what waits for an officer, with its last day; tasks are claimed and put back."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep, parts
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import Faults
from services.portal.shell.rendering import address, page
from services.portal.upstream import staff_notification, staff_objection, staff_recognition, staff_typing
from services.portal.upstream.calls import Upstream
from services.portal.upstream.problems import ServiceAway
from shared.platform.errors import ServiceError
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["worklist"], route_class=FormRoute, default_response_class=HTMLResponse)

OFFICIALS = allow(Role.OFFICER, Role.APPROVER)
READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
WAITING_RUNS = ("blocked", "draft", "failed")
"""States of a run in which somebody has to do something"""
MEANT = {"claim", "release"}
MOST_AT_ONCE = 50
"""As many as a page of the list shows"""


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
    return await _tasks(request, behalf, caller, step, mine, cursor=cursor, done=done)


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
async def hold_tasks(request: Request, behalf: BehalfDep, form: FormDep, caller: Caller = OFFICIALS) -> Response:
    """Each ticked task by itself: what was taken stands, and what was not is named."""
    what, ticked = form.text("what", 20), form.all("task")
    if what not in MEANT or not ticked:
        faults: Faults = [("", "请先勾选要办的待办，再领取或放回。")]
    elif len(ticked) > MOST_AT_ONCE:
        faults = [("", f"一次最多办 {MOST_AT_ONCE} 项，您勾选了 {len(ticked)} 项，都没有办。")]
    else:
        faults = await _not_held(behalf.recognition, form, what, ticked)
    step, mine = form.text("step", 40), form.text("mine", 3)
    if faults:
        return await _tasks(request, behalf, caller, step, mine, faults=faults)
    return RedirectResponse(address("/work/tasks", step=step, mine=mine, done=what), HTTPStatus.SEE_OTHER)


async def _not_held(recognition: Upstream, form: Form, what: str, ticked: Sequence[str]) -> Faults:
    """Ask for each task by itself; which were not taken, and why. A service that is away is not asked again."""
    faults: list[tuple[str, str]] = []
    away: ServiceAway | None = None
    for task in ticked:
        refused: ServiceError | None = away
        if away is None:
            try:
                await staff_recognition.hold_task(recognition, task, what, f"{form.key}:{quote(task, safe='')}")
            except ServiceAway as error:
                away = refused = error
            except ServiceError as error:
                refused = error
        if refused is not None:
            faults.append(("", f"{form.text(f'name-{task}', 100) or task[:36]}：{refused.detail}"))
    return faults


async def _tasks(
    request: Request,
    behalf: Behalf,
    caller: Caller,
    step: str,
    mine: str,
    *,
    cursor: str = "",
    done: str = "",
    faults: Faults = (),
) -> HTMLResponse:
    read = await parts(
        totals=staff_recognition.task_totals(behalf.recognition),
        found=staff_recognition.tasks(behalf.recognition, step, mine == "yes", cursor),
    )
    found, here = read["found"].value, {"step": step, "mine": mine}
    further = found.next if found else None
    return page(
        request,
        "work-tasks.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        step=step,
        mine=mine,
        me=caller.subject,
        done=done,
        faults=faults,
        tasks=found.items if found else [],
        first=address("/work/tasks", **here) if cursor else "",
        next=address("/work/tasks", **here, cursor=further) if further else "",
        **read,
    )
