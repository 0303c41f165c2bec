"""SQL of objections."""

import uuid
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.domain import HOLDING
from services.objection.objections.models import Objection, ObjectionDocument


def inside(scope: str) -> ColumnElement[bool]:
    """The objections of a region's households."""
    return Objection.county.startswith(scope, autoescape=True)


async def get_objection(
    session: AsyncSession, objection: uuid.UUID, scope: str, *, lock: bool = False
) -> Objection | None:
    """An objection of a region (`""`: of any), locked if it is to be changed."""
    return await _one(session, select(Objection).where(Objection.id == objection, inside(scope)), lock=lock)


async def get_own_objection(
    session: AsyncSession, objection: uuid.UUID, operator_ref: str, *, lock: bool = False
) -> Objection | None:
    """An objection that the operator filed, or that was filed for the operator."""
    query = select(Objection).where(Objection.id == objection, Objection.operator_ref == operator_ref)
    return await _one(session, query, lock=lock)


async def _one(session: AsyncSession, query: Select[Objection], *, lock: bool) -> Objection | None:
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def held_applications(session: AsyncSession, notice: uuid.UUID) -> Sequence[uuid.UUID]:
    """The application that each objection to a notice holds: as many entries as objections."""
    query = select(Objection.subject).where(
        Objection.public_notice == notice, Objection.state.in_(HOLDING), Objection.subject.is_not(None)
    )
    return [subject for subject in (await session.execute(query.order_by(Objection.id))).scalars() if subject]


async def documents_of(session: AsyncSession, objection: uuid.UUID) -> Sequence[ObjectionDocument]:
    """The documents of an objection, in the order of their arrival."""
    query = select(ObjectionDocument).where(ObjectionDocument.objection_id == objection)
    query = query.order_by(ObjectionDocument.added_at, ObjectionDocument.id)
    return (await session.execute(query)).scalars().all()


async def count_documents(session: AsyncSession, objection: uuid.UUID) -> int:
    """How many documents an objection has."""
    query = select(func.count()).select_from(ObjectionDocument).where(ObjectionDocument.objection_id == objection)
    return (await session.execute(query)).scalar_one()


async def document_digests(session: AsyncSession) -> Sequence[str]:
    """The hashes of all documents: files that stay."""
    return (await session.execute(select(ObjectionDocument.sha256).distinct())).scalars().all()
