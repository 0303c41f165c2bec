"""Bulk calls: each item has its own outcome, and the call as a whole is one transaction.

Items are carried out together, so that what they rest on is read once. When one is refused, all are undone and each
half is carried out again, down to the single item.

    async def together(some: Sequence[ReviewItem]) -> list[Outcome]: ...  # carries them out, or raises a ServiceError
    return await run_bulk(session, items, lambda item: item.application, together, lock_applications, caller.region)
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence, Sized
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from shared.platform.errors import ServiceError, TooLarge
from shared.platform.fields import OutcomeView
from shared.platform.problems import status_of

MAX_ITEMS = 500
Item = TypeVar("Item")
SubjectOf = Callable[[Item], uuid.UUID]
Outcome = tuple[uuid.UUID, str]
"""What an item is about, and its state afterwards."""
LockItems = Callable[[AsyncSession, Collection[uuid.UUID], str], Awaitable[object]]
"""Locks rows by their ids, in the order of the ids; only those inside a region."""
BatchAction = Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]]
"""Carries out items that lock different rows; gives their outcomes in order, or raises if any is refused."""


class TooManyItems(TooLarge):
    """More items than one call may carry."""

    slug, title = "content-too-large", "内容过大"
    detail = "请求内容超过允许的大小。"


async def run_bulk(
    session: AsyncSession,
    items: Sequence[Item],
    about: SubjectOf[Item],
    together: BatchAction[Item],
    lock: LockItems,
    scope: str,
    locks: SubjectOf[Item] | None = None,
) -> list[OutcomeView]:
    """Carry out every item; outcomes in the items' order.

    `locks` names the row that an item locks, if it is not what the item is `about`. Rows are locked in the order of
    their ids, as in all bulk calls, so that two calls cannot deadlock. Where several items lock the same row, all rows
    are locked beforehand: a refused item releases its row with its savepoint, and the next item of that row would lock
    it out of order.
    """
    check_size(items)
    outcomes: dict[int, OutcomeView] = {}
    locked = [(locks or about)(item) for item in items]
    if len(set(locked)) < len(locked):
        await lock(session, set(locked), scope)
    for numbers in lock_rounds(locked):
        some = await bisect(session, [items[number] for number in numbers], about, together)
        outcomes |= dict(zip(numbers, some, strict=True))
    return [outcomes[number] for number in range(len(items))]


def lock_rounds(locked: Sequence[uuid.UUID]) -> list[list[int]]:
    """The items' numbers in rounds, each in the order of the rows that they lock and without a row twice: a second
    item of a row comes in a later round and sees what the first has done.
    """
    seen: Counter[uuid.UUID] = Counter()
    rounds: dict[int, list[int]] = defaultdict(list)
    for number in sorted(range(len(locked)), key=locked.__getitem__):
        rounds[seen[locked[number]]].append(number)
        seen[locked[number]] += 1
    return list(rounds.values())


async def bisect(
    session: AsyncSession, items: Sequence[Item], about: SubjectOf[Item], together: BatchAction[Item]
) -> list[OutcomeView]:
    """All items together if none is refused, else each half by itself, in savepoints."""
    try:
        async with session.begin_nested():
            return [succeeded(*one) for one in await together(items)]
    except ServiceError as error:
        if len(items) == 1:
            return [failed(about(items[0]), error)]
    middle = len(items) // 2
    first = await bisect(session, items[:middle], about, together)
    return first + await bisect(session, items[middle:], about, together)


def succeeded(subject: uuid.UUID, state: str) -> OutcomeView:
    """The outcome of an item that was carried out."""
    return OutcomeView(subject=subject, status=200, state=state)


def failed(subject: uuid.UUID, error: ServiceError) -> OutcomeView:
    """The outcome of an item that was refused."""
    return OutcomeView(subject=subject, status=status_of(type(error)), detail=error.detail)


def check_size(items: Sized) -> None:
    """TooManyItems if there are more than one call may carry."""
    if len(items) > MAX_ITEMS:
        raise TooManyItems
