"""Running a process's tasks at the same time until one fails or the process is told to stop (SIGTERM, SIGINT)."""

import asyncio
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

import structlog

log = structlog.get_logger()

CONNECTIONS_OF_ITS_OWN = 18
"""Connections that a worker may hold in addition to its pools: leases, LISTEN, COPY, and the embedded log where that is
the bus. The publisher of the notification service has most: leases for four senders and four reconciliations, for
hand-ins and the base check, and two consumers with a lease and a reader each.
"""
CANCEL_AGAIN_EVERY = 1.0
"""Seconds; a library may swallow the first cancellation."""


async def run_until_stopped(tasks: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Runs all tasks. If one fails, the others are cancelled and the process ends, to be started again."""
    async with asyncio.TaskGroup() as group:
        running = [group.create_task(task) for task in tasks]
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, _stop, running)
        log.info("worker_started")


def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    left = [task for task in tasks if not task.done()]
    for task in left:
        task.cancel()
    if left:
        asyncio.get_running_loop().call_later(CANCEL_AGAIN_EVERY, _stop, left)
