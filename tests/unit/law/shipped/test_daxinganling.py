"""Daxing'anling: four staff are development, the operator counts as the feed counts, the province decides."""

from pathlib import Path

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.model.outcome import HouseholdType
from shared.law.model.recognition import Level, RecognitionRules, StepKind
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.verifier.household_cases import (
    read_household_cases,
    read_recognition_cases,
    run_household_case,
    run_recognition_case,
)
from shared.law.verifier.text_coverage import rule_quotes
from tests.unit.law.policy_samples import AS_OF

NAME = "daxinganling-2024"
INSURED = "question: “为1-3名（含）雇员缴纳社保”“为4名（含）以上雇员缴纳社保”的人数，是否包括经营者本人？"
LAW = (POLICIES / f"{NAME}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("expression: tax_paid > 0", "expression: tax_paid >= 0"),
        ("expression: general_taxpayer", "expression: tax_registered"),
        ("in_force: includes-four", "in_force: more-than-four"),
        (f"{INSURED}\n    in_force: as-delivered", f"{INSURED}\n    in_force: without-operator"),
        ("and insured_staff = :growth_insured_upto_with_operator", "and insured_staff = :growth_insured_upto"),
        ("or (not operator_insured and insured_staff = :development_insured_from)", ""),
        ("base.suspended: suspended and not seasonal\n", "base.suspended: suspended\n"),
        ("expression: patents >=", "expression: patents >"),
    ],
)
def test_a_rule_of_typing_read_wrongly_is_caught_by_a_test_household(tmp_path: Path, right: str, wrong: str):
    own = misread(tmp_path, right, wrong)
    assert any(run_household_case(own, case) for case in read_household_cases(NAME))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("in_force: eligible-only", "in_force: anyone"),
        ("in_force: decided", "in_force: published"),
        ("in_force: applying-only", "in_force: recommending-too"),
        ("in_force: eligible-stays", "in_force: growth-or-development"),
        ("expression: recommended_then and recommender_agrees", "expression: recommender_agrees"),
        ("expression: not commended_on at least", "expression: commended_on at least"),
    ],
)
def test_a_rule_of_recognition_read_wrongly_is_caught_by_a_test_household(tmp_path: Path, right: str, wrong: str):
    own = misread(tmp_path, right, wrong)
    assert any(run_recognition_case(own, case) for case in read_recognition_cases(NAME))


@pytest.mark.parametrize("insured", range(8))
@pytest.mark.parametrize("operator", [True, False])
def test_leaving_the_operator_out_is_counting_one_less(insured: int, operator: bool):
    without = typed(insured, operator=operator, reading="without-operator")
    assert without is typed(max(0, insured - operator), operator=False, reading="as-delivered")


def test_a_countys_quota_is_its_own_and_its_criteria_are_filed_with_the_prefecture():
    rules = recognition()
    assert (rules.quota.scope, rules.quota.apportioned_by) == (Level.COUNTY, None)
    assert rules.criteria.filed_with is Level.CITY
    assert (rules.supervision.by, rules.supervision.share) == (Level.CITY, None)
    assert rules.value("marked_growth_percent", AS_OF) is None


def test_an_application_is_the_countys_and_a_recommendation_begins_with_consent():
    paths = recognition().paths
    steps = [step.kind for step in paths["application"].steps]
    assert steps == [
        StepKind.APPLICATION,
        StepKind.REVIEW,
        StepKind.SELECTION,
        StepKind.SITE_VISIT,
        StepKind.CONSULTATION,
        StepKind.PUBLIC_NOTICE,
        StepKind.DECISION,
        StepKind.REPORT,
    ]
    assert {step.by for step in paths["application"].steps[1:]} == {(Level.COUNTY,)}
    assert paths["recommendation"].steps[0].kind is StepKind.CONSENT


def test_every_quote_is_of_the_one_document_that_is_held():
    policy = load_policy(NAME)
    assert {citation.document for _, citation in rule_quotes(policy)} == {policy.document}
    assert policy.document.text == f"{NAME}.txt"


def misread(folder: Path, right: str, wrong: str) -> str:
    """The policy with one thing read wrongly, as a file of its own; the path."""
    assert LAW.count(right) == 1, right
    own = folder / "own.yaml"
    own.write_text(LAW.replace(right, wrong), encoding="utf-8")
    return str(own)


def typed(insured: int, *, operator: bool, reading: str) -> HouseholdType:
    """The type of the ordinary household with so many insured, under a reading of who counts."""
    first = read_household_cases(NAME)[0]
    policy = compile_policy(load_policy(NAME, readings={"insured-operator": reading}), first.as_of)
    return policy.type_one({**first.facts, "insured_staff": insured, "operator_insured": operator}).type


def recognition() -> RecognitionRules:
    """The recognition part."""
    part = load_policy(NAME).recognition
    assert part is not None
    return part
