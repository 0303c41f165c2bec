"""SQL of rounds, counties and differences, inside a region."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Row, exists, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.reconciliation.domain import (
    CountyState,
    DifferenceKind,
    DifferenceState,
    RoundState,
)
from services.notification.publication.reconciliation.models import (
    PublicationDifference,
    PublicationReconciliation,
    PublicationReconciliationCounty,
)
from services.notification.publication.systems import Kind, System
from shared import clock
from shared.database.row_scope import beyond_region
from shared.platform.scope import in_region

Round, County, Difference = PublicationReconciliation, PublicationReconciliationCounty, PublicationDifference

TO_COMPARE = (CountyState.WAITING, CountyState.READ)


@dataclass(frozen=True)
class DifferenceQuery:
    """Which differences: of a round (its number, system, kinds and region), or those that are still there; in a region,
    of a kind, of a state.
    """

    region: str
    round: PublicationReconciliation | None = None
    system: System | None = None
    kind: Kind | None = None
    difference: DifferenceKind | None = None
    state: DifferenceState | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """As a where clause."""
        found = [in_region(Difference.region, self.region)]
        if self.round is not None:
            number, ended = self.round.number, self.round.ended_at or clock.now()
            found += [
                Difference.system == self.round.system,
                Difference.kind.in_([Kind(one) for one in self.round.kinds]),
                in_region(Difference.region, self.round.region),
                Difference.first_round <= number,
                or_(Difference.last_round >= number, Difference.closed_at.is_(None), Difference.closed_at > ended),
            ]
        else:
            found.append(Difference.closed_at.is_(None))
        named = ("system", "kind", "difference", "state")
        return found + [getattr(Difference, name) == value for name in named if (value := getattr(self, name))]


async def open_round(session: AsyncSession, system: System) -> PublicationReconciliation | None:
    """The round of a system that is not over."""
    return await session.scalar(select(Round).where(Round.system == system, Round.ended_at.is_(None)))


async def order_round(
    session: AsyncSession, system: System, kinds: Sequence[Kind], region: str, day: dt.date, by: str | None
) -> PublicationReconciliation | None:
    """A new round; None where one is not over, or the day's was made (`by` None)."""
    now = clock.now()
    values = {
        "id": uuid.uuid4(),
        "system": system,
        "kinds": [kind.value for kind in kinds],
        "planned": [],
        "region": region,
        "day": day,
        "state": RoundState.ORDERED,
        "ordered_by": by,
        "started_at": now,
        "next_try_at": now,
        "version": 1,
    }
    made = await session.execute(insert(Round).values(values).on_conflict_do_nothing().returning(Round))
    return made.scalar_one_or_none()


async def has_daily(session: AsyncSession, system: System, day: dt.date) -> bool:
    """Whether the daily round of a day was begun, of whatever region."""
    made = exists().where(Round.system == system, Round.day == day, Round.ordered_by.is_(None))
    async with beyond_region(session):
        return bool(await session.scalar(select(made)))


async def lock_round(session: AsyncSession, round_id: uuid.UUID) -> PublicationReconciliation:
    """A round that the caller knows to exist, locked."""
    return await session.get_one(Round, round_id, with_for_update=True, populate_existing=True)


async def next_county(session: AsyncSession, round_id: uuid.UUID) -> PublicationReconciliationCounty | None:
    """The county that is read now: one whose reading has begun, then the others in order."""
    query = select(County).where(County.round_id == round_id, County.state.in_(TO_COMPARE))
    return await session.scalar(query.order_by(County.since.nulls_last(), County.kind, County.region).limit(1))


async def note_page(
    session: AsyncSession, county: PublicationReconciliationCounty, since: dt.datetime, after: str | None
) -> bool:
    """How far a county is read, and since when; False where it is not as it was when the page was asked for."""
    place = (County.round_id == county.round_id, County.kind == county.kind, County.region == county.region)
    as_asked = (County.state == CountyState.WAITING, County.after.is_not_distinct_from(county.after))
    state = CountyState.READ if after is None else CountyState.WAITING
    noted = update(County).where(*place, *as_asked).values(since=since, after=after, state=state)
    return (await session.execute(noted.returning(County.region))).first() is not None


def seen_by(region: str) -> ColumnElement[bool]:
    """Rounds that compared a county of the region, or of whose region it is a part."""
    around = [region[:digits] for digits in range(0, len(region), 2)]
    return or_(Round.region.in_(around), Round.region.startswith(region, autoescape=True))


