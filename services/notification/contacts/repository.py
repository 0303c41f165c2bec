"""SQL of contacts: a delivery merged, what an operator withdraws erased, single rows read."""

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.contacts.models import Contact, ContactDelivery, Mailbox, OwnContact
from services.notification.registers.models import Household
from shared import clock
from shared.database.advisory_locks import AdvisoryLock, take_lock, take_lock_shared
from shared.database.row_scope import beyond_region

STAGED = {
    "uscc": "text",
    "phone": "bytea",
    "mobile": "boolean",
    "email": "bytea",
    "consented_on": "date",
}
"""Columns of the temporary table `incoming`: phones and e-mails are sealed before they get there."""
PUT = text(
    """
    INSERT INTO contact AS c (uscc, operator_ref, phone, mobile, email, consented_on, withdrawn_at, delivery_id,
                              delivered_at)
    SELECT i.uscc, h.operator_ref, CASE WHEN kept.it THEN i.phone END, kept.it AND i.mobile,
        CASE WHEN kept.it THEN i.email END, CASE WHEN kept.it THEN i.consented_on END, gone.at, :delivery, :now
    FROM incoming i JOIN household h ON h.uscc = i.uscc AND starts_with(h.region, :region)
        LEFT JOIN own_contact own ON own.recipient = 'operator:' || h.operator_ref
        LEFT JOIN contact before ON before.uscc = i.uscc AND before.operator_ref IS NOT DISTINCT FROM h.operator_ref
        CROSS JOIN LATERAL (SELECT greatest(own.withdrawn_at, before.withdrawn_at) AS at) gone
        CROSS JOIN LATERAL (SELECT gone.at IS NULL OR (i.consented_on
            > CAST(gone.at AT TIME ZONE 'Asia/Shanghai' AS date)) IS TRUE AS it) kept
    ORDER BY i.uscc
    ON CONFLICT (uscc) DO UPDATE SET
        operator_ref = excluded.operator_ref, phone = excluded.phone, mobile = excluded.mobile, email = excluded.email,
        consented_on = excluded.consented_on, withdrawn_at = excluded.withdrawn_at, delivery_id = excluded.delivery_id,
        delivered_at = excluded.delivered_at
    """
)
"""After a withdrawal nothing is stored again, unless the row says that somebody consented on a later day."""
NO_LONGER_DELIVERED = """
    FROM household h WHERE h.uscc = c.uscc AND starts_with(h.region, :region)
        AND c.uscc <> ALL(CAST(:unreadable AS text[])) AND NOT EXISTS (SELECT FROM incoming i WHERE i.uscc = c.uscc)
"""
EMPTY = "phone = NULL, mobile = false, email = NULL, consented_on = NULL"
BLANK_WITHDRAWN = text(f"UPDATE contact c SET {EMPTY} {NO_LONGER_DELIVERED} AND c.withdrawn_at IS NOT NULL")
REMOVE = text(
    f"DELETE FROM contact c USING {NO_LONGER_DELIVERED.strip().removeprefix('FROM')} AND c.withdrawn_at IS NULL"
)
COUNT_UNLISTED = text(
    """
    SELECT count(*) FILTER (WHERE c.uscc <> ALL(CAST(:unreadable AS text[]))
            AND NOT EXISTS (SELECT FROM incoming i WHERE i.uscc = c.uscc)), count(*)
    FROM contact c JOIN household h USING (uscc)
    WHERE starts_with(h.region, :region) AND (c.phone IS NOT NULL OR c.email IS NOT NULL)
    """
)
NOT_LATER = """
    FROM household h WHERE h.uscc = c.uscc AND starts_with(h.region, :region)
        AND c.delivery_id <> :delivery AND c.delivered_at < :delivered_at
"""
"""Was not in the delivery, and comes from no later one."""
BLANK_UNLISTED = text(f"UPDATE contact c SET {EMPTY} {NOT_LATER} AND c.withdrawn_at IS NOT NULL")
DISMISS_UNLISTED = text(
    f"DELETE FROM contact c USING {NOT_LATER.strip().removeprefix('FROM')} AND c.withdrawn_at IS NULL"
)


@dataclass(frozen=True)
class ContactMerge:
    """A delivery to be merged. `unreadable`: households with a rejected row, whose contacts stay as they are."""

    region: str
    full: bool
    delivery: uuid.UUID
    unreadable: Sequence[str]


async def stage(session: AsyncSession, batches: AsyncIterator[list[tuple[Any, ...]]]) -> None:
    """A delivery's rows, sealed, in the temporary table `incoming`, which ends with the transaction."""
    shape = ", ".join(f"{name} {kind}" for name, kind in STAGED.items())
    await session.execute(text("DROP TABLE IF EXISTS pg_temp.incoming"))
    await session.execute(text(f"CREATE TEMPORARY TABLE incoming ({shape}) ON COMMIT DROP"))
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    async for rows in batches:
        await raw.copy_records_to_table("incoming", records=rows, columns=list(STAGED))  # type: ignore[union-attr]


