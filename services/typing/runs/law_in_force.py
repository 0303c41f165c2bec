"""Where a policy departs from the law in force: other numbers, other readings, other rules.

Only what types is compared: numbers and readings of recognition and objections change nobody's type.
"""

import datetime as dt
from collections.abc import Iterator

from shared.law.language.units import format_value
from shared.law.model.clauses import Interpretation, fill_title, values_on
from shared.law.model.policy import Policy


def departures(used: Policy, in_force: Policy, day: dt.date) -> list[str]:
    """Where ``used`` types otherwise on a day than ``in_force``, each as a Chinese sentence."""
    found = [*_other_numbers(used, in_force, day), *_other_readings(used, in_force, day)]
    return found or list(_other_rules(used, in_force))


def typing_interpretations(policy: Policy) -> dict[str, Interpretation]:
    """The interpretations that decide how households are typed."""
    used = {clause.interpretation for clause in policy.clauses()}
    return {name: one for name, one in policy.interpretations.items() if name in used}


def _other_numbers(used: Policy, in_force: Policy, day: dt.date) -> Iterator[str]:
    for name, parameter in used.parameters.items():
        law = in_force.parameters.get(name)
        value, valid = parameter.on(day), None if law is None else law.on(day)
        if value != valid:
            unit = parameter.unit
            yield f"{parameter.title}用{format_value(value, unit)}（现行：{format_value(valid, unit)}）"


def _other_readings(used: Policy, in_force: Policy, day: dt.date) -> Iterator[str]:
    law = typing_interpretations(in_force)
    for name, one in typing_interpretations(used).items():
        if name in law and one.chosen != law[name].chosen:
            taken, valid = (
                fill_title(interpretation.reading.title, policy.parameters, values_on(policy.parameters, day))
                for policy, interpretation in ((used, one), (in_force, law[name]))
            )
            yield f"{one.question}采用“{taken}”（现行读法：“{valid}”）"


def _other_rules(used: Policy, in_force: Policy) -> Iterator[str]:
    before, now = ({clause.id: clause.expression.root for clause in policy.clauses()} for policy in (used, in_force))
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    if changed:
        yield f"规则已修改：{'、'.join(changed)}"
    elif structure(used) != structure(in_force):
        yield "规则的判定顺序或者前提、条件的划分已修改"


def structure(policy: Policy) -> tuple[object, ...]:
    """How the clauses make types: the defects, then in testing order each type with what it requires and what suffices.
    Where they stand in which file is no part of it.
    """
    types = (
        (rule.type, rule.residual, {one.id for one in rule.requires}, {one.id for one in rule.any})
        for rule in policy.types
    )
    return ({clause.id for clause in policy.eligibility}, *types)
