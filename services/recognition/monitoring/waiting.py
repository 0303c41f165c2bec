"""Penalties of households that are not known yet: they wait, and count as soon as their household comes.

A penalty may arrive before its household: deliveries and events come by different ways. Nothing is rejected for that.
A waiting row belongs to the region that it was delivered for, as a row that counts does: it counts once a household of
that region has its code. A later delivery replaces it, and a full one that does not list it removes it.

Handlers of typing's events count what waited. One that runs at the same moment as the delivery sees no row, and the
delivery no household: once a minute what can count is counted as well.
"""

import datetime as dt
from collections.abc import Collection, Sequence

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.monitoring.repository import RegisterMerge
from services.recognition.monitoring.service import reassess
from services.recognition.registers.models import RegisterDelivery, WaitingPenalty
from services.recognition.resources import Resources
from shared.platform.deliveries.waiting import WaitingRows
from shared.platform.identity import Caller
from shared.platform.system_callers import CLOCK

AT_ONCE = 2_000
KEY_NAMES = ("uscc", "decided_on", "kind")
KEY = "(w.uscc, w.decided_on, w.kind)"
KNOWN = "household h WHERE h.uscc = {0}.uscc AND starts_with(h.region, {1})"

REMOVE_REPLACED = text(
    """
    DELETE FROM waiting_penalty w WHERE starts_with(w.region, :region) AND CASE
        WHEN EXISTS (SELECT FROM incoming i WHERE (i.uscc, i.decided_on, i.kind) = (w.uscc, w.decided_on, w.kind))
        THEN true ELSE :full END
    """
)
"""What the delivery lists comes anew, as waiting or as counting; what a full one does not list is gone."""
SET_ASIDE = text(
    f"""
    WITH strangers AS (
        DELETE FROM incoming i WHERE NOT EXISTS (SELECT FROM {KNOWN.format("i", ":region")}) RETURNING i.*
    )
    INSERT INTO waiting_penalty (region, uscc, decided_on, kind, published_on, published_until, repaired_on,
        delivery_id, since)
    SELECT :region, uscc, decided_on, kind, published_on, published_until, repaired_on, :delivery, :since
    FROM strangers
    """
)
READY = text(
    f"""
    SELECT DISTINCT w.uscc FROM waiting_penalty w
    WHERE (CAST(:codes AS text[]) IS NULL OR w.uscc = ANY(CAST(:codes AS text[])))
        AND EXISTS (SELECT FROM {KNOWN.format("w", "w.region")})
    ORDER BY 1 LIMIT :many
    """
)
COUNT_READY = text(
    f"""
    WITH ready AS (
        DELETE FROM waiting_penalty w WHERE w.uscc = ANY(CAST(:codes AS text[]))
            AND EXISTS (SELECT FROM {KNOWN.format("w", "w.region")})
        RETURNING w.*
    ), newest AS (
        SELECT DISTINCT ON (w.uscc, w.decided_on, w.kind) w.*, d.sequence
        FROM ready w JOIN register_delivery d ON d.id = w.delivery_id
        ORDER BY w.uscc, w.decided_on, w.kind, d.sequence DESC
    )
    INSERT INTO penalty AS p (uscc, decided_on, kind, published_on, published_until, repaired_on, delivery_id)
    SELECT uscc, decided_on, kind, published_on, published_until, repaired_on, delivery_id FROM newest w
    WHERE NOT EXISTS (
        SELECT FROM penalty o JOIN register_delivery d ON d.id = o.delivery_id
        WHERE (o.uscc, o.decided_on, o.kind) = {KEY} AND d.sequence > w.sequence)
    ON CONFLICT (uscc, decided_on, kind) DO UPDATE SET
        published_on = excluded.published_on, published_until = excluded.published_until,
        repaired_on = excluded.repaired_on, delivery_id = excluded.delivery_id
    RETURNING p.uscc
    """
)
DISMISS = text(
    """
    DELETE FROM waiting_penalty w USING register_delivery had, register_delivery this
    WHERE starts_with(w.region, :region) AND had.id = w.delivery_id AND this.id = :delivery
        AND had.sequence < this.sequence
    """
)


async def set_aside(session: AsyncSession, merging: RegisterMerge, since: dt.datetime) -> int:
    """Lets the staged rows of households that are not known in the region wait; how many."""
    values = {"region": merging.region, "full": merging.full}
    await session.execute(REMOVE_REPLACED, values)
    values = {"region": merging.region, "delivery": merging.delivery, "since": since}
    waiting = await session.execute(SET_ASIDE, values)
    return int(waiting.rowcount)  # type: ignore[attr-defined]  # an INSERT


async def dismiss_waiting(session: AsyncSession, delivery: RegisterDelivery) -> None:
    """Removes the waiting rows that a full delivery does not list, as an officer confirmed."""
    await session.execute(DISMISS, {"region": delivery.region, "delivery": delivery.id})


async def count_waiting(session: AsyncSession, codes: Collection[str] | None, caller: Caller) -> int:
    """Counts the waiting rows of these households (None: of any), as far as they are known, and judges them again; of
    how many households.
    """
    wanted = None if codes is None else sorted(codes)
    many = {"codes": wanted, "many": AT_ONCE if wanted is None else len(wanted)}
    ready = (await session.execute(READY, many)).scalars().all()
    if not ready:
        return 0
    await application_repository.lock_running(session, ready)
    changed = (await session.execute(COUNT_READY, {"codes": list(ready)})).scalars().all()
    await reassess(session, sorted(set(changed)), caller)
    return len(ready)


async def count_what_waited(resources: Resources) -> int:
    """Once a minute: whatever no handler has counted; of how many households."""
    counted = 0
    while True:
        async with resources.database.transaction() as session:
            ready = await count_waiting(session, None, CLOCK)
        counted += ready
        if ready < AT_ONCE:
            return counted


async def waiting_rows(session: AsyncSession, delivery: RegisterDelivery, limit: int) -> WaitingRows:
    """The rows of a delivery that still wait."""
    of_it = WaitingPenalty.delivery_id == delivery.id
    number = (await session.execute(select(func.count()).select_from(WaitingPenalty).where(of_it))).scalar_one()
    columns = [getattr(WaitingPenalty, name) for name in KEY_NAMES]
    rows = (await session.execute(select(*columns).where(of_it).order_by(*columns).limit(limit))).all()
    return WaitingRows(number, delivery.delivered_at, [dict(zip(KEY_NAMES, row, strict=True)) for row in rows])


async def known_elsewhere(session: AsyncSession, codes: Sequence[str], region: str) -> frozenset[str]:
    """Which of the codes are households of other regions than this one: what is said of them is a mistake."""
    outside = text(
        "SELECT h.uscc FROM household h "
        "WHERE h.uscc = ANY(CAST(:codes AS text[])) AND NOT starts_with(h.region, :region)"
    )
    return frozenset((await session.execute(outside, {"codes": list(codes), "region": region})).scalars())
