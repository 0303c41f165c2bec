"""SQL of reports."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.reports.domain import ReportState
from services.objection.reports.models import Report
from shared.platform.scope import in_region


async def get_report(session: AsyncSession, report: uuid.UUID, scope: str, *, lock: bool = False) -> Report | None:
    """A report about a household of a region, locked if it is to be changed."""
    return await _one(session, select(Report).where(Report.id == report, in_region(Report.county, scope)), lock=lock)


async def get_own_report(session: AsyncSession, report: uuid.UUID, reporter_ref: str) -> Report | None:
    """A report that the account made."""
    query = select(Report).where(Report.id == report, Report.reporter_ref == reporter_ref)
    return await _one(session, query, lock=False)


async def _one(session: AsyncSession, query: Select[Report], *, lock: bool) -> Report | None:
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def list_reports(
    session: AsyncSession,
    scope: str,
    state: ReportState | None,
    after: uuid.UUID | None,
    limit: int,
    *,
    overdue_on: dt.date | None = None,
) -> Sequence[Report]:
    """Reports of a region, by id. `overdue_on`: only those not ended whose last day was before that day."""
    query = select(Report).where(in_region(Report.county, scope))
    if state is not None:
        query = query.where(Report.state == state)
    if overdue_on is not None:
        query = query.where(Report.state == ReportState.HANDED_ON, Report.due_on < overdue_on)
    return await _page(session, query, after, limit)


async def list_own_reports(
    session: AsyncSession, reporter_ref: str, after: uuid.UUID | None, limit: int
) -> Sequence[Report]:
    """An account's reports, by id."""
    return await _page(session, select(Report).where(Report.reporter_ref == reporter_ref), after, limit)


async def _page(session: AsyncSession, query: Select[Report], after: uuid.UUID | None, limit: int) -> Sequence[Report]:
    if after is not None:
        query = query.where(Report.id > after)
    return (await session.execute(query.order_by(Report.id).limit(limit))).scalars().all()


async def lock_open_reports(
    session: AsyncSession, uscc: str, recognition: uuid.UUID, before: dt.datetime
) -> Sequence[Report]:
    """The open reports about a household's recognition that were made before an instant, locked."""
    query = select(Report).where(
        Report.uscc == uscc,
        Report.state == ReportState.HANDED_ON,
        or_(Report.recognition.is_(None), Report.recognition == recognition),
        Report.filed_at < before,
    )
    query = query.order_by(Report.id).with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalars().all()
