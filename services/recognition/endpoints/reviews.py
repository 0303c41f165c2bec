"""``/v1/reviews``: officers review applications, one or many at once; ``/v1/applications/{id}/refusal`` at any step."""

import uuid
from collections.abc import Sequence
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Response

from services.recognition.endpoints.applications import shown
from services.recognition.endpoints.bulk import Done, each
from services.recognition.endpoints.found import application_of, applications_of, season_of
from services.recognition.endpoints.versions import Match, check_version
from services.recognition.models import Application
from services.recognition.repository import applications
from services.recognition.schemas.applications import ApplicationView
from services.recognition.schemas.common import OutcomeView, ReasonBody
from services.recognition.schemas.steps import ReviewBody
from services.recognition.service.refusals import refuse
from services.recognition.service.reviews import (
    Passed,
    UnderReview,
    pass_review,
    refuse_application,
    return_application,
    under_review,
)
from shared.service.etag import check_match, require_match
from shared.service.identity import Caller, Role, allow
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["reviews"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
T = TypeVar("T")


@router.post("/reviews", summary="审核一份申报：通过、一次退回补正、不通过")
async def review(
    body: ReviewBody, response: Response, session: SessionDep, caller: Officer, match: Match = None
) -> ApplicationView:
    """One review."""
    (application,) = await reviewed(session, [body], caller, match)
    return shown(application, response)


@router.post("/reviews/bulk", summary="批量审核，逐件给出结果")
async def review_many(bodies: list[ReviewBody], session: SessionDep, caller: Officer) -> list[OutcomeView]:
    """Many reviews, each on its own: what is wrong with one keeps none of the others."""

    async def together(some: Sequence[ReviewBody]) -> list[Done]:
        return [(one.id, one.state) for one in await reviewed(session, some, caller)]

    return await each(session, bodies, lambda body: body.application, together, applications.among, caller.region)


@router.post("/applications/{application_id}/refusal", summary="在任何一步不予通过，写明理由")
async def refuse_one(
    application_id: uuid.UUID,
    body: ReasonBody,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
) -> ApplicationView:
    """An officer of the step's level, or the decider at the decision. The season's row is locked first, as at a
    selection: the reserve may be called up.
    """
    known = await application_of(session, application_id, caller)
    await season_of(session, known.season_id, lock=True)
    application = await application_of(session, application_id, caller, lock=True)
    check_match(match, application.version)
    return shown(await refuse(session, application, body.reason, caller), response)


async def reviewed(
    session: SessionDep, bodies: Sequence[ReviewBody], caller: Caller, match: str | None = None
) -> list[Application]:
    """Reviews carried out: what they rest on is read once for all."""
    found = await applications_of(session, [body.application for body in bodies], caller)
    for body in bodies:
        check_version(found[body.application].version, match, body.etag)
    asked = await under_review(session, list(found.values()))
    for body in bodies:
        await carry_out(session, asked[body.application], body, caller)
    return [found[body.application] for body in bodies]


async def carry_out(session: SessionDep, asked: UnderReview, body: ReviewBody, caller: Caller) -> None:
    """One of them."""
    match body.outcome:
        case "pass":
            found = Passed(
                wanted(body.category, "category"), wanted(body.reason, "reason"), body.criteria, body.verified,
                body.breach_recorded,
            )  # fmt: skip
            await pass_review(session, asked, found, caller)
        case "return":
            await return_application(session, asked, wanted(body.missing, "missing"), caller)
        case _:
            await refuse_application(session, asked, wanted(body.reason, "reason"), caller)


def wanted(value: T | None, name: str) -> T:
    """A field that this outcome needs."""
    if not value:
        raise Problem(422, "review-incomplete", "审核意见不完整", f"这一种审核意见须填写 {name}")
    return value
