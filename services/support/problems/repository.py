"""SQL of problems. A department's problems are found by department and region alone."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.problems.domain import ProblemKind, ProblemState
from services.support.problems.models import RECEIPTS, ProblemStep, RaisedProblem
from shared.database.direct import fetch
from shared.platform.scope import in_region
from shared.reference.departments import Department

COUNTS = """
    WITH raised AS (
        SELECT kind, uscc, refusals > 0 AS refused,
               EXISTS (SELECT FROM problem_step s WHERE s.problem_id = problem.id AND s.what = 'supervise') AS overdue
        FROM problem
        WHERE starts_with(county, $1) AND raised_on BETWEEN $2 AND $3
    ), again AS (
        SELECT kind, count(*) AS households FROM (
            SELECT kind, uscc FROM raised WHERE uscc IS NOT NULL GROUP BY kind, uscc HAVING count(*) > 1
        ) repeated GROUP BY kind
    )
    SELECT r.kind, count(*), count(*) FILTER (WHERE r.refused), count(*) FILTER (WHERE r.overdue),
           coalesce(max(a.households), 0)
    FROM raised r LEFT JOIN again a USING (kind) GROUP BY r.kind
"""


@dataclass(frozen=True, slots=True)
class OwnedBy:
    """For whom somebody handles problems: one department of one region."""

    department: Department
    region: str


@dataclass(frozen=True, slots=True)
class KindCount:
    """How often a kind came up: in all, refused by the household, overdue; households that had it more than once."""

    count: int = 0
    refused: int = 0
    overdue: int = 0
    households_again: int = 0


def owner_condition(of: OwnedBy) -> tuple[ColumnElement[bool], ...]:
    """Invariant D1: owned by this department, in this region."""
    return (RaisedProblem.department == of.department, RaisedProblem.owner_region == of.region)


async def next_receipt(session: AsyncSession) -> int:
    """The next receipt's number."""
    return int((await session.execute(select(RECEIPTS.next_value()))).scalar_one())


async def get_owned(
    session: AsyncSession, problem: uuid.UUID, of: OwnedBy, *, lock: bool = False
) -> RaisedProblem | None:
    """A problem that a department owns now."""
    return await _one(
        session, select(RaisedProblem).where(RaisedProblem.id == problem, *owner_condition(of)), lock=lock
    )


async def get_inside(
    session: AsyncSession, problem: uuid.UUID, scope: str, *, lock: bool = False
) -> RaisedProblem | None:
    """A problem of a region."""
    inside = in_region(RaisedProblem.county, scope)
    return await _one(session, select(RaisedProblem).where(RaisedProblem.id == problem, inside), lock=lock)


async def get_own(
    session: AsyncSession, problem: uuid.UUID, operator_ref: str, *, lock: bool = False
) -> RaisedProblem | None:
    """A problem of an operator's household."""
    own = RaisedProblem.operator_ref == operator_ref
    return await _one(session, select(RaisedProblem).where(RaisedProblem.id == problem, own), lock=lock)


async def lock_all(session: AsyncSession, problems: Collection[uuid.UUID]) -> Sequence[RaisedProblem]:
    """Problems, locked in the order of their ids."""
    query = select(RaisedProblem).where(RaisedProblem.id.in_(problems)).order_by(RaisedProblem.id).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalars().all()


async def _one(session: AsyncSession, query: Select[RaisedProblem], *, lock: bool) -> RaisedProblem | None:
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which problems a list shows: of a region, of an owner or of an operator; of a state and kind, if said."""

    scope: str | None = None
    owner: OwnedBy | None = None
    operator_ref: str | None = None
    state: ProblemState | None = None
    kind: ProblemKind | None = None
    supervised: bool = False

    def conditions(self) -> list[ColumnElement[bool]]:
        """For a query."""
        found: list[ColumnElement[bool]] = []
        if self.scope is not None:
            found.append(in_region(RaisedProblem.county, self.scope))
        if self.owner is not None:
            found += owner_condition(self.owner)
        if self.operator_ref is not None:
            found.append(RaisedProblem.operator_ref == self.operator_ref)
        found.append(RaisedProblem.state == self.state if self.state else RaisedProblem.state != ProblemState.CLOSED)
        if self.kind is not None:
            found.append(RaisedProblem.kind == self.kind)
        if self.supervised:
            found.append(RaisedProblem.supervised_by.is_not(None))
        return found


async def list_problems(
    session: AsyncSession, wanted: Wanted, after: uuid.UUID | None, limit: int
) -> Sequence[RaisedProblem]:
    """By id; those that are not closed unless a state is said."""
    query = select(RaisedProblem).where(*wanted.conditions())
    if after is not None:
        query = query.where(RaisedProblem.id > after)
    return (await session.execute(query.order_by(RaisedProblem.id).limit(limit))).scalars().all()


async def add_step(session: AsyncSession, problem: RaisedProblem, at: dt.datetime, what: str, note: str | None) -> None:
    """What was done, with the state and owner after it. The problem is locked."""
    last = select(func.coalesce(func.max(ProblemStep.number), 0)).where(ProblemStep.problem_id == problem.id)
    step = ProblemStep(
        problem_id=problem.id,
        number=(await session.execute(last)).scalar_one() + 1,
        at=at,
        what=what,
        state=problem.state,
        department=problem.department,
        owner_region=problem.owner_region,
        note=note,
    )
    session.add(step)
    await session.flush()


async def steps_of(session: AsyncSession, problem: uuid.UUID) -> Sequence[ProblemStep]:
    """What was done, in its order."""
    query = select(ProblemStep).where(ProblemStep.problem_id == problem).order_by(ProblemStep.number)
    return (await session.execute(query)).scalars().all()


async def counts(session: AsyncSession, scope: str, first: dt.date, last: dt.date) -> Mapping[ProblemKind, KindCount]:
    """By kind, of a region as a whole; no region is set beside another (条例 第三十二条)."""
    rows = await fetch(session, COUNTS, scope, first, last)
    return {ProblemKind(kind): KindCount(*numbers) for kind, *numbers in rows}
