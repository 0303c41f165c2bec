"""``/settings…``: contacts, channels and categories of messages; for operators also banks that may read."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep, part
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import Faults
from services.portal.shell.rendering import address, page
from services.portal.shell.words import CHANNELS
from services.portal.upstream import notification as notification_calls, recognition as recognition_calls
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import QueryRefused
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["settings"], route_class=FormRoute, default_response_class=HTMLResponse)

EVERYBODY = allow(Role.OPERATOR, Role.BUREAU, Role.OFFICER, Role.APPROVER, Role.AUDITOR)
OPERATOR = allow(Role.OPERATOR)


@router.get("/settings", summary="设置")
async def settings(
    request: Request,
    services: BehalfDep,
    done: Annotated[str, Query(max_length=20)] = "",
    caller: Caller = EVERYBODY,
) -> HTMLResponse:
    """All of them on one page."""
    return await _page(request, services, caller, done=done)


@router.post("/settings/contact", summary="保存联系方式")
async def save_contact(request: Request, services: BehalfDep, form: FormDep, caller: Caller = EVERYBODY) -> Response:
    """Only what was filled in is changed; what stands there is shown masked and cannot be sent back."""
    contact = await notification_calls.own_contact(services.notification)
    if "consent" not in form.all("agreed") and (form.text("phone") or form.text("email")):
        fault = [("agreed", "要保存手机号或邮箱，请先在下面同意。不同意也可以，通知仍会留在这里。")]
        return await _page(request, services, caller, fault, form)
    try:
        await send(
            services.notification, "PATCH", "/v1/own-contact", Change(form.key, _contact(form, contact.words.version))
        )
    except QueryRefused as refused:
        return await _page(request, services, caller, refused.faults, form)
    return RedirectResponse(address("/settings", done="contact"), HTTPStatus.SEE_OTHER)


@router.post("/settings/contact/removal", response_class=RedirectResponse, summary="撤回同意并删除联系方式")
async def remove_contact(services: BehalfDep, form: FormDep, _caller: Caller = EVERYBODY) -> RedirectResponse:
    """Nothing is sent from then on; the inbox stays."""
    await send(services.notification, "DELETE", "/v1/own-contact", Change(form.key))
    return RedirectResponse(address("/settings", done="removed"), HTTPStatus.SEE_OTHER)


@router.post("/settings/credit-consents", summary="同意金融机构查询")
async def give_credit_consent(
    request: Request, services: BehalfDep, form: FormDep, caller: Caller = OPERATOR
) -> Response:
    """For one institution, until a day."""
    body = {name: form.text(name, 200) for name in ("institution", "until", "uscc")}
    try:
        await send(services.recognition, "POST", "/v1/credit-consents", Change(form.key, body))
    except QueryRefused as refused:
        return await _page(request, services, caller, refused.faults, form)
    return RedirectResponse(address("/settings", done="consent"), HTTPStatus.SEE_OTHER)


@router.post(
    "/settings/credit-consents/{consent_id}/withdrawal", response_class=RedirectResponse, summary="撤回给金融机构的同意"
)
async def withdraw_credit_consent(
    services: BehalfDep, form: FormDep, consent_id: uuid.UUID, _caller: Caller = OPERATOR
) -> RedirectResponse:
    """At once."""
    await send(services.recognition, "POST", f"/v1/credit-consents/{consent_id}/withdrawal", Change(form.key))
    return RedirectResponse(address("/settings", done="withdrawn"), HTTPStatus.SEE_OTHER)


def _contact(form: Form, words: str) -> dict[str, object]:
    body: dict[str, object] = {name: form.text(name, 200) for name in ("phone", "email") if form.text(name)}
    if body:
        body["consent"] = words
    return {**body, "channels": form.all("channels"), "opted_out": form.all("opted_out")}


async def _page(
    request: Request,
    services: Behalf,
    caller: Caller,
    faults: Faults = (),
    form: Form | None = None,
    *,
    done: str = "",
) -> HTMLResponse:
    contact = await part(notification_calls.own_contact(services.notification))
    operates = Role.OPERATOR in caller.roles
    consents = await part(recognition_calls.credit_consents(services.recognition)) if operates else None
    households = await part(recognition_calls.own_households(services.recognition)) if operates else None
    return page(
        request,
        "settings.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        contact=contact,
        consents=consents,
        households={one.uscc: one.name for one in (households.value if households else None) or []},
        channels=CHANNELS,
        filled={name: form.text(name) if form else "" for name in ("phone", "email", "institution", "until", "uscc")},
        faults=faults,
        done=done,
    )
