"""SQL of scoring sheets."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.sheets.models import StoredSheet
from shared.platform.scope import in_region


async def get_sheet(
    session: AsyncSession, sheet_id: uuid.UUID, scope: str, *, lock: bool = False
) -> StoredSheet | None:
    """A sheet inside a caller's region."""
    query = select(StoredSheet).where(StoredSheet.id == sheet_id, in_region(StoredSheet.region, scope))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def lock_sheet_of(session: AsyncSession, region: str, year: int) -> StoredSheet | None:
    """A region's sheet of a year, locked."""
    query = select(StoredSheet).filter_by(region=region, year=year).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def list_sheets(
    session: AsyncSession, region: str, year: int | None, after: tuple[int, str] | None, limit: int, *, drafts: bool
) -> Sequence[StoredSheet]:
    """Sheets in force at or below a region, the newest year first; or the drafts there. `after`: the last one seen."""
    state = StoredSheet.in_force_at.is_(None) if drafts else StoredSheet.in_force_at.is_not(None)
    query = select(StoredSheet).where(in_region(StoredSheet.region, region), state)
    if year is not None:
        query = query.where(StoredSheet.year == year)
    if after is not None:
        query = query.where(tuple_(-StoredSheet.year, StoredSheet.region) > (-after[0], after[1]))
    order = query.order_by(StoredSheet.year.desc(), StoredSheet.region)
    return (await session.execute(order.limit(limit))).scalars().all()


async def nearer_draft(session: AsyncSession, county: str, year: int, than: str) -> StoredSheet | None:
    """The draft of a county, or of a region above it, that would go before a sheet of a region once it is in force."""
    regions = [one for one in (county, county[:4], county[:2]) if len(one) > len(than)]
    query = select(StoredSheet).where(
        StoredSheet.region.in_(regions), StoredSheet.year == year, StoredSheet.in_force_at.is_(None)
    )
    nearest = query.order_by(func.length(StoredSheet.region).desc()).limit(1)
    return (await session.execute(nearest)).scalar_one_or_none()


async def find_sheet_in_force(session: AsyncSession, county: str, year: int) -> StoredSheet | None:
    """The sheet in force of a county, or of the city or province above it: the nearest. It is kept from removal."""
    query = (
        select(StoredSheet)
        .where(
            StoredSheet.region.in_([county, county[:4], county[:2]]),
            StoredSheet.year == year,
            StoredSheet.in_force_at.is_not(None),
        )
        .order_by(func.length(StoredSheet.region).desc())
        .limit(1)
    )
    return (await session.execute(query.with_for_update(read=True))).scalar_one_or_none()


async def sheet_valid_on(session: AsyncSession, region: str, day: dt.date) -> StoredSheet | None:
    """The sheet of a day's year in force that is valid then: the region's own, or of the nearest region above it."""
    query = (
        select(StoredSheet)
        .where(
            StoredSheet.region.in_([region, region[:4], region[:2]]),
            StoredSheet.year == day.year,
            StoredSheet.in_force_at.is_not(None),
            StoredSheet.valid_from <= day,
            StoredSheet.valid_until >= day,
        )
        .order_by(func.length(StoredSheet.region).desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()
