"""The policy that an objection is handled by: chosen when it is filed, stored once, read from then on by its hash."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.registers import repository as register_repository
from services.objection.registers.domain import Against
from services.objection.registers.models import PolicyVersion
from services.objection.rules.domain import FiledObjection, Period, PeriodName
from services.objection.rules.orders import with_orders
from services.objection.rules.problems import NoObjectionPolicy, ObjectionUnknownToPolicy
from shared import clock
from shared.law.language.units import Unit
from shared.law.model.objections import ObjectionPeriod, ObjectionRule
from shared.law.model.policy import Policy
from shared.law.reader.loading import shipped_policies
from shared.platform.stored_policies import StoredPolicies

POLICIES = StoredPolicies(PolicyVersion)


async def policy_of(session: AsyncSession, objection: FiledObjection) -> Policy:
    """The policy that an objection is handled by."""
    if objection.policy_hash is not None:
        return await POLICIES.get(session, objection.policy_hash)
    day = objection.filed_at.astimezone(clock.CHINA).date()
    run = await register_repository.get_run(session, objection.run) if objection.run is not None else None
    return await choose_policy(session, objection.against, objection.county, day, run.policy if run else None)


async def choose_policy(
    session: AsyncSession, against: Against, county: str, day: dt.date, published: str | None
) -> Policy:
    """The policy for an objection filed on a day, stored."""
    policy = await find_policy(session, against, county, day, published)
    await POLICIES.store(session, policy)
    return policy


async def find_policy(
    session: AsyncSession, against: Against, county: str, day: dt.date, published: str | None
) -> Policy:
    """The policy for an objection filed on a day: for a typing result that of its run, named `published` if that is
    known, else the one in force in the county; with the periods that bureaus have set there.
    """
    policy = _shipped(published) if published is not None else None
    if policy is None or policy.objections is None or against.value not in policy.objections.rules:
        policy = objection_policy_at(county, day)
    return await with_orders(session, policy, county, day)


def objection_policy_at(region: str, day: dt.date) -> Policy:
    """The policy with rules on objections for a region: of those in force the one for the smallest region; where no
    region has its own, the national one. 409 when there is none.
    """
    candidates = [
        (len(prefix), policy)
        for policy in shipped_policies()
        if policy.objections is not None and policy.in_force_on(day)
        for prefix in (policy.regions or ("",))
        if region.startswith(prefix)
    ]
    if not candidates:
        raise NoObjectionPolicy(f"{region} 在 {day} 没有适用的异议规则")
    return max(candidates, key=lambda candidate: candidate[0])[1]


def rule_of(policy: Policy, against: Against) -> ObjectionRule:
    """The policy's rule on objections of a kind. 422 when it has none."""
    rule = policy.objections.rules.get(against.value) if policy.objections else None
    if rule is None:
        raise ObjectionUnknownToPolicy(f"政策 {policy.id} 没有规定对“{against.label}”的异议怎样处理")
    return rule


def period_of(rule: ObjectionRule, name: PeriodName, day: dt.date) -> Period:
    """A period on a day, with its source; without days where the policy sets none or does not speak of it."""
    period = ObjectionPeriod(f"{name.value}_days")
    on_day = rule.on(period, day)
    if on_day is None:
        return Period(name, period.value, None, Unit.WORKING_DAYS, False, str(rule.citation), None)
    return Period(
        name=name,
        parameter=on_day.parameter,
        days=on_day.days,
        unit=on_day.unit,
        verified=on_day.verified,
        citation=str(on_day.citation),
        document=on_day.document,
    )


def _shipped(name: str) -> Policy | None:
    return next((policy for policy in shipped_policies() if policy.id == name), None)
