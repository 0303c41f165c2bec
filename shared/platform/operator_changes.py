"""Since when a household of a service's copy has the operator that it has: what was before is another person's."""

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import DateTime, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

OPERATORS = text("SELECT uscc, operator_ref FROM household WHERE uscc = ANY(:codes)")
NOTE_NEW_OPERATORS = text(
    """
    UPDATE household h SET operator_since = n.at
    FROM unnest(CAST(:uscc AS text[]), CAST(:before AS text[]), CAST(:at AS timestamptz[])) AS n(uscc, before, at)
    WHERE h.uscc = n.uscc AND h.operator_ref IS DISTINCT FROM n.before
    """
)
SINCE_DAY = "CAST(h.operator_since AT TIME ZONE 'Asia/Shanghai' AS date)"
"""The day in China, of a household `h` in a query"""


class OperatorSince:
    """A column for a `HouseholdTable`: when it was last told that the operator is another; none while it never was."""

    operator_since: Mapped[dt.datetime | None] = mapped_column(DateTime(timezone=True))


async def operators_of(session: AsyncSession, codes: Collection[str]) -> dict[str, str | None]:
    """The operators of the known ones of these households."""
    rows = await session.execute(OPERATORS, {"codes": list(codes)})
    return {row.uscc: row.operator_ref for row in rows}


async def note_new_operators(
    session: AsyncSession, before: Mapping[str, str | None], told_at: Mapping[str, dt.datetime]
) -> None:
    """Since when households have another operator than before, as the register told."""
    codes = sorted(before.keys() & told_at.keys())
    values = {"uscc": codes, "before": [before[code] for code in codes], "at": [told_at[code] for code in codes]}
    await session.execute(NOTE_NEW_OPERATORS, values)
