"""One text, three compilers: z3's formulas type every household as the Python function does.

MINGLU_TEST_PROVED_HOUSEHOLDS sets how many households are tried (default 2,000).
"""

import os
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import z3
from hypothesis import HealthCheck, given, settings, strategies as st

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.language.nodes import Compare, Flag, IsUnknown, Node
from shared.law.verifier.symbolic_household import SymbolicHousehold
from shared.law.verifier.z3_compiler import SymbolicPolicy, Z3Compiler
from tests.unit.law.policy_samples import AS_OF, households, ordinary, zhengzhou

BATCH = 25
DAYS = (AS_OF, date(2024, 2, 29))
EXAMPLES = max(1, int(os.environ.get("MINGLU_TEST_PROVED_HOUSEHOLDS", "2000")) // (BATCH * len(DAYS)))
slowly = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def symbolic(compiled: CompiledPolicy, compiler: type[Z3Compiler] = Z3Compiler) -> SymbolicPolicy:
    return SymbolicPolicy(compiled, compiler(SymbolicHousehold([clause.bound for clause in compiled.clauses])))


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@given(data=st.data())
@slowly
def test_z3_and_python_type_every_household_alike(as_of: date, data: st.DataObject):
    reading = data.draw(st.sampled_from(["counts-zero", "recorded-only", "positive-only"]))
    compiled = zhengzhou(as_of, growth_1_zero=reading)
    policy = symbolic(compiled)

    for household in data.draw(st.lists(households(as_of), min_size=BATCH, max_size=BATCH)):
        assert policy.outcome(household) == compiled.type_one(household)


class TwoValued(Z3Compiler):
    """What is not known is not so."""

    def condition(self, node: Node, **_: bool) -> z3.BoolRef:
        return super().condition(node, certain=True)


class LowerEnds(Z3Compiler):
    """A band is its lower end."""

    def _test(self, column: str, *rest: Any, certain: bool) -> z3.BoolRef:
        return super()._test(column.replace("_max", "_min"), *rest, certain=certain)


class Unguarded(Z3Compiler):
    """Takes the figures of a report for what they are, filed or not."""

    def _write(self, node: Node, *, certain: bool) -> z3.BoolRef:
        return z3.BoolVal(True) if node == Flag("reported") else super()._write(node, certain=certain)


class OffByOne(Z3Compiler):
    """Up to and including is up to."""

    def _write(self, node: Node, *, certain: bool) -> z3.BoolRef:
        if isinstance(node, Compare) and node.operator == "<=":
            node = Compare(node.fact, "<", node.operand)
        return super()._write(node, certain=certain)


BOUNDARY = (
    ordinary(abnormal=None),
    ordinary(tax_paid=None),
    ordinary(tax_paid=1_000_000),
    ordinary(tax_paid_min=500_000, tax_paid_max=2_000_000),
    ordinary(reported=None, revenue=35_000_000),
)


@pytest.mark.parametrize("planted", [TwoValued, LowerEnds, Unguarded, OffByOne])
def test_the_comparison_would_catch_a_wrong_compiler(planted: type[Z3Compiler]):
    compiled = zhengzhou()
    wrong, right = symbolic(compiled, planted), symbolic(compiled)

    assert [right.outcome(household) for household in BOUNDARY] == [compiled.type_one(one) for one in BOUNDARY]
    assert [wrong.outcome(household) for household in BOUNDARY] != [compiled.type_one(one) for one in BOUNDARY]


LEAVES: dict[str, Callable[[], Node]] = {
    "missing": lambda: IsUnknown("tax_paid"),
    "not missing": lambda: IsUnknown("revenue", negated=True),
    "exactly": lambda: Compare("tax_paid", "=", 1_000_000),
    "anything but": lambda: Compare("tax_paid", "<>", 1_000_000),
    "a word": lambda: Compare("region_code", "=", "410105"),
    "another word": lambda: Compare("region_code", "<>", "410106"),
}


@pytest.mark.parametrize("leaf", LEAVES.values(), ids=LEAVES)
def test_comparisons_that_no_policy_of_today_makes_mean_the_same_too(leaf: Callable[[], Node]):
    from shared.law.compiler.evaluator import evaluate

    node = leaf()
    symbols = SymbolicHousehold([node])
    compiler = Z3Compiler(symbols)
    for household in (*BOUNDARY, ordinary(revenue=None, region_code="410106")):
        model = symbols.as_model(household)
        certain, possible = (
            z3.is_true(model.eval(compiler.condition(node, certain=sure), model_completion=True))
            for sure in (True, False)
        )
        assert {(True, True): True, (False, True): None, (False, False): False}[certain, possible] is evaluate(
            node, household
        )
