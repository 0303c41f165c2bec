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
    """What passes by itself: try again later. The base of the errors of the bus and of the two below."""


class UnavailableError(TransientError):
    """For handlers: something outside is down; try this event again later, and nothing after it before."""


class RestartRequired(TransientError):
    """What the loop believes is no longer true (the cluster, the offsets): begin anew from the database."""


def is_transient(error: BaseException) -> bool:
    """Whether the cause is infrastructure, so that trying again later makes sense however often it failed."""
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
    """Runs an endless loop again when infrastructure interrupts it, with growing pauses. Other errors rise."""
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
    """Runs it until something that passes by itself ends it. A cancellation is ours only if someone cancelled us:
    libraries let those of their own tasks escape, and a loop must not end in silence for that. Nor must one that
    was told to end go on because its clean-up met a server that is gone, and that error hid the cancellation.
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