async def lock_merging(session: AsyncSession, region: str) -> None:
    """Wait for withdrawals and for deliveries of the same, a wider or a narrower region, and let none of them pass
    until the delivery is merged; those of other regions are merged at the same time.
    """
    await take_lock_shared(session, AdvisoryLock.CONTACT)
    for digits in range(2, len(region), 2):
        await take_lock_shared(session, AdvisoryLock.CONTACT, region[:digits])
    await take_lock(session, AdvisoryLock.CONTACT, region)


async def merge(session: AsyncSession, merging: ContactMerge) -> int:
    """Merge what is staged; gives the number of households whose contact was delivered anew or is gone."""
    await session.execute(text("ANALYZE incoming"))
    values = {"region": merging.region, "unreadable": list(merging.unreadable)}
    changed = 0
    for statement in (BLANK_WITHDRAWN, REMOVE) if merging.full else ():
        changed += (await session.execute(statement, values)).rowcount  # type: ignore[attr-defined]
    put = await session.execute(PUT, {"delivery": merging.delivery, "now": clock.now(), "region": merging.region})
    return changed + int(put.rowcount)  # type: ignore[attr-defined]


async def count_unlisted(session: AsyncSession, merging: ContactMerge) -> tuple[int, int]:
    """How many contacts of the region a full delivery of what is staged would remove, and how many there are."""
    values = {"region": merging.region, "unreadable": list(merging.unreadable)}
    ((unlisted, before),) = await session.execute(COUNT_UNLISTED, values)
    return int(unlisted), int(before)


async def keep_rejected(session: AsyncSession, merging: ContactMerge) -> None:
    """Contacts of households with a rejected row count as delivered: they stay when an officer confirms the rest."""
    kept = update(Contact).where(Contact.uscc.in_(merging.unreadable))
    await session.execute(kept.values(delivery_id=merging.delivery))


async def dismiss_unlisted(session: AsyncSession, delivery: uuid.UUID, region: str, delivered_at: dt.datetime) -> int:
    """Remove the region's contacts that came before a delivery and were not in it; how many they were."""
    values = {"region": region, "delivery": delivery, "delivered_at": delivered_at}
    removed = 0
    for statement in (BLANK_UNLISTED, DISMISS_UNLISTED):
        removed += (await session.execute(statement, values)).rowcount  # type: ignore[attr-defined]
    return removed


async def lock_withdrawing(session: AsyncSession) -> None:
    """Wait for the deliveries that are being merged: what they store is erased, too."""
    await take_lock(session, AdvisoryLock.CONTACT)


async def erase_delivered(session: AsyncSession, operator_ref: str | None, uscc: str | None = None) -> int:
    """Erase the delivered contacts of an operator in all regions, or those of one household; only the time of it
    stays.
    """
    query = update(Contact).values(phone=None, mobile=False, email=None, consented_on=None, withdrawn_at=clock.now())
    whose = Contact.operator_ref == operator_ref if uscc is None else Contact.uscc == uscc
    async with beyond_region(session):
        return int((await session.execute(query.where(whose))).rowcount)  # type: ignore[attr-defined]


async def get_own(session: AsyncSession, recipient: str, *, lock: bool = False) -> OwnContact | None:
    """What a recipient set; `lock`: to be changed, by one call at a time."""
    if lock:
        await take_lock(session, AdvisoryLock.CONTACT, recipient)
    return await session.get(OwnContact, recipient, populate_existing=lock)


async def delivered_to(session: AsyncSession, operator_ref: str) -> Sequence[Contact]:
    """What was delivered for an operator and counts for them: of the households that they still have."""
    query = select(Contact).join(Household, Household.uscc == Contact.uscc)
    query = query.where(Contact.operator_ref == operator_ref, Household.operator_ref == operator_ref)
    return (await session.execute(query.order_by(Contact.uscc))).scalars().all()


async def home_of(session: AsyncSession, operator_ref: str) -> str | None:
    """The county of an operator's first household."""
    query = select(Household.region).where(Household.operator_ref == operator_ref).order_by(Household.uscc).limit(1)
    return (await session.execute(query)).scalar_one_or_none()


async def get_mailbox(session: AsyncSession, name: str, *, lock: bool = False) -> Mailbox | None:
    """A mailbox; `lock`: to be changed."""
    if lock:
        await take_lock(session, AdvisoryLock.CONTACT, f"mailbox:{name}")
    return await session.get(Mailbox, name, populate_existing=lock)


async def list_mailboxes(session: AsyncSession, scope: str, after: tuple[str, str] | None, limit: int) -> list[Mailbox]:
    """Mailboxes in a region, by region and department."""
    query = select(Mailbox).where(Mailbox.region.startswith(scope, autoescape=True))
    if after is not None:
        query = query.where(tuple_(Mailbox.region, Mailbox.department) > tuple_(*map(literal, after)))
    query = query.order_by(Mailbox.region, Mailbox.department).limit(limit)
    return list((await session.execute(query)).scalars())


async def rejects_digests(session: AsyncSession) -> frozenset[str]:
    """The digests of all stored rejects that a delivery names."""
    return frozenset((await session.execute(select(ContactDelivery.rejects_file).distinct())).scalars())
