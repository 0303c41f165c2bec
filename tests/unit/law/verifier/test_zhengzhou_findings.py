"""What is known of Zhengzhou's policy comes out of its verification by itself."""

from functools import cache

import pytest

from shared.law.model.outcome import HouseholdType
from shared.law.verifier.findings import Finding, FindingKind, Verification, Witness
from shared.law.verifier.report import report_lines, witness_text
from shared.law.verifier.verify import verify
from tests.unit.law.policy_samples import zhengzhou


@cache
def verified(**readings: str) -> Verification:
    return verify(zhengzhou(**readings))


def only(verification: Verification, kind: FindingKind, *about: str) -> Finding:
    (finding,) = (one for one in verification.of(kind) if set(about) <= set(one.about))
    return finding


def special(witness: Witness, verification: Verification) -> dict[str, object]:
    """What tells the household from the ordinary one."""
    return {name: value for name, value in witness.facts.items() if value != verification.baseline[name]}


def test_as_it_is_read_now_it_has_no_gap_and_nothing_needs_attention():
    assert only(verified(), FindingKind.NO_GAP).text == "没有规则空档：符合基础标准、不缺数据的户，都有一型（已证明）。"
    assert not verified().of(FindingKind.GAP)
    assert not verified().needs_attention


def test_households_wait_only_for_the_taxes():
    (witness,) = only(verified(), FindingKind.UNDETERMINED).witnesses
    assert special(witness, verified()) == {"tax_paid_min": None, "tax_paid_max": None}
    assert witness.clauses == ("development.1", "growth.1")


@pytest.mark.parametrize(("reading", "household"), [("positive-only", {}), ("recorded-only", {"tax_recorded": False})])
def test_another_reading_of_growth_1_opens_a_gap(reading: str, household: dict[str, object]):
    finding = only(verified(), FindingKind.READING_GAP, "growth-1-zero", reading)
    before, after = finding.witnesses
    assert "打开规则空档，有的户由成长型变成规则空档" in finding.text
    assert (before.outcome.type, after.outcome.type) == (HouseholdType.GROWTH, HouseholdType.GAP)
    assert special(before, verified()) == household
    assert before.facts == after.facts


def test_that_reading_alone_has_the_gap_and_its_smallest_household_is_the_ordinary_one():
    verification = verified(growth_1_zero="positive-only")
    (witness,) = only(verification, FindingKind.GAP).witnesses
    assert witness.outcome.type is HouseholdType.GAP
    assert special(witness, verification) == {}
    assert verification.needs_attention
    closes = only(verification, FindingKind.READING_GAP, "growth-1-zero", "counts-zero")
    assert "规则空档合上，有的户由规则空档变成成长型" in closes.text


def test_another_reading_of_development_2_collides_with_growth_2_at_five_staff():
    finding = only(verified(), FindingKind.READING_OVERLAP, "development-2-five", "includes-five")
    assert "规则 development.2 与 growth.2 的界限重叠" in finding.text
    assert [special(witness, verified()) for witness in finding.witnesses] == [{"insured_staff": 5}] * 2
    assert not verified().of(FindingKind.CONFLICT)
    assert only(verified(development_2_five="includes-five"), FindingKind.CONFLICT).about == (
        "development.2",
        "growth.2",
    )


def test_development_and_growth_overlap_and_development_wins_by_the_order():
    finding = only(verified(), FindingKind.OVERLAP)
    (witness,) = finding.witnesses
    assert finding.about == ("development", "growth")
    assert "按判定顺序算发展型" in finding.text
    assert witness.outcome.type is HouseholdType.DEVELOPMENT
    assert set(witness.clauses) > {"growth.requires.1", "development.requires.1"}
    assert special(witness, verified()) == {"insured_staff": 6}


def test_with_all_data_three_conditions_of_growth_decide_nothing():
    assert [one.about for one in verified().of(FindingKind.NEVER_DECIDES)] == [
        ("growth.2",),
        ("growth.3",),
        ("growth.4",),
    ]


BOUNDARIES = {
    "development.1": (1_000_001, 1_000_000),
    "development.2": (6, 5),
    "development.3": (60_000_000, 59_999_999),
    "growth.1": (1_000_000, 1_000_001),
}


@pytest.mark.parametrize(("clause", "values"), BOUNDARIES.items(), ids=BOUNDARIES)
def test_each_side_of_a_threshold_is_shown_with_its_neighbour(clause: str, values: tuple[int, int]):
    met, missed = only(verified(), FindingKind.BOUNDARY, clause).witnesses
    (column,) = {name for name in met.facts if met.facts[name] != missed.facts[name]} - {"tax_paid_min"}
    assert (met.facts[column], missed.facts[column]) == values
    bit = 1 << next(one.bit for one in met.compiled.clauses if one.id == clause)
    assert (met.outcome.true_mask & bit, missed.outcome.true_mask & bit) == (bit, 0)
    assert not missed.outcome.unknown_mask & bit


def test_every_threshold_has_both_its_sides():
    limits = [finding.about for finding in verified().of(FindingKind.BOUNDARY)]
    assert len(limits) == 15
    assert limits.count(("growth.2",)) == limits.count(("growth.3",)) == limits.count(("growth.4",)) == 2


def test_the_text_names_the_household_the_clause_and_the_law():
    text = "\n".join(report_lines(verified()))
    finding = only(verified(), FindingKind.READING_GAP, "positive-only")
    assert witness_text(finding.witnesses[0], verified().baseline) == "上年度实际缴纳税款是0元"
    assert "不符合“上年度实际缴纳税款1万元（含）以下”：上年度实际缴纳税款是0元。" in text
    assert "（依据：郑市监〔2025〕6号 三（一）1 成长型 A）" in text
    assert "None" not in text
