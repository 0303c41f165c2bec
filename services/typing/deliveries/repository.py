"""SQL of deliveries and pulls. A caller sees deliveries whose declared region is inside its own; a
department sees those of its own feeds.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.deliveries.domain import REGISTRATION, PullState
from services.typing.deliveries.models import Delivery, Pull, PullPage
from shared.database.advisory_locks import AdvisoryLock, take_lock
from shared.platform.deliveries.rows import visible_deliveries


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


async def add_delivery(session: AsyncSession, delivery: Delivery) -> Delivery | None:
    """Stores the row and returns it with what the database gives it; None when the same delivery was just stored."""
    values = {
        column.key: value
        for column in Delivery.__table__.columns
        if (value := getattr(delivery, column.key)) is not None
    }
    statement = insert(Delivery).values(values).on_conflict_do_nothing().returning(Delivery)
    return (await session.execute(statement)).scalar_one_or_none()


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


async def referenced_files(session: AsyncSession) -> set[str]:
    """Digests of all files that deliveries name; any other file in the store can be removed."""
    columns = (
        Delivery.accepted_file,
        Delivery.rejects_file,
        Delivery.rejected_keys_file,
        Delivery.changes_file,
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


async def start_pull(session: AsyncSession, source: str, feed: str, region: str) -> Pull:
    """A new pull, before its first page."""
    pull = Pull(source=source, feed=feed, region=region)
    session.add(pull)
    await session.flush()
    await session.refresh(pull)
    return pull


async def cursor_used(session: AsyncSession, pull_id: uuid.UUID, cursor: str) -> bool:
    """Whether a pull has asked with that cursor before."""
    query = select(PullPage.number).where(PullPage.pull_id == pull_id, PullPage.cursor == cursor)
    return (await session.execute(query)).first() is not None


async def record_page(
    session: AsyncSession, pull_id: uuid.UUID, number: int, cursor: str, next_cursor: str | None, rows: int, sha256: str
) -> Pull:
    """Records a page that is on disk, and the cursor of the next one."""
    session.add(PullPage(pull_id=pull_id, number=number, cursor=cursor, rows=rows, sha256=sha256))
    pull = await session.get_one(Pull, pull_id, with_for_update=True)
    pull.pages, pull.rows, pull.cursor = number, pull.rows + rows, next_cursor
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
    pull.failure, pull.delivery_id = failure, delivery_id
    await session.execute(delete(PullPage).where(PullPage.pull_id == pull_id))
