"""Judges one household's facts by the rules of recognition on one day: which hold, which cannot be decided."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from shared.policy.binding import Values, bind, built_in
from shared.policy.kleene import evaluate
from shared.policy.model import Parameter, Rule


def values_on(parameters: Mapping[str, Parameter], day: date) -> Values:
    """Every parameter's value on a day (None: unset), the built-in ones included."""
    return {name: parameter.on(day) for name, parameter in parameters.items()} | built_in(day)


def judge(
    rules: Iterable[Rule], parameters: Mapping[str, Parameter], day: date, facts: Mapping[str, Any]
) -> dict[str, bool | None]:
    """Each rule's id with True, False or None (undecided); facts by name, None = unknown, all names present."""
    values = values_on(parameters, day)
    return {rule.id: evaluate(bind(rule.expression.root, values, day), facts) for rule in rules}
