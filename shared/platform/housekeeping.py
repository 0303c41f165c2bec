"""Housekeeping of every service. Once a minute it deletes old answers of repeated calls and runs what the service
itself wants tidied; every tenth time it also erases what was kept for its term, and deletes files that no row names and
deadlines that fired long ago.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from itertools import count

from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.file_store import Store
from shared.platform.idempotency import ANSWERS_KEPT, forget_answers
from shared.worker.deadlines import forget_fired
from shared.worker.transient import run_forever

EVERY_SECONDS = 60.0
SWEPT_EVERY = 10
"""Rounds between two sweeps of the stores and of the deadlines, which look at every file and every row."""

FilesNamed = Callable[[AsyncSession], Awaitable[Collection[str]]]
StoredFiles = tuple[Store, FilesNamed]
"""A store of files, and the digests that rows name. Other files are left from a crash or a refusal between storing a
file and committing its row.
"""


async def keep_tidy(
    database: Database,
    tidying: Sequence[Callable[[], Awaitable[object]]],
    stores: Sequence[StoredFiles],
    erasing: Callable[[Database], Awaitable[object]] | None = None,
) -> None:
    """Tidy up once a minute until cancelled; waits for a lost database. `erasing` runs as seldom as the sweeps, before
    them: files go with the rows that named them.
    """

    async def tidy_and_wait() -> None:
        for round_number in count():
            for tidy in tidying:
                await tidy()
            async with database.transaction() as session:
                await forget_answers(session, ANSWERS_KEPT)
            if round_number % SWEPT_EVERY == 0:
                if erasing is not None:
                    await erasing(database)
                await sweep_stores(database, stores)
                async with database.transaction() as session:
                    await forget_fired(session)
            await asyncio.sleep(EVERY_SECONDS)

    await run_forever("housekeeping", tidy_and_wait)


async def sweep_stores(database: Database, stores: Sequence[StoredFiles]) -> int:
    """Removes the files that no row names; returns how many."""
    removed = 0
    for store, files_named in stores:
        async with database.transaction() as session:
            named = await files_named(session)
        removed += await asyncio.to_thread(store.sweep, named)
    return removed
