"""``/v1/seasons``: a county's recognition of a year, prepared, corrected or removed, opened, visible to all."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.recognition.endpoints.found import season_of
from services.recognition.endpoints.rules import rules_view
from services.recognition.models import Season
from services.recognition.repository import seasons
from services.recognition.schemas.common import Region
from services.recognition.schemas.seasons import PlacesView, SeasonBody, SeasonLine, SeasonView, Year
from services.recognition.service.places import limit_of, places_under
from services.recognition.service.preparing import SeasonOrder, correct_season, prepare_season, remove_season
from services.recognition.service.rules import policy_of
from services.recognition.service.seasons import open_season
from shared.service.etag import check_match, etag_of, require_match
from shared.service.identity import Caller, Role, allow, anyone, within
from shared.service.pagination import Cursor, Page
from shared.service.unit_of_work import SessionDep, TransactionalRoute

router = APIRouter(prefix="/v1", tags=["seasons"], route_class=TransactionalRoute)

Officer = Annotated[Caller, allow(Role.OFFICER)]
Match = Annotated[str, Depends(require_match)]


@router.post("/seasons", status_code=201, summary="准备一个县的认定季")
async def prepare(body: SeasonBody, response: Response, session: SessionDep, caller: Officer) -> SeasonView:
    """A season with its dates; it is opened later."""
    within(caller, body.county)
    return await shown(session, await prepare_season(session, order_of(body), caller), response)


@router.put("/seasons/{season_id}", summary="更正准备中的认定季")
async def correct(
    season_id: uuid.UUID, body: SeasonBody, response: Response, session: SessionDep, match: Match, caller: Officer
) -> SeasonView:
    """Prepare it anew; also what to do when the quota was set anew under other readings."""
    season = await own(session, season_id, caller, match)
    return await shown(session, await correct_season(session, season, order_of(body), caller), response)


@router.delete("/seasons/{season_id}", status_code=204, summary="删除准备中的认定季")
async def remove(season_id: uuid.UUID, session: SessionDep, match: Match, caller: Officer) -> None:
    """Remove it, as long as nobody relies on it."""
    await remove_season(session, await own(session, season_id, caller, match), caller)


@router.post("/seasons/{season_id}/opening", summary="开始认定季")
async def opening(
    season_id: uuid.UUID, response: Response, session: SessionDep, match: Match, caller: Officer
) -> SeasonView:
    """Open it for applications: criteria published, quota set, the day come."""
    season = await own(session, season_id, caller, match)
    return await shown(session, await open_season(session, season, caller), response)


@router.get("/seasons", summary="认定季")
async def listed(
    session: SessionDep,
    _: Annotated[Caller, anyone()],
    region: Annotated[Region, Query()],
    year: Annotated[Year | None, Query()] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> Page[SeasonLine]:
    """Seasons at or below a region, the newest year first."""
    read = Cursor.read(cursor, int, str)
    after = (int(read[0]), str(read[1])) if read else None
    rows = await seasons.listed(session, region, year, after, limit + 1)
    more = Cursor.write(rows[limit - 1].year, rows[limit - 1].county) if len(rows) > limit else None
    return Page(items=[SeasonLine.of(one, *await beside(session, one)) for one in rows[:limit]], next=more)


@router.get("/seasons/{season_id}", summary="一个认定季")
async def get(
    season_id: uuid.UUID, response: Response, session: SessionDep, _: Annotated[Caller, anyone()]
) -> SeasonView:
    """One season with its rules, the numbers set for it and the readings it goes by, and its ETag."""
    return await shown(session, await season_of(session, season_id), response)


def order_of(body: SeasonBody) -> SeasonOrder:
    """What the officer wrote."""
    return SeasonOrder(
        body.county, body.year, body.order(), body.applications_until, body.supplement_days, body.consultation_days,
        body.notice_days,
    )  # fmt: skip


async def own(session: SessionDep, season_id: uuid.UUID, caller: Caller, match: str) -> Season:
    """A season inside the officer's region, locked, of the version that he has seen."""
    season = await season_of(session, season_id, caller.region, lock=True)
    check_match(match, season.version)
    return season


async def beside(session: SessionDep, season: Season) -> tuple[str, PlacesView | None]:
    """What is shown beside a season's row: its policy, and its places as soon as there is a quota."""
    limit = await limit_of(session, season.county, season.year)
    quota = PlacesView.of(await places_under(session, limit)) if limit is not None else None
    return (await policy_of(session, season.policy_hash)).id, quota


async def shown(session: SessionDep, season: Season, response: Response) -> SeasonView:
    """The view with its ETag and address."""
    response.headers["ETag"] = etag_of(season.version)
    response.headers["Location"] = f"/v1/seasons/{season.id}"
    rules = await rules_view(session, season.policy_hash)
    return SeasonView.of(season, *await beside(session, season), rules=rules)
