"""What would apply to an objection that somebody thinks of filing."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.filing.admissibility import last_day_for
from services.objection.filing.contested import find_contested, with_application
from services.objection.filing.domain import Contested, Prospect, Target
from services.objection.filing.problems import CountyMissing
from services.objection.registers.domain import Against
from services.objection.rules.domain import AppliedRule
from services.objection.rules.service import find_policy, rule_of
from shared import clock
from shared.platform.identity import Caller


@dataclass(frozen=True)
class OutlookOnFiling:
    """The rule that would apply, and the last day where there is one and the caller may know it."""

    applied: AppliedRule
    last_day: dt.date | None


async def look_ahead(session: AsyncSession, target: Target, caller: Caller, at: dt.datetime) -> OutlookOnFiling:
    """What applies to an objection filed at an instant; for a county alone, what applies there."""
    target = await with_application(session, target)
    contested = await _contested(session, target)
    day = at.astimezone(clock.CHINA).date()
    policy = await find_policy(session, target.against, contested.county, day, contested.policy)
    rule = rule_of(policy, target.against)
    place = Prospect(target.against, contested.county, contested.contested_region, contested.run, at)
    last_day = await last_day_for(session, policy, rule, contested, day)
    shown = last_day if may_know(target, contested, caller) else None
    return OutlookOnFiling(AppliedRule(policy, rule, place, day), shown)


async def _contested(session: AsyncSession, target: Target) -> Contested:
    if target.uscc is not None or target.subject is not None:
        return await find_contested(session, target)
    if target.county is None:
        raise CountyMissing("请写明是哪一户（uscc）、哪一件（subject），或哪个县区（county）。")
    return Contested(uscc="", county=target.county)


def may_know(target: Target, contested: Contested, caller: Caller) -> bool:
    """Public notices are public; of decisions know their household's operator and the region's officers."""
    own = caller.operator_ref is not None and caller.operator_ref == contested.operator_ref
    return target.against is Against.PUBLIC_NOTICE or own or caller.covers(contested.county)
