"""Reads of the copy of households."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.registers.models import Household
from shared.platform.household_copy import HouseholdCopy

HOUSEHOLDS = HouseholdCopy(Household)

CODES_OF_OPERATOR = text("select uscc from household where operator_ref = :operator_ref order by uscc")


async def codes_of_operator(session: AsyncSession, operator_ref: str) -> Sequence[str]:
    """The households whose operator somebody is now."""
    return (await session.execute(CODES_OF_OPERATOR, {"operator_ref": operator_ref})).scalars().all()
