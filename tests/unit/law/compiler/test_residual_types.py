"""A residual type does not swallow what is unknown: it is given only where every lower type is ruled out, everywhere
alike: by the Python function, DuckDB alone and pooled, the proof and the explanation.
"""

from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pytest

from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.compiler.pooled_policies import PooledPolicies
from shared.law.explain.explanation import explain
from shared.law.explain.recourse import Recourse, recourse
from shared.law.model.outcome import HouseholdType, TypeDecision, TypeTest
from shared.law.reader.loading import load_policy
from shared.law.verifier.findings import FindingKind
from shared.law.verifier.search import Search
from shared.law.verifier.verify import verify
from shared.law.verifier.z3_compiler import SymbolicPolicy
from tests.unit.law.policy_samples import AS_OF, SMALL, SNAPSHOT, ordinary, typed_by_duckdb, write_policy

SURVIVAL, GROWTH, DEVELOPMENT = HouseholdType.SURVIVAL, HouseholdType.GROWTH, HouseholdType.DEVELOPMENT
UNDETERMINED = HouseholdType.UNDETERMINED
BEFORE, AFTER = SMALL.split("    growth:\n")[0], SMALL.split("interpretations:\n")[1]
MIDDLE_RESIDUAL = (
    BEFORE.replace("[development, growth, survival]", "[development, survival, growth]")
    + """\
    survival:
      citation: {article: 四, quote: 生存型}
      requires:
        - {id: survival.requires.1, title: 没有员工, interpretation: staff, citation: {article: 三, quote: 有员工}}
      any:
        - {id: survival.1, title: 收入10万元以下, expression: revenue <= 100000, citation: {article: 四, quote: 生存型}}
        - {id: survival.2, title: 没有缴税, expression: tax_paid = 0, citation: {article: 四, quote: 生存型}}
    growth: {residual: true, citation: {article: 三, quote: 成长型}}
interpretations:
"""
    + AFTER.replace("growth.1: insured_staff >= 1", "survival.requires.1: insured_staff < 1").replace(
        "growth.1: insured_staff >= 2", "survival.requires.1: insured_staff < 2"
    )
)


@cache
def city(reading: str = "one") -> CompiledPolicy:
    with TemporaryDirectory() as folder:
        return compile_policy(
            load_policy(write_policy(Path(folder), MIDDLE_RESIDUAL), readings={"staff": reading}), AS_OF
        )


HOUSEHOLDS = [
    ordinary(abnormal=abnormal, revenue=revenue, tax_paid=tax, insured_staff=staff, established_on=founded)
    for abnormal, revenue, tax, staff, founded in product(
        (False, None), (None, 10_000_000, 10_000_001), (None, 0, 1, 3_000_000), (None, 0, 1), (None, AS_OF)
    )
]


def kind(**facts: object) -> HouseholdType:
    return city().type_one(ordinary(**facts)).type


def test_a_household_that_may_be_lower_is_undetermined_and_one_that_may_be_higher_is_not():
    assert kind(revenue=10_000_000, tax_paid=1) is SURVIVAL
    assert kind(revenue=10_000_001, tax_paid=1) is GROWTH
    assert kind(revenue=None, tax_paid=1) is UNDETERMINED
    assert kind(revenue=None, tax_paid=1, insured_staff=1) is GROWTH, "a requirement rules survival out"
    assert kind(revenue=10_000_001, tax_paid=1, insured_staff=None) is GROWTH, "both conditions rule it out"
    assert kind(revenue=10_000_001, tax_paid_min=1, tax_paid_max=None) is GROWTH, "development has to be proved"
    assert kind(revenue=10_000_001, tax_paid=None) is UNDETERMINED
    assert kind(reported=None, reported_on=None, revenue=None, tax_paid=1) is UNDETERMINED


