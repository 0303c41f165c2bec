"""State machines as tables: what may become what, with Chinese labels, and one error for every other step.

SEASON = StateMachine("认定季", {SeasonState.OPEN: {SeasonState.CLOSED}, SeasonState.CLOSED: set()},
                      {SeasonState.OPEN: "进行中", SeasonState.CLOSED: "已结束"})
SEASON.require(season.state, SeasonState.CLOSED)
"""

from collections.abc import Mapping, Set
from enum import StrEnum
from typing import Generic, TypeVar

from shared.platform.errors import Conflict

State = TypeVar("State", bound=StrEnum)


class IllegalTransition(Conflict):
    """Something cannot go from its state to the asked one."""

    slug, title = "state", "目前不能这样办理"


class StateMachine(Generic[State]):
    """The states of one kind of thing. `what` is its Chinese name; every state has a label and a row in the table."""

    def __init__(
        self,
        what: str,
        transitions: Mapping[State, Set[State]],
        labels: Mapping[State, str],
        *,
        error: type[Conflict] = IllegalTransition,
    ) -> None:
        if set(transitions) != set(labels) or not set().union(*transitions.values()) <= set(labels):
            raise ValueError(f"{what}: every state needs a label and a row in the table of transitions")
        self.what, self.transitions, self.labels, self.error = what, transitions, labels, error

    def label(self, state: State) -> str:
        """The Chinese word for a state."""
        return self.labels[state]

    def require(self, current: State, target: State) -> None:
        """Raise the machine's error unless the table allows the step."""
        if target not in self.transitions[current]:
            raise self.error(f"{self.what}当前为“{self.label(current)}”，不能变为“{self.label(target)}”")
