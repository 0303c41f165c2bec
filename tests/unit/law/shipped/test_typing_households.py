"""Both evaluators say of the shipped policies' test households what their authors expect; nothing is left unshown.

A policy that extends another is held to the other's households too.
"""

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.household_cases import HouseholdCase, read_household_cases, run_household_case
from tests.unit.law.policy_samples import typed_by_duckdb


def cases_of(name: str) -> list[HouseholdCase]:
    """A policy's own and inherited test households."""
    base = load_policy(name).extends
    return [*read_household_cases(name), *(cases_of(base) if base else ())]


CASES = {name: cases_of(name) for name in policy_ids()}


@pytest.mark.parametrize("name", CASES)
def test_every_test_household_is_typed_as_its_author_expects(name: str):
    assert [failure for case in CASES[name] if (failure := run_household_case(name, case))] == []


@pytest.mark.parametrize("name", CASES)
def test_the_test_households_are_typed_alike_by_duckdb(name: str):
    for case in CASES[name]:
        policy = load_policy(name, settings=case.settings, readings=case.readings)
        compiled = compile_policy(policy, case.as_of)
        statement = compiled.duckdb_query(None, columns=("uscc",))
        assert typed_by_duckdb([case.facts], statement) == [compiled.type_one(case.facts)], case.name


@pytest.mark.parametrize("name", CASES)
def test_every_clause_is_shown_true_and_false(name: str):
    for clause in load_policy(name).clauses():
        assert any(clause.id in case.expected.holds for case in CASES[name]), clause.id
        assert any(clause.id in case.expected.fails for case in CASES[name]), clause.id


@pytest.mark.parametrize("name", CASES)
def test_every_reading_that_governs_a_clause_is_shown(name: str):
    policy = load_policy(name)
    for one in {clause.interpretation for clause in policy.clauses() if clause.interpretation}:
        interpretation = policy.interpretations[one]
        shown = {case.readings.get(one) for case in CASES[name]}
        assert shown >= set(interpretation.readings) - {interpretation.in_force}, one
