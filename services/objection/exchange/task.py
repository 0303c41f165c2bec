"""The worker's task: in turn, what was filed at the directory comes in and answers go out. One process at a time."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from services.objection.exchange.answering import send_answers
from services.objection.exchange.importing import import_objections
from services.objection.exchange.peer import HttpDirectory
from services.objection.exchange.problems import PeerRefused, PeerUnavailable, PeerUnreadable
from services.objection.resources import Resources
from services.objection.settings import ObjectionSettings
from shared.platform.service import WorkerContext
from shared.worker.lease import exclusive_lease
from shared.worker.transient import run_forever

log = structlog.get_logger()


def directory_task(context: WorkerContext[ObjectionSettings, Resources]) -> Coroutine[Any, Any, None] | None:
    """The exchange, forever; None where no directory or no credential is set."""
    settings = context.settings
    if settings.directory_url is None or settings.directory_credential is None:
        return None
    return run_forever("directory", lambda: _exchange(context))


async def _exchange(context: WorkerContext[ObjectionSettings, Resources]) -> None:
    settings = context.settings
    assert settings.directory_url is not None  # noqa: S101 - looked at above
    assert settings.directory_credential is not None  # noqa: S101 - looked at above
    async with (
        exclusive_lease(context.database, "directory"),
        HttpDirectory(settings.directory_url, settings.directory_credential) as peer,
    ):
        while True:
            await exchange_once(context.resources, peer, settings.directory_url, settings.directory_region)
            await asyncio.sleep(settings.directory_seconds)


async def exchange_once(resources: Resources, peer: HttpDirectory, directory: str, region: str) -> None:
    """One round. A directory that is down or wrong is logged and asked again in the next; answers go out anyway."""
    try:
        await import_objections(resources, peer, directory, region)
    except (PeerUnavailable, PeerRefused, PeerUnreadable) as error:
        log.warning("directory_not_read", cause=type(error).__name__, code=str(error))
    await send_answers(resources, peer)
