"""SQL that merges a delivered register: rows are staged in a temporary table, then merged in one statement.

A full delivery removes what its region had before and no longer has, or leaves it until an officer has said so. Rows
with the same key are replaced. Rows of households with a rejected row stay: an unreadable row removes nothing.
"""

import datetime as dt
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers.models import RegisterDelivery
from shared.database.advisory_locks import AdvisoryLock, take_lock
from shared.reference.departments import Department


class RegisterFeed(StrEnum):
    """The service's own feeds, by the names of their contracts."""

    PENALTY = "penalty"
    DEBTOR = "dishonest_debtor"
    KIND = "operator_kind"


@dataclass(frozen=True)
class RegisterStatements:
    """A register's statements over the temporary table `incoming`; `columns` are those of its feed.

    `concerned`: households that the delivery may affect; `remove` and `put` return the households whose rows changed.
    `judged`: whether a rule reads the register, so that households are judged again.
    `unlisted`: how many records a full delivery would remove, and of how many. `keep` marks what is not to be removed
    when an officer confirms; `leaving` gives the households whose rows go then, and `dismiss` removes these.
    """

    columns: dict[str, str]
    concerned: str
    remove: str
    put: str
    unlisted: str
    keep: str
    leaving: str
    dismiss: str
    judged: bool = True


NOT_LATER = """
    delivery_id <> :delivery AND NOT EXISTS (
        SELECT FROM register_delivery later, register_delivery this
        WHERE later.id = delivery_id AND this.id = :delivery AND later.sequence > this.sequence)
"""
"""The record was not in the delivery, and comes from no later one."""


