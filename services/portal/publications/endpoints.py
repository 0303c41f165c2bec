"""``/work/publications…``: how far each system is, refused records as a work list, one household in all systems."""

from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.publications.words import SYSTEMS
from services.portal.shell.behalf import Behalf, BehalfDep, parts
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import address, page
from services.portal.shell.ticked import ask_for_each, ticked
from services.portal.upstream import staff_notification, staff_publications
from services.portal.upstream.calls import Change, send
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["publications"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)
OFFICIALS = allow(Role.OFFICER, Role.APPROVER)


@router.get("/work/publications", summary="公布到其他系统")
async def publications(
    request: Request,
    behalf: BehalfDep,
    _caller: Caller = READERS,
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> HTMLResponse:
    """What waits, was sent, confirmed and refused, by system; and the latest comparisons."""
    read = await parts(systems=staff_notification.systems(behalf.notification))
    found = await staff_publications.rounds(behalf.notification, cursor)
    return page(
        request,
        "work-publications.html",
        rounds=found.items,
        first="/work/publications" if cursor else "",
        next=address("/work/publications", cursor=found.next) if found.next else "",
        **read,
    )


@router.get("/work/publications/rejections", summary="被其他系统退回的记录")
async def rejections(
    request: Request,
    behalf: BehalfDep,
    caller: Caller = READERS,
    system: Annotated[str, Query(max_length=40)] = "",
    uscc: Annotated[str, Query(max_length=18)] = "",
    cursor: Annotated[str, Query(max_length=4000)] = "",
    done: Annotated[int, Query(ge=0, le=100)] = 0,
) -> HTMLResponse:
    """With the system's own words, what they mean, and who sees to it."""
    said = f"{done} 条已重新上报。" if done else ""
    return await _rejections(request, behalf, caller, system, uscc, cursor, done=said)


@router.post("/work/publications/rejections", summary="重新上报退回的记录")
async def resend(request: Request, behalf: BehalfDep, form: FormDep, caller: Caller = OFFICIALS) -> Response:
    """Each ticked record in the version that the page showed."""
    system, uscc, reason = form.text("system", 40), form.text("uscc", 18), form.text("reason", 2000)
    rows = ticked(form, "record")
    faults = [] if rows else [("", "请先勾选要重新上报的记录。")]
    faults += [] if len(reason) > 1 else [("reason", "请写明理由，会记入审计。")]
    if not faults:

        async def ask(row: str, version: str) -> None:
            path = "/".join(quote(one, safe="") for one in row.split("/", 2))
            change = Change(f"{form.key}:{path}", {"reason": reason}, version)
            await send(behalf.notification, "POST", f"/v1/publications/rejections/{path}/resending", change)

        outcome = await ask_for_each(rows, ask)
        if not outcome.refused:
            to = address("/work/publications/rejections", system=system, uscc=uscc, done=str(outcome.done))
            return RedirectResponse(to, HTTPStatus.SEE_OTHER)
        faults = [("", outcome.words)]
    return await _rejections(request, behalf, caller, system, uscc, "", reason=reason, faults=faults)


@router.get("/work/publications/households/{uscc}", summary="一户在各系统里")
async def everywhere(request: Request, behalf: BehalfDep, uscc: str, _caller: Caller = READERS) -> HTMLResponse:
    """Side by side: what we want, what was confirmed, what the system says itself."""
    found = await staff_publications.everywhere(behalf.notification, uscc)
    kinds = {row.kind: row.kind_label for system in found.systems for row in system.rows}
    return page(request, "work-everywhere.html", found=found, kinds=kinds)


async def _rejections(
    request: Request,
    behalf: Behalf,
    caller: Caller,
    system: str,
    uscc: str,
    cursor: str,
    *,
    done: str = "",
    reason: str = "",
    faults: list[tuple[str, str]] | None = None,
) -> HTMLResponse:
    here = {"system": system, "uscc": uscc.strip().upper()}
    found = await staff_publications.refused(behalf.notification, here["system"], here["uscc"], cursor)
    return page(
        request,
        "work-rejections.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        system=here["system"],
        uscc=here["uscc"],
        systems=SYSTEMS,
        records=found.items,
        first=address("/work/publications/rejections", **here) if cursor else "",
        next=address("/work/publications/rejections", **here, cursor=found.next) if found.next else "",
        resends=bool(caller.roles & {Role.OFFICER, Role.APPROVER}),
        done=done,
        reason=reason,
        faults=faults or [],
    )
