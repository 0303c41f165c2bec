"""The last days of an objection: set, kept with how they were reckoned, settled when the work is done.

Reckoned from the day after by the official calendar (shared/worker/reckoning.py), which moves them when the holidays of
a year are announced. `services/objection/deadlines.py` says what follows when such a day passes.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections import due_day_repository
from services.objection.objections.domain import NO_LAST_DAY, DueDay
from services.objection.objections.models import Objection, ObjectionDueDay
from services.objection.rules.domain import Period, PeriodName
from services.objection.rules.service import period_of, policy_of, rule_of
from shared import clock
from shared.database.direct import SentStatement, insert_rows
from shared.worker import deadlines
from shared.worker.reckoning import Reckoning, reckon, schedule_all_reckoned, scheduling_reckoned

__all__ = ["DueDay", "extend_due", "schedule_due", "settle_due"]

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

    The objection is locked. `item`: the verification, where several are asked at once.
    """
    await _end(session, objection, [what], item, replaced=True)
    reckoning = reckon(period, start)
    row = _due_day(objection, what, reckoning, period, item) if reckoning and period else None
    if what in COLUMNS:
        setattr(objection, COLUMNS[what], row.due_on if row else None)
    if row is not None and reckoning is not None:
        session.add(row)
        await session.flush()
        remind = await _reminder(session, objection, start)
        await schedule_all_reckoned(session, _deadlines_of(row, reckoning, remind))
    objection.due_on = await due_day_repository.earliest_running(session, objection.id) or NO_LAST_DAY
    await session.flush()
    return row.due_on if row else None


async def store_with_last_day(
    session: AsyncSession,
    objection: Objection,
    what: DueDay,
    *,
    start: dt.date,
    period: Period,
    remind: Period,
    announcing: Callable[[dt.date | None], SentStatement],
) -> None:
    """Write a new objection together with its first last day, set as by `schedule_due`, and the event that tells of
    both, in one round trip. `remind`: the days ahead; `announcing`: the event's statement, given the last day.
    """
    reckoning = reckon(period, start)
    if reckoning is None:
        await insert_rows(session, [objection], [announcing(None)])
        return
    row = _due_day(objection, what, reckoning, period, None)
    objection.due_on = row.due_on
    setattr(objection, COLUMNS[what], row.due_on)
    deadlines_set = scheduling_reckoned(_deadlines_of(row, reckoning, remind))
    beside = [one for one in (deadlines_set, announcing(row.due_on)) if one is not None]
    await insert_rows(session, [objection, row], beside)


def _deadlines_of(row: ObjectionDueDay, reckoning: Reckoning, remind: Period) -> Mapping[str, Mapping[str, Reckoning]]:
    """The deadlines of a last day and of the reminder before it."""
    due = {LAST_DAY_KINDS[row.what]: {str(row.id): reckoning}}
    if reminder := reckoning.reminder(remind):
        due[REMINDER_DEADLINE] = {str(row.id): reminder}
    return due


async def extend_due(
    session: AsyncSession, objection: Objection, what: DueDay, *, last_day: dt.date, period: Period
) -> dt.date | None:
    """Extend the running last day: reckoned from the same day as before, with both numbers together, so that holidays
    that are announced later move the whole. Where the numbers are of two units, from the last day as it stands.
    """
    row = await due_day_repository.running_day(session, objection.id, what)
    if row is None or period.days is None or row.unit is not period.unit:
        return await schedule_due(session, objection, what, start=last_day, period=period)
    together = replace(
        period,
        parameter=f"{row.parameter}+{period.parameter}",
        days=row.days + period.days,
        verified=row.verified and period.verified,
        document=f"{row.source}；{period.document or period.citation}",
    )
    return await schedule_due(session, objection, what, start=row.starts_on, period=together)


async def settle_due(session: AsyncSession, objection: Objection, *what: DueDay, item: uuid.UUID | None = None) -> None:
    """The work is done, or no longer needed: these last days (none named: all) pass without consequences. `item`: of
    this verification only.
    """
    if await _end(session, objection, what or list(DueDay), item, replaced=False):
        objection.due_on = await due_day_repository.earliest_running(session, objection.id) or NO_LAST_DAY
        await session.flush()


def _due_day(
    objection: Objection, what: DueDay, reckoning: Reckoning, period: Period, item: uuid.UUID | None
) -> ObjectionDueDay:
    return ObjectionDueDay(
        id=uuid.uuid4(),
        objection_id=objection.id,
        county=objection.county,
        what=what,
        item=item,
        starts_on=reckoning.start,
        days=reckoning.days,
        unit=reckoning.unit,
        parameter=reckoning.parameter,
        verified=not reckoning.unverified,
        source=period.document or period.citation,
        provisional=reckoning.last.provisional,
        due_on=reckoning.last.due,
    )


async def _reminder(session: AsyncSession, objection: Objection, day: dt.date) -> Period:
    policy = await policy_of(session, objection)
    return period_of(rule_of(policy, objection.against), PeriodName.REMIND, day)


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
