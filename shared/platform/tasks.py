"""The work list of a service: open tasks by their last day; officers claim them and put them back.

A claim says who is working on a task. It stands until its holder releases it or, if that person is ill or has left,
until an officer of a higher level or an approver of the county does. The service adds what a task is about and what its
outcomes are.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Row,
    Select,
    String,
    Uuid,
    bindparam,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from shared.database.columns import County, CreatedAt, Id
from shared.platform import audit, scope as scopes
from shared.platform.audit import About
from shared.platform.errors import Conflict, Forbidden, NotFound
from shared.platform.identity import Caller, Role
from shared.platform.lookups import or_404


class TaskNotFound(NotFound):
    """No such open task in the caller's region."""

    slug, title = "task-not-found", "没有这项待办"
    detail = "没有这项待办，或已办结，或不在您的管辖范围内"


class TaskClaimed(Conflict):
    """Another officer has claimed the task."""

    slug, title = "claimed", "已由他人领取"


class TaskNotClaimed(Conflict):
    """Nobody has claimed the task."""

    slug, title = "not-claimed", "没有人领取"
    detail = "这项待办没有人领取，不用放回"


class TaskOfAnother(Forbidden):
    """The task is claimed by another officer, and the caller may not release it."""

    slug, title = "not-yours", "不是您领取的"


class TaskTable:
    """The columns of a task; a service adds what it is about. Its index by county and last day serves the list."""

    id: Mapped[Id]
    county: Mapped[County]
    opened_at: Mapped[CreatedAt]
    due_on: Mapped[dt.date] = mapped_column(Date)
    claimed_by: Mapped[str | None] = mapped_column(String(200))
    done_by: Mapped[str | None] = mapped_column(String(200))
    done_at: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))

    def audited(self) -> About:
        """What an audit entry about it says."""
        raise NotImplementedError


T = TypeVar("T", bound=TaskTable)
Shape = tuple[scopes.ScopeKind, tuple[str, ...], bool]
"""Which list is asked for: of one county or several, filtered by which columns, its first page or a later one."""


class TaskList(Generic[T]):
    """The tasks of a table. `is_open`: not done; `counties`: a column that holds every county with tasks;
    `columns`: what a list shows.
    """

    def __init__(
        self,
        table: type[T],
        *,
        is_open: ColumnElement[bool],
        counties: InstrumentedAttribute[str],
        columns: Sequence[InstrumentedAttribute[Any]],
    ) -> None:
        self._table, self._open, self._counties, self._columns = table, is_open, counties, columns
        self._pages: dict[Shape, Select[*tuple[Any, ...]]] = {}

    async def page(
        self,
        session: AsyncSession,
        scope: str,
        where: Mapping[str, object],
        after: tuple[dt.date, uuid.UUID] | None,
        limit: int,
    ) -> Sequence[Row[*tuple[Any, ...]]]:
        """Open tasks of a region by last day. `where`: column → the value that it must have; None: any value."""
        wanted = {name: value for name, value in where.items() if value is not None}
        shape = (scopes.scope_kind(scope), tuple(wanted), after is not None)
        query = self._pages.get(shape)
        if query is None:  # a statement has no truth value
            query = self._pages[shape] = self._page(*shape)
        seen = {"seen_due": after[0], "seen_id": after[1]} if after is not None else {}
        return (await session.execute(query, wanted | seen | scopes.scope_values(scope) | {"limit": limit})).all()

    async def lock(self, session: AsyncSession, task_id: uuid.UUID, scope: str) -> T:
        """An open task of a region, locked; 404 when there is none."""
        table = self._table
        query = select(table).where(table.id == task_id, table.county.startswith(scope, autoescape=True), self._open)
        return or_404((await session.execute(query.with_for_update())).scalar_one_or_none(), TaskNotFound)

    def _page(self, kind: scopes.ScopeKind, names: Sequence[str], goes_on: bool) -> Select[*tuple[Any, ...]]:
        """The first tasks of each county, a page of them, straight from an index; of all these the first page."""
        table, limit = self._table, bindparam("limit", type_=Integer)
        counties = select(self._counties).where(scopes.in_bound_scope(kind, self._counties)).distinct().subquery()
        query = select(*self._columns).where(table.county == counties.c[self._counties.key], self._open)
        for name in names:
            query = query.where(getattr(table, name) == bindparam(name))
        if goes_on:
            seen = tuple_(bindparam("seen_due", type_=Date), bindparam("seen_id", type_=Uuid))
            query = query.where(tuple_(table.due_on, table.id) > seen)
        first = query.order_by(table.due_on, table.id).limit(limit).lateral()
        merged = select(first).select_from(counties).join(first, true()).order_by(first.c.due_on, first.c.id)
        return merged.limit(limit)


async def claim_task(session: AsyncSession, task: T, caller: Caller) -> T:
    """Claims the task for the caller. 409 if somebody else has claimed it."""
    if task.claimed_by not in (None, caller.subject):
        raise TaskClaimed("这项待办已由另一名人员领取")
    task.claimed_by = caller.subject
    await session.flush()
    return task


async def release_task(session: AsyncSession, task: T, caller: Caller, *, approvers: str) -> T:
    """Releases the task. 409 if nobody has claimed it, 403 if somebody else has and the caller may not release it.
    `approvers`: what the service calls those who may.
    """
    holder = task.claimed_by
    if holder is None:
        raise TaskNotClaimed
    if holder != caller.subject and not may_release(task, caller):
        raise TaskOfAnother(f"别人领取的待办，只有其本人、本县的{approvers}或上级人员可以放回")
    task.claimed_by = None
    await session.flush()
    if holder != caller.subject:
        await audit.record(session, task, caller, "task:release", {"claimed_by": holder})
    return task


def may_release(task: TaskTable, caller: Caller) -> bool:
    """Whether somebody may release what another has claimed; the task is in the caller's region."""
    return Role.APPROVER in caller.roles or len(caller.region) < len(task.county)
