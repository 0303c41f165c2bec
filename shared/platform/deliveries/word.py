"""An officer's word on what a full delivery does not list: it is gone, or it stays."""

import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from shared.platform import audit
from shared.platform.deliveries.coverage import COVERAGE, Coverage
from shared.platform.deliveries.problems import DelivererDecides, DeliveryNotFound, DeliverySuperseded
from shared.platform.deliveries.receiving import D, Receiving
from shared.platform.deliveries.rows import find_later_delivery, get_delivery, lock_coverage
from shared.platform.department_scope import readable_feeds
from shared.platform.identity import Caller
from shared.platform.lookups import or_404


async def lock_waiting(session: AsyncSession, table: type[D], delivery_id: uuid.UUID, caller: Caller) -> D:
    """The delivery, locked together with its coverage: nothing comes after it meanwhile."""
    seen = or_404(
        await get_delivery(session, table, delivery_id, caller.region, readable_feeds(caller)), DeliveryNotFound
    )
    await lock_coverage(session, seen.feed, seen.region)
    locked = select(table).where(table.id == delivery_id).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(locked)).scalar_one()


async def decide_unlisted(
    session: AsyncSession, receiving: Receiving[Any, D], delivery: D, caller: Caller, *, confirmed: bool, reason: str
) -> None:
    """Removes what a locked delivery does not list, or leaves it for good. 403 for who delivered it, 409 where nothing
    waits or another delivery has come since.
    """
    target = Coverage.CONFIRMED if confirmed else Coverage.REFUSED
    COVERAGE.require(delivery.coverage, target)
    if delivery.deliverer == caller.subject:
        raise DelivererDecides
    if await find_later_delivery(session, delivery):
        raise DeliverySuperseded
    delivery.coverage = target
    delivery.version += 1
    removed = 0
    if confirmed and receiving.remove_unlisted is not None:
        removed = await receiving.remove_unlisted(session, delivery, caller)
        delivery.changed += removed
    details = {"confirmed": confirmed, "reason": reason, "unlisted": delivery.unlisted, "changed": removed}
    await audit.record(session, audit.about(delivery.id, delivery.region), caller, "delivery:removal", details)
