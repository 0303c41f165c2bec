"""Compiles bound clauses to DuckDB: type and both masks of a whole snapshot in one pass.

Every condition is written as *certainly true*: it counts only where it is TRUE, so with a NULL fact it does not count,
and no `coalesce` is needed. A clause is unknown where neither it nor its opposite is certain; this is tested only for
households with an uncertain fact (a NULL, or a band), and only for the clauses on that fact: there are few of both.
Clauses with the same condition, or the opposite one, share a CASE. Measured on 1 M households: packing bits by CASE is
twice as fast as by casting and shifting booleans.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from shared.law.language.facts import Fact
from shared.law.language.nodes import And, Compare, Flag, IsUnknown, Never, Node, Operand, Or, facts_in, negate
from shared.law.language.vocabulary import ALL_FACTS
from shared.law.model.outcome import TypeDecision, TypeTest

_NONE = "0::UBIGINT"


class DuckDBCompiler:
    """The statements for one policy on one date. `nullable`: columns with a NULL; None: any column may."""

    def __init__(self, clauses: Sequence[Node], decision: TypeDecision, nullable: Collection[str] | None) -> None:
        self._clauses = tuple(clauses)
        self._decision = decision
        self._nullable = nullable

    def select_list(self) -> str:
        """`true_mask, unknown_mask, type` to be selected from a snapshot."""
        return (
            f"{self.true_mask()} AS true_mask, {self.possible_mask()} & ~true_mask AS unknown_mask, "
            f"{self._type()} AS type"
        )

    def query(self, columns: Sequence[str], relation: str) -> str:
        """A whole query, `type` first; about 5 % faster than the SELECT list."""
        kept = ", ".join(columns)
        masks = f"SELECT {kept}, {self.true_mask()} AS true_mask, {self.possible_mask()} AS possible FROM {relation}"
        both = f"SELECT {kept}, true_mask, possible & ~true_mask AS unknown_mask FROM ({masks})"
        return f"SELECT {kept}, {self._type()} AS type, true_mask, unknown_mask FROM ({both})"

    def true_mask(self) -> str:
        """The mask of the clauses that are certainly true."""
        bits: dict[Node, int] = {}
        for bit, node in enumerate(self._clauses):
            if not isinstance(node, Never):
                bits[node] = bits.get(node, 0) | 1 << bit
        return _joined([self._case(node, bits) for node in list(bits) if node in bits])

    @staticmethod
    def _case(node: Node, bits: dict[Node, int]) -> str:
        """One CASE for a condition, which also covers the opposite condition when that is a clause too."""
        hits = f"WHEN {certain(node)} THEN {bits.pop(node)}::UBIGINT"
        opposite = negate(node)
        if opposite in bits:
            hits += f" WHEN {certain(opposite)} THEN {bits.pop(opposite)}::UBIGINT"
        return f"CASE {hits} ELSE {_NONE} END"

    def possible_mask(self) -> str:
        """The mask of the uncertain clauses that are not certainly false; 0 for a household whose facts are all
        certain.
        """
        groups: dict[tuple[str, ...], dict[int, Node]] = {}
        for bit, node in enumerate(self._clauses):
            doubts = dict.fromkeys(test for fact in facts_in(node) for test in self._doubts(ALL_FACTS[fact]))
            if doubts:
                groups.setdefault(tuple(doubts), {})[bit] = node
        if not groups:
            return _NONE
        anything = dict.fromkeys(test for doubts in groups for test in doubts)
        cases = [_when(doubts, _open(clauses)) for doubts, clauses in groups.items()]
        return _when(anything, _joined(cases))

    def _doubts(self, fact: Fact) -> list[str]:
        """SQL conditions under which a fact is uncertain; empty when it never is."""
        if fact.interval:
            low, high = fact.columns
            return [f"({low} = {high}) IS NOT TRUE"]
        (column,) = fact.columns
        if self._nullable is not None and column not in self._nullable:
            return []
        return [f"({fact.guard} AND {column} IS NULL)" if fact.guard else f"{column} IS NULL"]

    def _type(self) -> str:
        return type_case(
            self._decision, _on_mask("true_mask"), _on_mask("(true_mask | unknown_mask)"), undecided="unknown_mask <> 0"
        )


class MaskConditions(NamedTuple):
    """Whether all, or any, of the clauses in a mask hold: SQL conditions."""

    all_of: Callable[[int], str]
    any_of: Callable[[int], str]

    def met(self, test: TypeTest) -> str:
        """Whether a type's rule holds."""
        requirements = self.all_of(test.requires)
        return requirements if test.residual else f"{requirements} AND {self.any_of(test.any)}"


