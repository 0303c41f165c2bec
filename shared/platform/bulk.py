"""Bulk calls: each item has its own outcome, and the call as a whole is one transaction.

Items are carried out together, so that what they rest on is read once. When one is refused, all are undone and each
half is carried out by itself, down to the single item.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence, Sized
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from shared.platform.errors import ServiceError
from shared.platform.fields import OutcomeView
from shared.platform.problems import Problem, problem_of, status_problem
from shared.platform.unit_of_work import SessionDep

MAX_ITEMS = 500
Item = TypeVar("Item")
SubjectOf = Callable[[Item], uuid.UUID]
Outcome = tuple[uuid.UUID, str]
"""What an item is about, and what it has become."""
LockItems = Callable[[AsyncSession, Collection[uuid.UUID], str], Awaitable[object]]
"""Locks what items lock, inside a region, in the order of the ids."""
BatchAction = Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]]
"""Carries out items of which no two lock the same; their outcomes in their order, or a problem if any is refused."""


async def run_bulk(
    session: SessionDep,
    items: Sequence[Item],
    about: SubjectOf[Item],
    together: BatchAction[Item],
    hold: LockItems,
    scope: str,
    locks: SubjectOf[Item] | None = None,
) -> list[OutcomeView]:
    """Carry out every item. Outcomes in the items' order.

    Carried out in the order of what the items lock (`locks`; else what they are `about`), as all bulk calls do. Where
    some lock the same, all is locked beforehand (`hold`) and stays so: what a refused item has locked is free with its
    savepoint, and whoever comes again would take it against that order.
    """
    check_size(items)
    outcomes: dict[int, OutcomeView] = {}
    locked = [(locks or about)(item) for item in items]
    if len(set(locked)) < len(locked):
        await hold(session, set(locked), scope)
    for numbers in lock_rounds(locked):
        some = await bisect(session, [items[number] for number in numbers], about, together)
        outcomes |= dict(zip(numbers, some, strict=True))
    return [outcomes[number] for number in range(len(items))]


def lock_rounds(locked: Sequence[uuid.UUID]) -> list[list[int]]:
    """The items' numbers in the order of what they lock, so many rounds that none locks the same twice: whoever comes
    again looks at what has become of the first.
    """
    seen: Counter[uuid.UUID] = Counter()
    found: dict[int, list[int]] = defaultdict(list)
    for number in sorted(range(len(locked)), key=locked.__getitem__):
        found[seen[locked[number]]].append(number)
        seen[locked[number]] += 1
    return list(found.values())


async def bisect(
    session: SessionDep, items: Sequence[Item], about: SubjectOf[Item], together: BatchAction[Item]
) -> list[OutcomeView]:
    """All together if all go well, else the halves, each in a savepoint of its own."""
    try:
        async with session.begin_nested():
            return [succeeded(*one) for one in await together(items)]
    except (ServiceError, Problem) as error:
        if len(items) == 1:
            return [failed(about(items[0]), error)]
    middle = len(items) // 2
    first = await bisect(session, items[:middle], about, together)
    return first + await bisect(session, items[middle:], about, together)


def succeeded(subject: uuid.UUID, state: str) -> OutcomeView:
    """An item that went well."""
    return OutcomeView(subject=subject, status=200, state=state)


def failed(subject: uuid.UUID, error: ServiceError | Problem) -> OutcomeView:
    """What an item of a bulk call was refused for."""
    problem = problem_of(error) if isinstance(error, ServiceError) else error
    return OutcomeView(subject=subject, status=problem.status, detail=problem.detail)


def check_size(items: Sized) -> None:
    """413 for more than one call may carry."""
    if len(items) > MAX_ITEMS:
        raise status_problem(413)
