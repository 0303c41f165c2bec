"""Last days that move because the holidays of a year were announced: the objection follows, those concerned are told.

The kit moves its deadlines in one transaction and says which (`shared/platform/announced_calendar.py`); here each is
noted as due at once, and worked off many to a transaction, under the locks that every other step takes.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.objections import due_day_repository
from services.objection.objections.due_days import COLUMNS, LAST_DAY_KINDS
from services.objection.objections.events import state_at
from shared import clock
from shared.contracts.objection import ObjectionRescheduled
from shared.platform import audit
from shared.platform.system_callers import CLOCK
from shared.worker import deadlines
from shared.worker.reckoning import MovedDeadline, ReckonedDeadline, reckoned_deadlines

MOVED_DEADLINE = "objection-moved"
"""Kind of the deadline that takes a moved last day over. Its subject is the id of the `ObjectionDueDay`."""


async def note_moved(session: AsyncSession, moved: Sequence[MovedDeadline]) -> None:
    """Deadlines were moved. Reminders and climbs are only the kit's; last days are the objections', too."""
    last_days = {one.subject for one in moved if one.kind in LAST_DAY_KINDS.values()}
    await deadlines.schedule_all(session, {MOVED_DEADLINE: dict.fromkeys(last_days, clock.now())})


async def reschedule(session: AsyncSession, due_days: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, dt.date]:
    """Take over last days that were moved, those that have fired since included: a day that was moved into the past is
    over at once. Returns those of verifications, by the verification.
    """
    by_kit = await _as_moved(session, due_days)
    told, concerned, of_items = [], {}, {}
    for row, objection in await due_day_repository.lock_running(session, due_days):
        moved = by_kit.get(row.id)
        if moved is None:
            continue
        row.provisional = moved.provisional
        if moved.due_on == row.due_on:
            continue
        row.previously_due_on, row.due_on = row.due_on, moved.due_on
        if row.what in COLUMNS:
            setattr(objection, COLUMNS[row.what], row.due_on)
        if row.item is not None:
            of_items[row.item] = row.due_on
        concerned[objection.id] = objection
        details = {"what": row.what.value, "due_on": row.due_on, "previously_due_on": row.previously_due_on}
        told.append((objection.uscc, state_at(objection, ObjectionRescheduled, details)))
        audited = {name: str(value) for name, value in details.items()}
        await audit.record(session, objection, CLOCK, "objection:rescheduled", audited)
    await session.flush()
    for objection_id, earliest in (await due_day_repository.earliest_of_each(session, list(concerned))).items():
        concerned[objection_id].due_on = earliest
    await ANNOUNCER.announce_states(session, told, actor=CLOCK.subject)
    await session.flush()
    return of_items


async def _as_moved(session: AsyncSession, due_days: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, ReckonedDeadline]:
    found = await reckoned_deadlines(session, list(LAST_DAY_KINDS.values()), [str(one) for one in due_days])
    return {uuid.UUID(one.subject): one for one in found}
