"""``/settings/sessions``: where one is signed in, and signing out there (ASVS 5.0, 7.5.2)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from services.portal.own_settings.endpoints import EVERYBODY
from services.portal.resources import ResourcesDep
from services.portal.sessions.signed_in import SIGNED_IN, SignedIn
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.rendering import address, page
from shared.platform.identity import Caller
from shared.platform.unit_of_work import SessionDep

router = APIRouter(tags=["settings"], route_class=FormRoute, default_response_class=HTMLResponse)

OTHERS = "others"
"""Stands for all sessions but the one that asks"""


@router.get("/settings/sessions", summary="在哪些设备上登录着")
async def own_sessions(
    request: Request,
    session: SessionDep,
    resources: ResourcesDep,
    done: Annotated[str, Query(max_length=20)] = "",
    caller: Caller = EVERYBODY,
) -> HTMLResponse:
    """One's own that last, the one in use first."""
    rows = await resources.sessions.of(session, caller.subject)
    rows = sorted(rows, key=lambda one: one.id != _own_key(request))
    return page(request, "own-sessions.html", sessions=rows, own=_own_key(request), others=OTHERS, done=done)


@router.post("/settings/sessions/ending", response_class=RedirectResponse, summary="在别的设备上退出")
async def end_own_sessions(
    request: Request, session: SessionDep, resources: ResourcesDep, form: FormDep, caller: Caller = EVERYBODY
) -> RedirectResponse:
    """One of one's own, or all but the one in use, which `/sign-out` ends. One that is not one's own, or has ended, is
    passed over: nobody learns whether there is such a session.
    """
    named = form.text("session", 64)
    for one in await resources.sessions.of(session, caller.subject):
        if one.id != _own_key(request) and named in (one.id, OTHERS):
            await resources.sessions.end_by_key(session, one.id)
    return RedirectResponse(address("/settings/sessions", done="ended"), HTTPStatus.SEE_OTHER)


def _own_key(request: Request) -> str:
    signed_in: SignedIn | None = request.scope.get(SIGNED_IN)
    return signed_in.id if signed_in is not None else ""
