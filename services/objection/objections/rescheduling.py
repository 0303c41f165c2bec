"""Last days that move because the holidays of a year were announced: shown anew, and those concerned are told."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.objections import due_day_repository
from services.objection.objections.domain import NO_LAST_DAY
from services.objection.objections.due_days import COLUMNS, LAST_DAY_KINDS
from services.objection.objections.events import state_at
from services.objection.objections.models import Objection, ObjectionDueDay
from shared.contracts.objection import ObjectionRescheduled
from shared.platform import audit
from shared.platform.system_callers import CLOCK
from shared.worker.reckoning import MovedDeadline


async def reschedule(session: AsyncSession, moved: Sequence[MovedDeadline]) -> Sequence[ObjectionDueDay]:
    """The last days of objections follow their deadlines; reminders and climbs are nobody's last day. Returns those
    that are others now.
    """
    days = {uuid.UUID(one.subject): one for one in moved if one.kind in LAST_DAY_KINDS.values()}
    told, changed, others = [], dict[uuid.UUID, Objection](), list[ObjectionDueDay]()
    for row, objection in await due_day_repository.lock_running(session, list(days)):
        now = days[row.id]
        row.provisional = now.provisional
        if now.due_on == row.due_on:
            continue
        details = {"what": row.what.value, "due_on": now.due_on, "previously_due_on": row.due_on}
        row.previously_due_on, row.due_on = row.due_on, now.due_on
        if row.what in COLUMNS:
            setattr(objection, COLUMNS[row.what], row.due_on)
        changed[objection.id] = objection
        others.append(row)
        told.append((objection.uscc, state_at(objection, ObjectionRescheduled, details)))
        audited = {name: str(value) for name, value in details.items()}
        await audit.record(session, objection, CLOCK, "objection:reschedule", audited)
    await session.flush()
    for objection in changed.values():
        objection.due_on = await due_day_repository.earliest_running(session, objection.id) or NO_LAST_DAY
    await ANNOUNCER.announce_states(session, told, actor=CLOCK.subject)
    await session.flush()
    return others
