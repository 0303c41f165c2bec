"""Whether an objection can be taken: by which policy, on which grounds, by whom, in time."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.filing.domain import (
    Contested,
    Target,
    check_in_force,
    check_in_time,
    check_operator,
    last_filing_day,
)
from services.objection.filing.order import FilingOrder
from services.objection.filing.problems import GroundUnknown, StatementMissing
from services.objection.objections.domain import FiledBy
from services.objection.rules.domain import GroundKind, PeriodName
from services.objection.rules.grounds import grounds_of
from services.objection.rules.orders import ordered_since
from services.objection.rules.service import find_policy, period_of, rule_of
from shared import clock
from shared.law.model.objections import ObjectionRule, Objector as MayFile
from shared.law.model.policy import Policy


@dataclass(frozen=True)
class Admission:
    """By which policy and rule an objection is taken; the last day for filing, None where there is none."""

    policy: Policy
    rule: ObjectionRule
    filed_on: dt.date
    last_day: dt.date | None


async def admit(
    session: AsyncSession,
    target: Target,
    contested: Contested,
    filed_by: FiledBy,
    operator_ref: str | None,
    at: dt.datetime,
) -> Admission:
    """The rules for an objection filed at an instant; refused where what is known speaks against it. Their policy is
    not stored by this.
    """
    filed_on = at.astimezone(clock.CHINA).date()
    policy = await find_policy(session, target.against, contested.county, filed_on, contested.policy)
    rule = rule_of(policy, target.against)
    last_day = await last_day_for(session, policy, rule, contested, filed_on)
    check_in_force(target, contested)
    if filed_by is FiledBy.OPERATOR and operator_ref is not None:
        check_operator(contested, operator_ref)
    if filed_by is FiledBy.NAMED and rule.filed_by is MayFile.OPERATOR:
        check_operator(contested, operator_ref or "")
    check_in_time(target.against, last_day, filed_on)
    return Admission(policy, rule, filed_on, last_day)


async def last_day_for(
    session: AsyncSession, policy: Policy, rule: ObjectionRule, contested: Contested, day: dt.date
) -> dt.date | None:
    """The last day for filing by the policy of a day, with what bureaus have set."""
    period = period_of(rule, PeriodName.FILE, day)
    set_on = None
    if period.days is not None:
        set_on = await ordered_since(session, policy.id, contested.county, period.parameter, day)
    return last_filing_day(period, contested, set_on)


def check_grounds(admission: Admission, order: FilingOrder) -> None:
    """422 for a ground that the policy does not give, naming those that it gives, and for “other” without words."""
    possible = grounds_of(admission.policy, order.target.against, admission.filed_on)
    known = {(option.kind, option.id) for option in possible}
    unknown = [ground for ground in order.grounds if (ground.kind, ground.id) not in known]
    if unknown:
        named = "、".join(f"{ground.kind.value}:{ground.id}" for ground in unknown)
        options = [f"{option.kind.value}:{option.id}" for option in possible]
        raise GroundUnknown(
            f"政策 {admission.policy.id} 没有这样的理由：{named}；可以选择的见 possible。", possible=options
        )
    if any(ground.kind is GroundKind.OTHER for ground in order.grounds) and not order.statement:
        raise StatementMissing
