"""A whole policy over one unknown household: which clauses hold, which are undecided, which type it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import z3

from shared.policy.compiled import CompiledPolicy
from shared.policy.model import Rule, TypeRule
from shared.policy.nodes import facts_in
from shared.policy.outcome import HouseholdType, Outcome
from shared.policy.verifier.findings import Witness, decisive
from shared.policy.verifier.z3_compiler import Z3Compiler


class SymbolicPolicy:
    """A compiled policy's clauses, types and decision as formulas; `eligible` has no defect that is certain."""

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

    def requirements(self, rule: TypeRule) -> z3.BoolRef:
        """It meets what a type requires of all."""
        return z3.And([self.certain(clause.id) for clause in rule.requires])

    def typed(self, kind: HouseholdType) -> z3.BoolRef:
        """The household is of this type."""
        return self._types.get(kind, z3.BoolVal(False))

    def outcome(self, facts: Mapping[str, Any]) -> Outcome:
        """What the formulas say of one household that is known: the type and both masks."""
        model = self._symbols.as_model(facts, self._facts)
        code, true, possible = (
            int(model.eval(number, model_completion=True).as_long()) for number in (self.code, *self._masks)
        )
        return Outcome(HouseholdType(code), true, possible & ~true)

    def witness(self, facts: Mapping[str, Any], clauses: tuple[str, ...] | None = None, *, side: str = "") -> Witness:
        """A household with what the formulas say of it; the clauses concerned are by default the decisive ones."""
        outcome = self.outcome(facts)
        concerned = decisive(self.compiled, outcome) if clauses is None else clauses
        return Witness(self.compiled, facts, outcome, concerned, side)

    def _some(self, clauses: Iterable[Rule]) -> z3.BoolRef:
        return z3.Or([self.certain(clause.id) for clause in clauses])

    def _decision(self) -> dict[HouseholdType, z3.BoolRef]:
        """Exactly one of these is true: defects first, then the types in the policy's order, then what is left."""
        types = {HouseholdType.INELIGIBLE: z3.Not(self.eligible)}
        before: list[z3.BoolRef] = []
        for rule in self.compiled.policy.types:
            meets = self.meets(rule)
            types[rule.type] = z3.And(meets, *before)
            before.append(z3.Not(meets))
        left = z3.And(self.eligible, *before)
        types[HouseholdType.UNDETERMINED] = z3.And(left, self.undecided)
        types[HouseholdType.GAP] = z3.And(left, z3.Not(self.undecided))
        return types

    def _code(self) -> z3.ArithRef:
        """The type's code as a number, to be compared between policies."""
        code: z3.ArithRef = z3.IntVal(int(HouseholdType.INELIGIBLE))
        for kind, test in self._types.items():
            code = z3.If(test, int(kind), code)
        return code


def _mask(tests: Sequence[z3.BoolRef]) -> z3.BitVecRef:
    """The tests as bits of one number, the first the lowest."""
    bits = [z3.If(test, z3.BitVecVal(1, 1), z3.BitVecVal(0, 1)) for test in reversed(tests)]
    return z3.Concat(*bits) if len(bits) > 1 else bits[0]