def _on_mask(mask: str) -> MaskConditions:
    return MaskConditions(
        all_of=lambda bits: f"({mask} & {bits}) = {bits}" if bits else "true",
        any_of=lambda bits: f"({mask} & {bits}) <> 0",
    )


def type_case(decision: TypeDecision, certain: MaskConditions, possible: MaskConditions, *, undecided: str) -> str:
    """The CASE that gives the type from the clauses' masks: those that certainly hold and those that possibly do.

    `undecided`: whether some clause could not be decided.
    """
    tests = [f"WHEN {certain.any_of(decision.defects)} THEN 0"]
    for test in decision.tests:
        if test.residual:
            tests += [f"WHEN {possible.met(lower)} THEN 5" for lower in decision.lower_before(test)]
        tests.append(f"WHEN {certain.met(test)} THEN {test.type.value}")
    tests.append(f"WHEN {undecided} THEN 5 ELSE 4")
    return f"(CASE {' '.join(tests)} END)::TINYINT"


def _when(tests: Iterable[str], mask: str) -> str:
    return f"CASE WHEN {' OR '.join(tests)} THEN {mask} ELSE {_NONE} END"


def _open(clauses: Mapping[int, Node]) -> str:
    """The mask of the given clauses that are not certainly false, provided that their facts are uncertain."""
    # a clause on one plain fact is undecided whenever the fact is unknown: nothing else to test
    plain = sum(1 << bit for bit, node in clauses.items() if _plain(node))
    cases = [
        f"CASE WHEN {certain(negate(node))} THEN {_NONE} ELSE {1 << bit}::UBIGINT END"
        for bit, node in clauses.items()
        if not _plain(node)
    ]
    return _joined([*cases, f"{plain}::UBIGINT"] if plain else cases)


def _plain(node: Node) -> bool:
    return isinstance(node, Flag | Compare) and not ALL_FACTS[node.fact].interval


def certain(node: Node) -> str:
    """A condition that is TRUE exactly where the node is certainly true (elsewhere FALSE or NULL)."""
    match node:
        case And(parts):
            return f"({' AND '.join(map(certain, parts))})"
        case Or(parts):
            return f"({' OR '.join(map(certain, parts))})"
        case Flag(fact, negated):
            return f"NOT {fact}" if negated else fact
        case IsUnknown(fact, negated):
            missing = " AND ".join(f"{column} IS NULL" for column in ALL_FACTS[fact].columns)
            return f"NOT ({missing})" if negated else f"({missing})"
        case Compare():
            return _comparison(node)
        case _:
            return "false"


def _comparison(node: Compare) -> str:
    """An upper comparison is proved by the lower bound, a lower one by the upper bound."""
    columns, value = ALL_FACTS[node.fact].columns, literal(node.operand)
    low, high = columns[0], columns[-1]
    match node.operator:
        case ">" | ">=":
            return f"{low} {node.operator} {value}"
        case "<" | "<=":
            return f"{high} {node.operator} {value}"
        case "=":
            return f"({low} >= {value} AND {high} <= {value})" if low != high else f"{low} = {value}"
        case _:
            return f"({low} > {value} OR {high} < {value})" if low != high else f"{low} <> {value}"


def literal(value: Operand) -> str:
    """A value as a DuckDB constant."""
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value)


def _joined(cases: list[str]) -> str:
    return f"({' | '.join(cases)})" if cases else _NONE
