"""A service's worker process: clock, database and bus opened as the settings say, and its tasks run over them."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from prometheus_client import start_http_server

from shared.database.connections import Database
from shared.messaging.bus import Bus
from shared.messaging.transports import open_bus
from shared.platform.settings import ServiceSettings, apply_clock_shift
from shared.worker.run import run_until_stopped

Tasks = Callable[[Database, Bus], Sequence[Coroutine[Any, Any, None]]]


async def run_worker(settings: ServiceSettings, tasks: Tasks) -> None:
    """Runs all tasks over the service's database and bus until the process is told to stop or one of them fails."""
    apply_clock_shift(settings)
    if settings.worker_metrics_port is not None:
        start_http_server(settings.worker_metrics_port, settings.host)
    database = Database(settings.database_url, pool_size=settings.worker_pool, application=f"{settings.service}-worker")
    bus = open_bus(settings.bus_url.get_secret_value())
    try:
        await run_until_stopped(tasks(database, bus))
    finally:
        await bus.close()
        await database.close()
