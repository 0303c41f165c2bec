"""Reads and writes of deliveries of the registers. A caller sees those whose region lies inside its own, a
department those of its own feeds.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import RegisterDelivery
from shared.feeds.intake.declaration import Declaration
from shared.service.advisory_locks import AdvisoryLock, take_lock


async def same(session: AsyncSession, declared: Declaration) -> RegisterDelivery | None:
    """The delivery of the same bytes for the same region and mode, if it came before."""
    names = ("feed", "sha256", "region", "mode")
    query = select(RegisterDelivery).filter_by(**{name: getattr(declared, name) for name in names})
    return (await session.execute(query)).scalar_one_or_none()


async def wait_for_others(session: AsyncSession, feed: str) -> None:
    """Deliveries of a feed follow one another, to the end of the transaction: the later one's rows replace."""
    await take_lock(session, AdvisoryLock.REGISTER, feed)


async def get(
    session: AsyncSession, delivery_id: uuid.UUID, scope: str, feeds: Collection[str] | None
) -> RegisterDelivery | None:
    """A delivery that a caller of this region, who sees these feeds (None: all), may read."""
    query = select(RegisterDelivery).where(
        RegisterDelivery.id == delivery_id, RegisterDelivery.region.startswith(scope, autoescape=True)
    )
    if feeds is not None:
        query = query.where(RegisterDelivery.feed.in_(sorted(feeds)))
    return (await session.execute(query)).scalar_one_or_none()


async def files_named(session: AsyncSession) -> frozenset[str]:
    """The digests of all stored files that a delivery names."""
    return frozenset((await session.execute(select(RegisterDelivery.rejects_file).distinct())).scalars())
