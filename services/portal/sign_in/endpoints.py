"""``/sign-in``, ``/sign-out`` and ``/kept-forms/…``."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.accounts.service import require_account
from services.portal.provider.client import Proof
from services.portal.provider.problems import ProviderAway, SignInRefused
from services.portal.resources import Resources, ResourcesDep
from services.portal.sessions.service import Tokens, cookie_name
from services.portal.sessions.signed_in import SIGNED_IN, SignedIn, form_token, new_secret
from services.portal.shell.cookies import delete_private_cookie, set_private_cookie
from services.portal.shell.filled_in import EXPIRED, filled_in_page
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.local import is_local
from services.portal.shell.menu import sections_of
from services.portal.shell.problems import ForeignForm
from services.portal.shell.rendering import page
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, anyone
from shared.platform.problems import Problem
from shared.platform.unit_of_work import SessionDep

router = APIRouter(tags=["sign-in"], route_class=FormRoute, default_response_class=HTMLResponse)

LONGEST_BACK = 1_500
"""Characters of the address to go on to: with the secret it has to fit into a cookie"""
ATTEMPT_SECONDS = 900
"""How long signing in may take; no text gives the number: unverified (未核对)"""


@router.get("/sign-in", dependencies=[anyone()], response_class=RedirectResponse, summary="登录")
async def sign_in(resources: ResourcesDep, back: Annotated[str, Query(max_length=4000)] = "") -> RedirectResponse:
    """To the identity provider; the browser holds the secret of this attempt, and where to go on afterwards."""
    if not resources.settings.provider:
        raise ProviderAway("这里还没有接入统一身份认证，不能登录。不登录也可以查名录。")
    proof = Proof(new_secret())
    answer = RedirectResponse(await resources.provider.sign_in_address(proof), HTTPStatus.SEE_OTHER)
    value = f"{proof.secret}.{_way_back(back)}"
    set_private_cookie(answer, resources.settings, _attempt_cookie(resources), value, seconds=ATTEMPT_SECONDS)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.get("/sign-in/answer", dependencies=[anyone()], response_class=RedirectResponse, summary="登录完成")
async def signed_in_by_provider(
    request: Request,
    resources: ResourcesDep,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str | None, Query(max_length=400)] = None,
) -> RedirectResponse:
    """What the provider sends back: checked against this browser's attempt; then a session under a new id begins."""
    attempt, _, back = request.cookies.get(_attempt_cookie(resources), "").partition(".")
    proof = Proof(attempt)
    if not code or not attempt or state.encode() != proof.state.encode():
        raise SignInRefused
    identity = await resources.provider.redeem(code, iss, proof)
    caller = await _caller_of(request, identity.access_token)
    if caller.subject != identity.subject:
        raise SignInRefused
    settings, database = resources.settings, request.app.state.database
    tokens = Tokens(identity.access_token, caller.name or identity.name)
    async with database.transaction() as session:
        await require_account(session, caller)
        earlier = request.cookies.get(cookie_name(settings))
        browser = request.headers.get("user-agent", "")
        secret = await resources.sessions.begin(session, caller, tokens, earlier, browser)
    home = next(iter(sections_of(SignedIn("", caller, "", "", ""))), "/")
    answer = RedirectResponse(_way_back(back) or home, HTTPStatus.SEE_OTHER)
    set_private_cookie(answer, settings, cookie_name(settings), secret)
    delete_private_cookie(answer, settings, _attempt_cookie(resources))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _attempt_cookie(resources: Resources) -> str:
    """Beside the session's, and as it: no other site of the same domain can plant one."""
    return f"{cookie_name(resources.settings)}-attempt"


def _way_back(given: str) -> str:
    """Where to go on to, if it is ours; what comes out of a cookie is looked at as what comes out of an address."""
    return given if len(given) <= LONGEST_BACK and given.isascii() and is_local(given) else ""


async def _caller_of(request: Request, access_token: str) -> Caller:
    """Whom the services will take the token's holder for; SignInRefused if they would take it for nothing."""
    try:
        caller: Caller = await request.app.state.identity.caller_of(f"Bearer {access_token}")
    except Problem as problem:
        if problem.status == HTTPStatus.UNAUTHORIZED:
            raise SignInRefused("统一身份认证给出的凭证，这里不能使用。请联系本单位的账号管理人员。") from None
        raise
    return caller


@router.post("/sign-out", dependencies=[anyone()], response_class=RedirectResponse, summary="退出登录")
async def sign_out(request: Request, resources: ResourcesDep, session: SessionDep, form: FormDep) -> RedirectResponse:
    """End the session of this browser, by the secret that it holds: also one whose token cannot be checked now."""
    answer = RedirectResponse("/signed-out", HTTPStatus.SEE_OTHER)
    if secret := request.cookies.get(cookie_name(resources.settings)):
        if not form.is_of(form_token(secret)):
            raise ForeignForm
        await resources.sessions.end(session, secret)
    delete_private_cookie(answer, resources.settings, cookie_name(resources.settings))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@router.get("/signed-out", dependencies=[anyone()], summary="已退出登录")
async def signed_out(request: Request) -> HTMLResponse:
    """What one sees after signing out."""
    return page(request, "signed-out.html")


@router.get(
    "/signed-out/everywhere",
    dependencies=[anyone()],
    response_class=RedirectResponse,
    summary="同时退出统一身份认证",
)
async def sign_out_of_provider(resources: ResourcesDep) -> RedirectResponse:
    """To the provider's own page for it; on a shared computer the next person must not be let in without a password."""
    if not resources.settings.provider:
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)
    return RedirectResponse(await resources.provider.sign_out_address() or "/", HTTPStatus.SEE_OTHER)


@router.get("/kept-forms/{form_id}", dependencies=[anyone()], summary="您刚才填写的内容")
async def kept_form(request: Request, resources: ResourcesDep, session: SessionDep, form_id: uuid.UUID) -> Response:
    """What was filled in when the session had ended; one button sends it again."""
    signed_in: SignedIn | None = request.scope.get(SIGNED_IN)
    if signed_in is None:
        return RedirectResponse(f"/sign-in?back=/kept-forms/{form_id}", HTTPStatus.SEE_OTHER)
    kept = await resources.sessions.kept_form(session, form_id, signed_in.caller.subject)
    if kept is None:
        raise Absent("没有找到您填写的内容。可能已经过了保留时间，请重新填写。")
    path, fields = kept
    return filled_in_page(request, path, fields, EXPIRED)
