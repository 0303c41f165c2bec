"""SQL of the pool: households that passed the review and got no place, or whose season ended first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.domain import ApplicationState, TaskOutcome
from services.recognition.applications.models import Application, PoolRemoval, Task
from services.recognition.recognitions.models import Recognition
from services.recognition.recognitions.repository import VALID
from services.recognition.rules.claims import Claims
from services.recognition.rules.domain import PathKind
from services.recognition.season.models import Season
from shared.law.model.recognition import Category, StepKind
from shared.platform import scope as scopes


@dataclass(frozen=True, slots=True)
class PoolMember:
    """A household in the pool by its application, with what it is judged by."""

    id: uuid.UUID
    county: str
    uscc: str
    name: str
    operator_ref: str | None
    path: PathKind
    claims: Claims
    breach_recorded: bool | None
    category: Category
    score: int | None
    rank: int | None
    state: ApplicationState
    year: int
    policy_hash: str


async def last_rank_chosen(session: AsyncSession, season_id: uuid.UUID) -> int:
    """The last rank that earlier selections of a season let continue, all who share it counted; 0 before the first."""
    chosen = Task.step == StepKind.SELECTION, Task.outcome == TaskOutcome.PASSED
    passed = select(Task.id).where(Task.application_id == Application.id, *chosen).exists()
    shared = func.count() - 1
    query = (
        select(Application.rank + shared)
        .where(Application.season_id == season_id, Application.rank.is_not(None), passed)
        .group_by(Application.rank)
        .order_by(Application.rank.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar() or 0


PoolPosition = scopes.Position
POOL_CONDITION = text("application.reviewed_by is not null and (application.state = 'reserve' or application.unplaced)")
"""The same condition as in the index of the pool."""

_recognised = select(Recognition.id).where(Recognition.uscc == Application.uscc, VALID).exists()
_removed = select(PoolRemoval.application_id).where(PoolRemoval.application_id == Application.id).exists()
_OF_APPLICATION: tuple[Any, ...] = tuple(getattr(Application, field.name) for field in fields(PoolMember)[:-2])
_IN_POOL = (POOL_CONDITION, ~_recognised, ~_removed)


async def list_pool(
    session: AsyncSession, scope: str, year: int | None, after: PoolPosition | None, limit: int
) -> Sequence[PoolMember]:
    """Inside a region, by county and id: on the reserve or without a place, not recognised since, not removed."""
    values = {"year": year, "limit": limit, **scopes.scope_values(scope), **scopes.position_values(after)}
    rows = await session.execute(_pool_page(scopes.scope_kind(scope), year is not None, after is not None), values)
    return [PoolMember(*row) for row in rows]


@cache
def _pool_page(kind: scopes.ScopeKind, of_year: bool, goes_on: bool) -> Select[*tuple[Any, ...]]:
    """The page is cut off before its seasons are joined: joined first, the index order is lost and the whole pool is
    sorted for every page.
    """
    query = select(*_OF_APPLICATION, Application.season_id).where(
        *_IN_POOL, scopes.in_bound_scope(kind, Application.county)
    )
    if of_year:
        own = select(Season.id).where(Season.id == Application.season_id, Season.year == bindparam("year"))
        query = query.where(own.exists())
    if goes_on:
        query = query.where(scopes.after_position(Application.county, Application.id))
    page = query.order_by(Application.county, Application.id).limit(bindparam("limit", type_=Integer)).subquery()
    *shown, season = page.c
    rows = select(*shown, Season.year, Season.policy_hash).join(Season, Season.id == season)
    return rows.order_by(page.c.county, page.c.id)


async def late_waits(session: AsyncSession, season_id: uuid.UUID) -> bool:
    """Whether a late application of a season waits for its selection."""
    query = select(Application.id).where(
        Application.season_id == season_id,
        Application.state == ApplicationState.IN_PROGRESS,
        Application.step == StepKind.SELECTION,
    )
    return (await session.execute(query.limit(1))).first() is not None


async def lock_pool_application(session: AsyncSession, application_id: uuid.UUID, scope: str) -> Application | None:
    """The application of a household in the pool inside a region, locked."""
    query = select(Application).where(
        *_IN_POOL, Application.id == application_id, scopes.in_region(Application.county, scope)
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()
