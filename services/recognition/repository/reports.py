"""Reads and writes of information reports and evaluations."""

import datetime as dt
import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Evaluation, InformationReport, Recognition


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


async def evaluation(
    session: AsyncSession, evaluation_id: uuid.UUID, scope: str
) -> tuple[Evaluation, Recognition] | None:
    """An evaluation with its recognition, both locked, inside a region."""
    query = (
        select(Evaluation, Recognition)
        .join(Recognition, Recognition.id == Evaluation.recognition_id)
        .where(Evaluation.id == evaluation_id, Recognition.county.startswith(scope, autoescape=True))
        .with_for_update()
    )
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else None


async def open_evaluation(session: AsyncSession, recognition_id: uuid.UUID, valid_until: dt.date) -> Evaluation | None:
    """The evaluation of an end of validity."""
    query = select(Evaluation).filter_by(recognition_id=recognition_id, valid_until=valid_until)
    return (await session.execute(query)).scalar_one_or_none()
