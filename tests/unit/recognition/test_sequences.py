"""Every sequence of up to eight actions on one application: none recognises without the steps of the policy (R3).

The walk is over the service's own tables and steps (domain.applications). An action that they refuse changes nothing,
so a sequence with refused actions ends where the shorter one without them ends: only the others are walked further.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest

from services.recognition.applications.domain import (
    APPLICATION_STATES,
    ApplicationState,
    WrongStep,
    next_step,
    require_at_step,
    steps_before_decision,
)
from shared.law.model.recognition import PathStep, RecognitionPath, StepKind
from shared.law.reader.loading import load_policy, policy_ids
from shared.platform.state_machine import IllegalTransition

LONGEST = 8
HANDED_IN = (StepKind.APPLICATION, StepKind.CONSENT, StepKind.RECOMMENDATION)


@dataclass(frozen=True)
class Place:
    """An application: its state, the step it is at, and the steps that it has passed, in order."""

    state: ApplicationState
    at: StepKind
    passed: tuple[StepKind, ...] = ()


Action = tuple[str, StepKind | ApplicationState]


def actions(steps: Sequence[PathStep]) -> list[Action]:
    """Whatever anybody may try: to pass any step, to hand in, to take the application to any other state."""
    trials: list[Action] = [("pass", step.kind) for step in steps]
    return trials + [("become", state) for state in ApplicationState if state is not ApplicationState.RECOGNISED]


def tried(place: Place, action: Action, steps: Sequence[PathStep]) -> Place:
    """Where it leads. Errors: WrongStep, IllegalTransition."""
    _, wanted = action
    if isinstance(wanted, ApplicationState):
        APPLICATION_STATES.require(place.state, wanted)
        return replace(place, state=wanted)
    require_at_step(place.at, wanted)
    handing_in = wanted in HANDED_IN and place.state is ApplicationState.DRAFT
    if not handing_in and place.state is not ApplicationState.IN_PROGRESS:
        raise WrongStep("not under way")
    following = next_step(steps, wanted) or wanted
    passed = (*place.passed, wanted)
    if wanted is StepKind.DECISION:
        APPLICATION_STATES.require(place.state, ApplicationState.RECOGNISED)
        return Place(ApplicationState.RECOGNISED, following, passed)
    return Place(place.state, following, passed)


def recognised(steps: Sequence[PathStep], place: Place, left: int) -> Iterator[Place]:
    """Every recognition that at most `left` more actions lead to."""
    if place.state is ApplicationState.RECOGNISED:
        yield place
        return
    if left == 0:
        return
    for action in actions(steps):
        try:
            following = tried(place, action, steps)
        except (WrongStep, IllegalTransition):
            continue
        yield from recognised(steps, following, left - 1)


def without_a_step(steps: Sequence[PathStep], law: RecognitionPath) -> list[Place]:
    """Recognitions under `steps` that lack a step of the law, or have them in another order."""
    needed = (*steps_before_decision(law.steps), StepKind.DECISION)
    start = Place(ApplicationState.DRAFT, steps[0].kind)
    return [found for found in recognised(steps, start, LONGEST) if found.passed != needed]


PATHS = [
    pytest.param(path, id=f"{policy}-{path.id}")
    for policy in policy_ids()
    if (recognition := load_policy(policy).recognition) is not None
    for path in recognition.paths.values()
]


@pytest.mark.parametrize("path", PATHS)
def test_eight_actions_recognise_nobody_without_the_steps_of_the_policy(path: RecognitionPath):
    assert without_a_step(path.steps, path) == []


@pytest.mark.parametrize("path", PATHS)
def test_the_steps_in_their_order_do_recognise(path: RecognitionPath):
    start = Place(ApplicationState.DRAFT, path.steps[0].kind)
    assert any(recognised(path.steps, start, LONGEST))


@pytest.mark.parametrize("forgotten", [StepKind.PUBLIC_NOTICE, StepKind.REVIEW, StepKind.SITE_VISIT])
def test_a_path_that_skips_a_step_would_be_caught(forgotten: StepKind):
    recognition = load_policy("zhengzhou-2025").recognition
    assert recognition is not None
    law = recognition.paths["application"]
    assert without_a_step([step for step in law.steps if step.kind is not forgotten], law) != []


def test_a_table_that_lets_a_draft_be_decided_would_be_caught(monkeypatch: pytest.MonkeyPatch):
    """The second planted fault: a step may be passed whichever the application is at."""
    monkeypatch.setattr(f"{__name__}.require_at_step", lambda _at, _wanted: None)
    recognition = load_policy("zhengzhou-2025").recognition
    assert recognition is not None
    law = recognition.paths["application"]
    start = Place(ApplicationState.IN_PROGRESS, law.steps[0].kind)
    needed = (*steps_before_decision(law.steps), StepKind.DECISION)
    assert any(found.passed != needed for found in recognised(law.steps, start, 3))
