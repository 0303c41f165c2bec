"""What happens when a last day of an objection is near, has passed, and stays undone.

Each function takes the ids of many last days, does it once for each that still runs, and passes over the others: so
any number may fall due at once, and a deadline that fires again does nothing.
"""

import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.objections import due_day_repository
from services.objection.objections.due_days import CLIMB_DEADLINE, climb_subject
from services.objection.objections.events import state_at
from services.objection.objections.models import Objection, ObjectionDueDay
from shared import clock
from shared.contracts.objection import ObjectionDueSoon, ObjectionOverdue
from shared.platform import audit
from shared.platform.system_callers import CLOCK
from shared.reference.regions import parents_of
from shared.worker.reckoning import Reckoning, schedule_all_reckoned


async def remind(session: AsyncSession, due_days: Sequence[uuid.UUID]) -> None:
    """Their last days are near: those concerned are told."""
    told = []
    for row, objection in await due_day_repository.lock_running(session, due_days):
        if row.reminded_at is None and row.passed_at is None:
            row.reminded_at = clock.now()
            details = {"what": row.what.value, "due_on": row.due_on, "verification": row.item}
            told.append((objection.uscc, state_at(objection, ObjectionDueSoon, details)))
    await ANNOUNCER.announce_states(session, told, actor=CLOCK.subject)
    await session.flush()


async def climb(session: AsyncSession, due_days: Mapping[uuid.UUID, int]) -> None:
    """Their last days have passed, or a further period since: the bureau above is told, level by level. `due_days`:
    last day → which climb it would be, the first when it passes.
    """
    told, next_climbs = [], {}
    for row, objection in await due_day_repository.lock_running(session, list(due_days)):
        if row.climbs + 1 != due_days[row.id]:
            continue
        superior = _climb_once(row, objection)
        details = {
            "what": row.what.value,
            "due_on": row.due_on,
            "climbed_to": superior,
            "verification": row.item,
        }
        told.append((objection.uscc, state_at(objection, ObjectionOverdue, details)))
        next_climbs[climb_subject(row.id, row.climbs + 1)] = _next_period(row)
        audited = {"what": row.what.value, "due_on": str(row.due_on), "climbed_to": superior}
        await audit.record(session, objection, CLOCK, "objection:overdue", audited)
    await ANNOUNCER.announce_states(session, told, actor=CLOCK.subject)
    await schedule_all_reckoned(session, {CLIMB_DEADLINE: next_climbs})
    await session.flush()


def _climb_once(row: ObjectionDueDay, objection: Objection) -> str | None:
    """The bureau above that has it from now on; none at the top, where the supervisor sees it."""
    row.climbs, objection.climbs = row.climbs + 1, objection.climbs + 1
    row.passed_at = row.passed_at or clock.now()
    superior = next(iter(parents_of(objection.handled_at)), None)
    objection.handled_at = superior or objection.handled_at
    return superior


def _next_period(row: ObjectionDueDay) -> Reckoning:
    """The bureau that is told now has a whole period from today, however late it is told."""
    return Reckoning(clock.today(), max(row.days, 1), row.unit, row.parameter, not row.verified)
