"""A service's worker process: clock, database and bus opened as the settings say, and its tasks run over them."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from prometheus_client import start_http_server

from shared.database.connections import Database
from shared.messaging.bus import Bus
from shared.messaging.transports import open_bus
from shared.platform.measuring import Measuring
from shared.platform.settings import ServiceSettings, apply_clock_shift
from shared.worker.run import run_until_stopped

Tasks = Callable[[Database, Bus], Sequence[Coroutine[Any, Any, None]]]


async def run_worker(settings: ServiceSettings, tasks: Tasks, further: str | None = None) -> None:
    """Runs all tasks over the service's database and bus until the process is told to stop or one of them fails.

    `further`: the name of the service's further worker that this is.
    """
    apply_clock_shift(settings)
    port = settings.worker_metrics_port
    if port is not None:  # a further worker's metrics are on the ports behind
        start_http_server(port + (settings.further_workers.index(further) + 1 if further else 0), settings.host)
    application = f"{settings.service}-{further or 'worker'}"
    database = Database(settings.database_url, pool_size=settings.worker_pool, application=application)
    bus = open_bus(settings.bus_url.get_secret_value())
    try:
        await run_until_stopped([*tasks(database, bus), Measuring(database, settings.service, bus).run()])
    finally:
        await bus.close()
        await database.close()
