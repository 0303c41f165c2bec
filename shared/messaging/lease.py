"""Being the only one: a session-level advisory lock, held by a connection of its own.

It goes with the process: killed, and PostgreSQL gives it to the next within a second. Whoever loses it
unawares does no harm: the relay marks over the same connection, the consumer's offsets are compared when they move.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from shared.service.advisory_locks import TRY_SESSION_LOCK, AdvisoryLock
from shared.service.database import Database

TRY_EVERY = 0.2
KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


@asynccontextmanager
async def alone(database: Database, task: str) -> AsyncIterator[asyncpg.Connection]:
    """Waits until no other process does `task` on this database; yields the connection that holds the lock."""
    options = database.connect_options()
    options["server_settings"] = {**options["server_settings"], **KEEPALIVE}
    connection = await asyncpg.connect(**options)
    try:
        while not await connection.fetchval(TRY_SESSION_LOCK, AdvisoryLock.LEASE.value, task):  # noqa: ASYNC110  the holder is elsewhere
            await asyncio.sleep(TRY_EVERY)
        yield connection
    finally:
        await closed(connection)


async def closed(connection: asyncpg.Connection) -> None:
    """Closes politely, or at once if the server no longer answers."""
    try:
        await connection.close(timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()
