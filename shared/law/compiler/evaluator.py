"""Three-valued (Kleene) evaluation of bound expressions for one household: True, False or None (unknown).

`evaluate` walks the tree; it is slower than the compiled function and written independently of it, so the tests compare
both compilers with it. `deciding_leaves` finds the leaves that decided, for explanations. `evaluate_rules` evaluates
recognition rules on one day and caches the results by the facts they read.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Generic, TypeVar

from shared.law.compiler.binding import bind
from shared.law.language.nodes import And, Compare, Flag, IsUnknown, Leaf, Node, Operator, Or, facts_in
from shared.law.language.vocabulary import ALL_FACTS
from shared.law.model.clauses import Parameter, Rule, values_on

Facts = Mapping[str, Any]

_TESTS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "=": eq,
    "<>": ne,
}
_UPPER_LIMITS: frozenset[Operator] = frozenset({"<", "<="})


def evaluate(node: Node, facts: Facts) -> bool | None:
    """Whether the node is true of a household; facts by snapshot column."""
    match node:
        case And(parts):
            return _all([evaluate(part, facts) for part in parts])
        case Or(parts):
            return _any([evaluate(part, facts) for part in parts])
        case Flag(fact, negated):
            value: bool | None = facts[fact]
            return None if value is None else value is not negated
        case IsUnknown(fact, negated):
            nothing = all(facts[column] is None for column in ALL_FACTS[fact].columns)
            return nothing is not negated
        case Compare():
            return _compare(node, facts)
        case _:
            return False


def deciding_leaves(node: Node, facts: Facts) -> tuple[Leaf, ...]:
    """The leaves that decide the node's value: the false ones of a false `and`, the true ones of a true `or`, and so
    on.
    """
    match node:
        case And(parts) | Or(parts):
            verdict = evaluate(node, facts)
            same = [part for part in parts if evaluate(part, facts) is verdict]
            return tuple(leaf for part in same for leaf in deciding_leaves(part, facts))
        case Flag() | IsUnknown() | Compare():
            return (node,)
        case _:
            return ()


def _compare(node: Compare, facts: Facts) -> bool | None:
    columns = ALL_FACTS[node.fact].columns
    low, high = facts[columns[0]], facts[columns[-1]]
    if len(columns) == 1 or (low is not None and low == high):
        return None if low is None else _TESTS[node.operator](low, node.operand)
    if node.operator in ("=", "<>"):
        return _banded_equality(node, facts)
    # a comparison is monotone in its fact: a band decides when both of its ends agree
    test = _TESTS[node.operator]
    strictest, loosest = (high, low) if node.operator in _UPPER_LIMITS else (low, high)
    if strictest is not None and test(strictest, node.operand):
        return True
    return False if loosest is not None and not test(loosest, node.operand) else None


def _banded_equality(node: Compare, facts: Facts) -> bool | None:
    outside = _any([_compare(Compare(node.fact, sign, node.operand), facts) for sign in ("<", ">")])
    if outside is not True:
        return None
    return node.operator == "<>"


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def _any(values: list[bool | None]) -> bool | None:
    if True in values:
        return True
    return None if None in values else False


T = TypeVar("T")

MAX_CACHED = 10_000
"""Results kept, by combination of facts, for the rules of one policy on one day."""


def evaluate_rules(
    rules: Sequence[Rule], parameters: Mapping[str, Parameter], day: date, facts: Mapping[str, Any]
) -> Mapping[str, bool | None]:
    """Each rule's id with True, False or None (undecided); facts by name, None = unknown, all names present."""
    return _bound_rules(IdentityKey(rules), IdentityKey(parameters), day).judge(facts)


@dataclass(frozen=True, slots=True)
class BoundRules:
    """Rules bound to a day. Equal facts are evaluated once: most households have no record at all, so a page of a list
    needs a few evaluations instead of one per row.
    """

    nodes: Sequence[tuple[str, Node]]
    reads: Sequence[str]
    """Names of the facts that the rules use."""
    judged: dict[tuple[object, ...], Mapping[str, bool | None]]

    def judge(self, facts: Mapping[str, Any]) -> Mapping[str, bool | None]:
        """Each rule's id with True, False or None (undecided)."""
        values = tuple(facts[name] for name in self.reads)
        truths = self.judged.get(values)
        if truths is None:
            if len(self.judged) >= MAX_CACHED:
                self.judged.clear()
            truths = self.judged[values] = {name: evaluate(node, facts) for name, node in self.nodes}
        return truths


@dataclass(frozen=True, slots=True, eq=False)
class IdentityKey(Generic[T]):
    """A part of a policy as a cache key, compared by identity: the object is immutable."""

    value: T

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentityKey) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


@lru_cache(maxsize=256)
def _bound_rules(
    rules: IdentityKey[Sequence[Rule]], parameters: IdentityKey[Mapping[str, Parameter]], day: date
) -> BoundRules:
    values = values_on(parameters.value, day)
    nodes = [(rule.id, bind(rule.expression.root, values, day)) for rule in rules.value]
    return BoundRules(nodes, sorted({name for _, node in nodes for name in facts_in(node)}), {})