PENALTY_STATEMENTS = RegisterStatements(
    {
        "uscc": "text",
        "decided_on": "date",
        "kind": "text",
        "published_on": "date",
        "published_until": "date",
        "repaired_on": "date",
    },
    """
    SELECT uscc FROM incoming UNION
    SELECT p.uscc FROM penalty p JOIN household h USING (uscc) WHERE :full AND starts_with(h.region, :region)
    """,
    """
    DELETE FROM penalty p USING household h
    WHERE h.uscc = p.uscc AND starts_with(h.region, :region) AND :full AND p.uscc <> ALL(CAST(:unreadable AS text[]))
        AND NOT EXISTS (SELECT FROM incoming i WHERE (i.uscc, i.decided_on, i.kind) = (p.uscc, p.decided_on, p.kind))
    RETURNING p.uscc
    """,
    """
    INSERT INTO penalty AS p (uscc, decided_on, kind, published_on, published_until, repaired_on, delivery_id)
    SELECT uscc, decided_on, kind, published_on, published_until, repaired_on, :delivery FROM incoming
    ON CONFLICT (uscc, decided_on, kind) DO UPDATE SET
        published_on = excluded.published_on, published_until = excluded.published_until,
        repaired_on = excluded.repaired_on, delivery_id = excluded.delivery_id
    WHERE (p.published_on, p.published_until, p.repaired_on)
        IS DISTINCT FROM (excluded.published_on, excluded.published_until, excluded.repaired_on)
    RETURNING p.uscc
    """,
    """
    SELECT count(*) FILTER (WHERE p.uscc <> ALL(CAST(:unreadable AS text[])) AND NOT EXISTS (
            SELECT FROM incoming i WHERE (i.uscc, i.decided_on, i.kind) = (p.uscc, p.decided_on, p.kind))), count(*)
    FROM penalty p JOIN household h USING (uscc) WHERE starts_with(h.region, :region)
    """,
    """
    UPDATE penalty p SET delivery_id = :delivery FROM household h
    WHERE h.uscc = p.uscc AND starts_with(h.region, :region) AND (p.uscc = ANY(CAST(:unreadable AS text[])) OR EXISTS (
        SELECT FROM incoming i WHERE (i.uscc, i.decided_on, i.kind) = (p.uscc, p.decided_on, p.kind)))
    """,
    f"SELECT p.uscc FROM penalty p JOIN household h USING (uscc) WHERE starts_with(h.region, :region) AND {NOT_LATER}",
    f"""
    DELETE FROM penalty p USING household h WHERE h.uscc = p.uscc AND starts_with(h.region, :region) AND {NOT_LATER}
    RETURNING p.uscc
    """,
)
DEBTOR_STATEMENTS = RegisterStatements(
    {"operator_ref": "text", "listed_on": "date", "removed_on": "date"},
    """
    SELECT h.uscc FROM household h WHERE h.operator_ref IN (
        SELECT operator_ref FROM incoming UNION
        SELECT operator_ref FROM dishonest_debtor WHERE :full AND starts_with(region, :region)
    )
    """,
    """
    WITH gone AS (
        DELETE FROM dishonest_debtor d WHERE starts_with(d.region, :region) AND CASE
            WHEN EXISTS (SELECT FROM incoming i WHERE (i.operator_ref, i.listed_on) = (d.operator_ref, d.listed_on))
            THEN d.region <> :region ELSE :full END
        RETURNING d.operator_ref
    )
    SELECT h.uscc FROM household h JOIN gone USING (operator_ref)
    """,
    """
    WITH given AS (
        INSERT INTO dishonest_debtor AS d (operator_ref, listed_on, region, removed_on, delivery_id)
        SELECT operator_ref, listed_on, :region, removed_on, :delivery FROM incoming
        ON CONFLICT (operator_ref, listed_on, region) DO UPDATE SET
            removed_on = excluded.removed_on, delivery_id = excluded.delivery_id
        WHERE d.removed_on IS DISTINCT FROM excluded.removed_on
        RETURNING d.operator_ref
    )
    SELECT h.uscc FROM household h JOIN given USING (operator_ref)
    """,
    """
    SELECT count(*) FILTER (WHERE NOT EXISTS (
            SELECT FROM incoming i WHERE (i.operator_ref, i.listed_on) = (d.operator_ref, d.listed_on))), count(*)
    FROM dishonest_debtor d WHERE starts_with(d.region, :region)
    """,
    """
    UPDATE dishonest_debtor d SET delivery_id = :delivery WHERE d.region = :region AND EXISTS (
        SELECT FROM incoming i WHERE (i.operator_ref, i.listed_on) = (d.operator_ref, d.listed_on))
    """,
    f"""
    SELECT h.uscc FROM household h WHERE h.operator_ref IN (
        SELECT d.operator_ref FROM dishonest_debtor d WHERE starts_with(d.region, :region) AND {NOT_LATER})
    """,
    f"""
    WITH gone AS (
        DELETE FROM dishonest_debtor d WHERE starts_with(d.region, :region) AND {NOT_LATER} RETURNING d.operator_ref
    )
    SELECT h.uscc FROM household h JOIN gone USING (operator_ref)
    """,
)
OWN_KINDS = "starts_with(k.region, :region) AND k.department = :department"
"""What the department delivered for the region before."""
KIND_STATEMENTS = RegisterStatements(
    {"uscc": "text", "kind": "text", "since": "date", "until": "date"},
    f"""
    SELECT uscc FROM incoming UNION SELECT k.uscc FROM operator_kind k WHERE :full AND {OWN_KINDS}
    """,
    f"""
    DELETE FROM operator_kind k WHERE {OWN_KINDS} AND k.uscc <> ALL(CAST(:unreadable AS text[])) AND CASE
        WHEN EXISTS (SELECT FROM incoming i WHERE (i.uscc, i.kind) = (k.uscc, k.kind))
        THEN k.region <> :region ELSE :full END
    RETURNING k.uscc
    """,
    """
    WITH before AS (
        SELECT k.uscc, k.kind, k.since, k.until FROM operator_kind k JOIN incoming USING (uscc, kind)
        WHERE (k.department, k.region) = (:department, :region)
    ), given AS (
        INSERT INTO operator_kind AS k (uscc, kind, department, region, since, until, delivery_id, stated_at)
        SELECT uscc, kind, :department, :region, since, until, :delivery, :stated_at FROM incoming
        ON CONFLICT (uscc, kind, department, region) DO UPDATE SET
            since = excluded.since, until = excluded.until,
            delivery_id = excluded.delivery_id, stated_at = excluded.stated_at
        RETURNING k.uscc, k.kind, k.since, k.until
    )
    SELECT g.uscc FROM given g WHERE NOT EXISTS (
        SELECT FROM before b WHERE (b.uscc, b.kind) = (g.uscc, g.kind)
            AND (b.since, b.until) IS NOT DISTINCT FROM (g.since, g.until))
    """,
    f"""
    SELECT count(*) FILTER (WHERE k.uscc <> ALL(CAST(:unreadable AS text[])) AND NOT EXISTS (
            SELECT FROM incoming i WHERE (i.uscc, i.kind) = (k.uscc, k.kind))), count(*)
    FROM operator_kind k WHERE {OWN_KINDS}
    """,
    f"""
    UPDATE operator_kind k SET delivery_id = :delivery WHERE {OWN_KINDS} AND (
        k.uscc = ANY(CAST(:unreadable AS text[]))
        OR EXISTS (SELECT FROM incoming i WHERE (i.uscc, i.kind) = (k.uscc, k.kind)))
    """,
    f"SELECT k.uscc FROM operator_kind k WHERE {OWN_KINDS} AND {NOT_LATER}",
    f"DELETE FROM operator_kind k WHERE {OWN_KINDS} AND {NOT_LATER} RETURNING k.uscc",
    judged=False,
)
REGISTERS = {
    RegisterFeed.PENALTY: PENALTY_STATEMENTS,
    RegisterFeed.DEBTOR: DEBTOR_STATEMENTS,
    RegisterFeed.KIND: KIND_STATEMENTS,
}


