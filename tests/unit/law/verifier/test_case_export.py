"""The households of a verification, saved, are test households that the policy passes."""

from pathlib import Path

import pytest
import yaml

from shared.law.compiler.compiled_policy import compile_policy
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.verifier.case_export import export_cases
from shared.law.verifier.household_cases import read_household_cases, run_household_case
from shared.law.verifier.verify import verify
from tests.unit.law.policy_samples import AS_OF, ZHENGZHOU

SETTINGS = {"growth_tax_upto": "5000.05"}


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A copy of Zhengzhou's policy, with no households beside it."""
    path = tmp_path / f"{ZHENGZHOU}.yaml"
    path.write_text((POLICIES / f"{ZHENGZHOU}.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return str(path)


@pytest.fixture
def saved(policy: str) -> Path:
    """The file of households beside it, of a verification with a set number and another reading."""
    path = Path(policy).with_name(f"{ZHENGZHOU}.households.yaml")
    law = load_policy(policy, settings=SETTINGS, readings={"growth-1-zero": "recorded-only"})
    verification = verify(compile_policy(law, AS_OF))
    assert export_cases(verification, path, SETTINGS) == sum(len(one.witnesses) for one in verification.findings)
    return path


def test_the_saved_households_are_those_that_were_found_and_all_pass(policy: str, saved: Path):
    cases = read_household_cases(policy)
    assert len(cases) > 40
    assert {case.expected.type.slug for case in cases} >= {"gap", "undetermined", "growth", "development", "survival"}
    assert {case.readings.get("growth-1-zero", "counts-zero") for case in cases} == {
        "counts-zero",
        "recorded-only",
        "positive-only",
        "positive-residual",
    }
    assert all(case.settings == SETTINGS for case in cases)
    assert [failure for case in cases if (failure := run_household_case(policy, case))] == []


def test_a_saved_household_fails_when_the_law_changes(policy: str, saved: Path):
    law = Path(policy).read_text(encoding="utf-8")
    Path(policy).write_text(law.replace("values: {2025-02-18: 10}", "values: {2025-02-18: 11}"), encoding="utf-8")
    failures = [failure for case in read_household_cases(policy) if (failure := run_household_case(policy, case))]
    assert {word for one in failures for word in ("development.4", "growth.4") if word in one.name} == {
        "development.4",
        "growth.4",
    }


def test_a_fen_and_what_is_not_known_are_written_as_the_page_for_clerks_says(tmp_path: Path):
    law = load_policy(ZHENGZHOU, settings=SETTINGS)
    path = tmp_path / "found.yaml"
    export_cases(verify(compile_policy(law, AS_OF)), path, SETTINGS)
    cases = yaml.safe_load(path.read_text(encoding="utf-8"))["households"]
    paid = [case["facts"]["tax_paid"] for case in cases if "tax_paid" in case.get("facts", {})]
    assert "5000.06" in paid
    assert None in paid
