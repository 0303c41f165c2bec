"""SQL of inspections: the list for the random-inspection system, and what is known of one household."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.support.inspections.domain import InspectionFeed, RiskClass
from services.support.inspections.models import InspectionDelivery, UnreadHousehold, Violation
from shared.database.direct import fetch
from shared.platform.deliveries.coverage import Coverage
from shared.platform.deliveries.rows import visible_deliveries

LISTED = """
    SELECT h.uscc, h.name, h.region, h.type, CASE WHEN NOT EXISTS (
        SELECT FROM unread_household u
        WHERE u.feed = 'credit_risk' AND u.uscc = h.uscc AND starts_with(h.region, u.region)
    ) THEN c.risk_class END, c.graded_on
    FROM household h LEFT JOIN credit_risk c USING (uscc)
    WHERE starts_with(h.region, $1) AND h.status = 'registered' AND ($2::text IS NULL OR h.uscc > $2)
    ORDER BY h.uscc LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class InspectedHousehold:
    """A registered household with its class; None: nobody has delivered one, or it could not be read."""

    uscc: str
    name: str
    region: str
    type: str | None
    risk_class: RiskClass | None
    graded_on: dt.date | None


async def list_households(
    session: AsyncSession, scope: str, after: str | None, limit: int
) -> Sequence[InspectedHousehold]:
    """Registered households of a region by code."""
    rows = await fetch(session, LISTED, scope, after, limit)
    return [
        InspectedHousehold(uscc, name, region, type_name, RiskClass(risk) if risk else None, graded_on)
        for uscc, name, region, type_name, risk, graded_on in rows
    ]


async def list_deliveries(
    session: AsyncSession, scope: str, below: int | None, limit: int
) -> Sequence[InspectionDelivery]:
    """What was delivered inside a region, the newest first, with sequences below `below`."""
    table = InspectionDelivery
    query = select(table).where(visible_deliveries(table, scope, None))
    if below is not None:
        query = query.where(table.sequence < below)
    return (await session.execute(query.order_by(table.sequence.desc()).limit(limit))).scalars().all()


async def violations_of(session: AsyncSession, uscc: str) -> Sequence[Violation]:
    """What was found, the newest first."""
    query = select(Violation).where(Violation.uscc == uscc)
    return (await session.execute(query.order_by(Violation.found_on.desc(), Violation.field))).scalars().all()


async def last_full_delivery(session: AsyncSession, feed: InspectionFeed, county: str) -> InspectionDelivery | None:
    """The last delivery that says of every household of a county what there is; None: there was none."""
    table = InspectionDelivery
    query = select(table).where(
        table.feed == feed.value,
        table.region.in_(regions_of(county)),
        table.mode == "full",
        table.coverage.not_in([Coverage.NOTHING, Coverage.WAITING]),
    )
    return (await session.execute(query.order_by(table.sequence.desc()).limit(1))).scalar_one_or_none()


async def is_unread(session: AsyncSession, feed: InspectionFeed, uscc: str, county: str) -> bool:
    """Whether a row of the household could not be read, in a delivery of a region that it is in."""
    table = UnreadHousehold
    query = select(table.uscc).where(table.feed == feed.value, table.uscc == uscc, table.region.in_(regions_of(county)))
    return (await session.execute(query.limit(1))).first() is not None


def regions_of(county: str) -> list[str]:
    """Province, city and county."""
    return [county[:digits] for digits in (2, 4, 6)]


async def rejects_digests(session: AsyncSession) -> frozenset[str]:
    """The digests of all stored files that a delivery names."""
    return frozenset((await session.execute(select(InspectionDelivery.rejects_file).distinct())).scalars())
