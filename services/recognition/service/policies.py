"""A policy asked for by name, with settings and readings, as the recognition service uses it: kept, and with rules."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.repository import seasons
from shared.policy.errors import PolicyError
from shared.policy.loading import load_policy, policy_ids
from shared.policy.model import Policy
from shared.policy.recognition.model import Recognition
from shared.service.problems import Problem


@dataclass(frozen=True)
class RulesOrder:
    """Which policy, with which settings and readings."""

    policy: str
    settings: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)


async def resolve(session: AsyncSession, order: RulesOrder, year: int) -> tuple[Policy, Recognition]:
    """The policy, its content stored, and its recognition rules. 422 says what is wrong with the order."""
    if order.policy not in policy_ids():
        raise Problem(422, "policy-unusable", "政策不能使用", f"没有名为“{order.policy}”的政策")
    try:
        policy = load_policy(order.policy, settings=order.settings, readings=order.readings)
    except PolicyError as error:
        raise Problem(422, "policy-unusable", "政策不能使用", str(error)) from error
    if policy.recognition is None:
        raise Problem(422, "policy-unusable", "政策不能使用", f"政策 {policy.id} 没有认定规则")
    if not policy.since <= dt.date(year, 12, 31):
        raise Problem(422, "policy-unusable", "政策不能使用", f"政策 {policy.id} 自 {policy.since} 起施行")
    await seasons.keep_policy(session, policy.content_hash, policy.id, policy.content)
    return policy, policy.recognition