async def list_rounds(
    session: AsyncSession, region: str, system: System | None, after: int | None, limit: int
) -> Sequence[PublicationReconciliation]:
    """Rounds, the latest first."""
    query = select(Round).where(seen_by(region))
    if system is not None:
        query = query.where(Round.system == system)
    if after is not None:
        query = query.where(Round.number < after)
    return (await session.scalars(query.order_by(Round.number.desc()).limit(limit))).all()


async def get_round(
    session: AsyncSession, round_id: uuid.UUID, region: str, *, lock: bool = False
) -> PublicationReconciliation | None:
    """One round, if it concerns the region."""
    query = select(Round).where(Round.id == round_id, seen_by(region))
    return await session.scalar(query.with_for_update() if lock else query)


async def counties_of(
    session: AsyncSession, round_id: uuid.UUID, region: str
) -> Sequence[PublicationReconciliationCounty]:
    """A round's counties of a region, in order."""
    query = select(County).where(County.round_id == round_id, in_region(County.region, region))
    return (await session.scalars(query.order_by(County.kind, County.region))).all()


async def totals_of(
    session: AsyncSession, rounds: Sequence[uuid.UUID], region: str
) -> Mapping[uuid.UUID, Mapping[str, int]]:
    """By round: counties, those that were equal or read, rows on both sides, differences by kind, rows left out."""
    summed = ("ours", "theirs", *(kind.value for kind in DifferenceKind), "left_out")
    columns = [func.coalesce(func.sum(getattr(County, name)), 0).label(name) for name in summed]
    waiting = func.count().filter(County.state.in_(TO_COMPARE)).label("waiting")
    query = select(County.round_id, func.count().label("counties"), waiting, *columns)
    query = query.where(County.round_id.in_(rounds), in_region(County.region, region)).group_by(County.round_id)
    return {row.round_id: {**row._mapping} for row in await session.execute(query)}  # noqa: SLF001 - SQLAlchemy's own


async def list_differences(
    session: AsyncSession, query: DifferenceQuery, after: tuple[str, uuid.UUID] | None, limit: int
) -> Sequence[PublicationDifference]:
    """Differences by county."""
    found = select(Difference).where(*query.conditions())
    if after is not None:
        found = found.where(tuple_(Difference.region, Difference.id) > after)
    return (await session.scalars(found.order_by(Difference.region, Difference.id).limit(limit))).all()


async def lock_difference(session: AsyncSession, difference: uuid.UUID, region: str) -> PublicationDifference | None:
    """One difference of a region, locked."""
    query = select(Difference).where(Difference.id == difference, in_region(Difference.region, region))
    return await session.scalar(query.with_for_update())


async def order_repair_of_all(
    session: AsyncSession, query: DifferenceQuery, by: str, reason: str
) -> Sequence[Row[str, int]]:
    """Orders the repair of every open difference that a query names; how many, by county."""
    values = {"state": DifferenceState.REPAIRING, "acted_by": by, "acted_at": clock.now(), "reason": reason}
    open_ = (Difference.state == DifferenceState.OPEN, Difference.closed_at.is_(None))
    ordered = update(Difference).where(*query.conditions(), *open_).returning(Difference.region)
    changed = ordered.values(**values, sent_at=None, version=Difference.version + 1).cte("changed")
    return (await session.execute(select(changed.c.region, func.count()).group_by(changed.c.region))).all()


async def acted_in(session: AsyncSession, query: DifferenceQuery, subject: str) -> bool:
    """Whether somebody decided or repaired one of the differences."""
    return bool(await session.scalar(select(exists().where(*query.conditions(), Difference.acted_by == subject))))


async def is_inside(session: AsyncSession, round_id: uuid.UUID, region: str) -> bool:
    """Whether a round has counties and all of them are the region's."""
    every = func.bool_and(in_region(County.region, region))
    async with beyond_region(session):  # of counties that it does not see it would say nothing
        return bool(await session.scalar(select(every).where(County.round_id == round_id)))


async def still_there(session: AsyncSession, system: System) -> Mapping[tuple[DifferenceKind, DifferenceState], int]:
    """How many differences of a system are there, by kind and state."""
    named = (Difference.difference, Difference.state)
    counted = select(*named, func.count()).where(Difference.system == system, Difference.closed_at.is_(None))
    return {(kind, state): rows for kind, state, rows in await session.execute(counted.group_by(*named))}


async def counted_by_state(
    session: AsyncSession, query: DifferenceQuery
) -> Sequence[Row[DifferenceKind, DifferenceState, int]]:
    """How many differences there are of each kind and state."""
    named = (Difference.difference, Difference.state)
    counted = select(*named, func.count()).where(*query.conditions()).group_by(*named).order_by(*named)
    return (await session.execute(counted)).all()
