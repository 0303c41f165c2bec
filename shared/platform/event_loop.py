"""The event loop of processes that serve no HTTP: the one that uvicorn chooses for those that do."""

import asyncio
from collections.abc import Coroutine
from typing import Any

try:
    from uvloop import new_event_loop as fastest_loop
except ImportError:  # Windows
    fastest_loop = asyncio.new_event_loop  # type: ignore[assignment]  # both make an event loop


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end. uvloop, where there is one: a worker's time goes into sockets, of the bus and the database."""
    with asyncio.Runner(loop_factory=fastest_loop) as runner:
        runner.run(main)
