"""The worker's task that keeps entitlements current: households about which something was heard, and on a new day or
with another register every county, one after another.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.support.catalogue.register import read_register
from services.support.entitlements import repository as entitlement_repository, service as entitlement_service
from services.support.entitlements.service import Reckoner
from services.support.resources import Resources
from services.support.settings import SupportSettings
from shared import clock
from shared.database.connections import Database
from shared.platform.service import WorkerContext
from shared.worker.lease import exclusive_lease
from shared.worker.transient import run_forever

LEASE = "entitlements"
EVERY_SECONDS = 2.0
HOUSEHOLDS_AT_ONCE = 2000


def entitlement_task(context: WorkerContext[SupportSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Forever; by one process at a time."""

    async def keep() -> None:
        async with exclusive_lease(context.database, LEASE):
            while True:
                if not await keep_current(context.database):
                    await asyncio.sleep(EVERY_SECONDS)

    return run_forever("entitlements", keep)


async def keep_current(database: Database) -> bool:
    """One unit of work: households that are marked, else a county that is behind. False when there was none."""
    async with database.transaction() as session:
        return await _marked(session) or await _county(session)


async def _marked(session: AsyncSession) -> bool:
    marked = await entitlement_repository.take_marked(session, HOUSEHOLDS_AT_ONCE)
    if not marked:
        return False
    reckoner = Reckoner.of(await read_register(session))
    for cause, codes in marked.items():
        await entitlement_service.reckon_households(session, reckoner, codes, cause)
    return True


async def _county(session: AsyncSession) -> bool:
    register = await read_register(session)
    behind = await entitlement_repository.counties_behind(session, clock.today(), register.digest)
    if not behind:
        return False
    await entitlement_service.reckon_county(session, Reckoner.of(register), behind[0])
    return True
