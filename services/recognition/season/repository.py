"""SQL of quotas, criteria and seasons."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, delete, exists, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.repository import VALID
from services.recognition.season.domain import SeasonState
from services.recognition.season.models import CountyQuota, Criteria, Quota, Season

SEASON_BY_ID = select(Season).where(Season.id == bindparam("id"))
SEASON_LOCKED = SEASON_BY_ID.with_for_update().execution_options(populate_existing=True)


async def get_season(session: AsyncSession, season_id: uuid.UUID, scope: str, *, lock: bool = False) -> Season | None:
    """A season inside a caller's region."""
    season = (await session.execute(SEASON_LOCKED if lock else SEASON_BY_ID, {"id": season_id})).scalar_one_or_none()
    return season if season is not None and season.county.startswith(scope) else None


async def seasons_by_id(session: AsyncSession, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Season]:
    """Seasons by id."""
    return {season.id: season for season in (await session.execute(select(Season).where(Season.id.in_(ids)))).scalars()}


async def season_of_year(session: AsyncSession, county: str, year: int) -> Season | None:
    """A county's season of a year."""
    return (await session.execute(select(Season).filter_by(county=county, year=year))).scalar_one_or_none()


async def latest_season(session: AsyncSession, county: str) -> Season | None:
    """The last season of a county."""
    query = select(Season).filter_by(county=county).order_by(Season.year.desc()).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def list_seasons(
    session: AsyncSession,
    scope: str,
    year: int | None,
    after: tuple[int, str] | None = None,
    limit: int | None = None,
) -> Sequence[Season]:
    """Seasons below a region, newest year first; `after`: year and county of the last one seen."""
    query = select(Season).where(Season.county.startswith(scope, autoescape=True))
    if year is not None:
        query = query.where(Season.year == year)
    if after is not None:
        query = query.where(tuple_(-Season.year, Season.county) > (-after[0], after[1]))
    return (await session.execute(query.order_by(Season.year.desc(), Season.county).limit(limit))).scalars().all()


async def policy_hashes(session: AsyncSession, ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, str]:
    """Season → the content hash of its policy."""
    query = select(Season.id, Season.policy_hash).where(Season.id.in_(ids))
    return {row.id: row.policy_hash for row in await session.execute(query)}


MOVE_LAST_DAYS = text(
    """
    UPDATE task SET due_on = :until WHERE outcome IS NULL AND due_on = :before
        AND application_id IN (SELECT id FROM application WHERE season_id = :season)
    """
)


async def move_last_days(session: AsyncSession, season_id: uuid.UUID, before: dt.date, until: dt.date) -> None:
    """Open tasks that were due on a season's last day are due on its new one."""
    await session.execute(MOVE_LAST_DAYS, {"season": season_id, "before": before, "until": until})


async def get_county_quota(session: AsyncSession, county: str, year: int, *, lock: bool = False) -> CountyQuota | None:
    """A county's places of a year; locked, no other decision in the county continues."""
    query = select(CountyQuota).filter_by(county=county, year=year)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def is_apportioned(session: AsyncSession, quota: Quota) -> bool:
    """Whether the quota's places were given to counties."""
    query = select(exists().where(CountyQuota.quota_id == quota.id))
    return bool((await session.execute(query)).scalar_one())


async def get_quota(session: AsyncSession, scope: str, year: int, *, lock: bool = False) -> Quota | None:
    """The quota of a scope and year."""
    query = select(Quota).filter_by(scope=scope, year=year)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def list_quotas(session: AsyncSession, scope: str, year: int) -> Sequence[Quota]:
    """The quotas of scopes inside a region, and of the region's own."""
    query = select(Quota).where(Quota.scope.startswith(scope, autoescape=True), Quota.year == year)
    return (await session.execute(query.order_by(Quota.scope))).scalars().all()


async def season_begun(session: AsyncSession, scope: str, year: int) -> bool:
    """Whether a season of the year inside the scope was opened."""
    begun = (
        select(func.count())
        .select_from(Season)
        .where(
            Season.county.startswith(scope, autoescape=True), Season.year == year, Season.state != SeasonState.PREPARING
        )
    )
    return (await session.execute(begun)).scalar_one() > 0


