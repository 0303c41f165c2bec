"""``/v1/criteria``: the local standards of the four categories, published before anybody applies."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.models import Criteria
from services.recognition.repository import seasons
from services.recognition.schemas.common import Region
from services.recognition.schemas.seasons import CriteriaBody, CriteriaView, Year
from services.recognition.service.criteria import draft_criteria, publish_criteria
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow, anyone, within
from shared.service.pagination import Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["criteria"], route_class=TransactionalRoute)


@router.post("/criteria", status_code=201, summary="起草分类标准")
async def draft(
    body: CriteriaBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> CriteriaView:
    """Write a region's criteria down; another person publishes them."""
    within(caller, body.region)
    categories = body.model_dump(include={"categories"})["categories"]
    written = await draft_criteria(
        session, body.region, body.year, body.policy, body.document, categories, body.ties, caller
    )
    return shown(written, response)


@router.post("/criteria/{criteria_id}/publication", summary="公布分类标准（起草人不能公布）")
async def publish(
    criteria_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.PUBLISHER)],
) -> CriteriaView:
    """Make a draft public."""
    found = await seasons.criteria(session, criteria_id, caller.region, lock=True)
    if found is None:
        raise Problem(404, "criteria-not-found", "没有这份标准", "没有这份分类标准，或不在您的管辖范围内")
    check_match(match, found.version)
    return shown(await publish_criteria(session, found, caller), response)


@router.get("/criteria", summary="已公布的分类标准")
async def listed(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    year: Annotated[Year | None, Query()] = None,
) -> Page[CriteriaView]:
    """What is published at or below a region."""
    return Page(items=[CriteriaView.of(one) for one in await seasons.published_criteria(session, region, year)])


def shown(criteria: Criteria, response: Response) -> CriteriaView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(criteria.version)
    return CriteriaView.of(criteria)
