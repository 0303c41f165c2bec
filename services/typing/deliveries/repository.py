"""SQL of deliveries and pulls. A caller sees deliveries whose declared region is inside its own; a
department sees those of its own feeds.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, delete, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.deliveries.domain import REGISTRATION, ClaimedHousehold, MoveState, PullState
from services.typing.deliveries.models import Delivery, PendingMove, Pull, PullPage
from shared.database.advisory_locks import AdvisoryLock, take_lock
from shared.feeds.pulling.page_spool import MOST_UNKNOWN
from shared.feeds.pulling.paged_api import PullSource
from shared.platform.deliveries.rows import visible_deliveries, visible_rows

CODES_PER_QUERY = 10_000


@dataclass(frozen=True)
class DeliveryFilter:
    """Filters of a list of deliveries; ``region`` finds those that bear on it, wider and narrower ones."""

    feed: str | None = None
    bureau: str | None = None
    region: str | None = None
    year: int | None = None
    mode: str | None = None

    def conditions(self) -> list[ColumnElement[bool]]:
        """The filters as conditions."""
        named = {"feed": self.feed, "bureau": self.bureau, "year": self.year, "mode": self.mode}
        conditions = [getattr(Delivery, name) == value for name, value in named.items() if value is not None]
        return conditions if self.region is None else [*conditions, overlaps_region(self.region)]


def overlaps_region(region: str) -> ColumnElement[bool]:
    """The declared region and ``region`` have a county in common."""
    return or_(Delivery.region.startswith(region, autoescape=True), literal(region).startswith(Delivery.region))


async def lock_registration(session: AsyncSession) -> None:
    """Serialise registration deliveries until the end of the transaction: each is compared with all before it."""
    await take_lock(session, AdvisoryLock.REGISTRATION)


async def add_delivery(session: AsyncSession, delivery: Delivery) -> Delivery:
    """Stores the row and returns it with what the database gives it."""
    session.add(delivery)
    await session.flush()
    await session.refresh(delivery)
    return delivery


async def list_deliveries(
    session: AsyncSession,
    scope: str,
    feeds: Collection[str] | None,
    filters: DeliveryFilter,
    below: int | None,
    limit: int,
) -> Sequence[Delivery]:
    """Deliveries that a caller of this region, who sees these feeds (None: all), may read, the newest first, with
    sequences below ``below``.
    """
    query = select(Delivery).where(visible_deliveries(Delivery, scope, feeds), *filters.conditions())
    if below is not None:
        query = query.where(Delivery.sequence < below)
    return (await session.execute(query.order_by(Delivery.sequence.desc()).limit(limit))).scalars().all()


async def deliveries_affecting(
    session: AsyncSession, region: str, *, feeds: Collection[str] | None = None, until: int | None = None
) -> Sequence[Delivery]:
    """Deliveries that can bear on the evidence of a region, in order of receipt; ``feeds``: only of these; ``until``:
    only those received up to this one.

    Of registration all of them: a household may have moved away by being registered anywhere.
    """
    query = select(Delivery).where(or_(Delivery.feed == REGISTRATION, overlaps_region(region)))
    if feeds is not None:
        query = query.where(Delivery.feed.in_(sorted(feeds)))
    if until is not None:
        query = query.where(Delivery.sequence <= until)
    return (await session.execute(query.order_by(Delivery.sequence))).scalars().all()


async def registration_deliveries(session: AsyncSession) -> Sequence[Delivery]:
    """All registration deliveries, in order of receipt."""
    query = select(Delivery).where(Delivery.feed == REGISTRATION).order_by(Delivery.sequence)
    return (await session.execute(query)).scalars().all()


async def waiting_moves(session: AsyncSession) -> Sequence[str]:
    """The households whose county has not decided whether they move."""
    query = select(PendingMove.uscc).where(PendingMove.state == MoveState.WAITING).distinct()
    return (await session.execute(query)).scalars().all()


async def record_moves(
    session: AsyncSession, delivery: Delivery, claimed: Sequence[ClaimedHousehold], now: dt.datetime
) -> list[PendingMove]:
    """The moves that a delivery asks for; gives the new ones. One that waits takes over the delivery's row, and what a
    county has refused is not asked again as long as the row means the same.
    """
    known: dict[tuple[str, str], PendingMove] = {}
    codes = [one.uscc for one in claimed]
    for start in range(0, len(codes), CODES_PER_QUERY):
        query = select(PendingMove).where(PendingMove.uscc.in_(codes[start : start + CODES_PER_QUERY]))
        for move in (await session.execute(query.order_by(PendingMove.asked_at).with_for_update())).scalars():
            known[move.uscc, move.to_region] = move
    asked = []
    for one in claimed:
        last = known.get((one.uscc, one.to_region))
        same = last is not None and (last.from_region, last.operator_ref) == (one.from_region, one.operator_ref)
        if last is not None and last.state is MoveState.WAITING:
            renew_move(last, delivery, one)
        elif last is None or not (same and last.state is MoveState.REFUSED):
            asked.append(new_move(delivery, one, now))
    session.add_all(asked)
    await session.flush()
    return asked


def new_move(delivery: Delivery, one: ClaimedHousehold, now: dt.datetime) -> PendingMove:
    """A move that a county is asked about."""
    return PendingMove(
        **asdict(one),
        id=uuid.uuid4(),
        delivery_id=delivery.id,
        bureau=delivery.bureau,
        delivered_by=delivery.received_by,
        asked_at=now,
    )


def renew_move(move: PendingMove, delivery: Delivery, one: ClaimedHousehold) -> None:
    """A move that waits is about the newest row; whoever decides must have seen what changed."""
    told = asdict(one)
    if any(getattr(move, name) != value for name, value in told.items()):
        move.version += 1
    for name, value in told.items():
        setattr(move, name, value)
    move.delivery_id, move.bureau, move.delivered_by = delivery.id, delivery.bureau, delivery.received_by


async def supersede_moves(session: AsyncSession, counted: Mapping[str, str], now: dt.datetime) -> list[PendingMove]:
    """Ends the waiting moves of households that by now are registered elsewhere than where they were asked for."""
    query = select(PendingMove).where(PendingMove.state == MoveState.WAITING, PendingMove.uscc.in_(counted))
    over = [
        move
        for move in (await session.execute(query.with_for_update())).scalars()
        if counted[move.uscc] != move.from_region
    ]
    for move in over:
        move.state, move.decided_at = MoveState.SUPERSEDED, now
        move.version += 1
    await session.flush()
    return over


async def referenced_files(session: AsyncSession) -> set[str]:
    """Digests of all files that deliveries name; any other file in the store can be removed."""
    columns = (
        Delivery.accepted_file,
        Delivery.rejects_file,
        Delivery.rejected_keys_file,
        Delivery.changes_file,
        Delivery.pending_file,
    )
    rows = (await session.execute(select(*columns))).all()
    return {name for row in rows for name in row if name is not None}


async def running_pulls(session: AsyncSession, source: str) -> Sequence[Pull]:
    """Running pulls of a source, under its present settings or earlier ones."""
    query = select(Pull).where(Pull.state == PullState.RUNNING, Pull.source.startswith(f"{source}:", autoescape=True))
    return (await session.execute(query.order_by(Pull.started_at))).scalars().all()


async def running_pull_ids(session: AsyncSession) -> set[uuid.UUID]:
    """The running pulls of all sources."""
    return set((await session.execute(select(Pull.id).where(Pull.state == PullState.RUNNING))).scalars())


async def start_pull(session: AsyncSession, key: str, source: PullSource) -> Pull:
    """A new pull, before its first page."""
    pull = Pull(source=key, bureau=source.bureau, feed=source.feed, region=source.region)
    session.add(pull)
    await session.flush()
    await session.refresh(pull)
    return pull


async def note_trouble(
    session: AsyncSession, pull_id: uuid.UUID, trouble: str, next_try: Callable[[int], dt.datetime]
) -> int:
    """Records why a running pull stopped for now; how many times in a row it has."""
    pull = await session.get_one(Pull, pull_id, with_for_update=True)
    pull.attempts, pull.trouble = pull.attempts + 1, trouble
    pull.next_try_at = next_try(pull.attempts)
    return pull.attempts


async def list_pulls(
    session: AsyncSession,
    scope: str,
    feeds: Collection[str] | None,
    state: PullState | None,
    below: int | None,
    limit: int,
) -> Sequence[Pull]:
    """Pulls that a caller of this region, who sees these feeds (None: all), may read, the newest first."""
    query = select(Pull).where(visible_rows(Pull.region, Pull.feed, scope, feeds))
    if state is not None:
        query = query.where(Pull.state == state)
    if below is not None:
        query = query.where(Pull.sequence < below)
    return (await session.execute(query.order_by(Pull.sequence.desc()).limit(limit))).scalars().all()


async def cursor_used(session: AsyncSession, pull_id: uuid.UUID, cursor: str) -> bool:
    """Whether a pull has asked with that cursor before."""
    query = select(PullPage.number).where(PullPage.pull_id == pull_id, PullPage.cursor == cursor)
    return (await session.execute(query)).first() is not None


async def record_page(session: AsyncSession, page: PullPage, next_cursor: str | None, unknown: Collection[str]) -> Pull:
    """Records a page that is on disk, the cursor of the next one, and names in its rows that are none of the feed's."""
    session.add(page)
    pull = await session.get_one(Pull, page.pull_id, with_for_update=True)
    pull.pages, pull.rows, pull.cursor = page.number, pull.rows + page.rows, next_cursor
    pull.unknown_names = sorted({*pull.unknown_names, *unknown})[:MOST_UNKNOWN]
    pull.attempts, pull.trouble, pull.next_try_at = 0, None, None
    await session.flush()
    await session.refresh(pull)
    return pull


async def page_digests(session: AsyncSession, pull_id: uuid.UUID) -> list[str]:
    """The digests of a pull's pages, in order."""
    query = select(PullPage.sha256).where(PullPage.pull_id == pull_id).order_by(PullPage.number)
    return list((await session.execute(query)).scalars())


async def end_pull(
    session: AsyncSession, pull_id: uuid.UUID, *, failure: str | None = None, delivery_id: uuid.UUID | None = None
) -> None:
    """Ends a pull as delivered or failed and deletes its pages."""
    pull = await session.get_one(Pull, pull_id)
    pull.state = PullState.DELIVERED if failure is None else PullState.FAILED
    pull.failure, pull.delivery_id, pull.next_try_at = failure, delivery_id, None
    await session.execute(delete(PullPage).where(PullPage.pull_id == pull_id))
