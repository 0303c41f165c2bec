"""The syntax tree of a clause, which every compiler walks.

Negation occurs only at the leaves (`negated`, or the opposite operator), so that a guard is never negated:
`not revenue >= 600000` is false for a household without an annual report, as `revenue >= 600000` is. The logic is
Kleene's: a leaf is true, false or unknown; `And` and `Or` combine them.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Operator = Literal["<", "<=", ">", ">=", "=", "<>"]
Scalar = int | str | date

OPPOSITE: dict[Operator, Operator] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "=": "<>", "<>": "="}
MIRRORED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}


YEARS_AGO = "minglu_years_ago"
"""The function name that stands for `YearsAgo` while sqlglot parses: the phrase itself is not SQL."""


@dataclass(frozen=True, slots=True)
class ParameterRef:
    """A parameter by name; bound to its value on the as-of date."""

    name: str


Operand = Scalar | ParameterRef


@dataclass(frozen=True, slots=True)
class Flag:
    """A yes-or-no fact."""

    fact: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Compare:
    """A fact against a value. Money in fen."""

    fact: str
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True)
class IsUnknown:
    """`fact is null`: nothing is known of it. Never unknown itself."""

    fact: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class YearsAgo:
    """`fact at least N years ago`; negated: less than N years ago."""

    fact: str
    years: int | ParameterRef
    negated: bool = False


@dataclass(frozen=True, slots=True)
class And:
    """All parts (and)."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any part (or)."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Never:
    """False: a clause whose parameter is unset."""


Leaf = Flag | Compare | IsUnknown | YearsAgo
Node = Leaf | And | Or | Never


def leaves(node: Node) -> tuple[Leaf, ...]:
    """The leaves from left to right."""
    match node:
        case And(parts) | Or(parts):
            return tuple(leaf for part in parts for leaf in leaves(part))
        case Never():
            return ()
        case _:
            return (node,)


def facts_in(node: Node) -> tuple[str, ...]:
    """The facts that an expression uses, each once, from left to right."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(node)))


def parameters_in(node: Node) -> tuple[str, ...]:
    """The parameters that an expression needs, each once, from left to right."""
    names: list[str] = []
    for leaf in leaves(node):
        match leaf:
            case Compare(_, _, ParameterRef(name)) | YearsAgo(_, ParameterRef(name), _):
                names.append(name)
    return tuple(dict.fromkeys(names))


def negate(node: Node) -> Node:
    """The opposite, carried down to the leaves by De Morgan's laws."""
    match node:
        case And(parts):
            return Or(tuple(negate(part) for part in parts))
        case Or(parts):
            return And(tuple(negate(part) for part in parts))
        case Compare(fact, operator, operand):
            return Compare(fact, OPPOSITE[operator], operand)
        case Flag(fact, negated):
            return Flag(fact, not negated)
        case IsUnknown(fact, negated):
            return IsUnknown(fact, not negated)
        case YearsAgo(fact, years, negated):
            return YearsAgo(fact, years, not negated)
        case Never():
            raise ValueError("an unset clause has no opposite")
