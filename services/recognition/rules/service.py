"""The recognition rules of a stored policy, the policy that an order asks for, and what bars a household under it."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.registers.models import Household, PolicyVersion
from services.recognition.registers.repository import records_of
from services.recognition.rules.domain import (
    kind_errors,
    open_readings,
    reading_errors,
    readings_of_other_levels,
    setting_errors,
)
from services.recognition.rules.eligibility import Ineligibility, ineligibilities, known_facts
from services.recognition.rules.problems import (
    CriteriaOfAnotherLevel,
    KindsOfAnotherLevel,
    OrderAgainstPolicy,
    PolicyNotOfRegion,
    ReadingOfAnotherLevel,
)
from shared.bounded_cache import BoundedCache
from shared.law.language.units import month_day
from shared.law.model.operator_kinds import OperatorKind
from shared.law.model.policy import Policy
from shared.law.model.recognition import LEVEL_LABELS, RecognitionRules, level_of
from shared.law.reader.loading import recognition_policy_at, restore_policy, shipped_policies
from shared.platform.identity import Caller
from shared.platform.stored_policies import PolicyUnusable, StoredPolicies, policy_problems

POLICIES = StoredPolicies(PolicyVersion)
Chosen = tuple[tuple[str, str], ...]
_ORDERED = BoundedCache[tuple[str, Chosen, Chosen, str | None, tuple[OperatorKind, ...]], Policy](256)


async def stored_rules(session: AsyncSession, content_hash: str) -> RecognitionRules:
    """Its recognition rules, which are there: a season is prepared only under a policy that has them."""
    rules = (await POLICIES.get(session, content_hash)).recognition
    if rules is None:
        raise LookupError(f"policy {content_hash} has no recognition rules")
    return rules


@dataclass(frozen=True)
class RulesOrder:
    """Which policy to apply: numbers it leaves unset and kinds of operators that it does not name, with the document
    that sets and adds them, and readings that the caller decides.
    """

    policy: str
    settings: Mapping[str, str] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)
    document: str | None = None
    kinds: Sequence[OperatorKind] = ()

    def details(self) -> dict[str, object]:
        """The order for the audit."""
        added = {"operator_kinds": [kind.title for kind in self.kinds]} if self.kinds else {}
        return {
            "policy": self.policy,
            "settings": dict(self.settings),
            "readings": dict(self.readings),
            "document": self.document,
            **added,
        }


async def resolve_policy(
    session: AsyncSession, order: RulesOrder, region: str, year: int, caller: Caller, *, base: Policy | None = None
) -> tuple[Policy, RecognitionRules]:
    """The policy of an order, stored, and its recognition rules; `base`: a policy to continue from, as a quota's.

    422 for errors in the order, 403 for a reading that the caller may not choose.
    """
    plain = base or shipped_policy(order.policy)
    rules = recognition_rules(plain)
    day = season_first_day(rules, year)
    check_policy_region(plain, region, day)
    check_policy_order(order, plain, rules, day, caller)
    policy = ordered_policy(plain, order)
    await POLICIES.store(session, policy)
    return policy, recognition_rules(policy)


def ordered_policy(plain: Policy, order: RulesOrder) -> Policy:
    """A policy with the settings, readings and kinds of an order, read once: quota and season have the same."""
    settings, readings = tuple(sorted(order.settings.items())), tuple(sorted(order.readings.items()))
    key = (plain.content_hash, settings, readings, order.document, tuple(order.kinds))
    if known := _ORDERED.get(key):
        return known
    with policy_problems():
        policy = restore_policy(
            plain.content,
            settings=order.settings,
            readings=order.readings,
            document=order.document,
            operator_kinds=order.kinds,
        )
    return _ORDERED.put(key, policy)


def shipped_policy(name: str) -> Policy:
    """The shipped policy of this id. 422 when there is none."""
    found = next((policy for policy in shipped_policies() if policy.id == name), None)
    if found is None:
        raise PolicyUnusable(f"没有名为“{name}”的政策")
    return found


def recognition_rules(policy: Policy) -> RecognitionRules:
    """Its recognition rules. 422 when it has none."""
    if policy.recognition is None:
        raise PolicyUnusable(f"政策 {policy.id} 没有认定规则")
    return policy.recognition


def season_first_day(rules: RecognitionRules, year: int) -> dt.date:
    """The day on which the year's season may open: the policy in force then is the season's."""
    opens = rules.value(rules.season.opens, dt.date(year, 1, 1))
    return dt.date(year, 12, 31) if opens is None else month_day(opens, year)


def check_policy_region(policy: Policy, region: str, day: dt.date) -> None:
    """422 unless the policy is the one in force in the region on the day."""
    right = recognition_policy_at(region, day)
    if right is None:
        detail = f"{region} 在 {day} 没有适用的认定政策；政策 {policy.id} 的适用地区不包括它"
        raise PolicyNotOfRegion(detail)
    if right.id != policy.id:
        detail = f"{region} 在 {day} 适用的认定政策是 {right.id}，不是 {policy.id}"
        raise PolicyNotOfRegion(detail)


def check_policy_order(
    order: RulesOrder, policy: Policy, rules: RecognitionRules, day: dt.date, caller: Caller
) -> None:
    """422 for numbers, readings and kinds that nobody may set, 403 for what another level decides."""
    readings = open_readings(policy, rules, day)
    wrong = [
        *setting_errors(rules, order.settings, order.document, day),
        *reading_errors(readings, order.readings),
        *kind_errors(order.kinds, order.document),
    ]
    if wrong:
        raise OrderAgainstPolicy("；".join(wrong), reasons=wrong)
    others = readings_of_other_levels(readings, order.readings, caller.region)
    if others:
        detail = "；".join(f"“{one.question}”由{one.decides}决定" for one in others)
        raise ReadingOfAnotherLevel(f"{detail}，您不能另选读法")
    if order.kinds and level_of(caller.region) not in rules.criteria.set_by:
        detail = f"经营者身份由制定分类标准的{setter_names(rules)}增列（依据：{rules.criteria.citation}），您不能增列"
        raise KindsOfAnotherLevel(detail)


def check_setter(rules: RecognitionRules, region: str) -> None:
    """422 unless the policy lets bureaus of the region's level set criteria."""
    level = level_of(region)
    if level not in rules.criteria.set_by:
        setters = setter_names(rules)
        detail = f"按政策，分类标准由{setters}制定（依据：{rules.criteria.citation}），不由 {region} 制定"
        raise CriteriaOfAnotherLevel(detail)


def setter_names(rules: RecognitionRules) -> str:
    """The levels that set criteria, in words."""
    return "、".join(LEVEL_LABELS[one] for one in rules.criteria.set_by if one in LEVEL_LABELS)


async def current_ineligibilities(
    session: AsyncSession,
    rules: RecognitionRules,
    household: Household,
    day: dt.date,
    *,
    recommended: bool,
    kinds: Collection[str] = (),
) -> list[Ineligibility]:
    """Every reason against a household on a day, by its record in the registers."""
    records = await records_of(session, [household.uscc], day)
    known = known_facts(household, records[household.uscc], recommended=recommended, kinds=kinds)
    return ineligibilities(rules, household, records[household.uscc], known, day)
