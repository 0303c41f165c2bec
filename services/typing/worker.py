"""``python -m services.typing.worker``: what the typing service does without being asked over HTTP.

Takes runs further, carries events to and from the bus, streams published results, signs audit checkpoints, clears
what discarded runs left. Each task recovers by itself; a task that ends ends the process, which is started again.
"""

import asyncio
import datetime as dt
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

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
from shared.messaging.bus import Bus
from shared.messaging.consumer import Consumer
from shared.messaging.duties import work
from shared.messaging.relay import Relay
from shared.service.audit_checkpoints import Checkpointer
from shared.service.database import Database
from shared.service.telemetry import start_telemetry


def duties(settings: TypingSettings, database: Database, bus: Bus) -> list[Coroutine[Any, Any, None]]:
    """One coroutine per duty."""
    resources = Resources.open(settings, database)
    consumer = Consumer(database, bus, name="typing", topics=["annual-report.events"], handlers=handlers(resources))
    found = [
        RunWorker(resources).run(),
        Relay(database, bus).run(),
        consumer.run(),
        carry_streams(resources, bus),
        keep_tidy(resources),
    ]
    if settings.audit_key is not None and settings.audit_dir is not None:
        key = settings.audit_key.get_secret_value()
        found.append(Checkpointer(database, key, settings.audit_dir).run())
    if settings.watched_folder is not None:
        found.append(watch_folders(resources, settings.watched_folder))
    if settings.pull_sources is not None:
        every = dt.timedelta(hours=settings.pull_every_hours)
        sources = read_sources(settings.pull_sources)
        found.append(pull_regularly(database, resources.desk, sources, settings.pull_hosts, every=every))
    return found


def read_sources(path: Path) -> list[PullSource]:
    """The bureaus' APIs to pull from; a file that cannot be understood stops the worker at its start."""
    return TypeAdapter(list[PullSource]).validate_json(path.read_bytes())


def main() -> None:
    """Run until told to stop."""
    settings = TypingSettings()
    start_telemetry(settings)
    if settings.worker_metrics_port is not None:
        start_http_server(settings.worker_metrics_port, settings.host)
    asyncio.run(work(settings, duties))


if __name__ == "__main__":
    main()