def test_every_compiler_gives_a_residual_type_alike():
    one_by_one = [city().type_one(household) for household in HOUSEHOLDS]
    assert {GROWTH, SURVIVAL, UNDETERMINED} <= {outcome.type for outcome in one_by_one}
    assert typed_by_duckdb(HOUSEHOLDS, city().duckdb_query(None, columns=("uscc",))) == one_by_one

    pooled = PooledPolicies([city(), city("two")])
    rows = [{**household, "uscc": f"{number:018}"} for number, household in enumerate(HOUSEHOLDS)]
    with duckdb.connect(config={"threads": 1}) as con:
        con.register("snapshot", pa.Table.from_pylist(rows, schema=SNAPSHOT))
        typed = con.sql(f"FROM ({pooled.query(('uscc',))}) ORDER BY uscc").to_arrow_table().to_pylist()
    assert [pooled.outcome(0, row) for row in typed] == one_by_one
    assert [pooled.outcome(1, row) for row in typed] == [city("two").type_one(household) for household in HOUSEHOLDS]

    search = Search.over([city()])
    symbolic = SymbolicPolicy(city(), search.compiler)
    assert [symbolic.outcome(household) for household in HOUSEHOLDS[::5]] == one_by_one[::5]


def test_the_comparison_would_catch_a_residual_type_that_swallows_the_unknown(monkeypatch: pytest.MonkeyPatch):
    typed = typed_by_duckdb(HOUSEHOLDS, city().duckdb_query(None, columns=("uscc",)))
    monkeypatch.setattr(TypeDecision, "lower_before", lambda _decision, _test: ())
    assert [city().type_one(household) for household in HOUSEHOLDS] != typed


def test_the_proof_finds_who_is_undetermined_under_a_residual_type():
    (finding,) = verify(city()).of(FindingKind.UNDETERMINED, FindingKind.NEVER_UNDETERMINED)
    assert finding.kind is FindingKind.UNDETERMINED


def test_the_proof_shows_who_counts_as_the_lowest_residual_type_and_may_be_higher():
    (finding,) = verify(compile_policy(load_policy("daxinganling-2024"), AS_OF)).of(FindingKind.NEVER_UNDETERMINED)
    (witness,) = finding.witnesses
    assert "补齐以后可能更高" in finding.text
    assert witness.outcome.type is SURVIVAL
    assert witness.outcome.unknown_mask


def test_an_explanation_says_that_a_lower_type_is_not_ruled_out():
    household = ordinary(revenue=None, tax_paid=1)
    why = explain(city(), household, city().type_one(household), with_figures=True)
    assert why.summary.startswith("判定结果：待核。")
    assert "还不能确定是不是成长型：比它低的型还没有排除。" in [sentence.text for sentence in why.sentences]
    assert set(why.counterfactuals.missing_data.possible) == {SURVIVAL, GROWTH}


def test_a_residual_type_says_in_its_first_sentence_what_else_it_may_be():
    household = ordinary(revenue=10_000_001, tax_paid_min=1, tax_paid_max=None)
    why = explain(city(), household, city().type_one(household), with_figures=True)
    assert why.summary.endswith("还缺数据：补齐以后，可能是发展型或成长型。")


def ways(**facts: object) -> list[Recourse]:
    household = ordinary(**facts)
    return list(recourse(city(), household, city().type_one(household)))


def test_the_next_type_of_a_survival_household_may_be_a_residual_one():
    nearest = ways(revenue=10_000_000, tax_paid=1)
    assert [way.type for way in nearest] == [GROWTH, GROWTH, DEVELOPMENT]
    assert [way.text for way in nearest[:2]] == [
        "不再是“没有员工”：人力资源和社会保障部门没有这一户的记录，按零计，还差1人（达到1人）。",
        "不再是“收入10万元以下”：申报的是10万元，须超过10万元。",
    ]
    for way in nearest:
        assert city().type_one(way.situation.facts).type is way.type


def test_nobody_is_advised_to_become_lower():
    assert {way.type for way in ways(revenue=10_000_001, tax_paid=1)} == {DEVELOPMENT}


def test_lower_types_count_only_where_they_are_tested_before():
    kinds = (DEVELOPMENT, SURVIVAL, GROWTH)
    tests = tuple(TypeTest(each, 0, 1 << bit, each is GROWTH) for bit, each in enumerate(kinds))
    decision = TypeDecision(0, tests)
    assert decision.lower_before(tests[2]) == (tests[1],)
    assert decision.lower_before(tests[0]) == ()
