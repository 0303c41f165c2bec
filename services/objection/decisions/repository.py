"""SQL of proposals."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.decisions.domain import ProposalState
from services.objection.decisions.models import Decision
from shared.platform.scope import in_region


async def get_decision(session: AsyncSession, decision: uuid.UUID, scope: str) -> Decision | None:
    """A proposal about a household of a region."""
    query = select(Decision).where(Decision.id == decision, in_region(Decision.county, scope))
    return (await session.execute(query)).scalar_one_or_none()


async def lock_decision(session: AsyncSession, decision: uuid.UUID) -> Decision:
    """One that is known to be there, as it is now. Its objection is locked before."""
    query = select(Decision).where(Decision.id == decision).with_for_update()
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one()


async def decisions_of(session: AsyncSession, objection: uuid.UUID) -> Sequence[Decision]:
    """The proposals about an objection, in their order."""
    query = select(Decision).where(Decision.objection_id == objection)
    return (await session.execute(query.order_by(Decision.created_at, Decision.id))).scalars().all()


async def decided(session: AsyncSession, objection: uuid.UUID) -> Decision | None:
    """The decision about an objection, once there is one."""
    query = select(Decision).where(Decision.objection_id == objection, Decision.state == ProposalState.DECIDED)
    return (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
