"""The loop of the publisher's tasks: step after step for one system, in one process at a time. Whatever a step raises
stays with that system: the others go on, and so does the process.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable

import structlog
from prometheus_client import Counter, Gauge

from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from shared.worker.lease import exclusive_lease
from shared.worker.transient import RestartRequired, is_transient, run_forever

log = structlog.get_logger()

FAILURES = Counter("minglu_publication_step_failures", "Steps that raised what nobody had expected", ["task"])
PAUSE = Gauge("minglu_publication_step_pause_seconds", "Until the next step after such a failure; 0: none", ["task"])
Step = Callable[[], Awaitable[bool]]
"""Does one thing; False when there is nothing to do."""


async def step_forever(
    database: Database, settings: NotificationSettings, task: str, begin: Callable[[], Step], poll: float
) -> None:
    """Steps of a task under its lease, until cancelled; with a pause when there is nothing to do. Each time the lease
    is won steps begin anew: while it was another's, that one has gone on.
    """

    async def go_on() -> None:
        async with exclusive_lease(database, task) as lease:
            step = contained(task, begin(), settings)
            while not lease.is_closed():
                if not await step():
                    await asyncio.sleep(poll)
        raise RestartRequired

    await run_forever(task, go_on)


async def repeat_forever(settings: NotificationSettings, task: str, step: Callable[[], Awaitable[None]]) -> None:
    """The same without a lease, for a step that pauses itself."""

    async def paused() -> bool:
        await step()
        return True

    async def go_on() -> None:
        again = contained(task, paused, settings)
        while await again():
            pass

    await run_forever(task, go_on)


def contained(task: str, step: Step, settings: NotificationSettings) -> Step:
    """The step; what it raises and is not transient is logged and counted, and waited for longer each time."""
    pause = 0.0

    async def one() -> bool:
        nonlocal pause
        try:
            more = await step()
        except Exception as error:
            if is_transient(error):
                raise
            FAILURES.labels(task).inc()
            pause = min(max(2 * pause, settings.publication_first_pause), settings.publication_longest_pause)
            log.error("step_failed", task=task, error=type(error).__name__, where=where(error), pause=pause)  # noqa: TRY400 - a traceback may quote a record
            PAUSE.labels(task).set(pause)
            await asyncio.sleep(pause)
            return True
        if pause:
            pause = 0.0
            PAUSE.labels(task).set(0)
        return more

    return one


def where(error: BaseException) -> str:
    """The last line of this platform that an error went through: its message may quote a record and is not told."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if "/services/" in frame.filename] or list(frames)
    return f"{own[-1].filename.rpartition('/services/')[2]}:{own[-1].lineno}" if own else ""
