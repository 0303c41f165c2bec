"""Every policy that ships is proved, under the numbers that its test households take where the text has none."""

from functools import cache

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.findings import FindingKind, Verification
from shared.law.verifier.household_cases import read_household_cases
from shared.law.verifier.verify import verify


@cache
def verified(name: str) -> Verification:
    case = read_household_cases(name)[0]
    return verify(compile_policy(load_policy(name, settings=case.settings), case.as_of))


def residual(name: str) -> bool:
    return any(rule.residual for rule in load_policy(name).types)


@pytest.mark.parametrize("name", policy_ids())
def test_it_has_no_gap_and_no_rule_that_never_holds(name: str):
    assert verified(name).of(FindingKind.NO_GAP)
    assert not verified(name).needs_attention


@pytest.mark.parametrize("name", [name for name in policy_ids() if residual(name)])
def test_where_survival_is_what_is_left_nobody_waits(name: str):
    assert verified(name).of(FindingKind.NEVER_UNDETERMINED)
    assert not verified(name).of(FindingKind.UNDETERMINED)


def test_tianjins_two_amounts_are_listed_as_unset():
    verification = verify(compile_policy(load_policy("tianjin-2024"), read_household_cases("tianjin-2024")[0].as_of))
    assert len(verification.of(FindingKind.UNSET)) == 2
    assert verification.of(FindingKind.NEVER_UNDETERMINED)
    assert not verification.needs_attention


@pytest.mark.parametrize("name", policy_ids())
def test_a_clause_without_effect_says_in_its_file_why_it_stands_there(name: str):
    silent = verified(name).of(FindingKind.NEVER_DECIDES, FindingKind.ALWAYS_HOLDS)
    assert [finding.about for finding in silent if "政策文件的说明" not in finding.text] == []
