"""Errors as pages for browsers, who are led to the sign-in page where it is needed; programs still get the problem
details of the services.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from urllib.parse import urlencode

import orjson
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from services.portal.shell.rendering import address_of, page
from shared.platform.problems import HANDLERS

Handler = Callable[[Request, Exception], Awaitable[Response]]


def answer_browsers_in_pages(app: FastAPI) -> None:
    """Whoever asks for HTML gets the error's title and sentence as a page."""
    for kind, handler in HANDLERS.items():
        app.add_exception_handler(kind, _in_pages(handler))


def _in_pages(handler: Handler) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        answer = await handler(request, error)
        if answer.status_code < 400 or "text/html" not in request.headers.get("accept", ""):
            return answer
        if answer.status_code == HTTPStatus.UNAUTHORIZED and request.method == "GET":
            return RedirectResponse(f"/sign-in?{urlencode({'back': address_of(request)})}", HTTPStatus.SEE_OTHER)
        said = orjson.loads(answer.body)
        sentences = [one["message"] for one in said.get("errors", ())] or [said["detail"]]
        shown = page(request, "error.html", status=answer.status_code, title=said["title"], sentences=sentences)
        for name in ("retry-after", "allow"):
            if name in answer.headers:
                shown.headers[name] = answer.headers[name]
        return shown

    return handle
