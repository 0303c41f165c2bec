"""Clears away: answers kept for callers who try again, and files that no row names."""

import asyncio
import datetime as dt

from anyio import to_thread

from services.recognition.repository import deliveries, documents
from services.recognition.resources import Resources
from shared.messaging.faults import keep_doing
from shared.service import clock
from shared.service.idempotency import ANSWERS_KEPT, forget_answers

EVERY = dt.timedelta(minutes=10)


async def keep_tidy(resources: Resources) -> None:
    """For ever, now and then."""

    async def tidy_and_wait() -> None:
        while True:
            await tidy(resources)
            await asyncio.sleep(EVERY.total_seconds())

    await keep_doing("housekeeping", tidy_and_wait)


async def tidy(resources: Resources) -> int:
    """Once; how many files went. They stem from a crash or a refusal between storing a file and naming it."""
    async with resources.database.transaction() as session:
        await forget_answers(session, clock.now() - ANSWERS_KEPT)
        named = ((resources.documents, documents.files_named), (resources.desk.store, deliveries.files_named))
        return sum([await to_thread.run_sync(store.sweep, await names(session)) for store, names in named])
