"""Transient errors: a database or bus that is down is waited for, never skipped."""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Iterator

import structlog
from sqlalchemy.exc import DBAPIError

from shared.database.transient_errors import is_transient_database_error

log = structlog.get_logger()

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 3.0


class TransientError(Exception):
    """An error that can disappear without a repair: try again later. Base of the bus's errors and of the two below."""


class UnavailableError(TransientError):
    """For handlers: something outside is down; this event is tried again later, before any that follow it."""


class RestartRequired(TransientError):
    """The loop's state is no longer valid (the cluster, the offsets): restart from the database."""


def is_transient(error: BaseException) -> bool:
    """Whether the cause is infrastructure, so that it makes sense to retry, however often it has failed."""
    return any(_is_transient(link) for link in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or (link.orig if isinstance(link, DBAPIError) else None)


def _is_transient(error: BaseException) -> bool:
    if isinstance(error, TransientError):
        return True
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.ENETUNREACH, errno.EHOSTUNREACH}:
        return True
    return is_transient_database_error(error)


async def run_forever(what: str, attempt: Callable[[], Awaitable[None]]) -> None:
    """Runs an endless loop again when infrastructure interrupts it, with growing pauses. Other errors are raised."""
    clock = asyncio.get_running_loop().time
    pause = FIRST_PAUSE
    while True:
        began = clock()
        error = await _interruption(attempt)
        pause = FIRST_PAUSE if clock() - began > pause else min(2 * pause, LONGEST_PAUSE)
        if error is not None:
            log.warning("interrupted", what=what, error=type(error).__name__, cause=_root_cause(error), pause=pause)
        await asyncio.sleep(pause)


async def _interruption(attempt: Callable[[], Awaitable[None]]) -> BaseException | None:
    """Runs the loop until a transient error ends it, and returns that error. A CancelledError counts only if this task
    was cancelled: libraries let those of their own tasks escape, which must not end the loop silently. Conversely, a
    cancelled loop must not continue because its clean-up failed on a lost server and that error hid the cancellation.
    """
    try:
        await attempt()
    except asyncio.CancelledError as stray:
        if _is_cancelled():
            raise
        return stray
    except Exception as error:
        if not is_transient(error):
            raise
        if _is_cancelled():
            raise asyncio.CancelledError from error
        return error
    return None


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def _root_cause(error: BaseException) -> str:
    return type(list(_chain(error))[-1]).__name__
