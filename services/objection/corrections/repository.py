"""SQL of corrections. A department's items are found by department and region alone."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.corrections.domain import ItemState
from services.objection.corrections.models import CorrectionItem
from shared.platform.scope import in_region
from shared.reference.departments import Department

Position = tuple[dt.date, uuid.UUID]


@dataclass(frozen=True)
class ItemScope:
    """Whose items somebody sees: those of a region, or, of a department, those of its own bureau alone (D1)."""

    region: str
    department: Department | None = None


@dataclass(frozen=True)
class ItemFilter:
    """Which of them are wanted."""

    state: ItemState | None = None
    department: Department | None = None
    region: str | None = None


def scope_condition(scope: ItemScope) -> tuple[ColumnElement[bool], ...]:
    """Invariant D1: of this department, in this region."""
    if scope.department is None:
        return (in_region(CorrectionItem.county, scope.region),)
    return (CorrectionItem.department == scope.department, CorrectionItem.region == scope.region)


async def get_correction(session: AsyncSession, correction: uuid.UUID, scope: ItemScope) -> CorrectionItem | None:
    """A correction that the caller may see."""
    query = select(CorrectionItem).where(CorrectionItem.id == correction, *scope_condition(scope))
    return (await session.execute(query)).scalar_one_or_none()


async def lock_correction(session: AsyncSession, correction: uuid.UUID) -> CorrectionItem | None:
    """A correction, locked. Its objection is locked before, by whoever changes that too."""
    query = select(CorrectionItem).where(CorrectionItem.id == correction).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()


async def corrections_of(session: AsyncSession, objection: uuid.UUID) -> Sequence[CorrectionItem]:
    """The corrections of an objection, in the order of their feeds."""
    query = select(CorrectionItem).where(CorrectionItem.objection_id == objection)
    query = query.order_by(CorrectionItem.feed, CorrectionItem.year, CorrectionItem.id)
    return (await session.execute(query.execution_options(populate_existing=True))).scalars().all()


async def list_corrections(
    session: AsyncSession, scope: ItemScope, wanted: ItemFilter, after: Position | None, limit: int
) -> Sequence[CorrectionItem]:
    """The items that somebody sees, the oldest first."""
    query = select(CorrectionItem).where(*scope_condition(scope))
    if wanted.state is not None:
        query = query.where(CorrectionItem.state == wanted.state)
    if wanted.department is not None:
        query = query.where(CorrectionItem.department == wanted.department)
    if wanted.region is not None:
        query = query.where(CorrectionItem.county.startswith(wanted.region, autoescape=True))
    if after is not None:
        query = query.where(tuple_(CorrectionItem.opened_on, CorrectionItem.id) > after)
    return (
        (await session.execute(query.order_by(CorrectionItem.opened_on, CorrectionItem.id).limit(limit)))
        .scalars()
        .all()
    )
