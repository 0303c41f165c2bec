"""Housekeeping of every service, once a minute: old answers of repeated calls, files that no row names, and whatever
the service itself wants tidied.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from shared import clock
from shared.database.connections import Database
from shared.file_store import Store
from shared.platform.idempotency import ANSWERS_KEPT, forget_answers
from shared.worker.transient import run_forever

EVERY_SECONDS = 60.0

FilesNamed = Callable[[AsyncSession], Awaitable[Collection[str]]]
StoredFiles = tuple[Store, FilesNamed]
"""A store of files, and the digests that rows name. The others stem from a crash or a refusal between storing a file
and committing the row that names it."""


async def keep_tidy(
    database: Database, tidying: Sequence[Callable[[], Awaitable[object]]], stores: Sequence[StoredFiles]
) -> None:
    """Tidy up once a minute until cancelled; waits for a lost database."""

    async def tidy_and_wait() -> None:
        while True:
            for tidy in tidying:
                await tidy()
            await tidy_platform(database, stores)
            await asyncio.sleep(EVERY_SECONDS)

    await run_forever("housekeeping", tidy_and_wait)


async def tidy_platform(database: Database, stores: Sequence[StoredFiles]) -> int:
    """Forget old answers, sweep the stores; how many files went."""
    async with database.transaction() as session:
        await forget_answers(session, clock.now() - ANSWERS_KEPT)
        return sum([await asyncio.to_thread(store.sweep, await named(session)) for store, named in stores])
