"""The third compiler: bound clauses as z3 formulas over a household whose facts may be missing.

As the Python compiler asks, so does this one: is a clause *certainly* true, whatever the unknown facts are, and
is it *possibly* true? That is Kleene's logic exactly. Written from the tree, independently of the other two:
tests hold it against them, and every household it finds is typed by both again.
"""

from collections.abc import Mapping
from typing import Any

import z3

from shared.policy.compiled import CompiledClause, CompiledPolicy
from shared.policy.facts import FACTS
from shared.policy.model import TypeRule
from shared.policy.nodes import Compare, Either, Every, Flag, IsUnknown, Node, Operator
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.verifier.symbols import Symbols


class Z3Compiler:
    """Writes conditions on the household of `symbols`."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols

    def condition(self, node: Node, *, certain: bool) -> z3.BoolRef:
        """Whether the node is certainly (or possibly) true."""
        match node:
            case Every(parts):
                return z3.And([self.condition(part, certain=certain) for part in parts])
            case Either(parts):
                return z3.Or([self.condition(part, certain=certain) for part in parts])
            case Flag(fact, negated):
                cell = self._symbols.cells[fact]
                wanted = z3.Not(cell.value) if negated else cell.value
                return z3.And(cell.known, wanted) if certain else z3.Or(z3.Not(cell.known), wanted)
            case IsUnknown(fact, negated):
                known = z3.Or([self._symbols.cells[column].known for column in FACTS[fact].columns])
                return known if negated else z3.Not(known)
            case Compare():
                return self._comparison(node, node.operator, certain=certain)
            case _:
                return z3.BoolVal(False)

    def _comparison(self, node: Compare, operator: Operator, *, certain: bool) -> z3.BoolRef:
        """An upper comparison is proved by the lower bound and possible by the upper one; a lower, reversed."""
        low, high = FACTS[node.fact].columns[0], FACTS[node.fact].columns[-1]
        match operator:
            case ">" | ">=":
                return self._test(low if certain else high, node, operator, certain=certain)
            case "<" | "<=":
                return self._test(high if certain else low, node, operator, certain=certain)
            case "=":
                if low == high:
                    return self._test(low, node, "=", certain=certain)
                return z3.And([self._comparison(node, sign, certain=certain) for sign in _BOTH_SIDES])
            case _:
                if low == high:
                    return self._test(low, node, "<>", certain=certain)
                return z3.Or([self._comparison(node, sign, certain=certain) for sign in _EITHER_SIDE])

    def _test(self, column: str, node: Compare, operator: Operator, *, certain: bool) -> z3.BoolRef:
        if not isinstance(node.operand, Bound):
            raise TypeError(f"{node.fact} is compared with a parameter that was not bound")
        cell = self._symbols.cells[column]
        held = _held(cell.value, operator, self._symbols.encode(FACTS[node.fact], node.operand))
        return z3.And(cell.known, held) if certain else z3.Or(z3.Not(cell.known), held)


_BOTH_SIDES: tuple[Operator, Operator] = (">=", "<=")
_EITHER_SIDE: tuple[Operator, Operator] = (">", "<")


def _held(value: z3.ArithRef, operator: Operator, constant: int) -> z3.BoolRef:
    match operator:
        case "<":
            return value < constant
        case "<=":
            return value <= constant
        case ">":
            return value > constant
        case ">=":
            return value >= constant
        case "=":
            return value == constant
        case _:
            return value != constant


class SymbolicPolicy:
    """A compiled policy's clauses, types and decision as formulas over one household."""

    def __init__(self, compiled: CompiledPolicy, symbols: Symbols) -> None:
        self.compiled = compiled
        self._symbols = symbols
        compiler = Z3Compiler(symbols)
        nodes = [clause.bound for clause in compiled.clauses]
        self._certain = [compiler.condition(node, certain=True) for node in nodes]
        self._possible = [compiler.condition(node, certain=False) for node in nodes]
        self._bits = {clause.id: clause.bit for clause in compiled.clauses}
        self.eligible = z3.Not(z3.Or([self.certain(clause.id) for clause in compiled.policy.eligibility]))
        self.undecided = z3.Or([z3.And(may, z3.Not(must)) for must, may in zip(self._certain, self._possible, strict=True)])
