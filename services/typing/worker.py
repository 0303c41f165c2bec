"""``python -m services.typing.worker``: what the typing service does without being asked over HTTP.

Takes runs further, carries events to and from the bus, streams published results, signs audit checkpoints, clears
what discarded runs left. Each task recovers by itself; a task that ends ends the process, which is started again.
"""

import asyncio
import datetime as dt
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import structlog
from prometheus_client import start_http_server
from pydantic import TypeAdapter

from services.typing.handlers import handlers
from services.typing.housekeeping import keep_tidy
from services.typing.intake.pull import pull_regularly
from services.typing.intake.pull_source import PullSource
from services.typing.intake.watch import watch_folders
from services.typing.jobs.runner import RunWorker
from services.typing.resources import Resources
from services.typing.settings import TypingSettings
from services.typing.streams import carry_streams
from shared.messaging.bus import Bus, open_bus
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.service.audit_checkpoints import Checkpointer
from shared.service.database import Database
from shared.service.telemetry import start_telemetry

log = structlog.get_logger()


async def work(settings: TypingSettings) -> None:
    """All tasks until one of them fails or the process is told to stop."""
    database = Database(settings.database_url, pool_size=settings.database_pool, application="typing-worker")
    bus = open_bus(settings.bus_url.get_secret_value())
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(task) for task in tasks_of(Resources.open(settings, database), bus)]
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, lambda: [task.cancel() for task in tasks])
            log.info("worker_started")
    finally:
        await bus.close()
        await database.close()


def tasks_of(resources: Resources, bus: Bus) -> list[Coroutine[Any, Any, None]]:
    """One coroutine per duty."""
    settings, database = resources.settings, resources.database
    consumer = Consumer(database, bus, name="typing", topics=["annual-report.events"], handlers=handlers(resources))
    duties = [
        RunWorker(resources).run(),
        Relay(database, bus).run(),
        consumer.run(),
        carry_streams(resources, bus),
        keep_tidy(resources),
    ]
    if settings.audit_key is not None and settings.audit_dir is not None:
        key = settings.audit_key.get_secret_value()
        duties.append(Checkpointer(database, key, settings.audit_dir).run())
    if settings.watched_folder is not None:
        duties.append(watch_folders(resources, settings.watched_folder))
    if settings.pull_sources is not None:
        every = dt.timedelta(hours=settings.pull_every_hours)
        sources = read_sources(settings.pull_sources)
        duties.append(pull_regularly(database, resources.desk, sources, settings.pull_hosts, every=every))
    return duties


def read_sources(path: Path) -> list[PullSource]:
    """The bureaus' APIs to pull from; a file that cannot be understood stops the worker at its start."""
    return TypeAdapter(list[PullSource]).validate_json(path.read_bytes())


def main() -> None:
    """Run until told to stop."""
    settings = TypingSettings()
    start_telemetry(settings)
    if settings.worker_metrics_port is not None:
        start_http_server(settings.worker_metrics_port, settings.host)
    asyncio.run(work(settings))


if __name__ == "__main__":
    main()
