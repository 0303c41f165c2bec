"""What penalties, dishonest debtors and bans are known of a household and its operator."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Ban, DishonestDebtor, Penalty


async def penalties_of(session: AsyncSession, uscc: str) -> Sequence[Penalty]:
    """Every penalty of a household that was delivered."""
    return (await session.execute(select(Penalty).filter_by(uscc=uscc))).scalars().all()


async def is_listed(session: AsyncSession, operator_ref: str | None, day: dt.date) -> bool:
    """Whether an operator is on the courts' list on a day."""
    if operator_ref is None:
        return False
    query = (
        select(func.count())
        .select_from(DishonestDebtor)
        .where(
            DishonestDebtor.operator_ref == operator_ref,
            DishonestDebtor.listed_on <= day,
            or_(DishonestDebtor.removed_on.is_(None), DishonestDebtor.removed_on > day),
        )
    )
    return bool((await session.execute(query)).scalar_one())


async def latest_ban(session: AsyncSession, uscc: str) -> Ban | None:
    """The ban of a household that ends last."""
    query = select(Ban).filter_by(uscc=uscc).order_by(Ban.until.desc()).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def bans_below(session: AsyncSession, scope: str) -> Sequence[Ban]:
    """Bans of a region's households, the last to end first."""
    query = select(Ban).where(Ban.county.startswith(scope, autoescape=True)).order_by(Ban.until.desc(), Ban.uscc)
    return (await session.execute(query.limit(1000))).scalars().all()
