"""SQL of applications, of the tasks of their steps, and of their documents."""

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
    Row,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    delete,
    distinct,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications.domain import ENDED_STATES, ApplicationState, TaskOutcome
from services.recognition.applications.models import Application, Document, LateAdmission, Task
from services.recognition.applications.visibility import (
    CONDITIONS,
    READABLE,
    READABLE_ID,
    READABLE_LOCKED,
    ReadScope,
    region_scope,
)
from services.recognition.rules.domain import PathKind
from services.recognition.season.models import Season
from shared.law.model.recognition import Category, StepKind
from shared.platform import scope as scopes
from shared.platform.tasks import TaskList

OPEN_TASK = (
    select(Task)
    .where(Task.application_id == bindparam("application"), Task.step == bindparam("step"), Task.outcome.is_(None))
    .with_for_update()
)
WEEK = dt.timedelta(days=7)
ApplicationRow = Mapping[str, Any]
"""An application as a list reads it: column → value."""
APPLICATION_COLUMNS = (
    Application.id,
    Application.season_id,
    Application.county,
    Application.path,
    Application.uscc,
    Application.name,
    Application.state,
    Application.step,
    Application.category,
    Application.category_reason,
    Application.claims,
    Application.consent,
    Application.judged,
    Application.breach_recorded,
    Application.recommended_by,
    Application.due_on,
    Application.score,
    Application.rank,
    Application.reason,
    Application.unplaced,
    Application.submitted_at,
)
UNDER_WAY = [ApplicationState.IN_PROGRESS, ApplicationState.RETURNED, ApplicationState.RESERVE]
"""States of an application that was submitted and is neither recognised nor ended."""


async def get_application(
    session: AsyncSession, application_id: uuid.UUID, scope: str, *, lock: bool = False
) -> Application | None:
    """An application inside a caller's region."""
    return await get_readable(session, application_id, region_scope(scope), lock=lock)


async def get_readable(
    session: AsyncSession, application_id: uuid.UUID, sight: ReadScope, *, lock: bool = False
) -> Application | None:
    """An application that the caller may see; locked, it is read again even if the session knows it."""
    query = (READABLE_LOCKED if lock else READABLE)[sight.name]
    return (await session.execute(query, {"id": application_id, **sight.values})).scalar_one_or_none()


async def is_readable(session: AsyncSession, application_id: uuid.UUID, sight: ReadScope) -> bool:
    """Whether the caller may see an application."""
    result = await session.execute(READABLE_ID[sight.name], {"id": application_id, **sight.values})
    return result.scalar_one_or_none() is not None


async def lock_applications(
    session: AsyncSession, ids: Collection[uuid.UUID], scope: str
) -> Mapping[uuid.UUID, Application]:
    """Applications inside a caller's region, locked in the order of their ids so that two calls do not deadlock."""
    query = select(Application).where(Application.id.in_(ids), scopes.in_region(Application.county, scope))
    locked = query.order_by(Application.id).with_for_update().execution_options(populate_existing=True)
    return {application.id: application for application in (await session.execute(locked)).scalars()}


async def find_at_step(
    session: AsyncSession, season_id: uuid.UUID, states: Collection[ApplicationState], step: StepKind, *, lock: bool
) -> Sequence[Application]:
    """All applications of a season at a step; locked in the order of their ids, so that two calls do not deadlock."""
    query = (
        select(Application)
        .where(Application.season_id == season_id, Application.state.in_(states), Application.step == step)
        .order_by(Application.id)
    )
    return (await session.execute(query.with_for_update() if lock else query)).scalars().all()


async def create_task(session: AsyncSession, application: Application, due_on: dt.date) -> Task:
    """A task for the application's current step; it is flushed with the session's next query."""
    task = Task(application_id=application.id, county=application.county, step=application.step, due_on=due_on)
    session.add(task)
    return task


async def lock_task(session: AsyncSession, application: Application) -> Task | None:
    """The open task of the application's step, locked."""
    result = await session.execute(OPEN_TASK, {"application": application.id, "step": application.step})
    return result.scalar_one_or_none()


async def lock_tasks(
    session: AsyncSession, chosen: Collection[Application], step: StepKind
) -> Mapping[uuid.UUID, Task]:
    """The open tasks of a step of many applications, by application, locked."""
    if not chosen:
        return {}
    query = select(Task).where(_tasks_of_any(chosen), Task.step == step, Task.outcome.is_(None)).order_by(Task.id)
    return {task.application_id: task for task in (await session.execute(query.with_for_update())).scalars()}


async def delete_open_tasks(session: AsyncSession, *ended: Application) -> None:
    """Delete the open tasks of applications that end, wait or go back to their operators."""
    await session.execute(delete(Task).where(_tasks_of_any(ended), Task.outcome.is_(None)))


