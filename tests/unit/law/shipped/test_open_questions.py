"""What the texts leave open stands in every policy: the question, its readings, why, who decides; and one argument is
used one way.
"""

from datetime import date
from functools import cache

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.explain.alternative_readings import alternative_readings
from shared.law.language.errors import PolicyError
from shared.law.model.outcome import HouseholdType
from shared.law.model.policy import Policy
from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.findings import FindingKind, Verification
from shared.law.verifier.verify import verify

DAY = date(2026, 7, 1)
EVERYWHERE = {
    "new-this-year",
    "last-year",
    "as-of-day",
    "suspension-term",
    "ad-hoc-runs",
    "quota-scope",
    "quota-base-later",
    "never-typed",
    "relaxed-kinds",
    "judged-again",
    "banned-whom",
    "debtor-whom",
    "extension-times",
    "end-of-household",
    "other-sources",
    "consultation-silence",
    "visit-record",
    "report-year",
    "expiring-year",
    "typing-objection-window",
    "notice-objector",
    "recognition-objection-decider",
    "mid-august",
}
"""Questions that all texts leave open."""
OWN = {
    "zhengzhou-2025": {
        "growth-1-zero",
        "development-1-ten-thousand",
        "development-2-five",
        "revenue-source",
        "insured-count",
        "insured-kinds",
        "registration-date",
        "good-standing",
        "criteria-any",
        "revocation-path",
        "breach",
        "spot-check-base",
        "recognised-by-city",
    },
    "tianjin-2024": {"growth-3-nobody", "insured-count", "insured-kinds", "amounts-apart", "trademark-proof"},
    "daxinganling-2024": {"typing-level", "insured-operator", "insured-count", "insured-kinds", "development-5-four"},
    "national-2024": {"one-is-enough", "revenue-source", "revocation-path"},
}


@pytest.mark.parametrize("name", policy_ids())
def test_every_question_that_the_texts_leave_open_is_in_the_policy(name: str) -> None:
    policy = load_policy(name)
    assert EVERYWHERE | OWN.get(policy.extends or name, set()) <= set(policy.interpretations)
    for one in policy.interpretations.values():
        assert len(one.readings) >= 2
        assert one.question
        assert one.why
        assert one.decides


@pytest.mark.parametrize("name", policy_ids())
def test_each_reading_of_a_rule_can_be_used_and_of_a_practice_only_the_one_that_is_kept(name: str) -> None:
    policy = load_policy(name)
    for one in policy.interpretations.values():
        for reading in one.readings:
            if one.kept_by is None or reading == one.in_force:
                assert load_policy(name, readings={one.id: reading}).interpretations[one.id].chosen == reading
            else:
                with pytest.raises(PolicyError, match="不能另选读法"):
                    load_policy(name, readings={one.id: reading})
    if not policy.unset(DAY, required=True):
        compiled = compile_policy(policy, DAY)
        governing = {clause.interpretation for clause in policy.clauses()} - {None}
        assert {other.interpretation.id for other in alternative_readings(compiled)} == governing


# -- 郑市监〔2025〕6号 -----------------------------------------------------------------------------------------------


@cache
def verified(**readings: str) -> Verification:
    """What is proved of Zhengzhou's policy under readings, once."""
    return verify(compile_policy(zhengzhou(**readings), DAY))


def zhengzhou(**readings: str) -> Policy:
    return load_policy("zhengzhou-2025", readings={name.replace("_", "-"): one for name, one in readings.items()})


def test_only_where_zero_tax_counts_do_conditions_of_growth_decide_nobody() -> None:
    """三（一）1 成长型 A–D: under the fourth reading no condition is idle, and no household is in a gap."""
    idle = verified().of(FindingKind.NEVER_DECIDES)
    assert [finding.about for finding in idle] == [("growth.2",), ("growth.3",), ("growth.4",)]
    other = verified(growth_1_zero="positive-residual")
    assert other.of(FindingKind.NEVER_DECIDES, FindingKind.GAP) == ()
    assert other.of(FindingKind.NO_GAP)


def test_ten_thousand_yuan_is_growth_since_growth_says_that_it_includes_it() -> None:
    """成长型 A 1万元(含)以下 and 发展型 A 1万元以上: who includes the limit says so, else 民法典 1259 does."""
    facts = {**a_household(), "tax_paid_min": 10_000_00, "tax_paid_max": 10_000_00}
    assert compile_policy(zhengzhou(), DAY).type_one(facts).type is HouseholdType.GROWTH
    included = zhengzhou(development_1_ten_thousand="included")
    assert compile_policy(included, DAY).type_one(facts).type is HouseholdType.DEVELOPMENT


def test_a_household_established_this_year_is_excused_the_report_and_nothing_else() -> None:
    """基础标准: 当年新成立的个体工商户,自动判定符合分型条件."""
    facts = {**a_household(), "established_on": date(2026, 3, 1), "reported": False, "abnormal": True}
    assert compile_policy(zhengzhou(), DAY).type_one(facts).type is HouseholdType.INELIGIBLE
    everything = zhengzhou(new_this_year="everything")
    assert compile_policy(everything, DAY).type_one(facts).type is HouseholdType.SURVIVAL


def test_what_a_breach_is_can_be_read_in_three_ways() -> None:
    """注意事项:存在违法违规、严重失信记录等情况的个体工商户不进行分类."""
    rules = {name: zhengzhou(breach=name).recognition for name in ("found", "base-standard", "any-penalty")}
    said = {name: one.disqualifiers[3].expression.text for name, one in rules.items() if one is not None}
    assert said["found"] == "breach_recorded"
    assert len(set(said.values())) == 3


def a_household() -> dict[str, object]:
    """Four years old, nothing against it, no revenue."""
    baseline = verified().baseline
    return {**baseline, "established_on": date(2022, 1, 1), "status": "registered", "reported": True, "revenue": 0}
