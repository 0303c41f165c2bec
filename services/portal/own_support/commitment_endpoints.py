"""``/desk/measures/…/…``: one measure for an operator's own household, and the promise (告知承诺) that it asks for."""

from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.refusals import Refusal, refusal_of
from services.portal.shell.rendering import page
from services.portal.upstream import own_support, recognition as recognition_calls, support
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["desk"], route_class=FormRoute, default_response_class=HTMLResponse)

OPERATOR = allow(Role.OPERATOR)
NOT_AGREED = [("agreed", "请先看过承诺内容和后果，再在方框里打勾。")]


@router.get("/desk/measures/{uscc}/{measure_id}", summary="一项措施的告知承诺")
async def commitment(
    request: Request, behalf: BehalfDep, uscc: str, measure_id: str, _caller: Caller = OPERATOR
) -> HTMLResponse:
    """What is promised and what follows if it is not true; once signed, what was signed and what a check has found."""
    return await _page(request, behalf, uscc, measure_id, Refusal())


@router.post("/desk/measures/{uscc}/{measure_id}", summary="签署告知承诺")
async def sign(
    request: Request, behalf: BehalfDep, form: FormDep, uscc: str, measure_id: str, _caller: Caller = OPERATOR
) -> Response:
    """The words that the page showed: those of a later revision are not signed unread."""
    revision = form.text("revision", 9)
    if "agreed" not in form.all("agreed"):
        return await _page(request, behalf, uscc, measure_id, Refusal.of(form, NOT_AGREED))
    body = {"uscc": uscc, "agreed": True, "revision": int(revision) if revision.isdecimal() else None}
    path = f"/v1/entitlements/{quote(measure_id, safe='')}/commitments"
    refusal = await refusal_of(send(behalf.support, "POST", path, Change(form.key, body)), form)
    if refusal.faults:
        return await _page(request, behalf, uscc, measure_id, refusal)
    return RedirectResponse(f"/desk/measures/{quote(uscc, safe='')}/{quote(measure_id, safe='')}", HTTPStatus.SEE_OTHER)


async def _page(request: Request, behalf: Behalf, uscc: str, measure_id: str, refusal: Refusal) -> HTMLResponse:
    own = await recognition_calls.own_households(behalf.recognition)
    household = next((one for one in own if one.uscc == uscc), None)
    if household is None:
        raise Absent("这家店不在您名下。登记的经营者变更以后，这里会跟着变。")
    measure = await support.measure(behalf.support, measure_id)
    signed = await own_support.own_commitments(behalf.support)
    return page(
        request,
        "commitment.html",
        status=refusal.status,
        faults=refusal.faults,
        household=household,
        measure=measure,
        signed=next((one for one in signed if (one.uscc, one.measure) == (uscc, measure.id)), None),
    )
