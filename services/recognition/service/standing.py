"""Whether a recognised household still meets the standards: rules of confirmation, and disqualifiers."""

import datetime as dt
from collections.abc import Mapping

from services.recognition.domain.eligibility import facts_of, titled
from services.recognition.models import Household, Recognition
from services.recognition.repository.registers import Record
from services.recognition.service.eligibility import known_from
from shared.policy.model import Rule
from shared.policy.recognition.judging import judge
from shared.policy.recognition.model import Recognition as Rules
from shared.service import clock


def failing(recognition: Recognition, household: Household, record: Record, rules: Rules) -> list[str]:
    """Every rule of confirmation that does not hold and every disqualifier that does, with what it rests on."""
    today = clock.today()
    facts = facts_now(recognition, household, record, today)
    said = [missed(rules, rule, today) for rule in unmet(rules, facts, today)]
    said += [barred(rules, rule, today) for rule in bars(rules, facts, today)]
    if household.status != "registered":
        said.append("个体工商户不在登记在册状态")
    return said


def facts_now(recognition: Recognition, household: Household, record: Record, day: dt.date) -> Mapping[str, object]:
    """What is known of a recognised household today, and what it was then."""
    recommended = recognition.path == "recommendation"
    known = known_from(household, record, recommended=recommended, kinds=())
    return facts_of(known, day) | {"typed_as_then": recognition.type_then, "recommended_then": recommended}


def unmet(rules: Rules, facts: Mapping[str, object], day: dt.date) -> list[Rule]:
    """The rules of confirmation that certainly do not hold."""
    held = judge(rules.life.confirmation, rules.parameters, day, facts)
    return [rule for rule in rules.life.confirmation if held[rule.id] is False]


def missed(rules: Rules, rule: Rule, day: dt.date) -> str:
    """A rule of confirmation that does not hold, in words."""
    return f"不再符合：{titled(rules, rule, day)}（依据：{rule.citation}）"


def bars(rules: Rules, facts: Mapping[str, object], day: dt.date) -> list[Rule]:
    """The disqualifiers that hold."""
    held = judge(rules.disqualifiers, rules.parameters, day, facts)
    return [rule for rule in rules.disqualifiers if held[rule.id]]


def barred(rules: Rules, rule: Rule, day: dt.date) -> str:
    """A disqualifier that holds, in words."""
    return f"有不得认定的情形：{titled(rules, rule, day)}（依据：{rule.citation}）"
