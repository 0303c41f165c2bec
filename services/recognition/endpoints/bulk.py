"""Bulk calls: each item has its own outcome, whatever becomes of the others; the call as a whole is one transaction."""

import uuid
from collections.abc import Awaitable, Callable, Sequence, Sized
from typing import TypeVar

from services.recognition.schemas.common import OutcomeView
from shared.service.problems import Problem, of_status
from shared.service.unit_of_work import SessionDep

MOST = 500
Item = TypeVar("Item")
Done = tuple[uuid.UUID, str]
"""What an item is about, and what it has become."""


async def each(
    session: SessionDep,
    items: Sequence[Item],
    about: Callable[[Item], uuid.UUID],
    one: Callable[[Item], Awaitable[Done]],
    order: Callable[[Item], uuid.UUID] | None = None,
) -> list[OutcomeView]:
    """Carry out every item: together if all go well, else each in a savepoint of its own. Outcomes in the items' order.

    Carried out in the order of what the items lock (`order`; else what they are `about`), as all bulk calls do.
    """
    check_size(items)
    in_order = sorted(range(len(items)), key=lambda number: (order or about)(items[number]))
    try:
        async with session.begin_nested():
            outcomes = {number: done(*await one(items[number])) for number in in_order}
    except Problem:
        outcomes = {number: await apart(session, items[number], about, one) for number in in_order}
    return [outcomes[number] for number in range(len(items))]


async def apart(
    session: SessionDep, item: Item, about: Callable[[Item], uuid.UUID], one: Callable[[Item], Awaitable[Done]]
) -> OutcomeView:
    """One item whose failure undoes nothing of the others."""
    try:
        async with session.begin_nested():
            return done(*await one(item))
    except Problem as problem:
        return failed(about(item), problem)


def done(subject: uuid.UUID, state: str) -> OutcomeView:
    """An item that went well."""
    return OutcomeView(subject=subject, status=200, state=state)


def failed(subject: uuid.UUID, problem: Problem) -> OutcomeView:
    """What an item of a bulk call was refused for."""
    return OutcomeView(subject=subject, status=problem.status, detail=problem.detail)


def check_size(items: Sized) -> None:
    """413 for more than one call may carry."""
    if len(items) > MOST:
        raise of_status(413)
