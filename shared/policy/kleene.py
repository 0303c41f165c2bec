"""Evaluates a bound node for one household by walking it, and finds the leaves that decided.

Slower than the compiled function, and written independently of it: explanations use it, and the tests hold
both compilers against it. True, False or None (unknown).
"""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from shared.policy.nodes import Compare, Either, Every, Flag, IsUnknown, Leaf, Node, Operator
from shared.policy.vocabulary import KNOWN_FACTS

Facts = Mapping[str, Any]

_TESTS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "=": eq,
    "<>": ne,
}
_FALLS: frozenset[Operator] = frozenset({"<", "<="})


def evaluate(node: Node, facts: Facts) -> bool | None:
    """Whether the node is true of a household; facts by snapshot column."""
    match node:
        case Every(parts):
            return _all([evaluate(part, facts) for part in parts])
        case Either(parts):
            return _any([evaluate(part, facts) for part in parts])
        case Flag(fact, negated):
            value: bool | None = facts[fact]
            return None if value is None else value is not negated
        case IsUnknown(fact, negated):
            nothing = all(facts[column] is None for column in KNOWN_FACTS[fact].columns)
            return nothing is not negated
        case Compare():
            return _compared(node, facts)
        case _:
            return False


def deciding(node: Node, facts: Facts) -> tuple[Leaf, ...]:
    """The leaves because of which the node is what it is: of a false `and` the false ones, and so on."""
    match node:
        case Every(parts) | Either(parts):
            verdict = evaluate(node, facts)
            same = [part for part in parts if evaluate(part, facts) is verdict]
            return tuple(leaf for part in same for leaf in deciding(part, facts))
        case Flag() | IsUnknown() | Compare():
            return (node,)
        case _:
            return ()


def _compared(node: Compare, facts: Facts) -> bool | None:
    columns = KNOWN_FACTS[node.fact].columns
    low, high = facts[columns[0]], facts[columns[-1]]
    if len(columns) == 1 or (low is not None and low == high):
        return None if low is None else _TESTS[node.operator](low, node.operand)
    if node.operator in ("=", "<>"):
        return _banded_equality(node, facts)
    # a comparison is monotone in its fact: a band decides when both of its ends agree
    test = _TESTS[node.operator]
    strictest, loosest = (high, low) if node.operator in _FALLS else (low, high)
    if strictest is not None and test(strictest, node.operand):
        return True
    return False if loosest is not None and not test(loosest, node.operand) else None


def _banded_equality(node: Compare, facts: Facts) -> bool | None:
    outside = _any([_compared(Compare(node.fact, sign, node.operand), facts) for sign in ("<", ">")])
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
