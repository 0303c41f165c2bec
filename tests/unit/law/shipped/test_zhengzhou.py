"""Zhengzhou's rules are the law's own text, and the test households show both sides of every one."""

from datetime import date
from pathlib import Path

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.language.errors import PolicyError
from shared.law.model.clauses import Citation
from shared.law.model.outcome import HouseholdType, Outcome
from shared.law.model.policy import Policy
from shared.law.reader.citations import is_verbatim
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.verifier.household_cases import (
    HouseholdCase,
    read_household_cases,
    read_recognition_cases,
    run_household_case,
)
from tests.unit.law.policy_samples import AS_OF, ZHENGZHOU, ordinary, typed_by_duckdb, zhengzhou

CASES = read_household_cases(ZHENGZHOU)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_test_household_is_typed_as_its_author_expects(case: HouseholdCase):
    assert run_household_case(ZHENGZHOU, case) is None


def test_the_test_households_are_typed_alike_by_duckdb():
    for case in CASES:
        policy = load_policy(ZHENGZHOU, settings=case.settings, readings=case.readings)
        compiled = compile_policy(policy, case.as_of)
        statement = compiled.duckdb_query(None, columns=("uscc",))
        assert typed_by_duckdb([case.facts], statement) == [compiled.type_one(case.facts)], case.name


def test_every_clause_is_shown_true_false_and_where_possible_unknown():
    results = [(case, outcome(case)) for case in CASES]
    for clause in zhengzhou().clauses:
        bit = 1 << clause.bit
        assert any(one.true_mask & bit and clause.id in case.expected.holds for case, one in results), clause.id
        assert any(clause.id in case.expected.fails for case, _ in results), clause.id
        asked_of_registration = clause.id == "base.not-registered" or clause.expression_text.count("established_on")
        if not asked_of_registration or clause.id == "base.not-reported":
            assert any(clause.id in case.expected.unknown for case, _ in results), clause.id


def test_every_outcome_and_every_reading_has_its_households():
    assert {case.expected.type for case in CASES} == set(HouseholdType)
    for interpretation in load_policy(ZHENGZHOU).interpretations.values():
        ruling = {one.id for one in interpretation.readings.values() if one.expressions}
        alternatives = ruling - {interpretation.in_force}
        shown = {case.readings.get(interpretation.id) for case in CASES}
        shown |= {case.readings.get(interpretation.id) for case in read_recognition_cases(ZHENGZHOU)}
        assert shown >= alternatives, interpretation.id


def test_a_test_household_with_a_wrong_expectation_is_reported_with_its_line(tmp_path: Path):
    text = (POLICIES / "zhengzhou-2025.yaml").read_text(encoding="utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(text.replace("  text: zhengzhou-2025.txt\n", ""), encoding="utf-8")
    (tmp_path / "own.households.yaml").write_text(
        "as_of: 2025-07-15\n"
        "ordinary: {status: registered, established_on: 2022-01-01, reported: true, revenue: 0, tax_paid: 0}\n"
        "households:\n"
        "  - name: 写错的\n"
        "    expect: {type: development, holds: [development.1], unknown: [growth.3]}\n",
        encoding="utf-8",
    )
    (case,) = read_household_cases(str(own))
    failure = run_household_case(str(own), case)

    assert failure is not None
    assert failure.place.line == 4
    assert "应是发展型，判成了成长型" in failure.message
    assert "development.1 应成立而没有成立" in failure.message
    assert "growth.3 应无法判断" in failure.message
    assert "base.abnormal 不应无法判断" in failure.message


def test_every_quote_stands_in_the_document_word_for_word():
    policy = load_policy(ZHENGZHOU)
    texts = POLICIES / "texts"
    assert citations(policy)
    for citation in citations(policy):
        assert citation.document.text is not None
        assert is_verbatim(citation.quote, texts / citation.document.text), citation.quote
        assert citation.article.startswith("三（一）1")


@pytest.mark.parametrize(
    ("quote", "misquote"),
    [
        ("上年度实际缴纳税款1万元以上", "上年度实际缴纳税款2万元以上"),
        ("注册时间10年(含)以上", "注册时间10年以上"),
        ("注册时间10年(含)以上", "注册时间１０年(含)以上"),
    ],
)
def test_a_quote_that_the_document_does_not_contain_is_refused(tmp_path: Path, quote: str, misquote: str):
    (tmp_path / "texts").symlink_to(POLICIES / "texts")
    text = (POLICIES / "zhengzhou-2025.yaml").read_text(encoding="utf-8")
    own = tmp_path / "own.yaml"
    own.write_text(text.replace(f"quote: {quote}", f"quote: {misquote}", 1), encoding="utf-8")

    with pytest.raises(PolicyError, match="不在文件原文"):
        load_policy(str(own))


def test_the_clauses_have_the_bits_that_masks_are_stored_with():
    names = [clause.id for clause in zhengzhou().clauses]
    assert names == [
        "base.not-registered",
        "base.not-reported",
        "base.abnormal",
        "base.dishonest",
        "base.tax-non-normal",
        "base.suspended",
        "development.requires.1",
        "development.1",
        "development.2",
        "development.3",
        "development.4",
        "growth.requires.1",
        "growth.1",
        "growth.2",
        "growth.3",
        "growth.4",
        "survival.1",
    ]
    assert [clause.bit for clause in zhengzhou().clauses] == list(range(len(names)))
    assert zhengzhou().names(zhengzhou().mask(["growth.1", "base.abnormal"])) == ("base.abnormal", "growth.1")


def test_titles_say_the_numbers_in_force():
    titles = {clause.id: clause.title for clause in zhengzhou().clauses}
    assert titles["growth.3"] == "上年度销售额或营业收入在30万元（含）以上、60万元以下"
    set_otherwise = load_policy(ZHENGZHOU, settings={"growth_revenue_from": "250000.50"})
    changed = {clause.id: clause.title for clause in compile_policy(set_otherwise, AS_OF).clauses}
    assert changed["growth.3"] == "上年度销售额或营业收入在250,000.50元（含）以上、60万元以下"


def test_an_as_of_date_outside_the_dates_in_force_still_types():
    policy = load_policy(ZHENGZHOU)
    assert not policy.in_force_on(date(2024, 7, 1))
    assert policy.in_force_on(date(2025, 2, 18))
    early = compile_policy(policy, date(2024, 7, 1)).type_one(ordinary(established_on=date(2020, 1, 1)))
    assert early.type is HouseholdType.GROWTH


def outcome(case: HouseholdCase) -> Outcome:
    policy = load_policy(ZHENGZHOU, settings=case.settings, readings=case.readings)
    return compile_policy(policy, case.as_of).type_one(case.facts)


def citations(policy: Policy) -> list[Citation]:
    """Every citation there is: of clauses, types and parameters."""
    return [
        *(clause.citation for clause in policy.clauses()),
        *(rule.citation for rule in policy.types),
        *(parameter.citation for parameter in policy.parameters.values()),
    ]
