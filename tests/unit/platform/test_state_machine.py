"""A table of transitions allows what it names and refuses everything else, in words."""

from enum import StrEnum

import pytest

from shared.platform.errors import Conflict
from shared.platform.problems import problem_of
from shared.platform.state_machine import IllegalTransition, StateMachine


class Door(StrEnum):
    """Where a door stands."""

    OPEN = "open"
    SHUT = "shut"


LABELS = {Door.OPEN: "开着", Door.SHUT: "关着"}
DOOR = StateMachine("门", {Door.OPEN: {Door.SHUT}, Door.SHUT: set[Door]()}, LABELS)


def test_a_step_of_the_table_is_allowed() -> None:
    DOOR.require(Door.OPEN, Door.SHUT)


def test_any_other_step_is_a_409_with_both_states() -> None:
    with pytest.raises(IllegalTransition) as refused:
        DOOR.require(Door.SHUT, Door.OPEN)
    problem = problem_of(refused.value)
    assert (problem.status, problem.type, problem.detail) == (409, "state", "门当前为“关着”，不能变为“开着”")


def test_a_machine_may_have_an_error_of_its_own() -> None:
    class DoorShut(IllegalTransition):
        slug, title = "door-shut", "门关着"

    own = StateMachine("门", DOOR.transitions, LABELS, error=DoorShut)
    with pytest.raises(DoorShut):
        own.require(Door.SHUT, Door.OPEN)
    assert issubclass(DoorShut, Conflict)


def test_a_table_with_a_hole_is_refused() -> None:
    with pytest.raises(ValueError, match="门"):
        StateMachine("门", {Door.OPEN: {Door.SHUT}}, {Door.OPEN: "开着"})
