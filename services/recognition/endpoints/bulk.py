"""Bulk calls: each item has its own outcome, whatever becomes of the others; the call as a whole is one transaction."""

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
    """Carry out every item: together if all go well, else each in a savepoint of its own."""
    check_size(items)
    in_order = sorted(items, key=lambda item: item.application)  # so that two bulk calls do not deadlock
    try:
        async with session.begin_nested():
            outcomes = {item.application: done(*await one(item)) for item in in_order}
    except Problem:
        outcomes = {item.application: await apart(session, item, one) for item in in_order}
    return [outcomes[item.application] for item in items]


async def apart(
    session: SessionDep, item: Item, one: Callable[[Item], Awaitable[tuple[uuid.UUID, str]]]
) -> OutcomeView:
    """One item whose failure undoes nothing of the others."""
    try:
        async with session.begin_nested():
            return done(*await one(item))
    except Problem as problem:
        return failed(item.application, problem)


def done(application: uuid.UUID, state: str) -> OutcomeView:
    """An item that went well."""
    return OutcomeView(application=application, status=200, state=state)


def check_size(items: Sequence[AboutApplication]) -> None:
    """413 for more than one call may carry."""
    if len(items) > MOST:
        raise of_status(413)


def failed(application: uuid.UUID, problem: Problem) -> OutcomeView:
    """What an item of a bulk call was refused for."""
    return OutcomeView(application=application, status=problem.status, detail=problem.detail)
