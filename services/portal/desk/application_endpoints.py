"""``/desk/applications…``: apply for recognition, hand documents in, follow what becomes of it."""

import asyncio
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.portal.desk.applications import (
    Material,
    chosen_standards,
    claimed_kinds,
    contested_as,
    missing,
    proven_kinds,
)
from services.portal.desk.endpoints import OPERATOR
from services.portal.shell.behalf import Behalf, BehalfDep
from services.portal.shell.forms import Form, FormDep, FormRoute
from services.portal.shell.refusals import Faults, Refusal, refusal_of
from services.portal.shell.rendering import page
from services.portal.shell.uploads import NO_FILE, upload_of
from services.portal.shell.words import CATEGORIES
from services.portal.upstream import recognition as recognition_calls
from services.portal.upstream.calls import Change, send
from services.portal.upstream.problems import Absent, QueryRefused
from services.portal.upstream.recognition import (
    ApplicationAnswer,
    CriteriaAnswer,
    OwnHouseholdAnswer,
    SeasonRulesAnswer,
)
from shared.platform.identity import Caller

router = APIRouter(tags=["desk"], route_class=FormRoute, default_response_class=HTMLResponse)

SUPPLEMENT = "spot-check"
"""What a document is for that a spot check asks for; the service takes any purpose"""


@dataclass(frozen=True)
class Beginning:
    """What an application begins with: whose, in which season, by which standards."""

    household: OwnHouseholdAnswer
    season: SeasonRulesAnswer
    criteria: CriteriaAnswer


@dataclass(frozen=True)
class Claim:
    """What is claimed, as it was filled in."""

    category: str
    criteria: list[str]
    reason: str
    kinds: list[str]

    @classmethod
    def read(cls, form: Form) -> "Claim":
        """From a form."""
        return cls(form.text("category"), form.all("criteria"), form.text("category_reason", 2000), form.all("kinds"))

    @classmethod
    def of(cls, application: ApplicationAnswer) -> "Claim":
        """As it is stored."""
        return cls(
            application.category or "", application.criteria, application.category_reason or "", application.kinds
        )

    def body(self, uscc: str) -> dict[str, object]:
        """For the service."""
        return {
            "uscc": uscc,
            "category": self.category,
            "criteria": self.criteria,
            "category_reason": self.reason,
            "kinds": self.kinds,
        }

    def faults(self) -> Faults:
        """What is missing before the service is asked."""
        found = [] if self.criteria else [("criteria", "请至少选一条您符合的标准。")]
        return found if self.reason else [*found, ("category_reason", "请写一两句：为什么申报这一类。")]


@router.get("/desk/applications/new", summary="申报名特优新")
async def new_application(
    request: Request,
    services: BehalfDep,
    uscc: Annotated[str, Query(max_length=18)] = "",
    category: Annotated[str, Query(max_length=20)] = "",
    _caller: Caller = OPERATOR,
) -> HTMLResponse:
    """First the category, then its standards."""
    begun = await _beginning(services, uscc)
    return _claim_page(request, begun, Claim(category, [], "", []), Refusal())


@router.post("/desk/applications", summary="保存申报草稿")
async def save_new(request: Request, services: BehalfDep, form: FormDep, _caller: Caller = OPERATOR) -> Response:
    """The draft; nothing is submitted yet."""
    begun, claim = await _beginning(services, form.text("uscc", 18)), Claim.read(form)
    if faults := claim.faults():
        return _claim_page(request, begun, claim, Refusal.of(form, faults))
    change = Change(form.key, {**claim.body(begun.household.uscc), "season": begun.season.id})
    try:
        answer = await send(services.recognition, "POST", "/v1/applications", change)
    except QueryRefused as refused:
        return _claim_page(request, begun, claim, Refusal.of(form, refused.faults))
    return RedirectResponse(f"/desk/applications/{answer.json()['id']}", HTTPStatus.SEE_OTHER)


@router.get("/desk/applications/{application_id}", summary="一份申报：还差什么，办到哪一步")
async def application(
    request: Request, services: BehalfDep, application_id: uuid.UUID, _caller: Caller = OPERATOR
) -> HTMLResponse:
    """As a list of tasks until it is submitted, then where it stands."""
    return await _application_page(request, services, application_id, Refusal())


@router.get("/desk/applications/{application_id}/claim", summary="改类别和标准")
async def claim(
    request: Request,
    services: BehalfDep,
    application_id: uuid.UUID,
    category: Annotated[str, Query(max_length=20)] = "",
    _caller: Caller = OPERATOR,
) -> HTMLResponse:
    """The claim of a draft, to be changed."""
    stored, version = await recognition_calls.application(services.recognition, application_id)
    begun = await _beginning_of(services, stored)
    shown = Claim.of(stored)
    if category and category != shown.category:
        shown = Claim(category, [], shown.reason, shown.kinds)
    return _claim_page(request, begun, shown, Refusal(), stored=stored, version=version)


@router.post("/desk/applications/{application_id}/claim", summary="保存类别和标准")
async def save_claim(
    request: Request, services: BehalfDep, form: FormDep, application_id: uuid.UUID, _caller: Caller = OPERATOR
) -> Response:
    """Changed on the version that was shown; what is stored meanwhile is shown beside what was filled in."""
    filled = Claim.read(form)
    stored, version = await recognition_calls.application(services.recognition, application_id)
    begun, refusal = await _beginning_of(services, stored), Refusal.of(form, filled.faults())
    if not refusal.faults:
        change = Change(form.key, filled.body(stored.uscc), form.version)
        path = f"/v1/applications/{application_id}"
        refusal = await refusal_of(send(services.recognition, "PUT", path, change), form)
    if refusal.faults:
        return _claim_page(request, begun, filled, refusal, stored=stored, version=version)
    return RedirectResponse(f"/desk/applications/{application_id}", HTTPStatus.SEE_OTHER)


