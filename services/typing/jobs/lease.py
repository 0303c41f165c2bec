"""Who works on a run: an advisory lock of PostgreSQL on its number, held by a connection and gone with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import structlog

from shared.service.advisory_locks import SESSION_UNLOCK, TRY_SESSION_LOCK, AdvisoryLock
from shared.service.database import Database

log = structlog.get_logger()


@asynccontextmanager
async def lease(database: Database, number: int) -> AsyncIterator[bool]:
    """Hold the run's lock inside the block; False when somebody else does."""
    pool = await database.pool()
    async with pool.acquire() as connection:
        mine = await connection.fetchval(TRY_SESSION_LOCK, AdvisoryLock.RUN.value, str(number))
        try:
            yield bool(mine)
        finally:
            if mine:
                await let_go(connection, number)


async def let_go(connection: asyncpg.Connection, number: int) -> None:
    """Give the lock back; where that cannot be said, the connection ends, if it has not, and the lock with it."""
    try:
        await connection.execute(SESSION_UNLOCK, AdvisoryLock.RUN.value, str(number))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        log.warning("lease_lost", run=number, error=type(error).__name__)
        end(connection)
    except BaseException:
        end(connection)
        raise


def end(connection: asyncpg.Connection) -> None:
    """Close without waiting; the pool may have taken a broken connection back already."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()
