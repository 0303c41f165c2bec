"""A service's copy of all households, fed by typing's events: their type in force and their register entry.

Events are applied in batches, each only if its revision is higher than the stored one; type and register entry have
revisions of their own.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from operator import attrgetter
from typing import Any, Generic, TypeVar

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Index, Integer, String, Uuid, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.database.columns import County, Uscc
from shared.database.staging import Staged


class HouseholdTable:
    """The columns of `household`; what a service adds has a default in the database or is nullable.

    `typed_*`: the type in force; `changed_revision`: the register entry.
    """

    __tablename__ = "household"

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - the mapped class
        """Indexes by region and by operator."""
        return (Index("ix_household_region", "region", "uscc"), Index("ix_household_operator", "operator_ref"))

    uscc: Mapped[Uscc] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(500))
    region: Mapped[County]
    operator_ref: Mapped[str | None] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20), default="registered")
    type: Mapped[str | None] = mapped_column(String(20))
    typed_year: Mapped[int | None] = mapped_column(Integer)
    typed_run: Mapped[uuid.UUID | None] = mapped_column(Uuid)
    typed_revision: Mapped[int] = mapped_column(BigInteger, default=0)
    changed_revision: Mapped[int] = mapped_column(BigInteger, default=0)


TYPED = Staged(
    "staged_typed",
    uscc="text",
    name="text",
    region="text",
    operator_ref="text",
    type="text",
    year="integer",
    run="uuid",
    revision="bigint",
)
APPLY_TYPED = text(
    """
    INSERT INTO household AS h (uscc, name, region, operator_ref, status, type, typed_year, typed_run,
                                typed_revision, changed_revision)
    SELECT n.uscc, n.name, n.region, n.operator_ref, 'registered', n.type, n.year, n.run, n.revision, 0
    FROM pg_temp.staged_typed n
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
    """Applies types in force; one payload per household. Register entries are changed by HouseholdChanged alone."""
    await TYPED.copy(session, map(attrgetter(*TYPED.columns), typed))
    await session.execute(APPLY_TYPED)


async def apply_changed(session: AsyncSession, changed: Sequence[HouseholdChanged]) -> list[str]:
    """Applies register entries; one payload per household. Returns those whose operator, region or status changed."""
    columns = ("uscc", "name", "region", "operator_ref", "status", "revision")
    codes = await session.execute(APPLY_CHANGED, {name: [getattr(one, name) for one in changed] for name in columns})
    return list(codes.scalars())


H = TypeVar("H", bound=HouseholdTable)


class HouseholdCopy(Generic[H]):
    """Reads of the copy."""

    def __init__(self, table: type[H]) -> None:
        self._table = table
        self._one = select(table).where(table.uscc == bindparam("code"))
        self._any = table.uscc == func.any(bindparam("codes", type_=ARRAY(String)))
        self._many = select(table).where(self._any)

    async def get(self, session: AsyncSession, uscc: str) -> H | None:
        """One household."""
        return (await session.execute(self._one, {"code": uscc})).scalar_one_or_none()

    async def by_code(self, session: AsyncSession, codes: Collection[str]) -> Mapping[str, H]:
        """Households by code."""
        households = (await session.execute(self._many, {"codes": list(codes)})).scalars()
        return {one.uscc: one for one in households}

    async def codes_inside(self, session: AsyncSession, codes: Sequence[str], scope: str) -> Sequence[str]:
        """Which of the codes are households of a region."""
        inside: ColumnElement[bool] = self._table.region.startswith(scope, autoescape=True)
        query = select(self._table.uscc).where(self._any, inside)
        return (await session.execute(query, {"codes": list(codes)})).scalars().all()
