"""Judges one household's facts by the rules of recognition on one day: which hold, which cannot be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar

from shared.policy.binding import Values, bind, built_in
from shared.policy.kleene import evaluate
from shared.policy.model import Parameter, Rule
from shared.policy.nodes import Node

T = TypeVar("T")


def values_on(parameters: Mapping[str, Parameter], day: date) -> Values:
    """Every parameter's value on a day (None: unset), the built-in ones included."""
    return {name: parameter.on(day) for name, parameter in parameters.items()} | built_in(day)


def judge(
    rules: Sequence[Rule], parameters: Mapping[str, Parameter], day: date, facts: Mapping[str, Any]
) -> dict[str, bool | None]:
    """Each rule's id with True, False or None (undecided); facts by name, None = unknown, all names present."""
    return {name: evaluate(node, facts) for name, node in _bound(Same(rules), Same(parameters), day)}


@dataclass(frozen=True, slots=True, eq=False)
class Same(Generic[T]):
    """A part of a policy as a key: the very object, which does not change."""

    value: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


@lru_cache(maxsize=256)
def _bound(
    rules: Same[Sequence[Rule]], parameters: Same[Mapping[str, Parameter]], day: date
) -> tuple[tuple[str, Node], ...]:
    """The rules with the numbers of a day put in: the same for every household that is judged on it."""
    values = values_on(parameters.value, day)
    return tuple((rule.id, bind(rule.expression.root, values, day)) for rule in rules.value)
