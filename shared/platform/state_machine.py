"""A table of transitions: what may become what, and what forbids the rest, as an error with a Chinese sentence."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

State = TypeVar("State", bound=StrEnum)


class IllegalTransition(ValueError):
    """A thing cannot go from its state to the asked one; the message is a Chinese sentence."""


def require_allowed(
    what: str, current: State, target: State, allowed: Mapping[State, frozenset[State]], labels: Mapping[State, str]
) -> None:
    """Raise IllegalTransition unless the table allows the step."""
    if target not in allowed[current]:
        raise IllegalTransition(f"{what}当前为“{labels[current]}”，不能变为“{labels[target]}”")
