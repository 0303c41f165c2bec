"""The time that the objector has, once told that the result would become worse, to withdraw or to give it up."""

import datetime as dt
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.objections.applied_rules import AppliedRules
from services.objection.objections.due_days import DueDay, schedule_due
from services.objection.objections.models import Objection
from services.objection.rules.domain import PeriodName


async def schedule_warned(
    session: AsyncSession, objection: Objection, rules: AppliedRules, told_on: dt.date
) -> dt.date:
    """Set its last day by the policy's `warn_days`. A policy without that period (one stored before there was any)
    gives the day on which the objector is told, or the next working day.
    """
    period = rules.period(PeriodName.WARN, told_on)
    if period.days is None:
        period = replace(period, days=0)
    last_day = await schedule_due(session, objection, DueDay.RESPOND, start=told_on, period=period)
    return last_day or told_on
