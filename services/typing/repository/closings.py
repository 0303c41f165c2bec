"""Reads and writes of annual report closings."""

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.typing.models import AnnualReportClosing


async def add(session: AsyncSession, values: dict[str, object]) -> AnnualReportClosing | None:
    """Store a closing; None when one of the same region and year is there, maybe of this very moment."""
    statement = insert(AnnualReportClosing).values(values).on_conflict_do_nothing().returning(AnnualReportClosing)
    return (await session.execute(statement)).scalar_one_or_none()


async def find(session: AsyncSession, region: str, year: int) -> AnnualReportClosing:
    """The closing of exactly this region and year, which is there."""
    query = select(AnnualReportClosing).filter_by(region=region, year=year)
    return (await session.execute(query)).scalar_one()


async def listed(session: AsyncSession, scope: str) -> Sequence[AnnualReportClosing]:
    """All closings inside a caller's region, the newest first."""
    query = (
        select(AnnualReportClosing)
        .where(AnnualReportClosing.region.startswith(scope, autoescape=True))
        .order_by(AnnualReportClosing.closed_on.desc(), AnnualReportClosing.region)
    )
    return (await session.execute(query)).scalars().all()


async def covering(session: AsyncSession, region: str, as_of: dt.date) -> AnnualReportClosing | None:
    """The latest closing of the reports that count on ``as_of``, those of the year before: on or before that day,
    and of a region that holds ``region``.
    """
    query = (
        select(AnnualReportClosing)
        .where(
            literal(region).startswith(AnnualReportClosing.region),
            AnnualReportClosing.year == as_of.year - 1,
            AnnualReportClosing.closed_on <= as_of,
        )
        .order_by(AnnualReportClosing.closed_on.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()
