"""The worker's task that makes the digests when their time has come."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from services.notification.digests.domain import Digest, Round, round_of
from services.notification.digests.reminders import forget_past
from services.notification.digests.service import make_round
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.platform.service import WorkerContext
from shared.worker.transient import is_transient, run_forever

log = structlog.get_logger()

EVERY_SECONDS = 60.0


def digest_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Looks once a minute whether a round is to be made, forever. A round that this process has made is not looked at
    again.
    """
    made: set[str] = set()

    async def keep() -> None:
        while True:
            for digest in Digest:
                a_round = round_of(digest, clock.now(), context.settings.digest_at)
                if a_round is not None and a_round.cause not in made and await attempt(context, a_round):
                    made.add(a_round.cause)
            await asyncio.sleep(EVERY_SECONDS)

    return run_forever("digests", keep)


async def forget_past_reminders(resources: Resources) -> None:
    """Once a minute: reminders whose date has passed."""
    async with resources.database.transaction() as session:
        await forget_past(session)


async def attempt(context: WorkerContext[NotificationSettings, Resources], a_round: Round) -> bool:
    """Makes a round. What goes wrong is logged and tried again a minute later: the worker's other tasks go on."""
    try:
        await make_round(context.database, context.settings, a_round)
    except Exception as error:
        if is_transient(error):
            raise
        log.exception("digests_not_made", round=a_round.cause)
        return False
    return True