@dataclass(frozen=True)
class RegisterMerge:
    """A delivery to be merged. `full`: what it does not list is removed; `unreadable`: households with a rejected
    row; `department`: whose, where several deliver a feed; `stated_at`: when it came.
    """

    feed: RegisterFeed
    region: str
    full: bool
    delivery: uuid.UUID
    unreadable: Sequence[str]
    department: Department | None = None
    stated_at: dt.datetime | None = None


async def stage_rows(session: AsyncSession, feed: RegisterFeed, batches: AsyncIterator[list[tuple[Any, ...]]]) -> None:
    """A delivery's rows in the temporary table `incoming`, which ends with the transaction."""
    columns = REGISTERS[feed].columns
    shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    await session.execute(text("DROP TABLE IF EXISTS pg_temp.incoming"))
    await session.execute(text(f"CREATE TEMPORARY TABLE incoming ({shape}) ON COMMIT DROP"))
    raw = (await (await session.connection()).get_raw_connection()).driver_connection
    async for rows in batches:
        await raw.copy_records_to_table("incoming", records=rows, columns=list(columns))  # type: ignore[union-attr]


async def concerned_codes(session: AsyncSession, merging: RegisterMerge) -> Sequence[str]:
    """Households that the delivery may affect."""
    return await _codes(session, REGISTERS[merging.feed].concerned, merging)


async def merge_rows(session: AsyncSession, merging: RegisterMerge) -> Sequence[str]:
    """Merge the delivery's rows into the register; returns the households whose records changed, by code."""
    register = REGISTERS[merging.feed]
    return sorted({*await _codes(session, register.remove, merging), *await _codes(session, register.put, merging)})


async def count_unlisted(session: AsyncSession, merging: RegisterMerge) -> tuple[int, int]:
    """How many records of the region a full delivery of the staged rows would remove, and how many there are."""
    ((unlisted, before),) = await session.execute(text(REGISTERS[merging.feed].unlisted), _values(merging))
    return int(unlisted), int(before)


async def keep_listed(session: AsyncSession, merging: RegisterMerge) -> None:
    """Mark what the staged rows list: it stays when an officer confirms that the rest is gone."""
    await session.execute(text(REGISTERS[merging.feed].keep), _values(merging))


async def leaving_codes(session: AsyncSession, merging: RegisterMerge) -> Sequence[str]:
    """Households whose records go when an officer confirms what a merged delivery does not list."""
    return await _codes(session, REGISTERS[merging.feed].leaving, merging)


async def dismiss_unlisted(session: AsyncSession, merging: RegisterMerge) -> Sequence[str]:
    """Remove them; returns the households whose records changed, by code."""
    return sorted({*await _codes(session, REGISTERS[merging.feed].dismiss, merging)})


def _values(merging: RegisterMerge) -> dict[str, object]:
    names = ("region", "full", "delivery", "unreadable", "department", "stated_at")
    return {name: getattr(merging, name) for name in names}


async def _codes(session: AsyncSession, statement: str, merging: RegisterMerge) -> Sequence[str]:
    return (await session.execute(text(statement), _values(merging))).scalars().all()


async def lock_feed(session: AsyncSession, feed: str) -> None:
    """Deliveries of a feed are merged one after another: locked until the end of the transaction."""
    await take_lock(session, AdvisoryLock.REGISTER, feed)


async def rejects_digests(session: AsyncSession) -> frozenset[str]:
    """The digests of all stored files that a delivery names."""
    return frozenset((await session.execute(select(RegisterDelivery.rejects_file).distinct())).scalars())
