"""SQL of adoptions."""

import uuid
from collections.abc import Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.adoptions.domain import AdoptionState
from services.recognition.adoptions.models import Adoption, AdoptionDocument


async def get_adoption(
    session: AsyncSession, adoption_id: uuid.UUID, scope: str, *, lock: bool = False
) -> Adoption | None:
    """An entry inside a caller's region."""
    query = select(Adoption).where(Adoption.id == adoption_id, func.starts_with(Adoption.county, scope))
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def list_adoptions(
    session: AsyncSession, scope: str, state: AdoptionState | None, after: tuple[str, uuid.UUID] | None, limit: int
) -> Sequence[Adoption]:
    """The entries of a region, by county and id."""
    query = select(Adoption).where(func.starts_with(Adoption.county, scope))
    if state is not None:
        query = query.where(Adoption.state == state)
    if after is not None:
        query = query.where(tuple_(Adoption.county, Adoption.id) > after)
    return (await session.execute(query.order_by(Adoption.county, Adoption.id).limit(limit))).scalars().all()


async def evidence_digests(session: AsyncSession) -> frozenset[str]:
    """The digests of all files that an entry names."""
    return frozenset((await session.execute(select(AdoptionDocument.sha256).distinct())).scalars())


async def documents_of(session: AsyncSession, adoption_id: uuid.UUID) -> Sequence[AdoptionDocument]:
    """The documents of an entry, the earliest first."""
    query = select(AdoptionDocument).filter_by(adoption_id=adoption_id)
    return (await session.execute(query.order_by(AdoptionDocument.added_at, AdoptionDocument.id))).scalars().all()
