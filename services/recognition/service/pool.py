"""The pool of promising households: against whom nothing stands today, and whom an officer has taken off."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.models import Application, PoolRemoval
from services.recognition.repository.pool import Promising
from services.recognition.repository.registers import records_of
from services.recognition.service import steps
from services.recognition.service.cases import reasons_today
from services.recognition.service.rules import rules_of
from shared.service import clock
from shared.service.identity import Caller


async def still_promising(session: AsyncSession, found: Sequence[Promising]) -> list[Promising]:
    """Those who still meet the standards of their season's policy (天津 六: 符合分类基础标准、未被认定的)."""
    records = await records_of(session, {one.uscc for one in found}, clock.today())
    standing = []
    for one in found:
        rules, record = await rules_of(session, one.policy_hash), records[one.uscc]
        if not reasons_today(one, record.entry, record, rules):
            standing.append(one)
    return standing


async def take_off(session: AsyncSession, application: Application, reason: str, caller: Caller) -> PoolRemoval:
    """An officer takes a household off, with the reason."""
    removal = PoolRemoval(
        application_id=application.id, reason=reason, removed_by=caller.subject, removed_at=clock.now()
    )
    session.add(removal)
    await session.flush()
    await steps.recorded(session, application, caller, "pool:remove", {"reason": reason})
    return removal
