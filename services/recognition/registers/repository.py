"""SQL of published counts and of what is on record of a household; reads of the copy of households."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, Date, String, bindparam, func, select, text, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers.models import (
    Household,
    Penalty,
    PublishedCount,
    RegisteredKind,
)
from shared.contracts.typing import Counts
from shared.database.row_scope import beyond_region
from shared.platform.household_copy import HouseholdCopy

HOUSEHOLDS = HouseholdCopy(Household)


async def households_of(session: AsyncSession, operator_ref: str) -> Sequence[Household]:
    """The households that an operator runs, by code."""
    query = select(Household).where(Household.operator_ref == operator_ref).order_by(Household.uscc)
    return (await session.scalars(query)).all()


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


PENALTY_FEED, DEBTOR_FEED = "penalty", "dishonest_debtor"
KINDS_OF = (
    select(RegisteredKind.kind, RegisteredKind.department)
    .join(Household, Household.uscc == RegisteredKind.uscc)
    .where(
        RegisteredKind.uscc == bindparam("uscc"),
        func.starts_with(Household.region, RegisteredKind.region),
        func.coalesce(RegisteredKind.since <= bindparam("day", type_=Date), true()),
        func.coalesce(RegisteredKind.until >= bindparam("day", type_=Date), true()),
        func.coalesce(RegisteredKind.stated_at >= Household.operator_since, true()),
    )
    .distinct()
)
"""The kinds of its present operator that departments have delivered: nothing that came before is said of them."""
PENALTIES_BY_CODE = select(Penalty).where(Penalty.uscc == func.any(bindparam("codes", type_=ARRAY(String))))
RECORDS = text(
    """
    SELECT h.uscc, h.region, h.operator_ref, h.status, h.type,
        EXISTS (SELECT FROM dishonest_debtor d WHERE d.operator_ref = h.operator_ref
                AND d.listed_on <= :day AND (d.removed_on IS NULL OR d.removed_on > :day)) AS listed,
        EXISTS (SELECT FROM penalty p WHERE p.uscc = h.uscc) AS punished,
        (SELECT max(b.until) FROM ban b WHERE b.uscc = h.uscc AND b.lifted_on IS NULL) AS banned_until,
        EXISTS (SELECT FROM recognition r WHERE r.uscc = h.uscc AND r.state = 'valid') AS recognised,
        (SELECT min(r.name) FROM recognition r
         WHERE r.county = h.region AND r.operator_ref = h.operator_ref AND r.state = 'valid'
               AND r.uscc <> h.uscc) AS operators_other,
        ARRAY(SELECT f.feed FROM unnest(ARRAY['penalty', 'dishonest_debtor']) AS f(feed)
              WHERE NOT EXISTS (SELECT FROM register_delivery d WHERE d.feed = f.feed
                                AND d.region IN (left(h.region, 2), left(h.region, 4), h.region))) AS undelivered
    FROM household h WHERE h.uscc = ANY(:codes)
    """
)


async def kinds_of(session: AsyncSession, uscc: str, day: dt.date) -> frozenset[tuple[str, str]]:
    """The kinds of operator that departments have delivered of a household's operator, each with the department."""
    rows = await session.execute(KINDS_OF, {"uscc": uscc, "day": day})
    return frozenset((row.kind, row.department) for row in rows)


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
    household; `undelivered`: the registers that nobody has ever delivered for its county, of which nothing is known.
    """

    entry: RegisterEntry
    penalties: Sequence[Penalty]
    operator_listed: bool
    banned_until: dt.date | None
    recognised: bool
    operators_other: str | None
    undelivered: frozenset[str]


async def records_of(session: AsyncSession, codes: Collection[str], day: dt.date) -> Mapping[str, HouseholdRecord]:
    """The records of known households by code, in one statement, or two if some have penalties. A household that has
    moved may have its recognition in another county still.
    """
    async with beyond_region(session):
        rows = (await session.execute(RECORDS, {"codes": list(codes), "day": day})).all()
    penalties: dict[str, list[Penalty]] = defaultdict(list)
    if punished := [row.uscc for row in rows if row.punished]:
        for penalty in (await session.execute(PENALTIES_BY_CODE, {"codes": punished})).scalars():
            penalties[penalty.uscc].append(penalty)
    return {
        row.uscc: HouseholdRecord(
            RegisterEntry(row.region, row.operator_ref, row.status, row.type),
            penalties[row.uscc],
            row.listed,
            row.banned_until,
            row.recognised,
            row.operators_other,
            frozenset(row.undelivered),
        )
        for row in rows
    }
