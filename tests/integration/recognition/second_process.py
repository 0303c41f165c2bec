"""A second instance of the service over the same database, in a process of its own, and people who call it.

A county's season is busier than one process. What many people do is divided between this process and the neighbours':
whoever is done takes the next.
"""

import asyncio
import datetime as dt
import gc
import logging
import multiprocessing
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

import structlog
import uvloop

from services.recognition.settings import RecognitionSettings
from shared import clock
from tests.fixtures.service_client import Issuer
from tests.integration.recognition.recognition_client import RecognitionClient, open_client

JOIN_SECONDS = 20
"""Seconds that the neighbours get to leave."""
Method = Callable[..., Awaitable[Any]]
"""A method of the county's people (a dataclass with a `county`), or of the county itself."""


@dataclass(frozen=True)
class Job:
    """What each of some does on a day: `doing` of `people` (None: of the county) with the item and `more`."""

    day: dt.datetime
    people: Any
    doing: str
    items: Sequence[Any]
    more: tuple[Any, ...]


class SecondProcessError(Exception):
    """Something failed over there; the text is its traceback."""


@dataclass(frozen=True)
class SecondProcess:
    """The people of the other process."""

    connection: Connection

    async def do(self, doing: Method, items: Sequence[Any], *more: Any) -> list[Any]:
        """Each item's result, in their order."""
        people = getattr(doing, "__self__")  # noqa: B009 - a bound method, which Callable does not tell
        known = replace(people, county=None) if hasattr(people, "county") else None
        self.connection.send(Job(clock.now(), known, doing.__name__, items, more))
        done = await asyncio.to_thread(self.connection.recv)
        if isinstance(done, SecondProcessError):
            raise done
        found: list[Any] = done
        return found


@asynccontextmanager
async def second_process(
    office: RecognitionClient, live: Callable[[RecognitionClient, Job], Awaitable[list[Any]]]
) -> AsyncIterator[SecondProcess]:
    """The neighbours of a running service; `live` carries an errand out over there."""
    here, there = multiprocessing.Pipe()
    settings, context = office.resources.settings, multiprocessing.get_context("spawn")
    process = context.Process(target=run, args=(there, settings, office.issuer, live), daemon=True)
    process.start()
    there.close()
    try:
        yield SecondProcess(here)
    finally:
        here.close()
        await asyncio.to_thread(process.join, JOIN_SECONDS)
        process.kill()


def run(
    connection: Connection,
    settings: RecognitionSettings,
    issuer: Issuer,
    live: Callable[[RecognitionClient, Job], Awaitable[list[Any]]],
) -> None:
    """The other process: errands until nobody sends any more."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    uvloop.run(run_jobs(connection, settings, issuer, live))


async def run_jobs(
    connection: Connection,
    settings: RecognitionSettings,
    issuer: Issuer,
    live: Callable[[RecognitionClient, Job], Awaitable[list[Any]]],
) -> None:
    """One after another."""
    async with open_client(settings, issuer) as office:
        gc.freeze()  # as the service's `main` does
        while True:
            try:
                errand: Job = await asyncio.to_thread(connection.recv)
            except EOFError:
                return
            try:
                with clock.travel(errand.day):
                    done: object = await live(office, errand)
            except Exception:
                done = SecondProcessError(traceback.format_exc())
            connection.send(done)
