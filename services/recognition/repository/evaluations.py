"""Reads and writes of evaluations and yearly confirmations, with the recognitions that they are about."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, Confirmation, Evaluation, Recognition
from services.recognition.repository.reports import Key
from shared.departments import Department

Evaluated = tuple[Evaluation, Recognition]
_EVALUATED = select(Evaluation, Recognition).join(Recognition, Recognition.id == Evaluation.recognition_id)
_RECOMMENDED = select(Recognition, Application).join(Application, Application.id == Recognition.application_id)


async def get(session: AsyncSession, evaluation_id: uuid.UUID, scope: str) -> Evaluated | None:
    """An evaluation with its recognition, inside a region."""
    query = _EVALUATED.where(Evaluation.id == evaluation_id, Recognition.county.startswith(scope, autoescape=True))
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else None


async def among(session: AsyncSession, ids: Collection[uuid.UUID], scope: str) -> Mapping[uuid.UUID, Evaluated]:
    """Evaluations with their recognitions, inside a region, by id, locked: first the recognitions, by id."""
    owners = select(Evaluation.recognition_id).where(Evaluation.id.in_(ids))
    first = select(Recognition.id).where(Recognition.id.in_(owners)).order_by(Recognition.id)
    await session.execute(first.with_for_update())
    query = _EVALUATED.where(Evaluation.id.in_(ids), Recognition.county.startswith(scope, autoescape=True))
    locked = query.order_by(Recognition.id).with_for_update().execution_options(populate_existing=True)
    return {evaluation.id: (evaluation, recognition) for evaluation, recognition in await session.execute(locked)}


async def listed(
    session: AsyncSession, scope: str, decided: bool, after: tuple[dt.date, uuid.UUID] | None, limit: int
) -> Sequence[Evaluated]:
    """Decided or undecided evaluations inside a region, by the end of validity."""
    is_decided = Evaluation.decided_at.is_not(None)
    query = _EVALUATED.where(
        Recognition.county.startswith(scope, autoescape=True), is_decided if decided else ~is_decided
    )
    if after is not None:
        query = query.where(tuple_(Evaluation.valid_until, Evaluation.id) > after)
    rows = await session.execute(query.order_by(Evaluation.valid_until, Evaluation.id).limit(limit))
    return [(evaluation, recognition) for evaluation, recognition in rows]


async def recognitions_of(session: AsyncSession, asked: Collection[uuid.UUID]) -> Mapping[uuid.UUID, uuid.UUID]:
    """Evaluation → the recognition that it is about."""
    query = select(Evaluation.id, Evaluation.recognition_id).where(Evaluation.id.in_(asked))
    return {row.id: row.recognition_id for row in await session.execute(query)}


async def of_ends(session: AsyncSession, recognitions: Collection[Recognition]) -> Mapping[uuid.UUID, Evaluation]:
    """The evaluations of the recognitions' present ends of validity, by recognition."""
    ends = [(one.id, one.valid_until) for one in recognitions]
    query = select(Evaluation).where(tuple_(Evaluation.recognition_id, Evaluation.valid_until).in_(ends))
    return {one.recognition_id: one for one in (await session.execute(query)).scalars()}


def recommended_by(department: Department, scope: str) -> ColumnElement[bool]:
    """The application was this department's recommendation, made in the region or below it. Where the household is
    today does not matter: who recommended it speaks for it.
    """
    made = Application.recommended_from.startswith(scope, autoescape=True)
    return and_(Application.path == "recommendation", Application.recommended_by == department, made)


async def asked_of(
    session: AsyncSession, evaluation_id: uuid.UUID, scope: str, department: Department
) -> Evaluated | None:
    """An evaluation on which the department of the region may speak, with its recognition; that locked first."""
    owner = select(Evaluation.recognition_id).where(Evaluation.id == evaluation_id).scalar_subquery()
    first = _RECOMMENDED.with_only_columns(Recognition.id).where(
        Recognition.id == owner, recommended_by(department, scope)
    )
    if (await session.execute(first.with_for_update(of=Recognition))).first() is None:
        return None
    query = _EVALUATED.where(Evaluation.id == evaluation_id)
    locked = query.with_for_update().execution_options(populate_existing=True)
    found = (await session.execute(locked)).first()
    return (found[0], found[1]) if found else None


async def awaiting_department(
    session: AsyncSession, scope: str, department: Department, limit: int
) -> Sequence[tuple[Evaluation, Recognition, str]]:
    """Undecided evaluations of households that the department of the region recommended, on which it has not spoken,
    each with the department.
    """
    query = (
        _RECOMMENDED.join(Evaluation, Recognition.id == Evaluation.recognition_id)
        .with_only_columns(Evaluation, Recognition, Application.recommended_by)
        .where(recommended_by(department, scope), Evaluation.decided_at.is_(None), Evaluation.agrees.is_(None))
    )
    rows = await session.execute(query.order_by(Evaluation.valid_until, Evaluation.id).limit(limit))
    return [(evaluation, recognition, str(whose)) for evaluation, recognition, whose in rows]


async def confirmations_among(session: AsyncSession, asked: Collection[Key]) -> Mapping[Key, Confirmation]:
    """What was confirmed, or not, of recognitions and years."""
    query = select(Confirmation).where(tuple_(Confirmation.recognition_id, Confirmation.year).in_(asked))
    return {(one.recognition_id, one.year): one for one in (await session.execute(query)).scalars()}


async def confirmations(
    session: AsyncSession, scope: str, year: int, confirmed: bool | None, after: uuid.UUID | None, limit: int
) -> Sequence[tuple[Confirmation, Recognition]]:
    """A year's confirmations inside a region, by recognition."""
    query = (
        select(Confirmation, Recognition)
        .join(Recognition, Recognition.id == Confirmation.recognition_id)
        .where(Confirmation.year == year, Recognition.county.startswith(scope, autoescape=True))
    )
    if confirmed is not None:
        query = query.where(Confirmation.confirmed == confirmed)
    if after is not None:
        query = query.where(Recognition.id > after)
    rows = await session.execute(query.order_by(Recognition.id).limit(limit))
    return [(confirmation, recognition) for confirmation, recognition in rows]
