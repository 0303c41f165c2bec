"""Compiles bound clauses to one Python function for one household (about ten microseconds a call).

For every clause the function computes whether it is *certainly* true, whatever the unknown facts are, and whether it is
*possibly* true. Both are two-valued and/or over the same tree, which together are exactly Kleene's logic: true =
certain, false = not possible, unknown = possible but not certain. The source is built from the whitelisted tree, with
every constant passed in by name: no text of the policy enters it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from shared.law.language.nodes import And, Compare, Flag, IsUnknown, Node, Operand, Operator, Or
from shared.law.language.vocabulary import ALL_FACTS

MaskFunction = Callable[[Mapping[str, Any]], tuple[int, int]]


def compile_python(clauses: Sequence[Node]) -> MaskFunction:
    """A function from a household's facts (snapshot column → value) to its true and unknown mask."""
    writer = _Writer()
    tests = []
    for bit, node in enumerate(clauses):
        certain, possible = writer.condition(node, certain=True), writer.condition(node, certain=False)
        tests.append(f"    if {certain}:\n        true |= {1 << bit}")
        tests.append(f"    elif {possible}:\n        unknown |= {1 << bit}")
    reads = [f"    {name} = facts[{column!r}]" for column, name in writer.columns.items()]
    lines = ["def masks(facts):", *reads, "    true = unknown = 0", *tests, "    return true, unknown"]
    names: dict[str, Any] = dict(writer.constants)
    exec(compile("\n".join(lines), "<policy>", "exec"), names)  # noqa: S102 - built from the whitelisted tree
    function: MaskFunction = names["masks"]
    return function


class _Writer:
    """Writes conditions as Python source, and collects the columns and constants they use."""

    def __init__(self) -> None:
        self.columns: dict[str, str] = {}
        self.constants: dict[str, Operand] = {}

    def condition(self, node: Node, *, certain: bool) -> str:
        """An expression that is True or False: whether the node is certainly (or possibly) true."""
        match node:
            case And(parts):
                return f"({' and '.join(self.condition(part, certain=certain) for part in parts)})"
            case Or(parts):
                return f"({' or '.join(self.condition(part, certain=certain) for part in parts)})"
            case Flag(fact, negated):
                # certain: exactly the wanted value; possible: not exactly the other one
                return f"{self._column(fact)} {'is' if certain else 'is not'} {negated is not certain}"
            case IsUnknown(fact, negated):
                missing = " and ".join(f"{self._column(column)} is None" for column in ALL_FACTS[fact].columns)
                return f"(not ({missing}))" if negated else f"({missing})"
            case Compare(fact, operator, operand):
                return self._comparison(fact, operator, self._constant(operand), certain=certain)
            case _:
                return "False"

    def _comparison(self, fact: str, operator: Operator, constant: str, *, certain: bool) -> str:
        """`>=` is certain if the lower bound meets it and possible if the upper bound does; `<=` vice versa."""
        low, high = ALL_FACTS[fact].columns[0], ALL_FACTS[fact].columns[-1]
        match operator:
            case ">" | ">=":
                return self._test(low if certain else high, operator, constant, certain=certain)
            case "<" | "<=":
                return self._test(high if certain else low, operator, constant, certain=certain)
            case _ if low == high:
                return self._test(low, "==" if operator == "=" else "!=", constant, certain=certain)
            case "=":
                sides = [self._comparison(fact, sign, constant, certain=certain) for sign in (">=", "<=")]
                return f"({' and '.join(sides)})"
            case _:
                sides = [self._comparison(fact, sign, constant, certain=certain) for sign in (">", "<")]
                return f"({' or '.join(sides)})"

    def _test(self, column: str, sign: str, constant: str, *, certain: bool) -> str:
        name = self._column(column)
        guard = f"{name} is not None and" if certain else f"{name} is None or"
        return f"({guard} {name} {sign} {constant})"

    def _column(self, column: str) -> str:
        return self.columns.setdefault(column, f"fact_{len(self.columns)}")

    def _constant(self, operand: Operand) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants[name] = operand
        return name
