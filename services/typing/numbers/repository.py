"""SQL of number settings."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, literal, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.numbers.domain import NumberState, SetNumber
from services.typing.numbers.models import NumberSetting


def concerning(scope: str) -> ColumnElement[bool]:
    """Settings of bureaus inside a region, and of its superiors."""
    return or_(NumberSetting.region.startswith(scope, autoescape=True), literal(scope).startswith(NumberSetting.region))


async def add_proposal(session: AsyncSession, values: dict[str, object]) -> NumberSetting | None:
    """Store a proposal; None when the same number from the same day on waits already."""
    statement = insert(NumberSetting).values(values).on_conflict_do_nothing().returning(NumberSetting)
    return (await session.execute(statement)).scalar_one_or_none()


async def get_setting(
    session: AsyncSession, setting_id: uuid.UUID, scope: str, *, lock: bool = False
) -> NumberSetting | None:
    """A setting that concerns a region; ``lock`` locks it until the end of the transaction."""
    query = select(NumberSetting).where(NumberSetting.id == setting_id, concerning(scope))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def list_settings(
    session: AsyncSession, scope: str, policy: str | None, below: int | None, limit: int
) -> Sequence[NumberSetting]:
    """Settings that concern a region, the newest first, with numbers below ``below``."""
    query = select(NumberSetting).where(concerning(scope))
    if policy is not None:
        query = query.where(NumberSetting.policy == policy)
    if below is not None:
        query = query.where(NumberSetting.number < below)
    return (await session.execute(query.order_by(NumberSetting.number.desc()).limit(limit))).scalars().all()


async def all_in_force(session: AsyncSession) -> dict[str, list[SetNumber]]:
    """What is set, by policy, in the order of the decisions."""
    query = select(NumberSetting).where(NumberSetting.state == NumberState.IN_FORCE)
    found: dict[str, list[SetNumber]] = {}
    for row in (await session.execute(query.order_by(NumberSetting.decided_at, NumberSetting.number))).scalars():
        found.setdefault(row.policy, []).append(row.as_set())
    return found


async def numbers_in_force(session: AsyncSession, policy: str) -> Sequence[SetNumber]:
    """What is set for a policy, in the order of the decisions."""
    query = select(NumberSetting).where(NumberSetting.policy == policy, NumberSetting.state == NumberState.IN_FORCE)
    rows = await session.execute(query.order_by(NumberSetting.decided_at, NumberSetting.number))
    return [row.as_set() for row in rows.scalars()]
