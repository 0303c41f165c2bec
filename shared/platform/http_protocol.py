"""Connections that do not say what they want: closed after some seconds, and none beyond so many.

    uvicorn --http shared.platform.http_protocol:GuardedProtocol --factory services.typing.service:SERVICE.asgi

Uvicorn itself waits for the head of a request as long as its caller likes.
"""

import asyncio
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class GuardedProtocol(HttpToolsProtocol):
    """One connection. `head_seconds` and `most_connections` are the service's settings."""

    head_seconds: ClassVar[float] = 10.0
    most_connections: ClassVar[int] = 1000

    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection begins; one too many is closed at once."""
        super().connection_made(transport)
        if len(self.connections) > self.most_connections:
            transport.close()
            return
        self._expect_head()

    def data_received(self, data: bytes) -> None:
        """Something came: unless it belongs to a request that is being answered, a head is due."""
        super().data_received(data)
        answering = self.cycle is not None and not self.cycle.response_complete
        if not answering and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self._expect_head()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._cancel()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection has ended."""
        self._cancel()
        super().connection_lost(exc)

    def _expect_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._give_up)

    def _give_up(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()

    def _cancel(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None
