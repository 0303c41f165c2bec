"""Reads and writes of information reports."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.domain.recognitions import ReportState
from services.recognition.models import InformationReport, Recognition

Key = tuple[uuid.UUID, int]
"""Recognition and year."""
_KEY = tuple_(InformationReport.recognition_id, InformationReport.year)
_OF_RECOGNITION = select(InformationReport).where(InformationReport.recognition_id == bindparam("recognition"))
BY_KEY = _OF_RECOGNITION.where(InformationReport.year == bindparam("year"))
LOCKED = BY_KEY.with_for_update()
OVERDUE = _OF_RECOGNITION.where(InformationReport.state == ReportState.OVERDUE.value).order_by(InformationReport.year)
EXPECT = insert(InformationReport).on_conflict_do_nothing()


async def expect(session: AsyncSession, recognitions: Sequence[uuid.UUID], year: int, due_on: dt.date) -> None:
    """Reports are expected from now on; those that were before stay as they are."""
    rows = [{"recognition_id": one, "year": year, "due_on": due_on} for one in recognitions]
    if rows:
        await (await session.connection()).execute(EXPECT, rows)


async def get(
    session: AsyncSession, recognition_id: uuid.UUID, year: int, *, lock: bool = False
) -> InformationReport | None:
    """One report."""
    found = await session.execute(LOCKED if lock else BY_KEY, {"recognition": recognition_id, "year": year})
    return found.scalar_one_or_none()


async def among(
    session: AsyncSession, asked: Collection[Key], *, lock: bool = False
) -> Mapping[Key, InformationReport]:
    """Reports of recognitions and years."""
    query = select(InformationReport).where(_KEY.in_(asked)).order_by(*_KEY.clauses)
    found = await session.execute(query.with_for_update() if lock else query)
    return {(one.recognition_id, one.year): one for one in found.scalars()}


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
    return (await session.execute(OVERDUE, {"recognition": recognition_id})).scalars().all()


async def reviewed(
    session: AsyncSession, recognitions: Collection[uuid.UUID]
) -> Mapping[uuid.UUID, Sequence[InformationReport]]:
    """The reviewed reports of each of the recognitions."""
    query = select(InformationReport).where(
        InformationReport.recognition_id.in_(recognitions), InformationReport.state == ReportState.CONFIRMED.value
    )
    found = defaultdict[uuid.UUID, list[InformationReport]](list)
    for one in (await session.execute(query)).scalars():
        found[one.recognition_id].append(one)
    return found
