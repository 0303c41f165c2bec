"""SQL of the orders on support work."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.rules.models import SupportOrder
from shared.database.direct import fetch
from shared.platform.scope import in_region

IN_FORCE = """
    SELECT region, parameter, number, document FROM support_order
    WHERE ordered_on <= $1 ORDER BY length(region), ordered_on, created_at, id
"""


@dataclass(frozen=True, slots=True)
class SetNumber:
    """What an order sets in a region."""

    region: str
    parameter: str
    number: int
    document: str


async def orders_on(session: AsyncSession, day: dt.date) -> Sequence[SetNumber]:
    """What is set everywhere by a day; those for smaller regions, and later ones, come last and count."""
    return [SetNumber(*row) for row in await fetch(session, IN_FORCE, day)]


async def list_orders(session: AsyncSession, scope: str, after: uuid.UUID | None, limit: int) -> Sequence[SupportOrder]:
    """All orders of bureaus in a region, earlier ones too, by id."""
    query = select(SupportOrder).where(in_region(SupportOrder.region, scope))
    if after is not None:
        query = query.where(SupportOrder.id > after)
    return (await session.execute(query.order_by(SupportOrder.id).limit(limit))).scalars().all()
