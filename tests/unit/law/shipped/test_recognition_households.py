"""The recognition rules of the shipped policies say of their test households what the author expects, both ways.

A policy that extends another is held to the other's households too.
"""

import pytest

from shared.law.reader.loading import load_policy, policy_ids
from shared.law.verifier.household_cases import RecognitionCase, read_recognition_cases, run_recognition_case


def cases_of(name: str) -> list[RecognitionCase]:
    """A policy's own and inherited test households."""
    base = load_policy(name).extends
    return [*read_recognition_cases(name), *(cases_of(base) if base else ())]


CASES = {name: cases for name in policy_ids() if (cases := cases_of(name))}
EVERY = [(name, case) for name, cases in CASES.items() for case in cases]


@pytest.mark.parametrize(("name", "case"), EVERY, ids=lambda part: getattr(part, "name", part))
def test_every_test_household_is_judged_as_its_author_expects(name: str, case: RecognitionCase):
    assert run_recognition_case(name, case) is None


@pytest.mark.parametrize("name", CASES)
def test_every_rule_is_shown_true_and_false(name: str):
    recognition = load_policy(name).recognition
    assert recognition is not None
    for rule in recognition.rules():
        assert any(rule.id in case.expected.holds for case in CASES[name]), rule.id
        assert any(rule.id in case.expected.fails for case in CASES[name]), rule.id


@pytest.mark.parametrize("name", CASES)
def test_every_reading_that_governs_a_rule_is_shown(name: str):
    policy = load_policy(name)
    assert policy.recognition is not None
    governing = {rule.interpretation for rule in policy.recognition.rules() if rule.interpretation}
    for one in governing:
        interpretation = policy.interpretations[one]
        shown = {case.readings.get(one) for case in CASES[name]}
        assert shown >= set(interpretation.readings) - {interpretation.in_force}, one
