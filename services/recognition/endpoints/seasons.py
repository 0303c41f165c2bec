"""``/v1/seasons``: a county's recognition of a year, prepared, opened, visible to all."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.found import season_of
from services.recognition.models import Season
from services.recognition.repository import seasons
from services.recognition.schemas.common import Region
from services.recognition.schemas.seasons import SeasonBody, SeasonView, Year
from services.recognition.service.policies import RulesOrder
from services.recognition.service.seasons import SeasonOrder, open_season, prepare_season
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow, anyone, within
from shared.service.pagination import Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["seasons"], route_class=TransactionalRoute)


@router.post("/seasons", status_code=201, summary="准备一个县的认定季")
async def prepare(
    body: SeasonBody, response: Response, session: SessionDep, caller: Annotated[Caller, allow(Role.OFFICER)]
) -> SeasonView:
    """A season with its dates; it is opened later."""
    within(caller, body.county)
    order = SeasonOrder(
        body.county, body.year, RulesOrder(body.policy, body.settings, body.readings), body.applications_until,
        body.supplement_days, body.consultation_days, body.notice_days,
    )  # fmt: skip
    return shown(await prepare_season(session, order, caller), response)


@router.post("/seasons/{season_id}/opening", summary="开始认定季")
async def opening(
    season_id: uuid.UUID,
    response: Response,
    session: SessionDep,
    match: Annotated[str, Depends(require_match)],
    caller: Annotated[Caller, allow(Role.OFFICER)],
) -> SeasonView:
    """Open it for applications: criteria published, quota set, the day come."""
    season = await season_of(session, season_id, caller.region, lock=True)
    check_match(match, season.version)
    return shown(await open_season(session, season, caller), response)


@router.get("/seasons", summary="认定季")
async def listed(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    year: Annotated[Year | None, Query()] = None,
) -> Page[SeasonView]:
    """Seasons at or below a region."""
    return Page(items=[SeasonView.of(one) for one in await seasons.listed(session, region, year)])


@router.get("/seasons/{season_id}", summary="一个认定季")
async def get(
    season_id: uuid.UUID, response: Response, session: SessionDep, _: Annotated[Caller, anyone()]
) -> SeasonView:
    """One season with its ETag."""
    return shown(await season_of(session, season_id), response)


def shown(season: Season, response: Response) -> SeasonView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(season.version)
    response.headers["Location"] = f"/v1/seasons/{season.id}"
    return SeasonView.of(season)
