"""What penalties, dishonest debtors, bans and recognitions are known of households and their operators."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ARRAY, String, bindparam, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Ban, Penalty

PENALTIES = select(Penalty).where(Penalty.uscc == func.any(bindparam("codes", type_=ARRAY(String))))
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
class Entry:
    """A household as the register of households and the last typing have it; as far as it is judged by that."""

    region: str
    operator_ref: str | None
    status: str
    type: str | None


@dataclass(frozen=True, slots=True)
class Record:
    """What is held of a household on a day. `operators_other`: the name of its operator's other recognised one."""

    entry: Entry
    penalties: Sequence[Penalty]
    operator_listed: bool
    banned_until: dt.date | None
    recognised: bool
    operators_other: str | None


async def records_of(session: AsyncSession, codes: Collection[str], day: dt.date) -> Mapping[str, Record]:
    """The records of households that are known, by code: one statement for however many, two if some have penalties."""
    rows = (await session.execute(RECORDS, {"codes": list(codes), "day": day})).all()
    penalties: dict[str, list[Penalty]] = defaultdict(list)
    if punished := [row.uscc for row in rows if row.punished]:
        for one in (await session.execute(PENALTIES, {"codes": punished})).scalars():
            penalties[one.uscc].append(one)
    return {
        row.uscc: Record(
            Entry(row.region, row.operator_ref, row.status, row.type), penalties[row.uscc], row.listed,
            row.banned_until, row.recognised, row.operators_other,
        )
        for row in rows
    }  # fmt: skip


async def bans_below(
    session: AsyncSession, scope: str, since: dt.date, after: tuple[dt.date, uuid.UUID] | None, limit: int
) -> Sequence[Ban]:
    """Bans of a region's households that run on a day or end later, the first to end first."""
    query = select(Ban).where(Ban.county.startswith(scope, autoescape=True), Ban.until >= since)
    if after is not None:
        query = query.where(tuple_(Ban.until, Ban.recognition_id) > after)
    return (await session.execute(query.order_by(Ban.until, Ban.recognition_id).limit(limit))).scalars().all()
