"""SQL of the copy of households and published counts, and of what is on record of a household.

Events are applied in batches, each only if its revision is higher than the stored one.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, String, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers.models import Household, Penalty, PublishedCount
from shared.contracts.typing import Counts, HouseholdChanged, HouseholdTyped

HOUSEHOLD_BY_CODE = select(Household).where(Household.uscc == bindparam("code"))
HOUSEHOLDS_BY_CODE = select(Household).where(Household.uscc == func.any(bindparam("codes", type_=ARRAY(String))))
APPLY_TYPED = text(
    """
    INSERT INTO household AS h (uscc, name, region, operator_ref, status, type, typed_year, typed_run,
                                typed_revision, changed_revision)
    SELECT n.uscc, n.name, n.region, n.operator_ref, 'registered', n.type, n.year, n.run, n.revision, 0
    FROM unnest(CAST(:uscc AS text[]), CAST(:name AS text[]), CAST(:region AS text[]), CAST(:operator_ref AS text[]),
                CAST(:type AS text[]), CAST(:year AS int[]), CAST(:run AS uuid[]), CAST(:revision AS bigint[]))
        AS n(uscc, name, region, operator_ref, type, year, run, revision)
    ORDER BY n.uscc
    ON CONFLICT (uscc) DO UPDATE SET
        type = excluded.type, typed_year = excluded.typed_year, typed_run = excluded.typed_run,
        typed_revision = excluded.typed_revision
    WHERE h.typed_revision < excluded.typed_revision
    """
)
APPLY_CHANGED = text(
    """
    WITH before AS MATERIALIZED (SELECT uscc, region, operator_ref, status FROM household WHERE uscc = ANY(:uscc)),
    applied AS (
        INSERT INTO household AS h (uscc, name, region, operator_ref, status, typed_revision, changed_revision)
        SELECT n.uscc, n.name, n.region, n.operator_ref, n.status, 0, n.revision
        FROM unnest(CAST(:uscc AS text[]), CAST(:name AS text[]), CAST(:region AS text[]),
                    CAST(:operator_ref AS text[]), CAST(:status AS text[]), CAST(:revision AS bigint[]))
            AS n(uscc, name, region, operator_ref, status, revision)
        ORDER BY n.uscc
        ON CONFLICT (uscc) DO UPDATE SET
            name = excluded.name, region = excluded.region, operator_ref = excluded.operator_ref,
            status = excluded.status, changed_revision = excluded.changed_revision
        WHERE h.changed_revision < excluded.changed_revision
        RETURNING h.uscc, h.region, h.operator_ref, h.status
    )
    SELECT a.uscc FROM applied a LEFT JOIN before b USING (uscc)
    WHERE (b.region, b.operator_ref, b.status) IS DISTINCT FROM (a.region, a.operator_ref, a.status) ORDER BY a.uscc
    """
)


async def apply_typed(session: AsyncSession, typed: Sequence[HouseholdTyped]) -> None:
    """Store types in force, one payload per household; only HouseholdChanged changes register entries."""
    columns = ("uscc", "name", "region", "operator_ref", "type", "year", "run", "revision")
    await session.execute(APPLY_TYPED, {name: [getattr(one, name) for one in typed] for name in columns})


async def apply_changed(session: AsyncSession, changed: Sequence[HouseholdChanged]) -> list[str]:
    """Store register entries, one payload per household; returns the codes whose operator, region or status changed."""
    columns = ("uscc", "name", "region", "operator_ref", "status", "revision")
    found = await session.execute(APPLY_CHANGED, {name: [getattr(one, name) for one in changed] for name in columns})
    return list(found.scalars())


async def get_household(session: AsyncSession, uscc: str) -> Household | None:
    """One household."""
    return (await session.execute(HOUSEHOLD_BY_CODE, {"code": uscc})).scalar_one_or_none()


async def households_by_code(session: AsyncSession, codes: Collection[str]) -> Mapping[str, Household]:
    """Households by code."""
    found = (await session.execute(HOUSEHOLDS_BY_CODE, {"codes": list(codes)})).scalars()
    return {one.uscc: one for one in found}


async def save_counts(
    session: AsyncSession, year: int, run: uuid.UUID, counts: Counts, published_at: dt.datetime
) -> None:
    """A published run's counts by county; an older publication never replaces a newer one."""
    rows = [
        {"county": county, "year": year, "counts": dict(by_type), "run": run, "published_at": published_at}
        for county, by_type in sorted(counts.items())
    ]
    if not rows:
        return
    statement = insert(PublishedCount).values(rows)
    newer = {name: getattr(statement.excluded, name) for name in ("counts", "run", "published_at")}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["county", "year"],
            set_=newer,
            where=PublishedCount.published_at < statement.excluded.published_at,
        )
    )


async def counts_in_scope(session: AsyncSession, scope: str, year: int) -> dict[str, dict[str, int]]:
    """Counts by type of every county below a scope in a year's published run."""
    query = select(PublishedCount).where(
        PublishedCount.county.startswith(scope, autoescape=True), PublishedCount.year == year
    )
    return {row.county: row.counts for row in (await session.execute(query)).scalars()}


PENALTIES_BY_CODE = select(Penalty).where(Penalty.uscc == func.any(bindparam("codes", type_=ARRAY(String))))
RECORDS = text(
    """
    SELECT h.uscc, h.region, h.operator_ref, h.status, h.type,
        EXISTS (SELECT FROM dishonest_debtor d WHERE d.operator_ref = h.operator_ref
                AND d.listed_on <= :day AND (d.removed_on IS NULL OR d.removed_on > :day)) AS listed,
        EXISTS (SELECT FROM penalty p WHERE p.uscc = h.uscc) AS punished,
        (SELECT max(b.until) FROM ban b WHERE b.uscc = h.uscc) AS banned_until,
        EXISTS (SELECT FROM recognition r WHERE r.uscc = h.uscc AND r.state = 'valid') AS recognised,
        (SELECT min(r.name) FROM recognition r
         WHERE r.county = h.region AND r.operator_ref = h.operator_ref AND r.state = 'valid'
               AND r.uscc <> h.uscc) AS operators_other
    FROM household h WHERE h.uscc = ANY(:codes)
    """
)


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """A household's register entry and type, as far as it is judged by them."""

    region: str
    operator_ref: str | None
    status: str
    type: str | None


@dataclass(frozen=True, slots=True)
class HouseholdRecord:
    """What is on record of a household on a day. `operators_other`: the name of its operator's other recognised
    household.
    """

    entry: RegisterEntry
    penalties: Sequence[Penalty]
    operator_listed: bool
    banned_until: dt.date | None
    recognised: bool
    operators_other: str | None


async def records_of(session: AsyncSession, codes: Collection[str], day: dt.date) -> Mapping[str, HouseholdRecord]:
    """The records of known households by code, in one statement, or two if some have penalties."""
    rows = (await session.execute(RECORDS, {"codes": list(codes), "day": day})).all()
    penalties: dict[str, list[Penalty]] = defaultdict(list)
    if punished := [row.uscc for row in rows if row.punished]:
        for one in (await session.execute(PENALTIES_BY_CODE, {"codes": punished})).scalars():
            penalties[one.uscc].append(one)
    return {
        row.uscc: HouseholdRecord(
            RegisterEntry(row.region, row.operator_ref, row.status, row.type),
            penalties[row.uscc],
            row.listed,
            row.banned_until,
            row.recognised,
            row.operators_other,
        )
        for row in rows
    }
