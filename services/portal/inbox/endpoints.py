"""``/inbox…``: notifications of operators and staff; read, archived, restored."""

import uuid
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from services.portal.shell.behalf import BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import address, page
from services.portal.upstream import notification as notification_calls
from services.portal.upstream.calls import Change, send
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["inbox"], route_class=FormRoute, default_response_class=HTMLResponse)

READERS = allow(Role.OPERATOR, Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
OWNERS = allow(Role.OPERATOR, Role.BUREAU, Role.OFFICER, Role.APPROVER)


@router.get("/inbox", summary="通知")
async def inbox(
    request: Request,
    services: BehalfDep,
    archived: Annotated[bool, Query()] = False,
    cursor: Annotated[str, Query(max_length=4000)] = "",
    _caller: Caller = READERS,
) -> HTMLResponse:
    """The newest first; archived ones apart."""
    found = await notification_calls.inbox(services.notification, archived=archived, cursor=cursor)
    which = {"archived": "true"} if archived else {}
    return page(
        request,
        "inbox.html",
        entries=found.items,
        archived=archived,
        first=address("/inbox", **which) if cursor else "",
        next=address("/inbox", **which, cursor=found.next) if found.next else "",
    )


@router.post("/inbox/{notification_id}/{what}", response_class=RedirectResponse, summary="标为已读、归档或移回")
async def change_entry(
    services: BehalfDep,
    form: FormDep,
    notification_id: uuid.UUID,
    what: Literal["reading", "archiving", "restoration"],
    _caller: Caller = OWNERS,
) -> RedirectResponse:
    """Back to the inbox, which shows what has changed."""
    path = notification_calls.entry_path(str(notification_id), what)
    await send(services.notification, "POST", path, Change(form.key))
    return RedirectResponse("/inbox?archived=true" if what == "restoration" else "/inbox", HTTPStatus.SEE_OTHER)
