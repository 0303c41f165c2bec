"""The third compiler: bound clauses as z3 formulas over a household whose facts may be missing.

As the Python compiler asks, so does this one: is a clause *certainly* true, whatever the unknown facts are, and
is it *possibly* true? That is Kleene's logic exactly. Tests hold it against the other compilers, and they type
every household that it finds once more.
"""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType

import z3

from shared.policy.facts import FACTS
from shared.policy.nodes import Compare, Either, Every, Flag, IsUnknown, Node, Operator, ParameterRef
from shared.policy.verifier.symbols import Symbols

_TESTS: Mapping[Operator, Callable[[z3.ArithRef, int], z3.BoolRef]] = MappingProxyType(
    {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne}
)
_BOTH_SIDES: tuple[Operator, Operator] = (">=", "<=")
_EITHER_SIDE: tuple[Operator, Operator] = (">", "<")


class Z3Compiler:
    """Writes conditions on the household of `symbols`; what several policies have in common, once."""

    def __init__(self, symbols: Symbols) -> None:
        self.symbols = symbols
        self._written: dict[tuple[Node, bool], z3.BoolRef] = {}

    def condition(self, node: Node, *, certain: bool) -> z3.BoolRef:
        """Whether the node is certainly (or possibly) true."""
        if (node, certain) not in self._written:
            self._written[node, certain] = self._write(node, certain=certain)
        return self._written[node, certain]

    def _write(self, node: Node, *, certain: bool) -> z3.BoolRef:
        match node:
            case Every(parts):
                return z3.And([self.condition(part, certain=certain) for part in parts])
            case Either(parts):
                return z3.Or([self.condition(part, certain=certain) for part in parts])
            case Flag(fact, negated):
                value = self.symbols.cells[fact].value
                return self._decided(fact, z3.Not(value) if negated else value, certain=certain)
            case IsUnknown(fact, negated):
                known = z3.Or([self.symbols.cells[column].known for column in FACTS[fact].columns])
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
            case _ if low == high:
                return self._test(low, node, operator, certain=certain)
            case "=":
                return z3.And([self._comparison(node, sign, certain=certain) for sign in _BOTH_SIDES])
            case _:
                return z3.Or([self._comparison(node, sign, certain=certain) for sign in _EITHER_SIDE])

    def _test(self, column: str, node: Compare, operator: Operator, *, certain: bool) -> z3.BoolRef:
        if isinstance(node.operand, ParameterRef):
            raise TypeError(f"{node.fact} is compared with a parameter that was not bound")
        constant = self.symbols.encode(FACTS[node.fact], node.operand)
        test = _TESTS[operator](self.symbols.cells[column].value, constant)
        return self._decided(column, test, certain=certain)

    def _decided(self, column: str, test: z3.BoolRef, *, certain: bool) -> z3.BoolRef:
        """Certain: known and so. Possible: so, or not known."""
        known = self.symbols.cells[column].known
        return z3.And(known, test) if certain else z3.Or(z3.Not(known), test)
