"""Puts the session's token where `identify` looks for it: from there on a browser is a caller like any other."""

from starlette.datastructures import State
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.sessions.service import cookie_name
from services.portal.sessions.signed_in import SIGNED_IN


class SessionMiddleware:
    """Finds the session of a request's cookie. A caller who brings a token of their own has none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            await _recognise(scope, scope["app"].state)
        await self.app(scope, receive, send)


async def _recognise(scope: Scope, state: State) -> None:
    headers = dict(scope["headers"])
    cookies = cookie_parser(headers.get(b"cookie", b"").decode("latin-1"))
    secret = cookies.get(cookie_name(state.settings))
    if not secret or b"authorization" in headers:
        return
    signed_in = await state.resources.sessions.find(secret, state.identity)
    if signed_in is not None:
        scope[SIGNED_IN] = signed_in
        scope["headers"] = [*scope["headers"], (b"authorization", f"Bearer {signed_in.token}".encode())]
