"""`FormRoute`: what every form of the portal is posted to.

A form is taken from our own pages alone: the browser says where it comes from (`Sec-Fetch-Site`, `Origin`), and it
carries the session's form token. When the session has ended meanwhile, what was filled in is kept for the same person;
when a service does not answer, it is shown again.
"""

import secrets
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from services.portal.resources import Resources
from services.portal.sessions.service import cookie_name
from services.portal.sessions.signed_in import SIGNED_IN, SignedIn, form_token
from services.portal.shell.filled_in import AWAY, AWAY_WITH_FILE, filled_in_page
from services.portal.shell.problems import ForeignForm
from services.portal.shell.rendering import address, page
from services.portal.upstream.problems import ServiceAway
from shared.platform.identity import SAFE_METHODS, access_of
from shared.platform.problems import Problem, status_problem
from shared.platform.unit_of_work import TransactionalRoute

FORM = "minglu.form"
LARGEST_FORM = 2**20
LARGEST_UPLOAD = 25 * 2**20
"""Bytes; the services say themselves what they take, this only bounds what is read"""
MOST_FIELDS = 400
WEB = ("https", "http")
"""Which of them a browser came by, a proxy before the portal may know alone"""

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]


class Form:
    """What was filled in. `key`: the same whenever the same form is sent; `version`: the state that it rests on."""

    def __init__(self, data: FormData) -> None:
        self._data = data

    @property
    def key(self) -> str:
        """For the service: sent twice, it is done once."""
        return self._header("_key")

    @property
    def version(self) -> str:
        """The ETag that the page was made from."""
        return self._header("_version")

    def _header(self, name: str) -> str:
        """A field that becomes a header: what our pages never wrote there is nothing."""
        value = self.text(name, 100)
        return value if value.isascii() and value.isprintable() else ""

    def is_of(self, token: str) -> bool:
        """Whether it was made for the session of a form token."""
        return secrets.compare_digest(self.text("_form", 100).encode(), token.encode())

    def text(self, name: str, longest: int = 4000) -> str:
        """A field without blanks around it; empty if it is not there."""
        value = self._data.get(name, "")
        return value.replace("\r\n", "\n").replace("\x00", "").strip()[:longest] if isinstance(value, str) else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field, for example of boxes that were ticked."""
        return [value for value in self._data.getlist(name) if isinstance(value, str) and value]

    def file(self, name: str) -> UploadFile | None:
        """A file that was chosen."""
        value = self._data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    @property
    def has_file(self) -> bool:
        """Whether a file was chosen, which nobody keeps."""
        return any(isinstance(value, UploadFile) and value.filename for _, value in self._data.multi_items())

    async def close(self) -> None:
        """Delete the files that were read."""
        await self._data.close()

    def fields(self) -> list[tuple[str, str]]:
        """All texts, but for the token of the session."""
        return [(name, value) for name, value in self._data.multi_items() if isinstance(value, str) and name != "_form"]


class FormRoute(TransactionalRoute):
    """A route whose POST is a form of ours."""

    def get_route_handler(self) -> Endpoint:
        """The endpoint behind the checks."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if request.method in SAFE_METHODS:
                return await inner(request)
            require_own_site(request)
            access = access_of(self.dependant, self.path)
            signed_in: SignedIn | None = request.scope.get(SIGNED_IN)
            if signed_in is None and not access.public:
                return await _without_session(request, access)
            async with closing_files(await _read(request)) as form:
                if signed_in is not None and not form.is_of(signed_in.form_token):
                    raise ForeignForm
                request.scope[FORM] = form
                try:
                    return await inner(request)
                except ServiceAway as away:
                    if "text/html" not in request.headers.get("accept", ""):
                        raise
                    return _filled_in_again(request, form, away)

        return handle


def _filled_in_again(request: Request, form: Form, away: ServiceAway) -> Response:
    """A service does not answer: what was filled in is shown, to be sent again under the same key."""
    why, fields = (AWAY_WITH_FILE, []) if form.has_file else (AWAY, form.fields())
    path, status = request.url.path, HTTPStatus.SERVICE_UNAVAILABLE
    return filled_in_page(request, path, fields, why.format(service=away.service), status)


async def posted_form(request: Request) -> Form:
    """The form of the request, which `FormRoute` has checked; ForeignForm on any other route."""
    form: Form | None = request.scope.get(FORM)
    if form is None:
        raise ForeignForm
    return form


FormDep = Annotated[Form, Depends(posted_form)]


@asynccontextmanager
async def closing_files(form: Form) -> AsyncIterator[Form]:
    """The form, whose files are deleted when it is dealt with."""
    try:
        yield form
    finally:
        await form.close()


def require_own_site(request: Request) -> None:
    """ForeignForm if the browser says that another site sends it."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site not in (None, "same-origin", "none"):
        raise ForeignForm
    if origin is not None and origin not in {f"{scheme}://{request.headers.get('host')}" for scheme in WEB}:
        raise ForeignForm


async def _without_session(request: Request, access: Callable[[Request], Any]) -> Response:
    """The session has ended, or there was none: a page that leads to the sign-in page; what was filled in is kept.

    It is no redirect: `form-action 'self'` also binds those of a form, and the identity provider is another site.
    """
    try:
        await access(request)
    except Problem as problem:
        if problem.status != HTTPStatus.UNAUTHORIZED or "text/html" not in request.headers.get("accept", ""):
            raise
        kept = await _kept(request)
        led = address("/sign-in", back=kept or "/")
        shown = page(request, "session-ended.html", status=problem.status, sign_in=led, is_kept=kept is not None)
        shown.headers["WWW-Authenticate"] = "Bearer"
        return shown
    raise ForeignForm  # a program with a token of its own: forms are for browsers


async def _kept(request: Request) -> str | None:
    """Where the form waits; None where it cannot: nobody knows whose it is, or it holds a file."""
    resources: Resources = request.app.state.resources
    secret = request.cookies.get(cookie_name(resources.settings), "")
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded") or not secret:
        return None
    form = await _read(request)
    if not form.is_of(form_token(secret)):
        raise ForeignForm
    kept = await resources.sessions.keep_form(secret, request.url.path, form.fields())
    return None if kept is None else f"/kept-forms/{kept}"


async def _read(request: Request) -> Form:
    """The body as a form; 413 if it is too large, 415 if it is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise status_problem(415, detail="请从页面上的表单提交。")
    largest = LARGEST_UPLOAD if kind == "multipart/form-data" else LARGEST_FORM
    bounded = Request(request.scope, _bounded(request, largest))
    try:
        return Form(await bounded.form(max_files=5, max_fields=MOST_FIELDS, max_part_size=LARGEST_FORM))
    except HTTPException as error:  # a part that is no part, too many fields
        raise status_problem(400, detail="表单的内容不完整，请重新填写后提交。") from error


def _bounded(request: Request, largest: int) -> Callable[[], Coroutine[Any, Any, Any]]:
    read = 0

    async def receive() -> Any:  # noqa: ANN401 - an ASGI message
        nonlocal read
        message = await request.receive()
        read += len(message.get("body", b""))
        if read > largest:
            raise status_problem(413, detail=f"内容太大，一次不能超过 {largest // 2**20} 兆。照片请缩小后再传。")
        return message

    return receive