async def delete_quota(session: AsyncSession, quota: Quota) -> None:
    """Delete a quota with its apportionment."""
    await session.execute(delete(CountyQuota).where(CountyQuota.quota_id == quota.id))
    await session.delete(quota)
    await session.flush()


async def lock_criteria_of(session: AsyncSession, region: str, year: int) -> Criteria | None:
    """A region's criteria of a year, locked."""
    query = select(Criteria).filter_by(region=region, year=year).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def delete_criteria(session: AsyncSession, criteria: Criteria) -> None:
    """Delete criteria."""
    await session.delete(criteria)
    await session.flush()


async def get_criteria(
    session: AsyncSession, criteria_id: uuid.UUID, scope: str, *, lock: bool = False
) -> Criteria | None:
    """Criteria inside a caller's region."""
    query = select(Criteria).where(Criteria.id == criteria_id, Criteria.region.startswith(scope, autoescape=True))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def list_criteria(
    session: AsyncSession, region: str, year: int | None, after: tuple[int, str] | None, limit: int, *, drafts: bool
) -> Sequence[Criteria]:
    """Published criteria at or below a region, newest year first; or the drafts there. `after`: the last one seen."""
    published = Criteria.published_at.is_(None) if drafts else Criteria.published_at.is_not(None)
    query = select(Criteria).where(Criteria.region.startswith(region, autoescape=True), published)
    if year is not None:
        query = query.where(Criteria.year == year)
    if after is not None:
        query = query.where(tuple_(-Criteria.year, Criteria.region) > (-after[0], after[1]))
    return (await session.execute(query.order_by(Criteria.year.desc(), Criteria.region).limit(limit))).scalars().all()


async def county_quotas_by_quota(
    session: AsyncSession, quotas: Collection[Quota]
) -> Mapping[uuid.UUID, list[CountyQuota]]:
    """The apportionment of quotas, by quota, each by county."""
    query = select(CountyQuota).where(CountyQuota.quota_id.in_([quota.id for quota in quotas]))
    shares: dict[uuid.UUID, list[CountyQuota]] = defaultdict(list)
    for row in (await session.execute(query.order_by(CountyQuota.county))).scalars():
        shares[row.quota_id].append(row)
    return shares


async def count_valid(session: AsyncSession, scope: str, within: str, granted_in: int | None = None) -> int:
    """Valid recognitions that take a place of a county or a wider scope; `within`: the scope of the quota.

    `granted_in`: only those of that year's seasons.

    A recognition keeps its place where it was granted while it moves within the quota's scope, so that a move frees no
    place. One transferred from outside takes none.
    """
    query = (
        select(func.count())
        .select_from(Recognition)
        .where(
            func.coalesce(Recognition.transferred_from, Recognition.county).startswith(scope, autoescape=True),
            Recognition.county.startswith(within, autoescape=True),
            VALID,
        )
    )
    if granted_in is not None:
        query = query.where(Recognition.year == granted_in)
    return (await session.execute(query)).scalar_one()


HELD_PLACES = text(
    """
    SELECT count(DISTINCT a.id) FROM application a
        JOIN season s ON s.id = a.season_id JOIN task t ON t.application_id = a.id
    WHERE a.county LIKE :scope || '%' AND s.year = :year AND a.state = 'in-progress' AND t.outcome = 'passed'
        AND (t.step = 'selection' OR (:recommendations AND a.path = 'recommendation' AND t.step = 'review'))
    """
)


async def count_held_places(session: AsyncSession, scope: str, year: int, *, recommendations: bool = True) -> int:
    """Undecided applications of a year below a region that have a place: selected, or recommended and reviewed."""
    values = {"scope": scope, "year": year, "recommendations": recommendations}
    return int((await session.execute(HELD_PLACES, values)).scalar_one())


async def find_published_criteria(session: AsyncSession, county: str, year: int) -> Criteria | None:
    """The published criteria of a county, or of the city or province above it: the nearest."""
    regions = [county, county[:4], county[:2]]
    query = (
        select(Criteria)
        .where(Criteria.region.in_(regions), Criteria.year == year, Criteria.published_at.is_not(None))
        .order_by(func.length(Criteria.region).desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()
