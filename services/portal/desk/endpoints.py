"""``/desk`` and what belongs to a household: why its type, recommendations, certificates."""

import uuid
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.desk.home import read_desk
from services.portal.shell.behalf import Behalf, BehalfDep, part
from services.portal.shell.documents import picture_answer
from services.portal.shell.forms import FormDep, FormRoute
from services.portal.shell.refusals import Refusal, refusal_of
from services.portal.shell.rendering import page
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import recognition as recognition_calls, typing as typing_calls
from services.portal.upstream.calls import Change, fetch, send
from services.portal.upstream.problems import Absent
from services.portal.upstream.recognition import OwnRecognitionAnswer
from shared import clock
from shared.platform.identity import Caller, Role, allow

router = APIRouter(tags=["desk"], route_class=FormRoute, default_response_class=HTMLResponse)

OPERATOR = allow(Role.OPERATOR)
CONTESTED: Mapping[str, str] = {"cancelled": "cancellation", "revoked": "revocation"}
"""By state of a recognition: what an objection to its end is against"""


@router.get("/desk", summary="我的店")
async def desk(request: Request, services: BehalfDep, _caller: Caller = OPERATOR) -> HTMLResponse:
    """The one next thing to do, then households, applications, recognitions."""
    found = await read_desk(services, clock.today().year)
    return page(request, "desk.html", desk=found, things=found.next_things, categories=CATEGORIES, contested=CONTESTED)


@router.get("/desk/households/{uscc}", summary="我的店为什么是这个类型")
async def own_household(request: Request, services: BehalfDep, uscc: str, _caller: Caller = OPERATOR) -> HTMLResponse:
    """Why, with the figures that only the operator sees, and what may be done from here."""
    own = await recognition_calls.own_households(services.recognition)
    household = next((one for one in own if one.uscc == uscc), None)
    if household is None:
        raise Absent("这家店不在您名下。登记的经营者变更以后，这里会跟着变。")
    why = await part(typing_calls.explanation(services.typing, uscc))
    seasons = await part(recognition_calls.seasons(services.recognition, household.county))
    open_season = next((one for one in seasons.value or [] if one.state == "open"), None)
    return page(request, "own-household.html", household=household, panel=why, why=why.value, season=open_season)


@router.get("/desk/recommendations/{recommendation_id}", summary="部门的推荐")
async def recommendation(
    request: Request, services: BehalfDep, recommendation_id: uuid.UUID, _caller: Caller = OPERATOR
) -> HTMLResponse:
    """What is recommended and why; the operator decides."""
    return await _recommendation(request, services, recommendation_id, Refusal())


@router.post("/desk/recommendations/{recommendation_id}/consent", summary="同意推荐")
async def consent(
    request: Request, services: BehalfDep, form: FormDep, recommendation_id: uuid.UUID, _caller: Caller = OPERATOR
) -> Response:
    """The operator agrees."""
    change = Change(form.key, version=form.version)
    path = f"/v1/recommendations/{recommendation_id}/consent"
    refusal = await refusal_of(send(services.recognition, "POST", path, change), form)
    if refusal.faults:
        return await _recommendation(request, services, recommendation_id, refusal)
    return RedirectResponse(f"/desk/recommendations/{recommendation_id}", HTTPStatus.SEE_OTHER)


async def _recommendation(
    request: Request, services: Behalf, recommendation_id: uuid.UUID, refusal: Refusal
) -> HTMLResponse:
    one, version = await recognition_calls.recommendation(services.recognition, recommendation_id)
    return page(
        request,
        "recommendation.html",
        status=refusal.status,
        one=one,
        version=refusal.rests_on(version),
        categories=CATEGORIES,
        faults=refusal.faults,
    )


@router.get("/desk/certificates/{recognition_id}", summary="我的证书")
async def certificate(
    request: Request, services: BehalfDep, recognition_id: uuid.UUID, _caller: Caller = OPERATOR
) -> HTMLResponse:
    """The certificate and the badge, to be shown on a phone or printed."""
    one = await _own_recognition(services, recognition_id)
    shown = await recognition_calls.certificate(services.recognition, one.certificate)
    return page(request, "certificate.html", one=one, certificate=shown)


@router.get("/desk/certificates/{recognition_id}/badge", response_class=Response, summary="我的标识图样")
async def badge(services: BehalfDep, recognition_id: uuid.UUID, _caller: Caller = OPERATOR) -> Response:
    """The picture, as the service draws it."""
    one = await _own_recognition(services, recognition_id)
    return picture_answer(await fetch(services.recognition, f"/v1/badges/{quote(one.uscc, safe='')}.svg"))


async def _own_recognition(services: Behalf, recognition_id: uuid.UUID) -> OwnRecognitionAnswer:
    own = await recognition_calls.own_recognitions(services.recognition)
    one = next((each for each in own if each.id == str(recognition_id)), None)
    if one is None:
        raise Absent("没有这份认定，或者它不在您名下。")
    return one
