"""Ganzhou and Fuling rest on national-2024: its thresholds must be set, what is inherited keeps its own document."""

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.language.errors import PolicyUnset
from shared.law.model.recognition import Level, RecognitionRules, StepKind
from shared.law.reader.loading import load_policy
from shared.law.verifier.household_cases import HouseholdCase, read_household_cases, run_household_case
from shared.law.verifier.text_coverage import rule_quotes
from tests.unit.law.policy_samples import AS_OF

NATIONAL = "national-2024"
EXTENDED = ("ganzhou-2024", "fuling-2024")
MUST_BE_SET = {
    "growth_years": "2",
    "growth_staff_from": "2",
    "growth_revenue_from": "200000",
    "development_years": "3",
    "development_tax_from": "10000",
    "development_staff_from": "4",
    "development_revenue_from": "600000",
}
REQUOTED = "daxinganling-2024.txt"


@pytest.mark.parametrize("name", [NATIONAL, *EXTENDED])
def test_typing_without_thresholds_is_refused_with_the_list_of_what_must_be_set(name: str):
    with pytest.raises(PolicyUnset) as refused:
        compile_policy(load_policy(name), AS_OF)
    assert set(refused.value.missing) == set(MUST_BE_SET)
    assert all(one in str(refused.value) for one in MUST_BE_SET)


@pytest.mark.parametrize("left_out", MUST_BE_SET)
@pytest.mark.parametrize("name", EXTENDED)
def test_one_threshold_left_out_is_one_too_many(name: str, left_out: str):
    settings = {key: value for key, value in MUST_BE_SET.items() if key != left_out}
    with pytest.raises(PolicyUnset) as refused:
        compile_policy(load_policy(name, settings=settings), AS_OF)
    assert refused.value.missing == (left_out,)


@pytest.mark.parametrize("name", EXTENDED)
@pytest.mark.parametrize("case", read_household_cases(NATIONAL), ids=lambda case: case.name)
def test_with_thresholds_set_a_policy_types_as_the_one_it_extends(name: str, case: HouseholdCase):
    assert run_household_case(name, case) is None


@pytest.mark.parametrize("name", [NATIONAL, *EXTENDED])
def test_the_test_households_are_typed_as_their_author_expects(name: str):
    assert [failure for case in read_household_cases(name) if (failure := run_household_case(name, case))] == []


def test_every_quote_of_the_shared_base_is_held_and_says_that_it_is_requoted():
    cited = [citation for _, citation in rule_quotes(load_policy(NATIONAL))]
    assert {citation.document.text for citation in cited} == {REQUOTED}
    assert all(citation.article.endswith("（转引）") for citation in cited)


@pytest.mark.parametrize("name", EXTENDED)
def test_what_is_inherited_keeps_its_document_and_what_is_added_names_its_own(name: str):
    base = {quote.rule: citation for quote, citation in rule_quotes(load_policy(NATIONAL))}
    policy = load_policy(name)
    added = []
    for quote, citation in rule_quotes(policy):
        if citation.document.text == REQUOTED:
            assert citation == base[quote.rule]
        else:
            assert citation.document == policy.document
            added.append(quote.rule)
    assert added


def test_fuling_sets_its_own_levels_dates_and_steps_over_the_shared_ones():
    fuling, national = recognition("fuling-2024"), recognition(NATIONAL)
    assert fuling.criteria.set_by == fuling.recognised_by == (Level.COUNTY,)
    assert fuling.supervision.by is Level.PROVINCE
    until = fuling.parameters["recognised_until"]
    assert (until.on(AS_OF), until.title) == (1130, national.parameters["recognised_until"].title)
    assert until.citation.document.text == "fuling-2024.txt"
    by = {level for path in fuling.paths.values() for step in path.steps for level in step.by}
    assert by == {Level.OPERATOR, Level.DEPARTMENT, Level.COUNTY}
    assert StepKind.SELECTION in [step.kind for step in fuling.paths["application"].steps]
    assert fuling.lifecycle == national.lifecycle


def test_ganzhou_adds_the_visits_and_the_monthly_report():
    duties = load_policy("ganzhou-2024").duties
    assert [duty.title for duty in duties if duty.kind == "call"] == [
        "未年报时必访",
        "经营困难时必访",
        "分类入库时必访",
        "生产经营调整时必访",
        "扩大规模时必访",
        "“个转企”时必访",
    ]
    assert [duty.id for duty in duties if duty.kind == "report"] == ["report.monthly"]
    assert recognition("ganzhou-2024") == recognition(NATIONAL)


def recognition(name: str) -> RecognitionRules:
    """A policy's recognition part, which it must have."""
    part = load_policy(name).recognition
    assert part is not None
    return part
