"""Every other kind of finding, each on a small policy that has it, and on one that has not."""

from pathlib import Path

import pytest

from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.model.outcome import HouseholdType
from shared.law.reader.loading import load_policy
from shared.law.verifier.findings import Finding, FindingKind, Verification
from shared.law.verifier.verify import verify
from tests.unit.law.policy_samples import AS_OF, SMALL, write_policy

ANY = "      any:\n        - {id: survival.1, title: 年轻, expression: not established_on at least 2 years ago,"
OWN_CONDITION = ("      residual: true\n", f"{ANY} citation: {{article: 四, quote: 其余都是生存型}}}}\n")
GROWTH = "      one: {title: 一名也算, clauses: {growth.1: insured_staff >= 1}}"


def compiled(folder: Path, *changes: tuple[str, str], **settings: str) -> CompiledPolicy:
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, f"the sample no longer has exactly one {old!r}"
        text = text.replace(old, new)
    return compile_policy(load_policy(write_policy(folder, text), settings=settings), AS_OF)


def read_so(expression: str) -> tuple[str, str]:
    """Growth under the reading in force means another expression."""
    return GROWTH, GROWTH.replace("growth.1: insured_staff >= 1", f"growth.1: {expression}")


def about(verification: Verification, kind: FindingKind) -> list[tuple[str, ...]]:
    return [finding.about for finding in verification.of(kind)]


def one(verification: Verification, kind: FindingKind) -> Finding:
    (finding,) = verification.of(kind)
    return finding


def test_what_is_left_over_is_survival_so_there_is_no_gap_and_nobody_waits(tmp_path: Path):
    verification = verify(compiled(tmp_path))
    assert one(verification, FindingKind.NO_GAP)
    assert one(verification, FindingKind.NEVER_UNDETERMINED)
    assert not verification.of(FindingKind.GAP, FindingKind.UNDETERMINED)
    assert about(verification, FindingKind.OVERLAP) == [("development", "growth")]


def test_survival_with_a_condition_of_its_own_leaves_a_gap(tmp_path: Path):
    verification = verify(compiled(tmp_path, OWN_CONDITION))
    (witness,) = one(verification, FindingKind.GAP).witnesses
    assert witness.outcome.type is HouseholdType.GAP
    assert witness.facts == verification.baseline
    assert verification.needs_attention


def test_an_unset_number_is_named_with_the_clauses_that_wait_for_it(tmp_path: Path):
    verification = verify(compiled(tmp_path, ("    values: {2025-01-01: 2}\n", "    values: unset\n")))
    assert one(verification, FindingKind.UNSET).about == ("years_from", "development.requires.1")
    assert "数额没有定：years_from（年限，依据 《示例文件》 一）" in one(verification, FindingKind.UNSET).text
    assert about(verification, FindingKind.TYPE_NEVER_GIVEN) == [("development",)]
    assert not verification.of(FindingKind.NEVER_HOLDS)


def test_a_number_that_is_set_for_a_trial_is_no_longer_unset(tmp_path: Path):
    unset = ("    values: {2025-01-01: 2}\n", "    values: unset\n")
    verification = verify(compiled(tmp_path, unset, years_from="3"))
    assert not verification.of(FindingKind.UNSET, FindingKind.TYPE_NEVER_GIVEN)


@pytest.mark.parametrize("impossible", ["insured_staff > 5 and insured_staff < 3", "insured_staff < 0"])
def test_a_clause_that_can_never_hold_is_proved_to_be_one(tmp_path: Path, impossible: str):
    verification = verify(compiled(tmp_path, read_so(impossible)))
    assert about(verification, FindingKind.NEVER_HOLDS) == [("growth.1",)]
    assert about(verification, FindingKind.TYPE_NEVER_GIVEN) == [("growth",)]
    assert verification.needs_attention


def test_a_clause_that_holds_of_everybody_is_proved_to_be_one(tmp_path: Path):
    verification = verify(compiled(tmp_path, read_so("insured_staff >= 0")))
    assert about(verification, FindingKind.ALWAYS_HOLDS) == [("growth.1",)]
    assert ("growth.1",) in about(verification, FindingKind.LIMIT_WITHOUT_EFFECT)


def test_a_limit_within_another_one_has_no_effect(tmp_path: Path):
    verification = verify(compiled(tmp_path, read_so("insured_staff >= 1 and insured_staff >= 3")))
    assert about(verification, FindingKind.LIMIT_WITHOUT_EFFECT) == [("growth.1",)]
    assert about(verification, FindingKind.BOUNDARY).count(("growth.1",)) == 1


