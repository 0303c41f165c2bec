"""`/v1/quotas`, `/v1/criteria`, `/v1/seasons`.

The quota with its arithmetic, the local criteria of the four categories, a county's season of a year: prepared,
corrected, opened.
"""

import uuid
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.recognition.rules.schemas import rules_view
from services.recognition.rules.service import POLICIES, stored_rules
from services.recognition.season import repository as season_repository
from services.recognition.season.criteria import draft_criteria, file_criteria, filing_level, publish_criteria
from services.recognition.season.extensions import ExtensionOrder, extend_season
from services.recognition.season.models import CountyQuota, Criteria, Quota, Season
from services.recognition.season.problems import CriteriaNotFound, DraftsHidden
from services.recognition.season.quotas import QuotaOrder, count_places, find_quota_limit, set_quota
from services.recognition.season.schemas import (
    CriteriaBody,
    CriteriaFilingBody,
    CriteriaView,
    PlacesView,
    QuotaBody,
    QuotaView,
    SeasonBody,
    SeasonExtensionBody,
    SeasonExtensionView,
    SeasonSummary,
    SeasonView,
)
from services.recognition.season.service import (
    SeasonOrder,
    correct_season,
    open_season,
    prepare_season,
    remove_season,
    require_season,
)
from shared.platform.caching import cacheable
from shared.platform.etag import RequiredMatch, check_match, etag_of
from shared.platform.fields import Region, Year
from shared.platform.identity import Caller, Role, allow, anyone, require_region
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

quota_router = APIRouter(prefix="/v1", tags=["quotas"], route_class=TransactionalRoute)


@quota_router.post("/quotas", status_code=201, summary="核定名额并分配到县")
async def calculate_quota(
    body: QuotaBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> QuotaView:
    """Compute the quota from the year's published run, with the city's own apportionment if given."""
    require_region(caller, body.scope)
    order = QuotaOrder(body.scope, body.year, body.order(), body.places)
    return await quota_view(session, *await set_quota(session, order, caller))


@quota_router.get("/quotas", dependencies=[cacheable()], summary="名额与计算过程")
async def list_quotas(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    year: Annotated[Year, Query()],
) -> Page[QuotaView]:
    """The quotas at or below a region."""
    quotas = await season_repository.list_quotas(session, region, year)
    counties = await season_repository.county_quotas_by_quota(session, quotas)
    return Page(items=[await quota_view(session, quota, counties[quota.id]) for quota in quotas])


async def quota_view(session: SessionDep, quota: Quota, counties: Sequence[CountyQuota]) -> QuotaView:
    """The quota with its apportionment and its rules."""
    rules = await stored_rules(session, quota.policy_hash)
    return QuotaView.of(quota, list(counties), rules, await rules_view(session, quota.policy_hash))


criteria_router = APIRouter(prefix="/v1", tags=["criteria"], route_class=TransactionalRoute)

DRAFT_READERS = frozenset({Role.OFFICER, Role.APPROVER, Role.AUDITOR})


@criteria_router.post("/criteria", status_code=201, summary="起草分类标准")
async def create_criteria(
    body: CriteriaBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> CriteriaView:
    """Draft a region's criteria; another person publishes them."""
    require_region(caller, body.region)
    written = await draft_criteria(
        session,
        body.region,
        body.year,
        body.policy,
        body.document,
        body.local_categories(),
        body.ties,
        caller,
        body.replaces,
    )
    return await criteria_response(session, written, response)


@criteria_router.post("/criteria/{criteria_id}/publication", summary="公布分类标准（起草人不能公布）")
async def publish(
    criteria_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.APPROVER)],
) -> CriteriaView:
    """Publish a draft."""
    criteria = await lock_own_criteria(session, criteria_id, caller, match)
    return await criteria_response(session, await publish_criteria(session, criteria, caller), response)


