"""Cities outside the five, written with policies/README.md alone: typed, tested and proved without touching code."""

from datetime import date
from pathlib import Path

import pytest

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.model.recognition import Category
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.verifier.household_cases import read_household_cases, run_household_case
from shared.law.verifier.quoted_numbers import number_problems
from shared.law.verifier.text_coverage import text_coverage
from shared.law.verifier.verify import verify
from tests.unit.law.policy_samples import ordinary

EXAMPLES = sorted(path for path in (POLICIES / "examples").glob("*.yaml") if "." not in path.stem)
AS_OF = date(2025, 7, 15)


def test_there_are_two() -> None:
    assert [path.stem for path in EXAMPLES] == ["coast-city", "hill-county"]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_compiled_and_proved(path: Path) -> None:
    verification = verify(compile_policy(load_policy(str(path)), AS_OF))
    assert verification.findings


def test_the_coast_citys_households_are_typed_as_its_author_says() -> None:
    path = str(POLICIES / "examples" / "coast-city.yaml")
    assert [
        run_household_case(path, case) for case in read_household_cases(path) if run_household_case(path, case)
    ] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_examples_numbers_are_those_of_its_quotes(path: Path) -> None:
    assert list(number_problems(load_policy(str(path)))) == []


def test_no_word_of_the_coast_citys_text_is_forgotten() -> None:
    coverage = text_coverage(str(POLICIES / "examples" / "coast-city.yaml"))
    assert coverage is not None
    assert coverage.uncovered == ()
    assert [duty.to_build for duty in load_policy(str(POLICIES / "examples" / "coast-city.yaml")).duties] == [
        None,
        "按季度走访的安排",
    ]


def test_the_hill_countys_numbers_make_the_shared_rules_its_own() -> None:
    compiled = compile_policy(load_policy(str(POLICIES / "examples" / "hill-county.yaml")), AS_OF)
    assert compiled.type_one(ordinary(revenue=60_000_00)).type.slug == "growth"
    assert compiled.type_one(ordinary(revenue=300_000_00)).type.slug == "development"
    assert compiled.type_one(ordinary(revenue=59_999_99, tax_paid=0)).type.slug == "survival"


def test_the_hill_county_scores_a_category() -> None:
    recognition = load_policy(str(POLICIES / "examples" / "hill-county.yaml")).recognition
    assert recognition is not None
    rule = recognition.categories[Category.DISTINCTIVE]
    assert (rule.points_needed, [one.points for one in rule.criteria]) == (60, [40, 30, 20])
    assert Category.RENOWNED in recognition.categories, "inherited"
