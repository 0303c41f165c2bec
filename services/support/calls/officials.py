"""Officials who are in touch with households (包抓联系, 甘州 二（五）23): with one, or all of a unit of a county."""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.base import ANNOUNCER
from services.support.calls import official_repository, repository as call_repository
from services.support.calls.models import HouseholdOfficial
from services.support.calls.problems import HouseholdNotFound, UnitUnknown
from services.support.calls.service import Official
from services.support.registers.repository import HOUSEHOLDS
from shared import clock
from shared.contracts.support import OfficialAssigned
from shared.platform import audit
from shared.platform.identity import Caller, require_region
from shared.platform.lookups import or_404


async def appoint_for_household(
    session: AsyncSession, uscc: str, official: Official, caller: Caller
) -> HouseholdOfficial:
    """For one household, in place of whoever was before; its open call is theirs."""
    household = or_404(await HOUSEHOLDS.get(session, uscc), HouseholdNotFound)
    if not caller.covers(household.region):
        raise HouseholdNotFound
    row = _appointment(household.region, uscc, None, official, caller)
    return await _appoint(session, row, [uscc], caller)


async def appoint_for_unit(
    session: AsyncSession, county: str, unit: str, official: Official, caller: Caller
) -> HouseholdOfficial:
    """For all households of a unit that have nobody of their own, now and later."""
    require_region(caller, county)
    codes = await official_repository.households_of_unit(session, county, unit)
    if not codes:
        raise UnitUnknown
    without_own = await official_repository.without_own_official(session, codes)
    return await _appoint(session, _appointment(county, None, unit, official, caller), without_own, caller)


def _appointment(
    county: str, uscc: str | None, unit: str | None, official: Official, caller: Caller
) -> HouseholdOfficial:
    return HouseholdOfficial(
        id=uuid.uuid4(),
        county=county,
        uscc=uscc,
        unit=unit,
        subject=official.subject,
        name=official.name,
        department=official.department,
        appointed_by=caller.subject,
    )


async def _appoint(
    session: AsyncSession, row: HouseholdOfficial, codes: Sequence[str], caller: Caller
) -> HouseholdOfficial:
    await official_repository.end_appointment(session, row, clock.now())
    session.add(row)
    await session.flush()
    await call_repository.assign_open(session, codes, row)
    said = [
        (code, OfficialAssigned(uscc=code, region=row.county, assigned=row.subject, department=row.department.value))
        for code in codes
    ]
    await ANNOUNCER.announce_all(session, said, actor=caller.subject)
    await audit.record(session, row, caller, "official:appoint")
    return row


async def leave_county(session: AsyncSession, moved: Mapping[str, str]) -> None:
    """Households, by code, that are in another county now: it makes their open visits, by whomever it appoints."""
    if moved:
        await official_repository.leave_county(session, list(moved), clock.now())
        await call_repository.move_calls(session, moved)


async def put_into_unit(session: AsyncSession, county: str, unit: str, codes: Sequence[str], caller: Caller) -> int:
    """Households of a county belong to a unit from now on; how many of the codes are households there."""
    require_region(caller, county)
    put = await official_repository.put_into_unit(session, county, unit, codes)
    await audit.record(session, audit.about(unit, county, households=put), caller, "unit:put")
    return put
