"""SQL of work reports."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.work_reports.domain import WorkReportState
from services.support.work_reports.models import WorkReport
from shared.database.direct import fetch
from shared.platform.scope import in_region
from shared.reference.departments import Department

COUNTIES = "SELECT DISTINCT region FROM household ORDER BY region"
OVERDUE = """
    UPDATE work_report SET state = 'overdue', version = version + 1 WHERE state = 'due' AND due_on < $1::date
"""
FIGURES = """
    SELECT 'report:' || outcome AS what, count(*) AS number, coalesce(sum(amount), 0)::bigint AS fen FROM measure_report
    WHERE region = $1 AND department = $2 AND happened_on BETWEEN $3 AND $4 GROUP BY outcome
    UNION ALL
    SELECT 'call:made', count(*), 0 FROM call
    WHERE county = $1 AND department = $2 AND state = 'made' AND visited_on BETWEEN $3 AND $4
    UNION ALL
    SELECT 'problem:' || s.what, count(*), 0 FROM problem_step s JOIN problem p ON p.id = s.problem_id
    WHERE p.county = $1 AND s.department = $2 AND s.what IN ('answer', 'satisfied', 'supervise')
        AND (s.at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $3 AND $4 GROUP BY s.what
"""


@dataclass(frozen=True, slots=True)
class WorkReportScope:
    """Whose work reports somebody sees: those of a region, or of it only a department's."""

    region: str
    department: Department | None

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """For a query."""
        inside = in_region(WorkReport.county, self.region)
        return (inside,) if self.department is None else (inside, WorkReport.department == self.department)


async def counties(session: AsyncSession) -> Sequence[str]:
    """Where there are households."""
    return [row[0] for row in await fetch(session, COUNTIES)]


async def open_those_missing(session: AsyncSession, wanted: Sequence[Mapping[str, Any]]) -> int:
    """Opens work reports that are not there yet; how many."""
    if not wanted:
        return 0
    once = ["duty", "period", "county", "department"]
    statement = insert(WorkReport).on_conflict_do_nothing(index_elements=once).returning(WorkReport.id)
    return len((await session.execute(statement, list(wanted))).all())


async def make_overdue(session: AsyncSession, day: dt.date) -> None:
    """Those whose last day is over."""
    await fetch(session, OVERDUE, day)


async def not_reminded(session: AsyncSession, until: dt.date) -> Sequence[WorkReport]:
    """Those that are due by a day and of which nobody was reminded, locked, the nearest first."""
    query = select(WorkReport).where(
        WorkReport.state == WorkReportState.DUE, WorkReport.reminded_on.is_(None), WorkReport.due_on <= until
    )
    return (await session.execute(query.order_by(WorkReport.due_on, WorkReport.id).with_for_update())).scalars().all()


async def get_one(
    session: AsyncSession, report: uuid.UUID, scope: WorkReportScope, *, lock: bool = False
) -> WorkReport | None:
    """A work report that somebody sees."""
    query = select(WorkReport).where(WorkReport.id == report, *scope.conditions())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def list_some(
    session: AsyncSession,
    scope: WorkReportScope,
    state: WorkReportState | None,
    after: tuple[dt.date, uuid.UUID] | None,
    limit: int,
) -> Sequence[WorkReport]:
    """By the last day; those that are not handed in unless a state is said."""
    query = select(WorkReport).where(*scope.conditions())
    query = query.where(
        WorkReport.state == state if state is not None else WorkReport.state != WorkReportState.HANDED_IN
    )
    if after is not None:
        query = query.where(tuple_(WorkReport.due_on, WorkReport.id) > after)
    return (await session.execute(query.order_by(WorkReport.due_on, WorkReport.id).limit(limit))).scalars().all()


async def figures_of(session: AsyncSession, report: WorkReport) -> Mapping[str, tuple[int, int]]:
    """What the department did in the county in the period, as the service knows it: count, and sum in fen."""
    days = report.begins_on, report.due_on
    rows = await fetch(session, FIGURES, report.county, report.department.value, *days)
    return {what: (number, fen) for what, number, fen in rows if number}
