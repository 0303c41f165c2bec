"""Reads and writes of applications and of the tasks of their steps."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    String,
    Uuid,
    bindparam,
    delete,
    distinct,
    func,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.applications import ApplicationState
from services.recognition.models import Application, Season, Task, revision_sequence
from services.recognition.repository import regions
from services.recognition.repository.sights import CONDITIONS, LOCKED, SEEN, THERE, Sight, inside
from shared.policy.recognition.model import StepKind

NEXT_REVISIONS = select(revision_sequence.next_value()).select_from(
    func.generate_series(1, bindparam("count", type_=Integer)).table_valued("number")
)
OPEN_TASK = (
    select(Task)
    .where(Task.application_id == bindparam("application"), Task.step == bindparam("step"), Task.outcome.is_(None))
    .with_for_update()
)
Listed = Mapping[str, Any]
"""An application as a list reads it: column → value."""
SHOWN = (
    Application.id, Application.season_id, Application.county, Application.path, Application.uscc, Application.name,
    Application.state, Application.step, Application.category, Application.category_reason, Application.claims,
    Application.consent, Application.judged, Application.breach_recorded, Application.recommended_by,
    Application.due_on, Application.score, Application.rank, Application.reason, Application.submitted_at,
)  # fmt: skip
UNDER_WAY = [ApplicationState.IN_PROGRESS.value, ApplicationState.RETURNED.value, ApplicationState.RESERVE.value]
"""States of what was handed in and is neither recognised nor ended."""


async def next_revisions(session: AsyncSession, count: int) -> list[int]:
    """Revisions for events about households whose applications or recognitions are locked."""
    return list((await session.execute(NEXT_REVISIONS, {"count": count})).scalars())


async def get(
    session: AsyncSession, application_id: uuid.UUID, scope: str, *, lock: bool = False
) -> Application | None:
    """An application inside a caller's region."""
    return await seen(session, application_id, inside(scope), lock=lock)


async def seen(
    session: AsyncSession, application_id: uuid.UUID, sight: Sight, *, lock: bool = False
) -> Application | None:
    """An application that is in sight; locked, as it is now, also when it was read before in the session."""
    query = (LOCKED if lock else SEEN)[sight.name]
    return (await session.execute(query, {"id": application_id, **sight.values})).scalar_one_or_none()


async def is_there(session: AsyncSession, application_id: uuid.UUID, sight: Sight) -> bool:
    """Whether an application is in sight."""
    found = await session.execute(THERE[sight.name], {"id": application_id, **sight.values})
    return found.scalar_one_or_none() is not None


async def among(session: AsyncSession, ids: Collection[uuid.UUID], scope: str) -> Mapping[uuid.UUID, Application]:
    """Applications inside a caller's region, by id, locked in the order of their ids: two calls do not deadlock."""
    query = select(Application).where(Application.id.in_(ids), regions.inside(Application.county, scope))
    locked = query.order_by(Application.id).with_for_update().execution_options(populate_existing=True)
    return {one.id: one for one in (await session.execute(locked)).scalars()}


