"""Binds an expression to a day: parameters become values, years become a cut-off date, guards are added.

The nodes that remain (`Flag`, `Compare` with a value, `IsUnknown`, `And`, `Or`, `Never`) are all that a compiler has to
handle. `X at least N years ago` holds when X + N years <= as-of; a period of years ends on the same calendar day, or on
the month's last day where there is none (民法典 第二百零一条、第二百零二条).
"""

import calendar
from collections.abc import Iterable
from datetime import date

from shared.law.language.nodes import (
    And,
    Compare,
    Flag,
    Leaf,
    Never,
    Node,
    Or,
    ParameterRef,
    Scalar,
    YearsAgo,
    parameters_in,
)
from shared.law.language.units import Values
from shared.law.language.vocabulary import ALL_FACTS


def bind(node: Node, values: Values, as_of: date) -> Node:
    """The node with every operand a value; `Never` when a parameter it needs is unset."""
    if any(values[name] is None for name in parameters_in(node)):
        return Never()
    return _bound(node, values, as_of)


def cutoff(as_of: date, years: int) -> date:
    """The last day that is at least `years` years before `as_of`."""
    if as_of.year - years < 1:
        return date.min
    last = calendar.monthrange(as_of.year - years, as_of.month)[1]
    month_ends = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
    return date(as_of.year - years, as_of.month, last if month_ends else as_of.day)


def _bound(node: Node, values: Values, as_of: date) -> Node:
    match node:
        case And(parts):
            return _flat(And, (_bound(part, values, as_of) for part in parts))
        case Or(parts):
            return _flat(Or, (_bound(part, values, as_of) for part in parts))
        case Never():
            return node
        case _:
            return _guarded(_leaf(node, values, as_of))


def _leaf(leaf: Leaf, values: Values, as_of: date) -> Leaf:
    match leaf:
        case Compare(fact, operator, ParameterRef(name)):
            return Compare(fact, operator, _value(values, name))
        case YearsAgo(fact, years, negated):
            number = _value(values, years.name) if isinstance(years, ParameterRef) else years
            if not isinstance(number, int):
                raise TypeError(f"years of {fact} are not a number: {number!r}")
            return Compare(fact, ">" if negated else "<=", cutoff(as_of, number))
        case _:
            return leaf


def _value(values: Values, name: str) -> Scalar:
    value = values[name]
    if value is None:
        raise ValueError(f"parameter {name} is unset")
    return value


def _guarded(leaf: Leaf) -> Node:
    guard = ALL_FACTS[leaf.fact].guard
    return And((Flag(guard), leaf)) if guard else leaf


def _flat(kind: type[And] | type[Or], parts: Iterable[Node]) -> Node:
    """Nested nodes of `kind` as one, without repeated parts: a guard shared by two comparisons is tested once."""
    level: list[Node] = []
    for part in parts:
        level.extend(part.parts if isinstance(part, kind) else (part,))
    unique = tuple(dict.fromkeys(level))
    return unique[0] if len(unique) == 1 else kind(unique)
