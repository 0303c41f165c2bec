"""Tidying: what was kept for its term is emptied or removed, some batches a minute."""

import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.messages.domain import NotificationCategory
from services.notification.resources import Resources
from services.notification.retention import repository as retention_repository
from services.notification.retention.models import EmptiedUpTo
from shared import clock

BATCH = 500
BATCHES = 20
"""Of each kind in one round"""
SPAN = dt.timedelta(hours=6)
"""What was told in so long is looked through at once"""
LEAST_SPAN = dt.timedelta(hours=1)
"""A shorter one is left for later: terms are days, and nobody looks at the same hour every minute"""


async def empty_what_is_old(resources: Resources) -> None:
    """Once a minute: the words of each category after its term, of what ended badly, and traces of events."""
    settings, now = resources.settings, clock.now()

    def ago(days: int) -> dt.datetime:
        return now - dt.timedelta(days=days)

    for category in NotificationCategory:
        before = ago(settings.kept_days[category.value])
        await _rounds(resources, partial(_empty, category=category, before=before, now=now))
    dead, traces = ago(settings.dead_listed_days), ago(settings.traces_kept_days)
    await _rounds(resources, lambda session: _is_full(retention_repository.empty_dead(session, dead, now, BATCH)))
    await _rounds(resources, lambda session: _is_full(retention_repository.remove_traces(session, traces, BATCH)))


async def _rounds(resources: Resources, step: Callable[[AsyncSession], Awaitable[bool]]) -> None:
    """Step after step, each a transaction, while there is more to do."""
    for _ in range(BATCHES):
        async with resources.database.transaction() as session:
            more = await step(session)
        if not more:
            return


async def _is_full(count: Awaitable[int]) -> bool:
    return await count == BATCH


async def _empty(session: AsyncSession, category: NotificationCategory, before: dt.datetime, now: dt.datetime) -> bool:
    """The next batch of a category; whether there may be more."""
    known = await retention_repository.lock_emptied(session, category)
    if known is None:
        begins = await retention_repository.oldest(session, category, before)
        known = EmptiedUpTo(category=category, told_before=begins or before)
        await retention_repository.store_emptied(session, known)
    end = min(known.told_before + SPAN, before)
    if end - known.told_before < LEAST_SPAN:
        return False
    emptied = await retention_repository.empty(session, category, (known.told_before, end), now, BATCH)
    if emptied < BATCH:
        known.told_before = end
    return True
