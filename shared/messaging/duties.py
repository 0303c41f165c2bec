"""A worker's life: its duties side by side until one fails or the process is told to stop."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import structlog

from shared.messaging.bus import Bus
from shared.messaging.transports import open_bus
from shared.service.database import Database
from shared.service.settings import ServiceSettings, keep_calendar

log = structlog.get_logger()

Settings = TypeVar("Settings", bound=ServiceSettings)
Duties = Callable[[Settings, Database, Bus], Sequence[Coroutine[Any, Any, None]]]

CONNECTIONS_OF_ITS_OWN = 12
"""What a worker may hold beside its pools: leases, LISTEN, COPY, and the embedded log where that is the bus."""
TELL_AGAIN_EVERY = 1.0
"""A library may lose the first word to stop."""


async def work(settings: Settings, duties: Duties[Settings]) -> None:
    """All duties over the service's database and bus. One that fails ends the process, which is started again."""
    keep_calendar(settings)
    database = Database(settings.database_url, pool_size=settings.worker_pool, application=f"{settings.service}-worker")
    bus = open_bus(settings.bus_url.get_secret_value())
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(duty) for duty in duties(settings, database, bus)]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, _stop, tasks)
            log.info("worker_started")
    finally:
        await bus.close()
        await database.close()


def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    left = [task for task in tasks if not task.done()]
    for task in left:
        task.cancel()
    if left:
        asyncio.get_running_loop().call_later(TELL_AGAIN_EVERY, _stop, left)
