"""What makes a visit due, from an event alone."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from services.support.calls.domain import CALL_STATES, OPEN_STATES, CallState, of_change, of_type
from services.support.rules.domain import CallReason
from shared.law.language.errors import PolicyError
from shared.law.model.policy import Policy
from shared.law.model.support import SupportNumber, calls_of
from shared.law.reader.loading import POLICIES, load_policy
from shared.law.reader.support import read_support, shipped_support
from tests.integration.support.support_client import household_changed, household_typed

DAY = dt.date(2026, 8, 5)


def reasons(**said: Any) -> list[tuple[str, str]]:
    """Reason and key of what a type in force makes due."""
    return [(one.reason.value, one.key) for one in of_type(household_typed(1, **said), DAY)]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"type": "survival"}, []),
        ({"type": "ineligible", "defects": ["base.not-reported"]}, [("report-missed", "typing/2026")]),
        (
            {"type": "ineligible", "defects": ["base.suspended", "base.tax-non-normal", "base.abnormal"]},
            [("hardship", "base.suspended/2026"), ("hardship", "base.tax-non-normal/2026")],
        ),
        ({"type": "development", "previous_type": "growth"}, [("expanding", "development/2026")]),
        ({"type": "growth", "previous_type": "development"}, []),
        ({"type": "growth", "previous_type": "ineligible"}, []),
        ({"type": "growth", "previous_type": None}, []),
    ],
)
def test_a_type_makes_due_what_it_shows(said: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert reasons(**said) == expected


def test_another_run_of_the_same_year_says_nothing_new_and_the_next_year_does() -> None:
    missed = {"type": "ineligible", "defects": ["base.not-reported"]}
    assert reasons(**missed, revision=2) == reasons(**missed, revision=9)
    assert reasons(**missed, year=2027) == [("report-missed", "typing/2027")]


def test_another_name_or_place_is_a_change_of_business_and_another_operator_is_not() -> None:
    def found(**said: Any) -> str | None:
        occasion = of_change(household_changed(1, **said), "测试商户1号", "620702", DAY)
        return occasion.note if occasion else None

    assert found() is None
    assert found(operator_ref="v1:" + "9" * 32) is None
    assert found(name="新字号") == "字号变更"
    assert found(name="新字号", region="620721") == "字号、所在县区变更"
    assert found(name="新字号", status="cancelled") is None


def test_the_policy_that_demands_visits_names_the_six_cases() -> None:
    policy: Policy = load_policy("ganzhou-2024")
    assert set(calls_of(policy)) == {reason.value for reason in CallReason}


def test_a_call_that_has_ended_stays_so() -> None:
    ended = set(CallState) - set(OPEN_STATES)
    assert {state for state, becomes in CALL_STATES.transitions.items() if not becomes} == ended


def test_every_number_of_support_work_is_unverified_until_a_text_gives_it() -> None:
    numbers = shipped_support().parameters
    assert set(numbers) == set(SupportNumber)
    assert not any(number.verified for number in numbers.values())
    assert numbers[SupportNumber.CALL_FALLING_SHARE].on(DAY) is None


def test_a_file_without_one_of_the_numbers_is_refused(tmp_path: Path) -> None:
    text = (POLICIES / "national-2024.support.yaml").read_text("utf-8")
    (tmp_path / "own.support.yaml").write_text(text.replace("  call_days:", "  call_dais:"), encoding="utf-8")
    with pytest.raises(PolicyError, match="call_falling_share"):
        read_support(tmp_path / "own.support.yaml")
