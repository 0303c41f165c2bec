"""SQL of chosen households and of samples."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.monitoring.domain import OPEN_STATES, ChosenAs, ChosenState
from services.support.monitoring.models import ChosenHousehold
from services.support.registers.models import Household
from shared.database.direct import fetch
from shared.platform.scope import in_region

SAMPLE = """
    SELECT uscc, region, type FROM household
    WHERE starts_with(region, $1) AND status = 'registered' AND type = $2
    ORDER BY sha256(convert_to($3 || uscc, 'UTF8')), uscc LIMIT $4
"""
POPULATION = """
    SELECT count(*) FROM household WHERE starts_with(region, $1) AND status = 'registered' AND type = $2
"""


async def get_one(
    session: AsyncSession, choice: uuid.UUID, scope: str, *, lock: bool = False
) -> ChosenHousehold | None:
    """A choice of a region."""
    query = select(ChosenHousehold).where(ChosenHousehold.id == choice, in_region(ChosenHousehold.county, scope))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def open_of(session: AsyncSession, codes: Sequence[str]) -> Sequence[ChosenHousehold]:
    """The choices of households that are not over, locked."""
    query = select(ChosenHousehold).where(ChosenHousehold.uscc.in_(codes), ChosenHousehold.state.in_(OPEN_STATES))
    return (await session.execute(query.order_by(ChosenHousehold.id).with_for_update())).scalars().all()


async def lock_all(session: AsyncSession, choices: Sequence[uuid.UUID]) -> Sequence[ChosenHousehold]:
    """Choices, locked in the order of their ids."""
    query = select(ChosenHousehold).where(ChosenHousehold.id.in_(choices)).order_by(ChosenHousehold.id)
    return (await session.execute(query.with_for_update())).scalars().all()


async def list_some(
    session: AsyncSession, scope: str, chosen_as: ChosenAs, state: ChosenState, after: uuid.UUID | None, limit: int
) -> Sequence[ChosenHousehold]:
    """Those of a region, by id."""
    query = select(ChosenHousehold).where(
        in_region(ChosenHousehold.county, scope), ChosenHousehold.chosen_as == chosen_as, ChosenHousehold.state == state
    )
    if after is not None:
        query = query.where(ChosenHousehold.id > after)
    return (await session.execute(query.order_by(ChosenHousehold.id).limit(limit))).scalars().all()


async def of_operator(session: AsyncSession, operator_ref: str) -> Sequence[ChosenHousehold]:
    """Those of an operator's households that stand, by id."""
    query = (
        select(ChosenHousehold)
        .join(Household, Household.uscc == ChosenHousehold.uscc)
        .where(Household.operator_ref == operator_ref, ChosenHousehold.state == ChosenState.LISTED)
    )
    return (await session.execute(query.order_by(ChosenHousehold.id))).scalars().all()


async def sample(
    session: AsyncSession, scope: str, type_name: str, seed: str, size: int
) -> tuple[int, Sequence[tuple[str, str]]]:
    """How many households of a type there are, and those whose hash with the seed is least: the same for everybody who
    draws with this seed from these households.
    """
    [(population,)] = await fetch(session, POPULATION, scope, type_name)
    rows = await fetch(session, SAMPLE, scope, type_name, seed, size)
    return int(population), [(row[0], row[1]) for row in rows]
