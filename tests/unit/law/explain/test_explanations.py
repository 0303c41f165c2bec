"""Explanations: what an operator reads, with the clause, the citation and the facts behind every sentence."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from shared.law.compiler.compiled_policy import CompiledPolicy, compile_policy
from shared.law.explain.explanation import Explanation, explain
from shared.law.explain.sentences import Truth
from shared.law.language.facts import BUREAUS
from shared.law.model.outcome import HouseholdType
from shared.law.reader.loading import load_policy
from shared.law.verifier.household_cases import read_household_cases
from tests.unit.law.policy_samples import AS_OF, SMALL, ZHENGZHOU, households, ordinary, write_policy, zhengzhou


def explained(compiled: CompiledPolicy | None = None, *, with_figures: bool = True, **facts: Any) -> Explanation:
    compiled, household = compiled or zhengzhou(), ordinary(**facts)
    return explain(compiled, household, compiled.type_one(household), with_figures=with_figures)


def said(explanation: Explanation, clause: str) -> str:
    """The one sentence about a clause."""
    (text,) = (one.text for one in (*explanation.sentences, *explanation.unknown) if one.clause == clause)
    return text


def test_the_summary_says_the_type_and_why():
    explanation = explained(revenue=35_000_000)
    assert explanation.type is HouseholdType.GROWTH
    assert explanation.summary == (
        "判定结果：成长型。符合基础标准；成立2年（含）以上；上年度实际缴纳税款1万元（含）以下；"
        "上年度销售额或营业收入在30万元（含）以上、60万元以下。"
    )


def test_a_sentence_names_clause_fact_and_citation():
    explanation = explained(revenue=35_000_000)
    (sentence,) = (one for one in explanation.sentences if one.clause == "growth.3")
    assert sentence.text == (
        "符合“上年度销售额或营业收入在30万元（含）以上、60万元以下”：上年度销售额或营业收入是35万元。"
    )
    assert (sentence.facts, sentence.decided, sentence.holds) == (("revenue",), Truth.TRUE, True)
    assert str(sentence.citation) == "郑市监〔2025〕6号 三（一）1 成长型 C"
    assert sentence.citation.quote == "上年度销售额或营业收入在30万元(含)以上、60万元以下"


def test_the_types_tested_before_are_explained_and_those_after_are_not():
    clauses = [sentence.clause for sentence in explained().sentences if sentence.clause]
    assert clauses == [
        "development.1",
        "development.2",
        "development.3",
        "development.4",
        "growth.requires.1",
        "growth.1",
    ]
    texts = [sentence.text for sentence in explained().sentences if not sentence.clause]
    assert texts[1] == "不是发展型：4项条件都不符合。"


def test_where_the_requirement_fails_it_alone_is_said():
    explanation = explained(established_on=date(2024, 1, 1), tax_paid=10**9)
    clauses = [sentence.clause for sentence in explanation.sentences if sentence.clause]
    assert clauses == ["development.requires.1", "growth.requires.1", "survival.1"]
    assert said(explanation, "development.requires.1") == "不符合“成立2年（含）以上”：成立日期是2024年1月1日。"


def test_every_defect_is_said_with_what_ends_it_as_far_as_the_text_says():
    explanation = explained(status="revoked", abnormal=True, tax_non_normal=None)
    assert [sentence.clause for sentence in explanation.sentences] == ["base.not-registered", "base.abnormal"]
    assert "登记状态是吊销" in said(explanation, "base.not-registered")
    assert "文件没有写这种情形怎样恢复" in said(explanation, "base.not-registered")
    assert "恢复正常经营状态以后，再判定时就不算有这种情形" in said(explanation, "base.abnormal")
    assert [sentence.clause for sentence in explanation.unknown] == ["base.tax-non-normal"]
    assert explanation.summary.startswith("判定结果：不符合分型条件。有2种不符合基础标准的情形：")


def test_what_is_unknown_names_the_bureau_that_would_know():
    explanation = explained(tax_paid=None)
    assert explanation.summary == "判定结果：待核。要等税务部门补充数据，才能确定属于哪一型。"
    assert said(explanation, "growth.1").startswith(
        "还不能判断是否符合“上年度实际缴纳税款1万元（含）以下”：税务部门还没有提供上年度实际缴纳税款。"
    )
    assert all(sentence.decided is Truth.UNKNOWN for sentence in explanation.unknown)


def test_an_unknown_report_is_asked_for_and_not_the_figure_it_would_hold():
    explanation = explained(reported=None, revenue=None)
    assert "市场监管部门（年度报告）还没有提供上一年度年度报告" in said(explanation, "development.3")
    missing = explained(revenue=None)
    assert "还没有提供上年度销售额或营业收入" in said(missing, "development.3")


def test_a_figure_of_a_report_that_was_not_filed_is_said_to_be_missing():
    young: dict[str, Any] = {"established_on": date(2025, 1, 1)}
    requires_nothing = explained(
        compile_policy(load_policy(ZHENGZHOU, settings={"development_years": "0"}), AS_OF),
        reported=False,
        revenue=None,
        **young,
    )
    assert said(requires_nothing, "development.3").endswith("：没有报送上一年度年度报告。")


def test_a_band_is_said_as_a_band():
    explanation = explained(tax_paid_min=500_000, tax_paid_max=2_000_000)
    assert "税务部门只提供了范围，上年度实际缴纳税款在5,000元到2万元之间" in said(explanation, "development.1")
    hidden = explained(tax_paid_min=500_000, tax_paid_max=2_000_000, with_figures=False)
    assert "税务部门只提供了上年度实际缴纳税款的范围" in said(hidden, "development.1")


def test_nothing_recorded_is_said_to_be_counted_as_nothing():
    assert "税务部门没有这一户的记录，上年度实际缴纳税款按零计" in said(explained(tax_recorded=False), "growth.1")


def test_the_reading_taken_is_said():
    assert said(explained(), "growth.1").endswith("这一条现在这样理解：零元也算；税务数据里没有记录的，按零元计。")
    strict = zhengzhou(growth_1_zero="positive-only")
    assert said(explained(strict), "growth.1").endswith("这一条现在这样理解：须实际缴纳过税款，零元不算。")


def test_a_gap_is_called_a_gap():
    explanation = explained(zhengzhou(growth_1_zero="positive-only"))
    assert explanation.type is HouseholdType.GAP
    assert "政策规则没有写到的情况" in explanation.summary
    assert explanation.unknown == ()


def test_a_residual_type_and_an_unset_amount_are_said_as_such(tmp_path: Path):
    text = SMALL.replace("values: {2025-01-01: 10000, 2025-07-01: 20000.5}", "values: unset")
    policy = load_policy(write_policy(tmp_path, text.replace("    required: true\n", "")))
    explanation = explained(compile_policy(policy, AS_OF))
    assert explanation.summary == "判定结果：生存型。符合基础标准，没有判定为其他各型，所以是生存型。"
    assert "文件没有定具体数额，数额设定以前这一条不成立" in said(explanation, "development.1")
    assert explanation.sentences[-1].text == "是生存型：符合基础标准而没有判定为前面各型的，都是生存型。"


SECRET = {"revenue": 73_219_876, "tax_paid": 7_654_321, "insured_staff": 4_321}


@pytest.mark.parametrize("hide", [None, *SECRET])
def test_figures_are_said_only_to_those_who_may_read_them(hide: str | None):
    facts: dict[str, Any] = {**SECRET, **({hide: None} if hide else {})}
    shown, hidden = (all_text(explained(with_figures=allowed, **facts)) for allowed in (True, False))
    numbers = {"revenue": "732,198.76", "tax_paid": "76,543.21", "insured_staff": "4321"}
    for name, number in numbers.items():
        assert number not in hidden, name
        assert (number in shown) is (name != hide), name


@given(households(AS_OF))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_household_is_explained_as_it_is_typed(facts: dict[str, Any]):
    compiled = zhengzhou()
    outcome = compiled.type_one(facts)
    explanation = explain(compiled, facts, outcome, with_figures=True)

    assert explanation.summary.startswith(f"判定结果：{outcome.type.label}。")
    for sentence in (*explanation.sentences, *explanation.unknown):
        bit = 0 if not sentence.clause else compiled.mask([sentence.clause])
        expected = {Truth.TRUE: outcome.true_mask, Truth.UNKNOWN: outcome.unknown_mask}.get(sentence.decided)
        if bit and expected is not None:
            assert expected & bit
        if bit and sentence.decided is Truth.UNKNOWN:
            assert any(bureau in sentence.text for bureau in BUREAUS.values())
        assert not re.search(r"None|True|False|[{}]", sentence.text), sentence.text
    assert bool(explanation.unknown) or outcome.type is not HouseholdType.UNDETERMINED


def test_every_test_household_can_be_explained_to_both_readers():
    for case in read_household_cases(ZHENGZHOU):
        policy = load_policy(ZHENGZHOU, settings=case.settings, readings=case.readings)
        compiled = compile_policy(policy, case.as_of)
        outcome = compiled.type_one(case.facts)
        assert outcome.type is case.expected.type
        for allowed in (True, False):
            explanation = explain(compiled, case.facts, outcome, with_figures=allowed)
            assert explanation.sentences, case.name


def all_text(explanation: Explanation) -> str:
    sentences = (*explanation.sentences, *explanation.unknown)
    return explanation.summary + "".join(sentence.text for sentence in sentences)
