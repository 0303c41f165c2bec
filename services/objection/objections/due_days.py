"""The last days of an objection: set, kept with how they were reckoned, settled when the work is done.

Working days of the official calendar, counted from the day after (shared/reference/calendar.py). `services.objection.
deadlines` says what follows when such a day passes.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections import due_day_repository
from services.objection.objections.domain import NO_LAST_DAY, DueDay
from services.objection.objections.models import Objection, ObjectionDueDay
from services.objection.rules.domain import Period, PeriodName
from services.objection.rules.service import period_of, policy_of, rule_of
from shared import clock
from shared.law.language.units import Unit
from shared.reference.calendar import WorkingDeadline, add_working_days
from shared.worker import deadlines
from shared.worker.deadlines import end_of_day

__all__ = ["DueDay", "schedule_due", "settle_due"]

COLUMNS: Mapping[DueDay, str] = {
    DueDay.ACCEPT: "accept_by",
    DueDay.COMPLETE: "complete_by",
    DueDay.RESPOND: "respond_by",
    DueDay.DECIDE: "decide_by",
}
"""Where the objection itself shows a last day."""
LAST_DAY_KINDS: Mapping[DueDay, str] = {what: f"objection-{what.value}" for what in DueDay}
"""The kind of deadline that fires when the last day is over. Its subject is the id of the `ObjectionDueDay`."""
REMINDER_DEADLINE = "objection-reminder"
CLIMB_DEADLINE = "objection-climb"
"""Fires each further period until the work is done; its subject is the id and the number of the climb."""


async def schedule_due(
    session: AsyncSession,
    objection: Objection,
    what: DueDay,
    *,
    start: dt.date,
    period: Period | None,
    item: uuid.UUID | None = None,
) -> dt.date | None:
    """Set a last day, so many days from the day after `start`, in place of any for the same; None where the
    policy sets no period. The policy also says how many days ahead it is reminded of.

    The objection is locked, or new: called before its first flush it is written once. `item`: the verification, where
    several are asked at once.
    """
    new = objection in session.new
    if not new:
        await _end(session, objection, [what], item, replaced=True)
    row = _reckoned(objection, what, start, period, item)
    if what in COLUMNS:
        setattr(objection, COLUMNS[what], row.due_on if row else None)
    if new:
        objection.due_on = row.due_on if row else NO_LAST_DAY
        await session.flush()
    if row is not None:
        row.objection_id = objection.id
        session.add(row)
        await session.flush()
        remind = await _reminder(session, objection, start)
        await deadlines.schedule_all(session, _instants(row, remind))
    if not new:
        objection.due_on = await due_day_repository.earliest_running(session, objection.id) or NO_LAST_DAY
        await session.flush()
    return row.due_on if row else None


async def settle_due(session: AsyncSession, objection: Objection, *what: DueDay, item: uuid.UUID | None = None) -> None:
    """The work is done, or no longer needed: these last days (none named: all) pass without consequences. `item`: of
    this verification only.
    """
    if await _end(session, objection, what or list(DueDay), item, replaced=False):
        objection.due_on = await due_day_repository.earliest_running(session, objection.id) or NO_LAST_DAY
        await session.flush()


def last_day(start: dt.date, days: int, unit: Unit) -> WorkingDeadline:
    """The last of so many days from the day after `start`; one of calendar days that ends on a day off ends on the next
    working day (民法典 第二百零三条).
    """
    if unit is Unit.WORKING_DAYS:
        return add_working_days(start, days)
    return add_working_days(start + dt.timedelta(days=days), 0)


def _reckoned(
    objection: Objection, what: DueDay, start: dt.date, period: Period | None, item: uuid.UUID | None
) -> ObjectionDueDay | None:
    if period is None or period.days is None:
        return None
    reckoned = last_day(start, period.days, period.unit)
    return ObjectionDueDay(
        id=uuid.uuid4(),
        county=objection.county,
        what=what,
        item=item,
        starts_on=start,
        days=period.days,
        unit=period.unit,
        parameter=period.parameter,
        verified=period.verified,
        source=period.document or period.citation,
        provisional=reckoned.provisional,
        due_on=reckoned.due,
    )


def _instants(row: ObjectionDueDay, remind: Period | None) -> Mapping[str, Mapping[str, dt.datetime]]:
    """When the kit's deadlines of a last day fire."""
    subject = str(row.id)
    instants = {LAST_DAY_KINDS[row.what]: {subject: end_of_day(row.due_on)}}
    ahead = remind.days if remind is not None else None
    if ahead is not None and ahead < row.days:
        told_on = last_day(row.starts_on, row.days - ahead, row.unit).due
        instants[REMINDER_DEADLINE] = {subject: end_of_day(told_on - dt.timedelta(days=1))}
    return instants


async def _reminder(session: AsyncSession, objection: Objection, day: dt.date) -> Period | None:
    policy = await policy_of(session, objection)
    return period_of(policy, rule_of(policy, objection.against), PeriodName.REMIND, day)


async def _end(
    session: AsyncSession, objection: Objection, what: Sequence[DueDay], item: uuid.UUID | None, *, replaced: bool
) -> bool:
    """End what runs, with its deadlines; whether there was any."""
    ended = await due_day_repository.end_running(session, objection.id, what, item, at=clock.now(), replaced=replaced)
    subjects = [str(row.id) for row in ended] + [climb_subject(row.id, row.climbs + 1) for row in ended if row.climbs]
    await deadlines.cancel_all(session, [*LAST_DAY_KINDS.values(), REMINDER_DEADLINE, CLIMB_DEADLINE], subjects)
    return bool(ended)


def climb_subject(due_day: uuid.UUID, number: int) -> str:
    """The subject of the deadline of a climb: the first climb is that of the last day itself."""
    return f"{due_day}:{number}"