def _tasks_of_any(batch: Collection[Application]) -> ColumnElement[bool]:
    """Tasks of the applications; their ids are one array parameter."""
    return Task.application_id == func.any(bindparam("ids", [application.id for application in batch], ARRAY(Uuid)))


async def list_applications(
    session: AsyncSession,
    sight: ReadScope,
    season_id: uuid.UUID | None,
    state: ApplicationState | None,
    uscc: str | None,
    after: tuple[str, uuid.UUID] | None,
    limit: int,
) -> Sequence[ApplicationRow]:
    """Applications that the caller may see, as columns, by county and id; `after`: the last position seen."""
    said = {"season": season_id, "state": state, "of_household": uscc}
    query = _application_page(sight.name, frozenset(name for name in said if said[name] is not None), after is not None)
    values = {**said, "limit": limit, **sight.values, **scopes.position_values(after)}
    rows = await session.execute(query, values)
    names = list(rows.keys())
    return [dict(zip(names, row, strict=True)) for row in rows]  # reading a row's attributes takes ten times as long


@cache
def _application_page(sight: str, said: Collection[str], goes_on: bool) -> Select[*tuple[Any, ...]]:
    query = select(*APPLICATION_COLUMNS).where(CONDITIONS[sight])
    columns = {"season": Application.season_id, "state": Application.state, "of_household": Application.uscc}
    for name in sorted(said):
        query = query.where(columns[name] == bindparam(name))
    if goes_on:
        query = query.where(scopes.after_position(Application.county, Application.id))
    return query.order_by(Application.county, Application.id).limit(bindparam("limit", type_=Integer))


async def tasks_by_application(
    session: AsyncSession, applications: Collection[uuid.UUID], *, lock: bool = True
) -> Mapping[uuid.UUID, list[Task]]:
    """All tasks of applications, finished and open; locked unless `lock` is false."""
    query = select(Task).where(Task.application_id.in_(applications)).order_by(Task.id)
    tasks: dict[uuid.UUID, list[Task]] = defaultdict(list)
    for task in (await session.execute(query.with_for_update() if lock else query)).scalars():
        tasks[task.application_id].append(task)
    return tasks


SELECTED = Task.step == StepKind.SELECTION
RECOMMENDED = (Application.path == PathKind.RECOMMENDATION) & (Task.step == StepKind.REVIEW)
"""Which passed step gives an application its place"""


async def count_late_places(session: AsyncSession, season_id: uuid.UUID) -> int:
    """Undecided applications that have a place and may be decided after their season."""
    query = (
        select(func.count(distinct(Application.id)))
        .join(Task, Task.application_id == Application.id)
        .where(
            Application.season_id == season_id,
            Application.state == ApplicationState.IN_PROGRESS,
            Application.late,
            Task.outcome == TaskOutcome.PASSED,
            SELECTED | RECOMMENDED,
        )
    )
    return (await session.execute(query)).scalar_one()


async def count_by_state(
    session: AsyncSession, season_id: uuid.UUID, steps: Collection[StepKind]
) -> Counter[ApplicationState]:
    """How many of a season's applications are at one of the steps, by state."""
    query = (
        select(Application.state, func.count().label("number"))
        .where(Application.season_id == season_id, Application.step.in_(steps))
        .group_by(Application.state)
    )
    return Counter({row.state: row.number for row in await session.execute(query)})