@criteria_router.post("/criteria/{criteria_id}/filing", summary="登记分类标准已报上级备案")
async def record_criteria_filing(
    criteria_id: uuid.UUID,
    body: CriteriaFilingBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> CriteriaView:
    """Where the policy demands it: the document and the day."""
    criteria = await lock_own_criteria(session, criteria_id, caller, match)
    filed = await file_criteria(session, criteria, body.document_no, body.filed_on, caller)
    return await criteria_response(session, filed, response)


@criteria_router.get("/criteria", dependencies=[cacheable()], summary="已公布的分类标准；本辖区的经办人员可以看草稿")
async def list_criteria(
    session: SessionDep,
    caller: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    page: Annotated[PageQuery[tuple[int, str]], paged(int, str, limit=20, largest=100)],
    year: Annotated[Year | None, Query()] = None,
    drafts: Annotated[bool, Query(description="只看尚未公布的草稿")] = False,
) -> Page[CriteriaView]:
    """Published criteria at or below a region; or drafts, for its officers and approvers."""
    if drafts and not may_read_drafts(caller, region):
        raise DraftsHidden
    rows = await season_repository.list_criteria(session, region, year, page.after, page.wanted, drafts=drafts)
    views = [await criteria_view(session, criteria) for criteria in rows[: page.limit]]
    return Page(items=views, next=page.next(rows, lambda row: (row.year, row.region)))


@criteria_router.get("/criteria/{criteria_id}", summary="一份分类标准")
async def get_criteria(
    criteria_id: uuid.UUID, response: Response, session: SessionDep, caller: Annotated[Caller, anyone()]
) -> CriteriaView:
    """With its ETag, which the publication must name; a draft only inside the region."""
    criteria = await season_repository.get_criteria(session, criteria_id, "")
    if criteria is None or (criteria.published_at is None and not may_read_drafts(caller, criteria.region)):
        raise CriteriaNotFound
    return await criteria_response(session, criteria, response)


async def lock_own_criteria(session: SessionDep, criteria_id: uuid.UUID, caller: Caller, match: str) -> Criteria:
    """Criteria inside the caller's region, locked, in the version that was read."""
    criteria = or_404(
        await season_repository.get_criteria(session, criteria_id, caller.region, lock=True), CriteriaNotFound
    )
    check_match(match, criteria.version)
    return criteria


def may_read_drafts(caller: Caller, region: str) -> bool:
    """Whether the caller may read drafts of a region."""
    return bool(caller.roles & DRAFT_READERS) and caller.covers(region)


async def criteria_view(session: SessionDep, criteria: Criteria) -> CriteriaView:
    """The view of criteria with their policy."""
    policy, rules = (
        await POLICIES.get(session, criteria.policy_hash),
        await stored_rules(session, criteria.policy_hash),
    )
    return CriteriaView.of(criteria, policy, filing_level(rules, criteria.region))


async def criteria_response(session: SessionDep, criteria: Criteria, response: Response) -> CriteriaView:
    """The view with its ETag."""
    response.headers["ETag"] = etag_of(criteria.version)
    return await criteria_view(session, criteria)


season_router = APIRouter(prefix="/v1", tags=["seasons"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]


@season_router.post("/seasons", status_code=201, summary="准备一个县的认定季")
async def prepare(body: SeasonBody, response: Response, session: SessionDep, caller: Officer) -> SeasonView:
    """A season with its dates; it is opened later."""
    require_region(caller, body.county)
    return await season_response(session, await prepare_season(session, season_order(body), caller), response)


@season_router.put("/seasons/{season_id}", summary="更正准备中的认定季")
async def correct(
    season_id: uuid.UUID,
    body: SeasonBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> SeasonView:
    """Prepare it again, also after the quota was set again under other readings."""
    season = await lock_own_season(session, season_id, caller, match)
    return await season_response(session, await correct_season(session, season, season_order(body), caller), response)


@season_router.delete("/seasons/{season_id}", status_code=204, summary="删除准备中的认定季")
async def remove(season_id: uuid.UUID, session: SessionDep, match: RequiredMatch, caller: Officer) -> None:
    """Delete a season that nobody relies on yet."""
    await remove_season(session, await lock_own_season(session, season_id, caller, match), caller)


@season_router.post("/seasons/{season_id}/opening", summary="开始认定季")
async def open_for_applications(
    season_id: uuid.UUID, response: Response, session: SessionDep, match: RequiredMatch, caller: Officer
) -> SeasonView:
    """Open it: criteria are published, the quota is set and the day has come."""
    season = await lock_own_season(session, season_id, caller, match)
    return await season_response(session, await open_season(session, season, caller), response)


@season_router.post("/seasons/{season_id}/extension", summary="延长申报或认定的截止日期（凭文件；认定的由上级延长）")
async def extend(
    season_id: uuid.UUID,
    body: SeasonExtensionBody,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Officer,
) -> SeasonView:
    """An open season; everybody sees the extension and its document."""
    season = await lock_own_season(session, season_id, caller, match)
    order = ExtensionOrder(body.applications_until, body.decisions_until, body.document, body.reason)
    return await season_response(session, await extend_season(session, season, order, caller), response)


@season_router.get("/seasons", dependencies=[cacheable()], summary="认定季")
async def list_seasons(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    page: Annotated[PageQuery[tuple[int, str]], paged(int, str, limit=100)],
    year: Annotated[Year | None, Query()] = None,
) -> Page[SeasonSummary]:
    """Seasons at or below a region, the newest year first."""
    rows = await season_repository.list_seasons(session, region, year, page.after, page.wanted)
    views = [SeasonSummary.of(season, *await policy_and_places(session, season)) for season in rows[: page.limit]]
    return Page(items=views, next=page.next(rows, lambda row: (row.year, row.county)))


@season_router.get("/seasons/{season_id}", summary="一个认定季")
async def get_season(
    season_id: uuid.UUID, response: Response, session: SessionDep, _: Annotated[Caller, anyone()]
) -> SeasonView:
    """With its rules, settings, readings and ETag."""
    return await season_response(session, await require_season(session, season_id), response)


def season_order(body: SeasonBody) -> SeasonOrder:
    """The order in the body."""
    return SeasonOrder(
        body.county,
        body.year,
        body.order(),
        body.applications_until,
        body.supplement_days,
        body.consultation_days,
        body.notice_days,
    )


async def lock_own_season(session: SessionDep, season_id: uuid.UUID, caller: Caller, match: str) -> Season:
    """A season inside the officer's region, locked, in the version that was read."""
    season = await require_season(session, season_id, caller.region, lock=True)
    check_match(match, season.version)
    return season


async def policy_and_places(session: SessionDep, season: Season) -> tuple[str, PlacesView | None]:
    """What a view adds to a season's row: its policy, and its places once there is a quota."""
    limit = await find_quota_limit(session, season.county, season.year)
    quota = PlacesView.of(await count_places(session, limit)) if limit is not None else None
    return (await POLICIES.get(session, season.policy_hash)).id, quota


async def season_response(session: SessionDep, season: Season, response: Response) -> SeasonView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(season.version)
    response.headers["Location"] = f"/v1/seasons/{season.id}"
    rules = await rules_view(session, season.policy_hash)
    extensions = [SeasonExtensionView.of(extension) for extension in season.extensions]
    return SeasonView.of(season, *await policy_and_places(session, season), rules=rules, extensions=extensions)
