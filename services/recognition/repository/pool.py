"""Promising households: those that passed the review, for whom there was no place or no time."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, PoolRemoval, Recognition, Season
from services.recognition.repository import regions
from services.recognition.repository.recognitions import VALID


@dataclass(frozen=True, slots=True)
class Promising:
    """A household in the pool by its application, as far as it is judged and shown."""

    id: uuid.UUID
    county: str
    uscc: str
    name: str
    operator_ref: str | None
    path: str
    claims: Mapping[str, Any]
    breach_recorded: bool | None
    category: str
    score: int | None
    rank: int | None
    state: str
    year: int
    policy_hash: str


Seen = regions.Seen
WAITING = text("application.reviewed_by is not null and (application.state = 'reserve' or application.unplaced)")
"""As the index of the pool has it."""

_recognised = select(Recognition.id).where(Recognition.uscc == Application.uscc, VALID).exists()
_removed = select(PoolRemoval.application_id).where(PoolRemoval.application_id == Application.id).exists()
_OF_APPLICATION: tuple[Any, ...] = tuple(getattr(Application, one.name) for one in fields(Promising)[:-2])
_IN_POOL = (WAITING, ~_recognised, ~_removed)


async def listed(
    session: AsyncSession, scope: str, year: int | None, after: Seen | None, limit: int
) -> Sequence[Promising]:
    """Inside a region, by county and id: on the reserve or left over, not recognised since, not taken off."""
    known = {"year": year, "limit": limit, **regions.bounds(scope), **regions.after(after)}
    rows = await session.execute(_page(regions.kind(scope), year is not None, after is not None), known)
    return [Promising(*row) for row in rows]


@cache
def _page(kind: regions.Kind, of_year: bool, goes_on: bool) -> Select[*tuple[Any, ...]]:
    """A page, which is cut off before its seasons are looked up: joined first, they cost the order of the index, and
    the whole pool is sorted for every page.
    """
    query = select(*_OF_APPLICATION, Application.season_id).where(*_IN_POOL, regions.within(kind, Application.county))
    if of_year:
        own = select(Season.id).where(Season.id == Application.season_id, Season.year == bindparam("year"))
        query = query.where(own.exists())
    if goes_on:
        query = query.where(regions.further(Application.county, Application.id))
    page = query.order_by(Application.county, Application.id).limit(bindparam("limit", type_=Integer)).subquery()
    *shown, season = page.c
    rows = select(*shown, Season.year, Season.policy_hash).join(Season, Season.id == season)
    return rows.order_by(page.c.county, page.c.id)


async def get(session: AsyncSession, application_id: uuid.UUID, scope: str) -> Application | None:
    """The application of a household in the pool, locked, inside a region."""
    query = select(Application).where(
        *_IN_POOL, Application.id == application_id, regions.inside(Application.county, scope)
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()
