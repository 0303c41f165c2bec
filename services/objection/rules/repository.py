"""SQL of the orders that set periods."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.rules.models import PeriodOrder


async def orders_for(session: AsyncSession, policy: str, county: str, day: dt.date) -> Sequence[PeriodOrder]:
    """The orders that apply in a county on a day, the more special and the later ones last."""
    query = select(PeriodOrder).where(
        PeriodOrder.policy == policy,
        PeriodOrder.ordered_on <= day,
        func.starts_with(literal(county), PeriodOrder.region),
    )
    query = query.order_by(func.length(PeriodOrder.region), PeriodOrder.ordered_on, PeriodOrder.created_at)
    return (await session.execute(query)).scalars().all()


async def list_orders(session: AsyncSession, region: str, after: uuid.UUID | None, limit: int) -> Sequence[PeriodOrder]:
    """All orders of bureaus in a region, by id."""
    query = select(PeriodOrder).where(PeriodOrder.region.startswith(region, autoescape=True))
    if after is not None:
        query = query.where(PeriodOrder.id > after)
    return (await session.execute(query.order_by(PeriodOrder.id).limit(limit))).scalars().all()
