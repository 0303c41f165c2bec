"""One text, two compilers, one meaning: DuckDB, the Python function and the walk over the tree agree.

MINGLU_TEST_HOUSEHOLDS sets how many households are tried (default 5,000).
"""

import os
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from shared.law.compiler.binding import bind
from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.compiler.duckdb_compiler import DuckDBCompiler
from shared.law.compiler.evaluator import evaluate
from shared.law.compiler.python_compiler import compile_python
from shared.law.language.facts import COLUMNS, FACTS, FactKind
from shared.law.language.nodes import And, Compare, Flag, IsUnknown, Never, Node, Or, YearsAgo
from shared.law.model.outcome import HouseholdType, Outcome, TypeDecision, TypeTest
from tests.unit.law.policy_samples import AS_OF, birthdays, households, nullable, ordinary, typed_by_duckdb, zhengzhou

BATCH = 50
EXAMPLES = max(1, int(os.environ.get("MINGLU_TEST_HOUSEHOLDS", "5000")) // (BATCH * 4))
DAYS = (AS_OF, date(2024, 2, 29), date(2026, 2, 28), date(2028, 2, 29))
quick = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@pytest.mark.parametrize("as_of", DAYS, ids=str)
@given(data=st.data())
@quick
def test_duckdb_and_python_type_every_household_alike(as_of: date, data: st.DataObject):
    compiled = zhengzhou(as_of, growth_1_zero=data.draw(st.sampled_from(["counts-zero", "positive-only"])))
    some = data.draw(st.lists(households(as_of), min_size=BATCH, max_size=BATCH))
    one_by_one = [compiled.type_one(household) for household in some]
    known = nullable(some)

    assert one_by_one == [walked(compiled, household) for household in some]
    assert typed_by_duckdb(some, compiled.duckdb_query(known, columns=("uscc",))) == one_by_one
    assert typed_by_duckdb(some, listed(compiled, None)) == one_by_one


def test_they_agree_on_every_combination_of_unknown_facts():
    compiled = zhengzhou(growth_1_zero="recorded-only")
    unsure = ("abnormal", "tax_non_normal", "suspended", "reported", "revenue", "tax_recorded", "insured_staff")
    some = [
        ordinary(**{name: None for name, hidden in zip(unsure, choice, strict=True) if hidden}, tax_paid=tax)
        for choice in product((False, True), repeat=len(unsure))
        for tax in (None, 0, 1_000_000, 1_000_001)
    ]
    one_by_one = [compiled.type_one(household) for household in some]

    assert typed_by_duckdb(some, listed(compiled, nullable(some))) == one_by_one
    assert [walked(compiled, household) for household in some] == one_by_one


NAIVE = {
    "unknown counts as no": lambda household: {
        name: False if value is None and name not in ("revenue", "established_on") else value
        for name, value in household.items()
    },
    "unknown tax counts as nothing paid": lambda household: {
        **household,
        "tax_paid_min": household["tax_paid_min"] or 0,
        "tax_paid_max": household["tax_paid_max"] or 0,
    },
    "a band is its lower end": lambda household: {**household, "tax_paid_max": household["tax_paid_min"]},
    "a missing report counts as no revenue": lambda household: {**household, "revenue": household["revenue"] or 0},
}


@pytest.mark.parametrize("naive", NAIVE.values(), ids=NAIVE.keys())
def test_the_comparison_would_catch_a_naive_engine(naive: Any):
    compiled = zhengzhou()
    some = [
        ordinary(abnormal=None),
        ordinary(tax_paid=None),
        ordinary(tax_paid_min=500_000, tax_paid_max=2_000_000),
        ordinary(revenue=None),
    ]
    planted = [compiled.type_one(naive(household)) for household in some]

    assert typed_by_duckdb(some, listed(compiled, None)) != planted


def listed(compiled: CompiledPolicy, known: set[str] | None) -> str:
    return f"SELECT uscc, {compiled.duckdb_select(known)} FROM snapshot"


def walked(compiled: CompiledPolicy, household: dict[str, Any]) -> Outcome:
    true = unknown = 0
    for clause in compiled.clauses:
        verdict = evaluate(clause.bound, household)
        true |= (verdict is True) << clause.bit
        unknown |= (verdict is None) << clause.bit
    return Outcome(compiled.decision.type_of(true, unknown), true, unknown)


VALUES = {
    FactKind.MONEY: st.sampled_from([0, 1, 100, 101]),
    FactKind.COUNT: st.sampled_from([0, 1, 2]),
    FactKind.DATE: st.sampled_from(birthdays(AS_OF)),
    FactKind.FLAG: st.booleans(),
    FactKind.CHOICE: st.sampled_from(["registered", "revoked"]),
    FactKind.TEXT: st.sampled_from(["410105", "it's"]),
}
NAMES = {kind: [name for name, fact in FACTS.items() if fact.kind is kind] for kind in FactKind}


@st.composite
def comparisons(draw: st.DrawFn) -> Node:
    fact = FACTS[draw(st.sampled_from([name for name, fact in FACTS.items() if fact.kind is not FactKind.FLAG]))]
    signs = ["=", "<>"] if fact.kind in (FactKind.CHOICE, FactKind.TEXT) else ["=", "<>", "<", "<=", ">", ">="]
    return Compare(fact.name, draw(st.sampled_from(signs)), draw(VALUES[fact.kind]))  # type: ignore[arg-type]  # drawn


leaves = st.one_of(
    comparisons(),
    st.builds(Compare, st.just("tax_paid"), st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), VALUES[FactKind.MONEY]),
    st.builds(Flag, st.sampled_from(NAMES[FactKind.FLAG]), st.booleans()),
    st.builds(IsUnknown, st.sampled_from(list(FACTS)), st.booleans()),
    st.builds(YearsAgo, st.sampled_from(NAMES[FactKind.DATE]), st.sampled_from([0, 2, 10]), st.booleans()),
)
trees = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)),
        st.sampled_from([And, Or]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=5,
)


@st.composite
def any_households(draw: st.DrawFn) -> dict[str, Any]:
    facts: dict[str, Any] = dict.fromkeys(COLUMNS)
    for fact in FACTS.values():
        drawn = [draw(st.one_of(st.none(), VALUES[fact.kind])) for _ in fact.columns]
        if fact.interval and None not in drawn:
            drawn.sort()
        facts.update(zip(fact.columns, drawn, strict=True))
    return facts


@given(st.lists(trees, min_size=1, max_size=5), st.lists(any_households(), min_size=8, max_size=8), st.booleans())
@quick
def test_every_expression_means_the_same_to_both_compilers(
    written: list[Node], some: list[dict[str, Any]], optional: bool
):
    nodes = [bind(node, {}, AS_OF) for node in written] + [Never()]
    kinds = (HouseholdType.GROWTH, HouseholdType.SURVIVAL)
    decision = TypeDecision(
        1, tuple(TypeTest(kind, 1 << 1 if optional else 0, (1 << len(nodes)) - 1, False) for kind in kinds)
    )
    masks = compile_python(nodes)
    expected = []
    for household in some:
        true, unknown = masks(household)
        verdicts = [evaluate(node, household) for node in nodes]
        assert true == sum(1 << bit for bit, verdict in enumerate(verdicts) if verdict is True)
        assert unknown == sum(1 << bit for bit, verdict in enumerate(verdicts) if verdict is None)
        expected.append(Outcome(decision.type_of(true, unknown), true, unknown))

    compiler = DuckDBCompiler(nodes, decision, nullable(some))
    assert typed_by_duckdb(some, f"SELECT uscc, {compiler.select_list()} FROM snapshot") == expected
