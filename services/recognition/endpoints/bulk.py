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
    if len(items) > MOST:
        raise of_status(413)
    outcomes = {}
    for item in sorted(items, key=lambda item: item.application):
        try:
            async with session.begin_nested():
                application, state = await one(item)
            outcomes[item.application] = OutcomeView(application=application, status=200, state=state)
        except Problem as problem:
            outcomes[item.application] = OutcomeView(
                application=item.application, status=problem.status, detail=problem.detail
            )
    return [outcomes[item.application] for item in items]