@router.post("/desk/applications/{application_id}/documents", summary="上传一份材料")
async def upload(
    request: Request, services: BehalfDep, form: FormDep, application_id: uuid.UUID, _caller: Caller = OPERATOR
) -> Response:
    """A photo or a PDF for one of the materials; the service looks at its content itself."""
    sent = await upload_of(form)
    if sent is None:
        return await _application_page(request, services, application_id, Refusal.of(form, NO_FILE))
    query = {"evidence": form.text("evidence", 200), "name": sent.name}
    path = f"/v1/applications/{application_id}/documents"
    refusal = await refusal_of(send(services.recognition, "POST", path, sent.change, query), form)
    if refusal.faults:
        return await _application_page(request, services, application_id, refusal)
    return RedirectResponse(f"/desk/applications/{application_id}", HTTPStatus.SEE_OTHER)


@router.post("/desk/applications/{application_id}/{step}", summary="提交、补正后再次提交或撤回")
async def take_step(
    request: Request,
    services: BehalfDep,
    form: FormDep,
    application_id: uuid.UUID,
    step: str,
    _caller: Caller = OPERATOR,
) -> Response:
    """On the version that was shown."""
    if step not in ("submission", "completion", "withdrawal"):
        raise Absent
    change = Change(form.key, version=form.version)
    path = f"/v1/applications/{application_id}/{step}"
    refusal = await refusal_of(send(services.recognition, "POST", path, change), form)
    if refusal.faults:
        return await _application_page(request, services, application_id, refusal)
    return RedirectResponse(f"/desk/applications/{application_id}", HTTPStatus.SEE_OTHER)


async def _beginning(services: Behalf, uscc: str) -> Beginning:
    """For a household of the operator's, in the open season of its county."""
    own = await recognition_calls.own_households(services.recognition)
    household = next((one for one in own if one.uscc == uscc), None)
    if household is None:
        raise Absent("这家店不在您名下，不能为它申报。")
    seasons = await recognition_calls.seasons(services.recognition, household.county)
    season = next((one for one in seasons if one.state == "open"), None)
    if season is None:
        raise Absent("您所在的区县现在不在申报时间。开始以后，通知里会告诉您。")
    return await _with_criteria(services, household, await recognition_calls.season(services.recognition, season.id))


async def _beginning_of(services: Behalf, application: ApplicationAnswer) -> Beginning:
    """Of an application that is there."""
    season = await recognition_calls.season(services.recognition, application.season)
    household = OwnHouseholdAnswer(
        uscc=application.uscc, name=application.name, county=application.county, registered=True, typed=True
    )
    return await _with_criteria(services, household, season)


async def _with_criteria(services: Behalf, household: OwnHouseholdAnswer, season: SeasonRulesAnswer) -> Beginning:
    criteria = await recognition_calls.criteria(services.recognition, season.county, season.year)
    if criteria is None:
        raise Absent("您所在的区县还没有公布今年的标准，现在不能申报。")
    return Beginning(household, season, criteria)


def _claim_page(
    request: Request,
    begun: Beginning,
    claim: Claim,
    refusal: Refusal,
    *,
    stored: ApplicationAnswer | None = None,
    version: str = "",
) -> HTMLResponse:
    category = begun.criteria.categories.get(claim.category)
    return page(
        request,
        "claim.html",
        status=refusal.status,
        begun=begun,
        claim=claim,
        faults=refusal.faults,
        category=category,
        categories={name: CATEGORIES.get(name, name) for name in begun.criteria.categories},
        standards={one.id: one.title for one in category.criteria} if category else {},
        kinds={kind.id: kind.title for kind in begun.season.rules.operator_kinds},
        stored=stored,
        outdated=refusal.status == HTTPStatus.PRECONDITION_FAILED,
        version=refusal.rests_on(version) if stored else "",
    )


async def _application_page(
    request: Request,
    services: Behalf,
    application_id: uuid.UUID,
    refusal: Refusal,
) -> HTMLResponse:
    (one, version), documents, demands = await asyncio.gather(
        recognition_calls.application(services.recognition, application_id),
        recognition_calls.documents(services.recognition, application_id),
        recognition_calls.own_demands(services.recognition),
    )
    season = await recognition_calls.season(services.recognition, one.season)
    criteria = await recognition_calls.criteria(services.recognition, one.county, season.year)
    standards = chosen_standards(one, criteria, documents)
    kinds = claimed_kinds(one, season, documents)
    return page(
        request,
        "application.html",
        status=refusal.status,
        one=one,
        version=refusal.rests_on(version),
        season=season,
        standards=standards,
        kinds=kinds,
        proven=proven_kinds(one, season),
        missing=missing(standards, kinds),
        demand=next((demand for demand in demands if demand.application == one.id), None),
        supplement=Material(SUPPLEMENT, "抽查要的材料", [given for given in documents if given.evidence == SUPPLEMENT]),
        contested_as=contested_as(one),
        categories=CATEGORIES,
        faults=refusal.faults,
    )
