"""``/accounts…``: the security administrator opens, changes and closes accounts of staff."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.accounts import service
from services.portal.accounts.models import Account
from services.portal.accounts.problems import AccountChanged, AccountExists
from services.portal.accounts.schemas import AccountForm
from services.portal.resources import ResourcesDep
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import CHANGED, Faults
from services.portal.shell.rendering import address, page
from services.portal.shell.words import ROLES
from shared.platform import audit
from shared.platform.audit import about
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SessionDep
from shared.reference.departments import Department

router = APIRouter(tags=["accounts"], route_class=FormRoute, default_response_class=HTMLResponse)

KEEPER = allow(Role.SECURITY_ADMIN)


@router.get("/accounts", summary="账号")
async def accounts(
    request: Request,
    session: SessionDep,
    done: Annotated[str, Query(max_length=20)] = "",
    _caller: Caller = KEEPER,
) -> HTMLResponse:
    """All accounts."""
    return page(request, "accounts.html", accounts=await service.accounts(session), roles=ROLES, done=done)


@router.get("/accounts/new", summary="开通账号")
async def new_account(request: Request, _caller: Caller = KEEPER) -> HTMLResponse:
    """An empty form."""
    return _form(request, AccountForm("", "", [], "", ""), [], 0)


@router.get("/accounts/one", summary="一个账号")
async def account(
    request: Request,
    session: SessionDep,
    subject: Annotated[str, Query(max_length=200)] = "",
    _caller: Caller = KEEPER,
) -> HTMLResponse:
    """The form with what it says now. The subject is in the query: it may hold any character."""
    one = await service.account_of(session, subject)
    return _form(request, _filled(one), [], one.version, one)


@router.post("/accounts", summary="保存账号")
async def save_account(
    request: Request, session: SessionDep, form: FormDep, resources: ResourcesDep, caller: Caller = KEEPER
) -> Response:
    """Open or change one. Who was signed in as something else is signed out."""
    filled = AccountForm.read(form)
    if faults := filled.faults():
        return _form(request, filled, faults, _version(form))
    try:
        changed = await service.save(session, filled.subject, filled.admission(), _version(form), caller)
    except AccountExists as exists:
        return _form(request, filled, [("subject", exists.detail)], 0)
    except AccountChanged:
        now = await service.account_of(session, filled.subject)
        return _form(request, filled, CHANGED, now.version, now, status=HTTPStatus.PRECONDITION_FAILED)
    if changed:
        await resources.sessions.end_all(session, filled.subject)
    return RedirectResponse(address("/accounts", done="saved"), HTTPStatus.SEE_OTHER)


@router.post("/accounts/closing", summary="停用账号")
async def close_account(
    session: SessionDep, form: FormDep, resources: ResourcesDep, caller: Caller = KEEPER
) -> Response:
    """From now on this person cannot sign in, and is signed out everywhere."""
    subject = form.text("subject", 200)
    await service.close(session, subject, caller)
    await resources.sessions.end_all(session, subject)
    return RedirectResponse(address("/accounts", done="closed"), HTTPStatus.SEE_OTHER)


@router.post("/accounts/sessions/ending", summary="让一个人在所有设备上退出")
async def end_sessions(
    session: SessionDep, form: FormDep, resources: ResourcesDep, caller: Caller = KEEPER
) -> Response:
    """The account stays open: whoever is in doubt signs in again."""
    one = await service.account_of(session, form.text("subject", 200))
    await resources.sessions.end_all(session, one.subject)
    await audit.record(session, about(one.subject, one.region), caller, "account:sign-out")
    return RedirectResponse(address("/accounts", done="signed-out"), HTTPStatus.SEE_OTHER)


def _version(form: Form) -> int:
    return int(form.version) if form.version.isdecimal() and len(form.version) < 9 else 0


def _filled(account: Account) -> AccountForm:
    return AccountForm(account.subject, account.name, account.roles, account.region, account.department or "")


def _form(
    request: Request,
    filled: AccountForm,
    faults: Faults,
    version: int,
    account: Account | None = None,
    *,
    status: int = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HTMLResponse:
    return page(
        request,
        "account.html",
        status=status if faults else HTTPStatus.OK,
        filled=filled,
        faults=faults,
        version=version,
        account=account,
        outdated=status == HTTPStatus.PRECONDITION_FAILED,
        roles={role.value: ROLES[role] for role in service.ROLES},
        departments={one.value: one.label for one in Department},
    )