async def lock_reserve(session: AsyncSession, season_id: uuid.UUID) -> Sequence[Application]:
    """The reserve of a season, which is locked before, locked by id as everybody locks applications."""
    query = (
        select(Application)
        .where(Application.season_id == season_id, Application.state == ApplicationState.RESERVE)
        .order_by(Application.id)
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def lock_with_reserve(session: AsyncSession, application: Application) -> None:
    """An application that may leave its place, together with the reserve of its season, which is locked before. By id,
    as a batch of events locks applications: to lock the reserve after it would be another order.
    """
    of_season = and_(Application.season_id == application.season_id, Application.state == ApplicationState.RESERVE)
    query = select(Application.id).where(or_(Application.id == application.id, of_season))
    await session.execute(query.order_by(Application.id).with_for_update())


async def lock_unfinished(session: AsyncSession, season_id: uuid.UUID) -> Sequence[Application]:
    """Applications of a season that were submitted and have not ended, locked, by id."""
    query = (
        select(Application)
        .where(Application.season_id == season_id, Application.state.in_(UNDER_WAY))
        .order_by(Application.id)
        .with_for_update()
    )
    return (await session.execute(query)).scalars().all()


async def lock_running(session: AsyncSession, codes: Sequence[str]) -> Sequence[Application]:
    """Applications of households that were submitted and have not ended, locked, by id."""
    any_code = func.any(bindparam("codes", list(codes), ARRAY(String)))
    query = select(Application).where(Application.uscc == any_code, Application.state.in_(UNDER_WAY))
    return (await session.execute(query.order_by(Application.id).with_for_update())).scalars().all()


async def lock_not_ended(session: AsyncSession, season_id: uuid.UUID, uscc: str) -> Application | None:
    """The household's application or recommendation in a season that was neither withdrawn nor refused, locked: there
    is one at most. A draft is one, too.
    """
    query = select(Application).filter_by(season_id=season_id, uscc=uscc)
    query = query.where(Application.state.not_in(ENDED_STATES))
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def get_late_admission(session: AsyncSession, season_id: uuid.UUID, uscc: str) -> LateAdmission | None:
    """Whether, and to which day, a household may apply in a season after its application period."""
    return await session.get(LateAdmission, (season_id, uscc))


TASKS = TaskList(
    Task,
    is_open=Task.outcome.is_(None),
    counties=Season.county,
    columns=(Task.id, Task.application_id, Task.county, Task.step, Task.due_on, Task.claimed_by),
)


async def tasked(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Row[uuid.UUID, str, str, Category | None]]:
    """By id: whose application each is and in which category, for a page of tasks."""
    columns = (Application.id, Application.uscc, Application.name, Application.category)
    rows = await session.execute(select(*columns).where(Application.id.in_(applications)))
    return {row.id: row for row in rows}


async def task_totals(
    session: AsyncSession, scope: str, today: dt.date, subject: str
) -> Sequence[Row[StepKind, int, int, int, int, int, dt.date]]:
    """Of each step with open tasks: how many, due by when, whose."""
    query = select(
        Task.step,
        func.count().label("number"),
        func.count().filter(Task.due_on < today).label("overdue"),
        func.count().filter(Task.due_on.between(today, today + WEEK)).label("due_soon"),
        func.count().filter(Task.claimed_by.is_(None)).label("unclaimed"),
        func.count().filter(Task.claimed_by == subject).label("mine"),
        func.min(Task.due_on).label("first_due_on"),
    )
    open_tasks = query.where(Task.outcome.is_(None), scopes.in_region(Task.county, scope))
    return (await session.execute(open_tasks.group_by(Task.step).order_by(Task.step))).all()


DOCUMENT_OF_APPLICATION = Document.application_id == bindparam("application")
EVIDENCE_OF_APPLICATION = select(Document.evidence).where(DOCUMENT_OF_APPLICATION)
DOCUMENT_COUNT = select(func.count()).select_from(Document).where(DOCUMENT_OF_APPLICATION)
ALL_DOCUMENTS = select(Document).where(DOCUMENT_OF_APPLICATION).order_by(Document.added_at, Document.id)


async def evidence_of(session: AsyncSession, application_id: uuid.UUID) -> frozenset[str]:
    """What the documents of an application are for, as `<criterion>:<document>`."""
    return frozenset((await session.execute(EVIDENCE_OF_APPLICATION, {"application": application_id})).scalars())


async def evidence_by_application(
    session: AsyncSession, applications: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Collection[str]]:
    """The same for many applications; an empty set for one without documents."""
    query = select(Document.application_id, Document.evidence).where(Document.application_id.in_(applications))
    found = defaultdict[uuid.UUID, set[str]](set)
    for row in await session.execute(query):
        found[row.application_id].add(row.evidence)
    return found


async def delete_kind_documents(session: AsyncSession, application_id: uuid.UUID, *, of_others_than: str) -> None:
    """Delete the documents that prove a former operator's kind (`kind.…`)."""
    query = delete(Document).where(Document.application_id == application_id, Document.evidence.startswith("kind."))
    await session.execute(query.where(Document.added_by != of_others_than))


async def documents_of(session: AsyncSession, application_id: uuid.UUID) -> Sequence[Document]:
    """An application's documents, oldest first."""
    return (await session.execute(ALL_DOCUMENTS, {"application": application_id})).scalars().all()


async def get_document(session: AsyncSession, document_id: uuid.UUID) -> tuple[Document, Application] | None:
    """A document with its application; the caller of this function checks who may read it."""
    query = select(Document, Application).join(Application, Application.id == Document.application_id)
    row = (await session.execute(query.where(Document.id == document_id))).first()
    return (row[0], row[1]) if row else None


async def count_documents(session: AsyncSession, application_id: uuid.UUID) -> int:
    """How many documents an application has."""
    return (await session.execute(DOCUMENT_COUNT, {"application": application_id})).scalar_one()


async def document_digests(session: AsyncSession) -> frozenset[str]:
    """The digests of all files that a row names."""
    return frozenset((await session.execute(select(Document.sha256).distinct())).scalars())
