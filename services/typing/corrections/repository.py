"""SQL of corrections of evidence."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, insert, literal, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.corrections.domain import OPEN_STATES, CorrectionState
from services.typing.corrections.models import EvidenceCorrection, RunCorrection
from services.typing.deliveries.models import Delivery

LOCK_DELIVERIES = text("LOCK TABLE delivery IN SHARE MODE")


async def find_correction(session: AsyncSession, correction_id: uuid.UUID) -> EvidenceCorrection | None:
    """The correction of that id, locked until the end of the transaction."""
    return await session.get(EvidenceCorrection, correction_id, with_for_update=True)


async def add_correction(session: AsyncSession, correction: EvidenceCorrection) -> None:
    """Store a new correction."""
    session.add(correction)
    await session.flush()


async def last_delivery(session: AsyncSession) -> int:
    """The last delivery in order of receipt; 0 before the first. Deliveries that are just being stored are waited for:
    else one of them with a lower number would be committed afterwards, and taken for one of before.
    """
    looking = await session.begin_nested()
    await session.execute(LOCK_DELIVERIES)
    last = (await session.execute(select(func.coalesce(func.max(Delivery.sequence), 0)))).scalar_one()
    await looking.rollback()  # which gives the lock back at once: new deliveries do not wait for the correction
    return last


def inside(scope: str) -> ColumnElement[bool]:
    """The correction's region is inside the caller's."""
    return EvidenceCorrection.region.startswith(scope, autoescape=True)


def overlaps(region: str) -> ColumnElement[bool]:
    """The correction's region and ``region`` have a county in common."""
    column = EvidenceCorrection.region
    return or_(column.startswith(region, autoescape=True), literal(region).startswith(column))


def about_year(year: int | None) -> ColumnElement[bool]:
    """Corrections of rows that are about the year, or about none; None: all."""
    if year is None:
        return literal(value=True)
    return or_(EvidenceCorrection.year.is_(None), EvidenceCorrection.year == year)


async def corrections_affecting(session: AsyncSession, region: str, year: int) -> Sequence[EvidenceCorrection]:
    """Corrections that bear on a region's evidence of a year, met ones too, in order of arrival."""
    states = (*OPEN_STATES, CorrectionState.MET)
    query = select(EvidenceCorrection).where(EvidenceCorrection.state.in_(states), overlaps(region), about_year(year))
    return (await session.execute(query.order_by(EvidenceCorrection.number))).scalars().all()


async def record_considered(session: AsyncSession, run_number: int, considered: Sequence[EvidenceCorrection]) -> None:
    """Keep which corrections the evidence of a run took into account, and which of them are in it."""
    rows = [
        {"run_number": run_number, "correction_id": one.id, "counted": one.state in OPEN_STATES} for one in considered
    ]
    if rows:
        await session.execute(insert(RunCorrection), rows)


@dataclass(frozen=True)
class HouseholdCorrection:
    """A correction of a household as a run sees it; ``counted`` None: the run's evidence was frozen before it came."""

    correction: EvidenceCorrection
    counted: bool | None

    @property
    def lifted(self) -> bool:
        """Whether it was lifted."""
        return self.correction.state is CorrectionState.LIFTED

    @property
    def holds(self) -> bool:
        """Whether the household's type in the run goes by it: it is not lifted, and no delivery had met it before the
        evidence was frozen.
        """
        return not self.lifted and self.counted is not False


async def corrections_of_household(
    session: AsyncSession, uscc: str, run_number: int, year: int
) -> list[HouseholdCorrection]:
    """A household's corrections that bear on a run about the year, in order of arrival; refused ones are none."""
    query = (
        select(EvidenceCorrection, RunCorrection.counted)
        .outerjoin(
            RunCorrection,
            (RunCorrection.correction_id == EvidenceCorrection.id) & (RunCorrection.run_number == run_number),
        )
        .where(EvidenceCorrection.uscc == uscc, EvidenceCorrection.state != CorrectionState.REFUSED, about_year(year))
        .order_by(EvidenceCorrection.number)
    )
    return [HouseholdCorrection(*row) for row in (await session.execute(query)).all()]


async def columns_held(session: AsyncSession, uscc: str, feed: str) -> set[str]:
    """Columns of a household's rows of a feed that corrections in force have corrected."""
    query = select(EvidenceCorrection.columns).where(
        EvidenceCorrection.uscc == uscc, EvidenceCorrection.feed == feed, EvidenceCorrection.state.in_(OPEN_STATES)
    )
    return {name for columns in (await session.execute(query)).scalars() for name in columns}


async def unsettled_deliveries(session: AsyncSession) -> Sequence[uuid.UUID]:
    """Deliveries that were not yet compared with corrections, in order of receipt."""
    query = select(Delivery.id).where(~Delivery.settled).order_by(Delivery.sequence)
    return (await session.execute(query)).scalars().all()


async def lock_unsettled(session: AsyncSession, delivery_id: uuid.UUID) -> Delivery | None:
    """Such a delivery, locked; None when another worker compares it, or has done so."""
    query = select(Delivery).where(Delivery.id == delivery_id, ~Delivery.settled)
    return (await session.execute(query.with_for_update(skip_locked=True))).scalar_one_or_none()


async def corrections_to_settle(session: AsyncSession, delivery: Delivery) -> Sequence[EvidenceCorrection]:
    """Open corrections that the delivery, received after them, may agree with or contradict; locked.

    Of a yearly feed also those about another year than the declared one, about which it may hold single rows; from
    anywhere, for households move: where they are is asked when something was delivered about them.
    """
    query = select(EvidenceCorrection).where(
        EvidenceCorrection.feed == delivery.feed,
        EvidenceCorrection.state.in_(OPEN_STATES),
        EvidenceCorrection.last_delivery < delivery.sequence,
    )
    return (await session.execute(query.order_by(EvidenceCorrection.number).with_for_update())).scalars().all()


async def referenced_files(session: AsyncSession) -> set[str]:
    """Digests of the files that corrections name."""
    columns = (
        EvidenceCorrection.accepted_file,
        EvidenceCorrection.rejects_file,
        EvidenceCorrection.rejected_keys_file,
    )
    return {name for row in (await session.execute(select(*columns))).all() for name in row if name is not None}


async def list_corrections(
    session: AsyncSession,
    scope: str,
    feeds: Collection[str] | None,
    filters: "CorrectionFilter",
    below: int | None,
    limit: int,
) -> Sequence[EvidenceCorrection]:
    """Corrections inside a caller's region, of feeds that it sees (None: all), the newest first, with numbers below
    ``below``.
    """
    query = select(EvidenceCorrection).where(inside(scope), *filters.conditions())
    if feeds is not None:
        query = query.where(EvidenceCorrection.feed.in_(sorted(feeds)))
    if below is not None:
        query = query.where(EvidenceCorrection.number < below)
    return (await session.execute(query.order_by(EvidenceCorrection.number.desc()).limit(limit))).scalars().all()


@dataclass(frozen=True)
class CorrectionFilter:
    """Filters of a list of corrections."""

    uscc: str | None = None
    feed: str | None = None
    state: CorrectionState | None = None
    objection: uuid.UUID | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filters as conditions."""
        named = {"uscc": self.uscc, "feed": self.feed, "state": self.state, "objection": self.objection}
        return [getattr(EvidenceCorrection, name) == value for name, value in named.items() if value is not None]
