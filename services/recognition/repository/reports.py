"""Reads and writes of information reports."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import ReportState
from services.recognition.models import InformationReport, Recognition


async def expect(session: AsyncSession, recognitions: Sequence[uuid.UUID], year: int, due_on: dt.date) -> None:
    """Reports are expected from now on; those that were before stay as they are."""
    rows = [{"recognition_id": one, "year": year, "due_on": due_on} for one in recognitions]
    if rows:
        await session.execute(insert(InformationReport).values(rows).on_conflict_do_nothing())


async def get(
    session: AsyncSession, recognition_id: uuid.UUID, year: int, *, lock: bool = False
) -> InformationReport | None:
    """One report."""
    query = select(InformationReport).filter_by(recognition_id=recognition_id, year=year)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


Reported = tuple[InformationReport, Recognition]
_REPORTED = select(InformationReport, Recognition).join(Recognition, Recognition.id == InformationReport.recognition_id)


async def of_operator(session: AsyncSession, operator_ref: str, year: int) -> Sequence[Reported]:
    """The reports of a year that a person has to file or has filed."""
    query = _REPORTED.where(Recognition.operator_ref == operator_ref, InformationReport.year == year)
    return [(report, recognition) for report, recognition in await session.execute(query.order_by(Recognition.id))]


async def listed(
    session: AsyncSession, scope: str, year: int, state: str | None, after: uuid.UUID | None, limit: int
) -> Sequence[Reported]:
    """Reports of a year with their recognitions, inside a region."""
    query = _REPORTED.where(Recognition.county.startswith(scope, autoescape=True), InformationReport.year == year)
    if state is not None:
        query = query.where(InformationReport.state == state)
    if after is not None:
        query = query.where(Recognition.id > after)
    rows = await session.execute(query.order_by(Recognition.id).limit(limit))
    return [(report, recognition) for report, recognition in rows]


async def overdue(session: AsyncSession, recognition_id: uuid.UUID) -> Sequence[InformationReport]:
    """The reports of a recognition that were not filed in time and are not there yet, by year."""
    query = select(InformationReport).filter_by(recognition_id=recognition_id, state=ReportState.OVERDUE.value)
    return (await session.execute(query.order_by(InformationReport.year))).scalars().all()


async def reviewed(session: AsyncSession, recognition_id: uuid.UUID, after: int) -> Sequence[InformationReport]:
    """The reviewed reports of the years after one."""
    query = select(InformationReport).filter_by(recognition_id=recognition_id, state=ReportState.CONFIRMED.value)
    return (await session.execute(query.where(InformationReport.year > after))).scalars().all()
