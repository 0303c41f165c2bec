"""The copy of households and of published counts: applied in batches, each only if its revision is higher."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ARRAY, String, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Household, PublishedCount
from shared.contracts.typing import Counts, HouseholdChanged, HouseholdTyped

BY_CODE = select(Household).where(Household.uscc == bindparam("code"))
AMONG = select(Household).where(Household.uscc == func.any(bindparam("codes", type_=ARRAY(String))))
TYPED = text(
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
CHANGED = text(
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
    """Types in force; one payload per household. Its register entry is HouseholdChanged's alone to change."""
    columns = ("uscc", "name", "region", "operator_ref", "type", "year", "run", "revision")
    await session.execute(TYPED, {name: [getattr(one, name) for one in typed] for name in columns})


async def apply_changed(session: AsyncSession, changed: Sequence[HouseholdChanged]) -> list[str]:
    """Register entries; one payload per household. The codes whose operator, region or status became another."""
    columns = ("uscc", "name", "region", "operator_ref", "status", "revision")
    found = await session.execute(CHANGED, {name: [getattr(one, name) for one in changed] for name in columns})
    return list(found.scalars())


async def get(session: AsyncSession, uscc: str) -> Household | None:
    """One household."""
    return (await session.execute(BY_CODE, {"code": uscc})).scalar_one_or_none()


async def among(session: AsyncSession, codes: Collection[str]) -> Mapping[str, Household]:
    """Households by code."""
    found = (await session.execute(AMONG, {"codes": list(codes)})).scalars()
    return {one.uscc: one for one in found}


async def keep_counts(
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


async def counts_below(session: AsyncSession, scope: str, year: int) -> dict[str, dict[str, int]]:
    """Counts by type of every county below a scope in a year's published run."""
    query = select(PublishedCount).where(
        PublishedCount.county.startswith(scope, autoescape=True), PublishedCount.year == year
    )
    return {row.county: row.counts for row in (await session.execute(query)).scalars()}