async def at_step(session: AsyncSession, season_id: uuid.UUID, state: str, step: str) -> Sequence[Application]:
    """All applications of a season at a step, locked, in the order of their ids: so two lockers do not deadlock."""
    query = (
        select(Application)
        .where(Application.season_id == season_id, Application.state == state, Application.step == step)
        .order_by(Application.id)
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def open_task(session: AsyncSession, application: Application, due_on: dt.date) -> Task:
    """The task of the step that the application has reached; written with whatever else is, at the next query."""
    task = Task(application_id=application.id, county=application.county, step=application.step, due_on=due_on)
    session.add(task)
    return task


async def task_of(session: AsyncSession, application: Application) -> Task | None:
    """The open task of the application's step, locked."""
    found = await session.execute(OPEN_TASK, {"application": application.id, "step": application.step})
    return found.scalar_one_or_none()


async def open_tasks(
    session: AsyncSession, chosen: Collection[Application], step: StepKind
) -> Mapping[uuid.UUID, Task]:
    """The open tasks of a step of many applications, by application, locked."""
    if not chosen:
        return {}
    query = select(Task).where(_of_any(chosen), Task.step == step.value, Task.outcome.is_(None)).order_by(Task.id)
    return {one.application_id: one for one in (await session.execute(query.with_for_update())).scalars()}


async def drop_task(session: AsyncSession, *ended: Application) -> None:
    """The open tasks of applications that end, wait or go back to their operators: nobody has to do them any more."""
    await session.execute(delete(Task).where(_of_any(ended), Task.outcome.is_(None)))


def _of_any(some: Collection[Application]) -> ColumnElement[bool]:
    """Tasks of applications, however many: their ids are one parameter."""
    return Task.application_id == func.any(bindparam("ids", [one.id for one in some], ARRAY(Uuid)))


async def listed(
    session: AsyncSession,
    sight: Sight,
    season_id: uuid.UUID | None,
    state: str | None,
    after: tuple[str, uuid.UUID] | None,
    limit: int,
) -> Sequence[Listed]:
    """Applications in sight as a list shows them, by county and id; `after`: those of the last one seen."""
    query = _page(sight.name, season_id is not None, state is not None, after is not None)
    known = {"season": season_id, "state": state, "limit": limit, **sight.values, **regions.after(after)}
    rows = await session.execute(query, known)
    names = list(rows.keys())
    return [dict(zip(names, row, strict=True)) for row in rows]  # an attribute of a row takes ten times as long


@cache
def _page(sight: str, of_season: bool, in_state: bool, goes_on: bool) -> Select[*tuple[Any, ...]]:
    query = select(*SHOWN).where(CONDITIONS[sight])
    if of_season:
        query = query.where(Application.season_id == bindparam("season"))
    if in_state:
        query = query.where(Application.state == bindparam("state"))
    if goes_on:
        query = query.where(regions.further(Application.county, Application.id))
    return query.order_by(Application.county, Application.id).limit(bindparam("limit", type_=Integer))


async def tasks_of(
    session: AsyncSession, applications: Collection[uuid.UUID], *, lock: bool = True
) -> Mapping[uuid.UUID, list[Task]]:
    """All tasks of applications, done and open, locked unless they are only looked at."""
    query = select(Task).where(Task.application_id.in_(applications)).order_by(Task.id)
    found: dict[uuid.UUID, list[Task]] = defaultdict(list)
    for task in (await session.execute(query.with_for_update() if lock else query)).scalars():
        found[task.application_id].append(task)
    return found


async def with_place_in_sight(session: AsyncSession, scope: str, year: int, *, recommendations: bool = True) -> int:
    """Of a year's applications below a region, not decided yet: selected, or recommended and past the review."""
    placed = Task.step == StepKind.SELECTION.value
    if recommendations:
        placed |= (Application.path == "recommendation") & (Task.step == StepKind.REVIEW.value)
    query = (
        select(func.count(distinct(Application.id)))
        .join(Season, Season.id == Application.season_id)
        .join(Task, Task.application_id == Application.id)
        .where(
            Application.county.startswith(scope, autoescape=True),
            Season.year == year,
            Application.state == ApplicationState.IN_PROGRESS.value,
            Task.outcome == "passed",
            placed,
        )
    )
    return (await session.execute(query)).scalar_one()


async def count_at(session: AsyncSession, season_id: uuid.UUID, steps: Collection[str]) -> Counter[str]:
    """How many of a season's applications are at one of the steps, by state."""
    query = (
        select(Application.state, func.count().label("number"))
        .where(Application.season_id == season_id, Application.step.in_(steps))
        .group_by(Application.state)
    )
    return Counter({row.state: row.number for row in await session.execute(query)})


async def first_of_reserve(session: AsyncSession, season_id: uuid.UUID) -> Application | None:
    """The best on the reserve, locked."""
    query = (
        select(Application)
        .where(Application.season_id == season_id, Application.state == ApplicationState.RESERVE.value)
        .order_by(Application.rank, Application.id)
        .limit(1)
        .with_for_update()
    )
    return (await session.execute(query)).scalar_one_or_none()


async def unfinished(session: AsyncSession, season_id: uuid.UUID) -> Sequence[Application]:
    """Applications of a season that were handed in and are neither recognised nor ended, locked, by id."""
    query = (
        select(Application)
        .where(Application.season_id == season_id, Application.state.in_(UNDER_WAY))
        .order_by(Application.id)
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def running_of(session: AsyncSession, codes: Sequence[str]) -> Sequence[Application]:
    """Applications of households that were handed in and are not decided, locked, by id."""
    wanted = func.any(bindparam("codes", list(codes), ARRAY(String)))
    query = select(Application).where(Application.uscc == wanted, Application.state.in_(UNDER_WAY))
    return (await session.execute(query.order_by(Application.id).with_for_update())).scalars().all()
