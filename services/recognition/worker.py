"""``python -m services.recognition.worker``: what the recognition service does without being asked over HTTP.

Carries events to and from the bus, fires deadlines, clears away, signs audit checkpoints.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from prometheus_client import start_http_server

from services.recognition.deadlines import deadline_handlers
from services.recognition.handlers import batch_handlers, handlers
from services.recognition.housekeeping import keep_tidy
from services.recognition.resources import Resources
from services.recognition.settings import RecognitionSettings
from shared.messaging.bus import Bus
from shared.messaging.consumer import Consumer
from shared.messaging.deadlines import Deadlines
from shared.messaging.duties import work
from shared.messaging.relay import Relay
from shared.service.audit_checkpoints import Checkpointer
from shared.service.database import Database
from shared.service.telemetry import start_telemetry

TOPICS = ("typing.events", "objection.events")
AT_ONCE = 2000
"""Events in a transaction: a published run tells of millions of households, and a larger batch absorbs them faster"""


def duties(settings: RecognitionSettings, database: Database, bus: Bus) -> list[Coroutine[Any, Any, None]]:
    """One coroutine per duty."""
    heard = Consumer(
        database, bus, name="recognition", topics=TOPICS, handlers=handlers(), batch_handlers=batch_handlers(),
        batch=AT_ONCE,
    )  # fmt: skip
    tidy = keep_tidy(Resources.open(settings, database))
    found = [heard.run(), Relay(database, bus).run(), Deadlines(database, deadline_handlers()).run(), tidy]
    if settings.audit_key is not None and settings.audit_dir is not None:
        found.append(Checkpointer(database, settings.audit_key.get_secret_value(), settings.audit_dir).run())
    return found


def main() -> None:
    """Run until told to stop."""
    settings = RecognitionSettings()
    start_telemetry(settings)
    if settings.worker_metrics_port is not None:
        start_http_server(settings.worker_metrics_port, settings.host)
    asyncio.run(work(settings, duties))


if __name__ == "__main__":
    main()
