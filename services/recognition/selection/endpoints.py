"""`/v1/selections`, `/v1/pool` and withdrawals at any time before the decision."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.recognition.applications import repository as application_repository
from services.recognition.applications.endpoints import (
    application_response,
    lock_own_recommendation,
    recommendation_response,
)
from services.recognition.applications.lookups import require_readable
from services.recognition.applications.schemas import ApplicationView, RecommendationView
from services.recognition.registers.operators import require_settled_operator
from services.recognition.resources import ResourcesDep
from services.recognition.season.service import require_season
from services.recognition.selection import repository as pool_repository
from services.recognition.selection.problems import NotInPool
from services.recognition.selection.schemas import (
    PoolMemberView,
    RemovalView,
    SelectionBody,
    SelectionView,
)
from services.recognition.selection.service import (
    preview_selection,
    remove_from_pool,
    select_applications,
    still_eligible,
    withdraw_application,
)
from shared.platform.etag import OptionalMatch, RequiredMatch, check_if_given, check_match
from shared.platform.fields import ReasonBody, Year
from shared.platform.identity import Caller, Role, allow
from shared.platform.lookups import or_404
from shared.platform.paging import Page, PageQuery, paged
from shared.platform.unit_of_work import SessionDep, TransactionalRoute

withdrawal_router = APIRouter(prefix="/v1", route_class=TransactionalRoute)


@withdrawal_router.post("/applications/{application_id}/withdrawal", summary="撤回申报", tags=["applications"])
async def withdraw_own_application(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    resources: ResourcesDep,
    caller: Annotated[Caller, allow(Role.OPERATOR)],
) -> ApplicationView:
    """The season is locked first, as in a selection, because the first of the reserve may take the place. A new
    operator waits for a term.
    """
    unlocked = await require_readable(session, application_id, caller)
    await require_season(session, unlocked.season_id, lock=True)
    await application_repository.lock_with_reserve(session, unlocked)
    application = await require_readable(session, application_id, caller, lock=True)
    check_match(match, application.version)
    await require_settled_operator(session, application.uscc, resources.settings.new_operator_days)
    return application_response(await withdraw_application(session, application, caller), response)


@withdrawal_router.post("/recommendations/{application_id}/withdrawal", summary="撤回推荐", tags=["recommendations"])
async def withdraw_own_recommendation(
    application_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.BUREAU)],
) -> RecommendationView:
    """The same for the department's own recommendation."""
    application = await require_readable(session, application_id, caller)
    await require_season(session, application.season_id, lock=True)
    await application_repository.lock_with_reserve(session, application)
    recommendation = await lock_own_recommendation(session, application_id, caller, match)
    return recommendation_response(await withdraw_application(session, recommendation, caller), response)


selection_router = APIRouter(prefix="/v1", tags=["selections"], route_class=TransactionalRoute)


@selection_router.post("/selections", summary="在名额内择优，其余列入候补")
async def select(
    body: SelectionBody,
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)],
    match: OptionalMatch = None,
) -> SelectionView:
    """Rank all that wait in a season, after the application period; `If-Match` names the season's ETag. Where no
    scoring sheet decides, by somebody who reviewed none of them: an approver, where all officers did.
    """
    season = await require_season(session, body.season, caller.region, lock=True)
    check_if_given(season.version, match)
    return SelectionView.of(await select_applications(session, season, caller))


@selection_router.post("/selections/preview", summary="预览择优的结果，不作出决定")
async def preview(
    body: SelectionBody, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER)]
) -> SelectionView:
    """Whom a selection of today would choose, for a meeting or a second person to look at before it is made."""
    season = await require_season(session, body.season, caller.region)
    return SelectionView.of(await preview_selection(session, season, caller))


pool_router = APIRouter(prefix="/v1", tags=["pool"], route_class=TransactionalRoute)


@pool_router.get("/pool", summary="培育库：审核通过而未获认定、现在仍符合基础标准的个体工商户")
async def list_pool(
    session: SessionDep,
    caller: Annotated[Caller, allow(Role.OFFICER, Role.APPROVER, Role.AUDITOR)],
    page: Annotated[PageQuery[tuple[str, uuid.UUID]], paged(str, uuid.UUID)],
    year: Annotated[Year | None, Query()] = None,
) -> Page[PoolMemberView]:
    """Inside the caller's region. A page may have fewer than `limit` rows: households that no longer qualify are left
    out.
    """
    rows = await pool_repository.list_pool(session, caller.region, year, page.after, page.wanted)
    standing = await still_eligible(session, rows[: page.limit])
    return Page(
        items=[PoolMemberView.of(member) for member in standing], next=page.next(rows, lambda row: (row.county, row.id))
    )


@pool_router.post("/pool/{application_id}/removal", summary="把一户移出培育库，写明理由")
async def remove_pool_member(
    application_id: uuid.UUID,
    body: ReasonBody,
    session: SessionDep,
    match: RequiredMatch,
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> RemovalView:
    """`If-Match` names the version of its application."""
    application = or_404(await pool_repository.lock_pool_application(session, application_id, caller.region), NotInPool)
    check_match(match, application.version)
    return RemovalView.of(await remove_from_pool(session, application, body.reason, caller))
