"""The work list."""

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Date, Integer, Row, Select, Uuid, bindparam, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Season, Task
from services.recognition.repository import regions

SHOWN = (Task.id, Task.application_id, Task.county, Task.step, Task.due_on, Task.claimed_by)


async def listed(
    session: AsyncSession,
    scope: str,
    step: str | None,
    claimed_by: str | None,
    after: tuple[dt.date, uuid.UUID] | None,
    limit: int,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Open tasks of a region by last day, as a list shows them."""
    query = _page(regions.kind(scope), step is not None, claimed_by is not None, after is not None)
    known = {"step": step, "claimed_by": claimed_by, "limit": limit, **regions.bounds(scope)}
    seen = {"seen_due": after[0], "seen_id": after[1]} if after is not None else {}
    return (await session.execute(query, known | seen)).all()


@cache
def _page(kind: regions.Kind, of_step: bool, of_one: bool, goes_on: bool) -> Select[*tuple[Any, ...]]:
    """Of each county with a season as many tasks as a page has, straight from an index, and of all these the first."""
    limit = bindparam("limit", type_=Integer)
    counties = select(Season.county).where(regions.within(kind, Season.county)).distinct().subquery()
    query = select(*SHOWN).where(Task.county == counties.c.county, Task.outcome.is_(None))
    if of_step:
        query = query.where(Task.step == bindparam("step"))
    if of_one:
        query = query.where(Task.claimed_by == bindparam("claimed_by"))
    if goes_on:
        query = query.where(
            tuple_(Task.due_on, Task.id) > tuple_(bindparam("seen_due", type_=Date), bindparam("seen_id", type_=Uuid))
        )
    first = query.order_by(Task.due_on, Task.id).limit(limit).lateral()
    merged = select(first).select_from(counties).join(first, true()).order_by(first.c.due_on, first.c.id)
    return merged.limit(limit)


async def get_open(session: AsyncSession, task_id: uuid.UUID, scope: str) -> Task | None:
    """An open task of a region, locked."""
    query = select(Task).where(
        Task.id == task_id, Task.county.startswith(scope, autoescape=True), Task.outcome.is_(None)
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()
