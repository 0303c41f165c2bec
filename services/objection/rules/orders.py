"""Setting a period that no text at hand gives: by the level that decides, with the document that it has read."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.rules import repository as rule_repository
from services.objection.rules.models import PeriodOrder
from services.objection.rules.problems import PeriodGivenByText, PeriodOfAnotherLevel, PeriodUnknown
from services.objection.rules.repository import SetPeriod
from shared import clock
from shared.bounded_cache import BoundedCache
from shared.law.language.units import suggestion
from shared.law.model.objections import LEVEL_DIGITS, ObjectionRule
from shared.law.model.policy import Policy
from shared.law.reader.loading import restore_policy, shipped_policies
from shared.platform import audit
from shared.platform.identity import Caller
from shared.platform.stored_policies import PolicyUnusable, policy_problems

MOST_REMEMBERED = 64
_APPLIED = BoundedCache[tuple[str, tuple[tuple[str, int, str], ...]], Policy](MOST_REMEMBERED)


async def order_period(
    session: AsyncSession, policy_id: str, parameter: str, days: int, document: str, caller: Caller
) -> PeriodOrder:
    """Set a number of days in the caller's region, for objections filed from today on. 422 for a policy or parameter
    that is none, 409 for a number that the text itself gives, 403 for another level.
    """
    policy = next((one for one in shipped_policies() if one.id == policy_id), None)
    if policy is None or policy.objections is None:
        raise PolicyUnusable(f"没有名为“{policy_id}”的、写有异议规则的政策")
    known = policy.objections.parameters
    if parameter not in known:
        raise PeriodUnknown(f"政策 {policy_id} 的异议规则里没有名为“{parameter}”的期限{suggestion(parameter, known)}")
    if known[parameter].verified and known[parameter].on(clock.today()) is not None:
        raise PeriodGivenByText(f"“{known[parameter].title}”由原文写定（{known[parameter].citation}），不能另设")
    require_level(policy, parameter, caller)
    order = PeriodOrder(
        id=uuid.uuid4(),
        policy=policy_id,
        region=caller.region,
        parameter=parameter,
        days=days,
        document=document,
        ordered_on=clock.today(),
        ordered_by=caller.subject,
    )
    apply_orders(policy, [order])
    session.add(order)
    await session.flush()
    await session.refresh(order)
    await audit.record(session, order, caller, "period:order", {"document": document})
    return order


def require_level(policy: Policy, parameter: str, caller: Caller) -> None:
    """403 unless the caller's bureau is of the level that decides the objections that the period is for, or above it,
    in a place where the policy applies.
    """
    here = [
        prefix
        for prefix in policy.regions or ("",)
        if prefix.startswith(caller.region) or caller.region.startswith(prefix)
    ]
    digits = min(_deciding_digits(rules_with(policy, parameter)), default=6)
    if not here or len(caller.region) > digits:
        raise PeriodOfAnotherLevel


def rules_with(policy: Policy, parameter: str) -> Iterable[ObjectionRule]:
    """The rules of a policy that use a parameter."""
    rules = policy.objections.rules.values() if policy.objections else ()
    return [rule for rule in rules if any(used.name == parameter for used in rule.periods.values())]


def _deciding_digits(rules: Iterable[ObjectionRule]) -> list[int]:
    """The digits of the regions of the levels that decide; those relative to a decision may be of any level."""
    return [LEVEL_DIGITS[level] for rule in rules for level in rule.decided_by if level in LEVEL_DIGITS]


async def with_orders(session: AsyncSession, policy: Policy, county: str, day: dt.date) -> Policy:
    """A policy with what has been set for a county by a day."""
    orders = await rule_repository.orders_for(session, policy.id, county, day)
    return apply_orders(policy, orders) if orders else policy


def apply_orders(policy: Policy, orders: Sequence[PeriodOrder | SetPeriod]) -> Policy:
    """A policy with these numbers, each with its document; the last one of a parameter counts."""
    numbers = {order.parameter: (order.parameter, order.days, order.document) for order in orders}
    key = policy.content_hash, tuple(numbers.values())
    if known := _APPLIED.get(key):
        return known
    with policy_problems():
        for parameter, days, document in numbers.values():
            policy = restore_policy(policy.content, settings={parameter: str(days)}, document=document)
    return _APPLIED.put(key, policy)


async def ordered_since(
    session: AsyncSession, policy: str, county: str, parameter: str, day: dt.date
) -> dt.date | None:
    """Since when a parameter has been set by an order there; None where it has not."""
    orders = await rule_repository.orders_for(session, policy, county, day)
    of_parameter = [order.ordered_on for order in orders if order.parameter == parameter]
    return of_parameter[-1] if of_parameter else None
