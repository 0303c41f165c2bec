"""The third compiler: clauses, and a whole policy, as z3 formulas over a household whose facts may be missing.

Like the Python compiler it distinguishes whether a clause is *certainly* true, whatever the unknown facts are, and
whether it is *possibly* true, which together are exactly Kleene's logic. `SymbolicPolicy` adds the decision: which
clauses hold, which are undecided, which type results. Tests compare it with the other compilers, which also type every
household found.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Any

import z3

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.language.facts import FACTS
from shared.law.language.nodes import And, Compare, Flag, IsUnknown, Node, Operator, Or, ParameterRef, facts_in
from shared.law.model.clauses import Rule, TypeRule
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.verifier.findings import Witness, deciding_clauses
from shared.law.verifier.symbolic_household import SymbolicHousehold

_TESTS: Mapping[Operator, Callable[[z3.ArithRef, int], z3.BoolRef]] = MappingProxyType(
    {"<": lt, "<=": le, ">": gt, ">=": ge, "=": eq, "<>": ne}
)
_BOTH_SIDES: tuple[Operator, Operator] = (">=", "<=")
_EITHER_SIDE: tuple[Operator, Operator] = (">", "<")


class Z3Compiler:
    """Writes conditions on the household of `symbols`; conditions that several policies share are written once."""

    def __init__(self, symbols: SymbolicHousehold) -> None:
        self.symbols = symbols
        self._written: dict[tuple[Node, bool], z3.BoolRef] = {}

    def condition(self, node: Node, *, certain: bool) -> z3.BoolRef:
        """Whether the node is certainly (or possibly) true."""
        if (node, certain) not in self._written:
            self._written[node, certain] = self._write(node, certain=certain)
        return self._written[node, certain]

    def _write(self, node: Node, *, certain: bool) -> z3.BoolRef:
        match node:
            case And(parts):
                return z3.And([self.condition(part, certain=certain) for part in parts])
            case Or(parts):
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
        """`>=` is certain if the lower bound meets it and possible if the upper bound does; `<=` the
        other way round.
        """
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
        """Certain: known and true. Possible: true, or not known."""
        known = self.symbols.cells[column].known
        return z3.And(known, test) if certain else z3.Or(z3.Not(known), test)


class SymbolicPolicy:
    """A compiled policy's clauses, types and decision as formulas; `eligible`: no defect is certain."""

    def __init__(self, compiled: CompiledPolicy, compiler: Z3Compiler) -> None:
        self.compiled = compiled
        self._symbols = compiler.symbols
        self._certain = [compiler.condition(clause.bound, certain=True) for clause in compiled.clauses]
        self._possible = [compiler.condition(clause.bound, certain=False) for clause in compiled.clauses]
        self._masks = (_mask(self._certain), _mask(self._possible))
        self._facts = tuple(dict.fromkeys(name for clause in compiled.clauses for name in facts_in(clause.bound)))
        self._bits = {clause.id: clause.bit for clause in compiled.clauses}
        self.eligible = z3.Not(self._some(compiled.policy.eligibility))
        self.undecided = z3.Or([self.unknown(clause.id) for clause in compiled.clauses])
        self._types = self._decision()
        self.code = self._code()

    def certain(self, clause: str) -> z3.BoolRef:
        """The clause holds."""
        return self._certain[self._bits[clause]]

    def possible(self, clause: str) -> z3.BoolRef:
        """The clause holds or is undecided."""
        return self._possible[self._bits[clause]]

    def unknown(self, clause: str) -> z3.BoolRef:
        """The clause is undecided."""
        return z3.And(self.possible(clause), z3.Not(self.certain(clause)))

    def meets(self, rule: TypeRule) -> z3.BoolRef:
        """The household is eligible and meets a type's rule, whichever type is tested before."""
        conditions = z3.BoolVal(True) if rule.residual else self._some(rule.any)
        return z3.And(self.eligible, self.requirements(rule), conditions)

    def may_meet(self, rule: TypeRule) -> z3.BoolRef:
        """The household is eligible and meets a type's rule, or will once what is unknown is known."""
        requirements = [self.possible(clause.id) for clause in rule.requires]
        conditions = z3.Or([self.possible(clause.id) for clause in rule.any]) if rule.any else z3.BoolVal(True)
        return z3.And(self.eligible, *requirements, conditions)

    def requirements(self, rule: TypeRule) -> z3.BoolRef:
        """The household meets all requirements of a type."""
        return z3.And([self.certain(clause.id) for clause in rule.requires])

    def typed(self, kind: HouseholdType) -> z3.BoolRef:
        """The household is of this type."""
        return self._types.get(kind, z3.BoolVal(False))

    def outcome(self, facts: Mapping[str, Any]) -> Outcome:
        """The type and both masks that the formulas give for a known household."""
        model = self._symbols.as_model(facts, self._facts)
        code, true, possible = (
            int(model.eval(number, model_completion=True).as_long()) for number in (self.code, *self._masks)
        )
        return Outcome(HouseholdType(code), true, possible & ~true)

    def witness(self, facts: Mapping[str, Any], clauses: tuple[str, ...] | None = None, *, side: str = "") -> Witness:
        """A household with the outcome that the formulas give it; the clauses concerned are by default the deciding
        ones.
        """
        outcome = self.outcome(facts)
        concerned = deciding_clauses(self.compiled, outcome) if clauses is None else clauses
        return Witness(self.compiled, facts, outcome, concerned, side)

    def _some(self, clauses: Iterable[Rule]) -> z3.BoolRef:
        return z3.Or([self.certain(clause.id) for clause in clauses])

    def _decision(self) -> dict[HouseholdType, z3.BoolRef]:
        """One formula per outcome, of which exactly one is true: defects first, then the types in the policy's order,
        then the rest.
        """
        types = {HouseholdType.INELIGIBLE: z3.Not(self.eligible)}
        before: list[z3.BoolRef] = []
        for rule in self.compiled.policy.types:
            lower = [other for other in self.compiled.policy.rules_before(rule) if other.type < rule.type]
            ruled_out = [z3.Not(self.may_meet(other)) for other in lower] if rule.residual else []
            meets = z3.And(self.meets(rule), *ruled_out)
            types[rule.type] = z3.And(meets, *before)
            before.append(z3.Not(meets))
        left = z3.And(self.eligible, *before)
        types[HouseholdType.UNDETERMINED] = z3.And(left, self.undecided)
        types[HouseholdType.GAP] = z3.And(left, z3.Not(self.undecided))
        return types

    def _code(self) -> z3.ArithRef:
        """The type's code as a number, for comparison between policies."""
        code: z3.ArithRef = z3.IntVal(int(HouseholdType.INELIGIBLE))
        for kind, test in self._types.items():
            code = z3.If(test, int(kind), code)
        return code


def _mask(tests: Sequence[z3.BoolRef]) -> z3.BitVecRef:
    """The tests as bits of one number, the first the lowest."""
    bits = [z3.If(test, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)) for test in reversed(tests)]
    return z3.Concat(*bits) if len(bits) > 1 else bits[0]
