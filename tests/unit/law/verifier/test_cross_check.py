"""What the engine does not confirm is an error, never a finding; what z3 cannot decide is none either."""

import pytest
import z3

from shared.law.compiler.compiled_policy import CompiledPolicy
from shared.law.language.nodes import Compare, Node
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.verifier.findings import FindingKind, Witness
from shared.law.verifier.search import Search, SolverGaveUp
from shared.law.verifier.verify import CrossCheckFailed, cross_check, verify
from shared.law.verifier.z3_compiler import Z3Compiler
from tests.unit.law.policy_samples import ordinary, zhengzhou


def witness(compiled: CompiledPolicy, **facts: object) -> Witness:
    household = ordinary(**facts)
    return Witness(compiled, household, compiled.type_one(household), ())


def test_witnesses_of_several_policies_are_confirmed_in_one_query():
    several = [
        witness(zhengzhou(), insured_staff=5),
        witness(zhengzhou(growth_1_zero="positive-only")),
        witness(zhengzhou(), tax_paid_min=None, tax_paid_max=5),
    ]
    assert [one.outcome.type for one in several] == [HouseholdType.GROWTH, HouseholdType.GAP, HouseholdType.GROWTH]
    cross_check(several)
    cross_check([])


def test_an_outcome_that_the_engine_does_not_give_is_refused():
    right = witness(zhengzhou())
    wrong = Witness(right.compiled, right.facts, Outcome(HouseholdType.GAP, *right.outcome[1:]), ())
    with pytest.raises(CrossCheckFailed, match="GAP"):
        cross_check([right, wrong])


def test_a_household_that_duckdb_alone_types_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch):
    compiled = zhengzhou()
    statement = compiled.duckdb_query
    monkeypatch.setattr(
        compiled, "duckdb_query", lambda **how: statement(**how).replace("insured_staff > 5", "insured_staff > 4")
    )
    with pytest.raises(CrossCheckFailed):
        cross_check([witness(compiled, insured_staff=5)])


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    """z3 is told that more than ten thousand is ten thousand and more."""
    write = Z3Compiler._write

    def wrong(self: Z3Compiler, node: Node, *, certain: bool) -> z3.BoolRef:
        if isinstance(node, Compare) and node.operator == ">":
            node = Compare(node.fact, ">=", node.operand)
        return write(self, node, certain=certain)

    monkeypatch.setattr(Z3Compiler, "_write", wrong)


@pytest.mark.usefixtures("planted")
def test_a_wrong_compiler_proves_nothing():
    with pytest.raises(CrossCheckFailed):
        verify(zhengzhou())


def test_without_the_plant_it_proves():
    assert verify(zhengzhou()).of(FindingKind.NO_GAP)


def test_a_question_that_z3_gives_up_is_an_error():
    search = Search.over([zhengzhou()])
    some, other = z3.Reals("some other")
    hard = z3.And(some > 2, other > 2, some**other == other**some, some != other)
    with pytest.raises(SolverGaveUp):
        search.exists(hard)
