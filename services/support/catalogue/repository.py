"""SQL of the register."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue.domain import OPEN_STATES, RevisionState
from services.support.catalogue.models import MeasureRevision
from shared.database.direct import fetch
from shared.reference.departments import Department

COUNTING = """
    SELECT measure || ':' || number || ':' || state FROM measure_revision WHERE state IN ('published', 'retired')
    ORDER BY measure, number
"""


async def counting(session: AsyncSession) -> Sequence[str]:
    """Which revisions count, without their content."""
    return [row[0] for row in await fetch(session, COUNTING)]


async def published(session: AsyncSession) -> Sequence[MeasureRevision]:
    """Every revision that counts: published ones, and retired ones, after which the measure is no more."""
    counts = MeasureRevision.state.in_([RevisionState.PUBLISHED, RevisionState.RETIRED])
    query = select(MeasureRevision).where(counts).order_by(MeasureRevision.measure, MeasureRevision.number)
    return (await session.execute(query)).scalars().all()


async def published_of(session: AsyncSession, measure: str) -> MeasureRevision | None:
    """The published revision of a measure, locked."""
    query = select(MeasureRevision).where(
        MeasureRevision.measure == measure, MeasureRevision.state == RevisionState.PUBLISHED
    )
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def open_of(session: AsyncSession, measure: str) -> MeasureRevision | None:
    """The revision of a measure that is not published yet."""
    query = select(MeasureRevision).where(MeasureRevision.measure == measure, MeasureRevision.state.in_(OPEN_STATES))
    return (await session.execute(query)).scalar_one_or_none()


async def next_number(session: AsyncSession, measure: str) -> int:
    """The number of the next revision."""
    query = select(func.coalesce(func.max(MeasureRevision.number), 0) + 1).where(MeasureRevision.measure == measure)
    return (await session.execute(query)).scalar_one()


@dataclass(frozen=True, slots=True)
class RevisionScope:
    """Which revisions somebody may see: those of a region, or of it only what their department entered."""

    region: str
    department: Department | None

    def condition(self) -> tuple[ColumnElement[bool], ...]:
        """For a query."""
        inside: ColumnElement[bool] = MeasureRevision.region.startswith(self.region, autoescape=True)
        return (inside,) if self.department is None else (inside, MeasureRevision.department == self.department)


async def get_revision(
    session: AsyncSession, revision: uuid.UUID, scope: RevisionScope, *, lock: bool = False
) -> MeasureRevision | None:
    """A revision that somebody may see."""
    query = select(MeasureRevision).where(MeasureRevision.id == revision, *scope.condition())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def list_revisions(
    session: AsyncSession, scope: RevisionScope, state: RevisionState | None, after: uuid.UUID | None, limit: int
) -> Sequence[MeasureRevision]:
    """Revisions that somebody may see, by id."""
    query = select(MeasureRevision).where(*scope.condition())
    if state is not None:
        query = query.where(MeasureRevision.state == state)
    if after is not None:
        query = query.where(MeasureRevision.id > after)
    return (await session.execute(query.order_by(MeasureRevision.id).limit(limit))).scalars().all()
