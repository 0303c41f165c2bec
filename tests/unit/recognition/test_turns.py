"""Who acts at a step under the shipped policies: a bureau at each, and beside a department the one of its own level."""

import pytest

from services.recognition.rules.domain import PathKind, competent_levels, find_step
from shared.law.model.recognition import Level, RecognitionRules, StepKind, level_of
from shared.law.reader.loading import load_policy, policy_ids

BY_OTHERS = {StepKind.APPLICATION, StepKind.CONSENT, StepKind.RECOMMENDATION}
"""Steps of operators and departments."""
REGIONS = {"410105": Level.COUNTY, "4101": Level.CITY, "41": Level.PROVINCE, "": None}


def recognition_of(policy: str) -> RecognitionRules:
    recognition = load_policy(policy).recognition
    assert recognition is not None
    return recognition


@pytest.mark.parametrize("policy", [one for one in policy_ids() if load_policy(one).recognition is not None])
def test_every_step_of_the_shipped_policies_has_a_bureau_that_does_it(policy: str):
    for path in recognition_of(policy).paths.values():
        for step in path.steps:
            assert bool(competent_levels(step, None)) is (step.kind not in BY_OTHERS), step.kind


@pytest.mark.parametrize(("region", "level"), REGIONS.items())
def test_a_level_is_read_off_a_region(region: str, level: Level | None):
    assert level_of(region) is level


@pytest.mark.parametrize(
    ("policy", "department", "deciders"),
    [
        ("zhengzhou-2025", "41", (Level.PROVINCE,)),
        ("zhengzhou-2025", "4101", (Level.CITY,)),
        ("zhengzhou-2025", "410105", (Level.COUNTY,)),
        ("tianjin-2024", "12", (Level.PROVINCE,)),
        ("tianjin-2024", "120101", (Level.COUNTY,)),
        ("daxinganling-2024", "2327", (Level.CITY,)),
        ("daxinganling-2024", "23", ()),
        ("fuling-2024", "50", ()),
    ],
)
def test_a_recommendation_is_decided_at_its_departments_level(
    policy: str, department: str, deciders: tuple[Level, ...]
):
    decision = find_step(recognition_of(policy), PathKind.RECOMMENDATION, StepKind.DECISION)
    assert decision is not None
    assert competent_levels(decision, department) == deciders
