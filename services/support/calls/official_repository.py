"""SQL of the officials who are in touch with households, and of units."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.calls.models import HouseholdOfficial
from services.support.registers.models import Household
from shared.database.direct import fetch
from shared.platform.scope import in_region

WITHOUT_OWN = """
    SELECT n.uscc FROM unnest($1::text[]) AS n(uscc)
    WHERE NOT EXISTS (SELECT FROM household_official o WHERE o.uscc = n.uscc AND o.ended_at IS NULL) ORDER BY 1
"""
PUT_INTO_UNIT = "UPDATE household SET unit = $2 WHERE region = $1 AND uscc = ANY($3::text[]) RETURNING uscc"


async def households_of_unit(session: AsyncSession, county: str, unit: str) -> Sequence[str]:
    """The codes of a unit's households."""
    query = select(Household.uscc).where(Household.region == county, Household.unit == unit).order_by(Household.uscc)
    return (await session.execute(query)).scalars().all()


async def without_own_official(session: AsyncSession, codes: Sequence[str]) -> Sequence[str]:
    """Those that nobody is in touch with by name."""
    return [row[0] for row in await fetch(session, WITHOUT_OWN, list(codes))]


async def put_into_unit(session: AsyncSession, county: str, unit: str, codes: Sequence[str]) -> int:
    """Sets the unit of households of a county; how many there are."""
    return len(await fetch(session, PUT_INTO_UNIT, county, unit, list(codes)))


async def end_appointment(session: AsyncSession, follows: HouseholdOfficial, at: dt.datetime) -> None:
    """Whoever was in touch with the same household or unit is not any longer."""
    running = update(HouseholdOfficial).where(HouseholdOfficial.ended_at.is_(None))
    if follows.uscc is not None:
        same = running.where(HouseholdOfficial.uscc == follows.uscc)
    else:
        same = running.where(HouseholdOfficial.county == follows.county, HouseholdOfficial.unit == follows.unit)
    await session.execute(same.values(ended_at=at))


async def leave_county(session: AsyncSession, codes: Sequence[str], at: dt.datetime) -> None:
    """These households are in another county now: they are in no unit, and nobody of the old one is in touch."""
    await session.execute(update(Household).where(Household.uscc.in_(codes)).values(unit=None))
    running = update(HouseholdOfficial).where(HouseholdOfficial.ended_at.is_(None))
    await session.execute(running.where(HouseholdOfficial.uscc.in_(codes)).values(ended_at=at))


async def list_officials(
    session: AsyncSession, scope: str, after: uuid.UUID | None, limit: int
) -> Sequence[HouseholdOfficial]:
    """Who is in touch with households of a region now, by id."""
    query = select(HouseholdOfficial).where(
        in_region(HouseholdOfficial.county, scope), HouseholdOfficial.ended_at.is_(None)
    )
    if after is not None:
        query = query.where(HouseholdOfficial.id > after)
    return (await session.execute(query.order_by(HouseholdOfficial.id).limit(limit))).scalars().all()


async def officials_of_operator(session: AsyncSession, operator_ref: str) -> Sequence[HouseholdOfficial]:
    """Who is in touch with the households of an operator; whoever is by name, before who is for the unit."""
    query = (
        select(HouseholdOfficial, Household.uscc)
        .join(
            Household,
            or_(
                HouseholdOfficial.uscc == Household.uscc,
                (HouseholdOfficial.county == Household.region) & (HouseholdOfficial.unit == Household.unit),
            ),
        )
        .where(Household.operator_ref == operator_ref, HouseholdOfficial.ended_at.is_(None))
        .order_by(Household.uscc, HouseholdOfficial.uscc.nulls_last())
    )
    nearest: dict[str, HouseholdOfficial] = {}
    for official, code in await session.execute(query):
        nearest.setdefault(code, official)
    return list(nearest.values())
