"""Puts the session's token where `identify` looks for it: from there on a browser is a caller like any other."""

from starlette.datastructures import State
from starlette.requests import Request, cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.portal.sessions.service import cookie_name
from services.portal.sessions.signed_in import SIGNED_IN

SIGN_OUT = "/sign-out"


class SessionMiddleware:
    """Finds the session of a request's cookie. A caller who brings a token of their own has none. It stands before the
    application's handlers of errors, so it asks them itself: while the database or the issuer's keys are away nobody is
    taken for signed out. Signing out goes on: it needs the secret alone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith("/static/"):
            try:
                await _recognise(scope, scope["app"].state)
            except Exception as error:
                if scope["path"] != SIGN_OUT:
                    answer = await _answer_to(scope, error)
                    await answer(scope, receive, send)
                    return
        await self.app(scope, receive, send)


async def _answer_to(scope: Scope, error: Exception) -> Response:
    """As the application answers such an error of a route; whatever it does not know is raised again."""
    handlers = scope["app"].exception_handlers
    handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
    if handler is None:
        raise error
    answer: Response = await handler(Request(scope), error)
    return answer


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