def test_conditions_on_the_same_fact_that_both_hold_collide(tmp_path: Path):
    verification = verify(compiled(tmp_path, read_so("tax_paid >= 20000")))
    (witness,) = one(verification, FindingKind.CONFLICT).witnesses
    assert witness.clauses == ("development.1", "growth.1")
    assert witness.facts["tax_paid_min"] == 2_000_051
    assert not verify(compiled(tmp_path, read_so("tax_paid <= 20000"))).of(FindingKind.CONFLICT)


def test_a_reading_without_effect_is_proved_to_be_one(tmp_path: Path):
    verification = verify(compiled(tmp_path, read_so("insured_staff > 1")))
    assert one(verification, FindingKind.READING_SAME).about == ("staff", "two")
    assert not verification.of(FindingKind.READING)


def test_a_band_that_only_one_reading_can_decide_is_found(tmp_path: Path):
    two = ("two: {title: 两名才算, clauses: {growth.1: insured_staff >= 2}}",)
    other = (*two, "two: {title: 缴过税的, clauses: {growth.1: tax_paid > 0 and tax_paid <= 500}}")
    verification = verify(compiled(tmp_path, read_so("tax_paid <= 500"), other, OWN_CONDITION))
    found = {
        tuple(witness.outcome.type for witness in finding.witnesses): finding.witnesses[0].facts
        for finding in verification.of(FindingKind.READING, FindingKind.READING_GAP)
    }
    facts = found[HouseholdType.GROWTH, HouseholdType.UNDETERMINED]
    assert facts["tax_paid_min"] != facts["tax_paid_max"]


def test_two_policies_are_told_apart_by_the_smallest_household_of_every_change(tmp_path: Path):
    (tmp_path / "other").mkdir()
    stricter = compiled(tmp_path / "other", tax_above="50000")
    verification = verify(compiled(tmp_path), stricter)
    assert about(verification, FindingKind.DIFFERENCE) == [("development", "survival"), ("development", "growth")]
    ours, theirs = verification.of(FindingKind.DIFFERENCE)[0].witnesses
    assert (ours.outcome.type, theirs.outcome.type) == (HouseholdType.DEVELOPMENT, HouseholdType.SURVIVAL)
    assert ours.facts["tax_paid_min"] == 2_000_051
    assert theirs.compiled is stricter


def test_two_policies_that_say_the_same_in_other_words_are_proved_to_be_the_same(tmp_path: Path):
    (tmp_path / "other").mkdir()
    same = compiled(tmp_path / "other", ("expression: abnormal", "expression: abnormal or abnormal"))
    verification = verify(compiled(tmp_path), same)
    assert "判定都相同（已证明）" in one(verification, FindingKind.SAME).text
    assert not verification.of(FindingKind.DIFFERENCE)


DEFECT = """\
    - id: base.suspended
      title: 歇业
      expression: EXPRESSION
      citation: {article: 一, quote: 经营异常}
  order: [development"""


def with_defect(expression: str) -> tuple[str, str]:
    return "  order: [development", DEFECT.replace("EXPRESSION", expression)


@pytest.mark.parametrize("expression", ["abnormal", "abnormal and suspended"])
def test_a_defect_that_another_one_contains_is_proved_to_be_idle(tmp_path: Path, expression: str):
    verification = verify(compiled(tmp_path, with_defect(expression)))
    assert ("base.suspended",) in about(verification, FindingKind.NEVER_DECIDES)
    assert not verify(compiled(tmp_path, with_defect("suspended"))).of(FindingKind.NEVER_DECIDES)


def test_a_defect_that_everybody_has_is_named(tmp_path: Path):
    verification = verify(compiled(tmp_path, with_defect("abnormal or not abnormal")))
    assert about(verification, FindingKind.NEVER_HOLDS)[0] == ("base.suspended",)
    assert verification.needs_attention


def test_a_requirement_that_keeps_nobody_out_is_proved_to_be_idle(tmp_path: Path):
    second = """\
        - id: development.requires.2
          title: 成立一年
          expression: established_on at least 1 years ago
          citation: {article: 二, quote: 成立两年}
      any:
        - id: development.1
"""
    verification = verify(compiled(tmp_path, ("      any:\n        - id: development.1\n", second)))
    assert ("development.requires.2",) in about(verification, FindingKind.NEVER_DECIDES)
    assert ("development.requires.1",) not in about(verification, FindingKind.NEVER_DECIDES)
