"""An exclusive lease on a task, and sleeping until PostgreSQL notifies that there is work.

A lease is a session-level advisory lock, held by a connection of its own. It ends with the process: after a kill,
PostgreSQL gives it to the next one within a second. A process that loses it without noticing does no harm: the relay
marks over the same connection, the consumer's offsets are compared when they are advanced. Over the same connection
a process can LISTEN; a poll is the fallback, since a NOTIFY may be lost.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import asyncpg

from shared.database.advisory_locks import TRY_SESSION_LOCK, AdvisoryLock
from shared.database.connections import Database

TRY_EVERY = 0.2
KEEPALIVE = {"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}


@asynccontextmanager
async def exclusive_lease(database: Database, task: str) -> AsyncIterator[asyncpg.Connection]:
    """Waits until no other process does `task` on this database; yields the connection that holds the lock."""
    options = database.connect_options()
    options["server_settings"] = {**options["server_settings"], **KEEPALIVE}
    connection = await asyncpg.connect(**options)
    try:
        while not await connection.fetchval(TRY_SESSION_LOCK, AdvisoryLock.LEASE.value, task):  # noqa: ASYNC110  the holder is elsewhere
            await asyncio.sleep(TRY_EVERY)
        yield connection
    finally:
        await close_quietly(connection)


async def close_quietly(connection: asyncpg.Connection) -> None:
    """Closes politely, or at once if the server no longer answers."""
    try:
        await connection.close(timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection.terminate()


class Wake:
    """`async with Wake(connection, channel) as wake: await wake.wait(1.0)`. The connection stays usable."""

    def __init__(self, connection: asyncpg.Connection, channel: str) -> None:
        self._connection = connection
        self._channel = channel
        self._called = asyncio.Event()

    async def __aenter__(self) -> Self:
        await self._connection.add_listener(self._channel, self._on_call)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._connection.is_closed():
            await self._connection.remove_listener(self._channel, self._on_call)

    async def wait(self, seconds: float) -> None:
        """Returns after a notification since the last wait, or after `seconds`."""
        try:
            async with asyncio.timeout(seconds):  # wait_for of Python 3.11 can lose a cancellation
                await self._called.wait()
        except TimeoutError:
            return
        finally:
            self._called.clear()

    def _on_call(self, *_call: object) -> None:
        self._called.set()
