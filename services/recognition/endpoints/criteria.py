"""``/v1/criteria``: the local standards of the four categories, published before anybody applies."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.models import Criteria
from services.recognition.repository import seasons
from services.recognition.schemas.common import Region
from services.recognition.schemas.criteria import CriteriaBody, CriteriaView, FilingBody
from services.recognition.schemas.seasons import Year
from services.recognition.service.criteria import draft_criteria, file_criteria, filed_with, publish_criteria
from services.recognition.service.rules import policy_of, rules_of
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow, anyone, within
from shared.service.pagination import Cursor, Page
from shared.service.problems import Problem
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["criteria"], route_class=TransactionalRoute)

Match = Annotated[str, Depends(require_match)]
DRAFT_READERS = frozenset({Role.OFFICER, Role.APPROVER, Role.AUDITOR})


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
    return await shown(session, written, response)


@router.post("/criteria/{criteria_id}/publication", summary="公布分类标准（起草人不能公布）")
async def publish(
    criteria_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> CriteriaView:
    """Make a draft public."""
    found = await own(session, criteria_id, caller, match)
    return await shown(session, await publish_criteria(session, found, caller), response)


@router.post("/criteria/{criteria_id}/filing", summary="登记分类标准已报上级备案")
async def file(
    criteria_id: uuid.UUID,
    body: FilingBody,
    response: Response,
    session: SessionDep,
    match: Match,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> CriteriaView:
    """Where the policy demands it: with which letter and when."""
    found = await own(session, criteria_id, caller, match)
    filed = await file_criteria(session, found, body.document_no, body.filed_on, caller)
    return await shown(session, filed, response)


@router.get("/criteria", summary="已公布的分类标准；本辖区的经办人员可以看草稿")
async def listed(
    session: SessionDep,
    caller: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    year: Annotated[Year | None, Query()] = None,
    drafts: Annotated[bool, Query(description="只看尚未公布的草稿")] = False,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> Page[CriteriaView]:
    """What is published at or below a region; or the drafts there, for its officers and approvers."""
    if drafts and not reads_drafts(caller, region):
        raise Problem(403, "drafts", "不能看草稿", "草稿只供本辖区的经办人员和公布人员查看，请先登录或改查本辖区")
    read = Cursor.read(cursor, int, str)
    after = (read[0], read[1]) if read else None
    rows = await seasons.criteria_below(session, region, year, after, limit + 1, drafts=drafts)
    more = Cursor.write(rows[limit - 1].year, rows[limit - 1].region) if len(rows) > limit else None
    return Page(items=[await view_of(session, one) for one in rows[:limit]], next=more)


@router.get("/criteria/{criteria_id}", summary="一份分类标准")
async def get(
    criteria_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, anyone()]
) -> CriteriaView:
    """With its ETag, which its publication must name; a draft only inside the region."""
    found = await seasons.criteria(session, criteria_id, "")
    if found is None or (found.published_at is None and not reads_drafts(caller, found.region)):
        raise not_found()
    return await shown(session, found, response)


async def own(session: SessionDep, criteria_id: uuid.UUID, caller: Caller, match: str) -> Criteria:
    """Criteria inside the caller's region, locked, of the version that he has seen."""
    found = await seasons.criteria(session, criteria_id, caller.region, lock=True)
    if found is None:
        raise not_found()
    check_match(match, found.version)
    return found


def not_found() -> Problem:
    """Whether or not there are any."""
    return Problem(404, "criteria-not-found", "没有这份标准", "没有这份分类标准，或不在您的管辖范围内")


def reads_drafts(caller: Caller, region: str) -> bool:
    """Whether somebody may read what is not published yet."""
    return bool(caller.roles & DRAFT_READERS) and caller.covers(region)


async def view_of(session: SessionDep, criteria: Criteria) -> CriteriaView:
    """The criteria under their policy."""
    policy, rules = await policy_of(session, criteria.policy_hash), await rules_of(session, criteria.policy_hash)
    return CriteriaView.of(criteria, policy, filed_with(rules, criteria.region))


async def shown(session: SessionDep, criteria: Criteria, response: Response) -> CriteriaView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(criteria.version)
    return await view_of(session, criteria)
