"""Sleeping until PostgreSQL says that there is work: LISTEN, and a poll behind it, since a NOTIFY may be lost."""

import asyncio
from types import TracebackType
from typing import Self

import asyncpg


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
        """Returns when called since the last wait, or after so many seconds."""
        try:
            async with asyncio.timeout(seconds):  # wait_for of Python 3.11 can lose a cancellation
                await self._called.wait()
        except TimeoutError:
            return
        finally:
            self._called.clear()

    def _on_call(self, *_call: object) -> None:
        self._called.set()
