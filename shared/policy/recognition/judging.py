"""Judges one household's facts by the rules of recognition on one day: which hold, which cannot be decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Generic, TypeVar

from shared.policy.binding import Values, bind, built_in
from shared.policy.kleene import evaluate
from shared.policy.model import Parameter, Rule
from shared.policy.nodes import Node, facts_in

T = TypeVar("T")

MOST_JUDGED = 10_000
"""Combinations of facts whose judgement is kept, for the rules of a policy on a day."""


def values_on(parameters: Mapping[str, Parameter], day: date) -> Values:
    """Every parameter's value on a day (None: unset), the built-in ones included."""
    return {name: parameter.on(day) for name, parameter in parameters.items()} | built_in(day)


def judge(
    rules: Sequence[Rule], parameters: Mapping[str, Parameter], day: date, facts: Mapping[str, Any]
) -> Mapping[str, bool | None]:
    """Each rule's id with True, False or None (undecided); facts by name, None = unknown, all names present."""
    return _bound(Same(rules), Same(parameters), day).judge(facts)


@dataclass(frozen=True, slots=True)
class Bound:
    """Rules with the numbers of a day put in. Households of whom the same is known are judged once: most have no
    record at all, so that a page of a list needs a few judgements instead of one a row.
    """

    nodes: Sequence[tuple[str, Node]]
    reads: Sequence[str]
    """Names of the facts that the rules speak of."""
    judged: dict[tuple[object, ...], Mapping[str, bool | None]]

    def judge(self, facts: Mapping[str, Any]) -> Mapping[str, bool | None]:
        """Each rule's id with its truth."""
        known = tuple(facts[name] for name in self.reads)
        found = self.judged.get(known)
        if found is None:
            if len(self.judged) >= MOST_JUDGED:
                self.judged.clear()
            found = self.judged[known] = {name: evaluate(node, facts) for name, node in self.nodes}
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Same(Generic[T]):
    """A part of a policy as a key: the very object, which does not change."""

    value: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


@lru_cache(maxsize=256)
def _bound(rules: Same[Sequence[Rule]], parameters: Same[Mapping[str, Parameter]], day: date) -> Bound:
    values = values_on(parameters.value, day)
    nodes = [(rule.id, bind(rule.expression.root, values, day)) for rule in rules.value]
    return Bound(nodes, sorted({name for _, node in nodes for name in facts_in(node)}), {})
