"""Bulk calls: each item in a savepoint of its own, with its own outcome; the call as a whole is one transaction."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, TypeVar

from services.recognition.schemas.steps import OutcomeView
from shared.service.problems import Problem, of_status
from shared.service.unit_of_work import SessionDep

MOST = 500


class AboutApplication(Protocol):
    """An item that names its application."""

    @property
    def application(self) -> uuid.UUID:
        """Its id."""


Item = TypeVar("Item", bound=AboutApplication)


async def each(
    session: SessionDep, items: Sequence[Item], one: Callable[[Item], Awaitable[tuple[uuid.UUID, str]]]
) -> list[OutcomeView]:
    """Carry out every item, in the order of their applications so that two bulk calls do not deadlock."""
    check_size(items)
    outcomes = {}
    for item in sorted(items, key=lambda item: item.application):
        try:
            async with session.begin_nested():
                application, state = await one(item)
            outcomes[item.application] = OutcomeView(application=application, status=200, state=state)
        except Problem as problem:
            outcomes[item.application] = failed(item.application, problem)
    return [outcomes[item.application] for item in items]


def check_size(items: Sequence[AboutApplication]) -> None:
    """413 for more than one call may carry."""
    if len(items) > MOST:
        raise of_status(413)


def failed(application: uuid.UUID, problem: Problem) -> OutcomeView:
    """What an item of a bulk call was refused for."""
    return OutcomeView(application=application, status=problem.status, detail=problem.detail)
