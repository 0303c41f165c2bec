"""SQL of the orders that set periods."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.rules.models import PeriodOrder
from shared.database.direct import fetch

APPLYING = """
    SELECT parameter, days, document, ordered_on FROM period_order
    WHERE policy = $1 AND ordered_on <= $2 AND starts_with($3, region)
    ORDER BY length(region), ordered_on, created_at
"""


@dataclass(frozen=True, slots=True)
class SetPeriod:
    """What an order sets: the number of a parameter, its document, and since when."""

    parameter: str
    days: int
    document: str
    ordered_on: dt.date


async def orders_for(session: AsyncSession, policy: str, county: str, day: dt.date) -> Sequence[SetPeriod]:
    """What orders set that apply in a county on a day, the more special and the later ones last."""
    return [SetPeriod(*row) for row in await fetch(session, APPLYING, policy, day, county)]


async def list_orders(session: AsyncSession, region: str, after: uuid.UUID | None, limit: int) -> Sequence[PeriodOrder]:
    """All orders of bureaus in a region, by id."""
    query = select(PeriodOrder).where(PeriodOrder.region.startswith(region, autoescape=True))
    if after is not None:
        query = query.where(PeriodOrder.id > after)
    return (await session.execute(query.order_by(PeriodOrder.id).limit(limit))).scalars().all()
