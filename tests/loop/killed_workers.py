"""The workers as processes of their own, which die at named points and are started again at once."""

import asyncio
import datetime as dt
import os
import signal
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerProcess
from types import SimpleNamespace
from typing import Any, Self

from services.notification.delivery import task as delivery_task
from services.notification.service import SERVICE as NOTIFICATION
from services.notification.telling import later
from services.objection.service import SERVICE as OBJECTION
from services.recognition.service import SERVICE as RECOGNITION
from services.typing.service import SERVICE as TYPING
from shared import clock
from shared.database.connections import Database
from shared.messaging.transports import open_bus
from shared.platform.service import Service, WorkerContext
from shared.platform.settings import ServiceSettings
from shared.worker import failpoints
from shared.worker.deadlines import Deadlines
from shared.worker.run import run_until_stopped
from tests.fixtures.fork_server import forks
from tests.fixtures.waiting import until
from tests.loop.world import TOPICS, World

SERVICES: Mapping[str, Service[Any, Any]] = {one.name: one for one in (TYPING, RECOGNITION, OBJECTION, NOTIFICATION)}
PATIENCE = 180.0
"""Seconds for a step to come to rest; a machine may be busy."""
LOOKING = 0.2
"""Seconds between two looks of a worker: six of them that look more often keep one another from getting on."""


@dataclass(frozen=True)
class Told:
    """What the test tells a running worker: where to die (`point:count`), and how far its clock is shifted; and what
    the worker tells last: where it `died`, which may be where it was told to before.
    """

    point: Any
    shift: Any
    died: Any


def work(name: str, settings: ServiceSettings, told: Told) -> None:
    """A worker as `Service.work` runs it, listening to the test."""
    read = b""

    def where_to_die(_name: str, _default: str) -> str:
        nonlocal read
        read = bytes(told.point.value)
        return read.decode()

    def die(process: int, by: int) -> None:
        told.died.value = read
        os.kill(process, by)

    vars(failpoints)["os"] = SimpleNamespace(  # where to die is told while it runs
        environ=SimpleNamespace(get=where_to_die), kill=die, getpid=os.getpid
    )
    clock.now = lambda: dt.datetime.now(dt.UTC) + dt.timedelta(seconds=told.shift.value)
    (Deadlines.__init__.__kwdefaults__ or {})["poll_seconds"] = LOOKING
    vars(later)["LOOK_EVERY_SECONDS"] = LOOKING
    vars(delivery_task)["SWEEPING"] = dt.timedelta(seconds=LOOKING)
    asyncio.run(_work(SERVICES[name], settings))


async def _work(service: Service[Any, Any], settings: ServiceSettings) -> None:
    database = Database(settings.database_url, pool_size=settings.worker_pool, application=f"{service.name}-worker")
    bus = open_bus(settings.bus_url.get_secret_value())
    context = WorkerContext(settings, database, bus, service.resources(settings, database))
    try:
        await run_until_stopped(service.worker_tasks(context))
    finally:
        await bus.close()
        await database.close()


@dataclass
class KilledWorkers:
    """One worker a service (two of those in `doubled`), each dying at its next point whenever it passes it.

    `skews`: seconds by which a service's clock is ahead of the others'.
    """

    world: World
    points: Mapping[str, Sequence[str]] = field(default_factory=dict)
    skews: Mapping[str, float] = field(default_factory=dict)
    doubled: frozenset[str] = frozenset()
    killed: list[tuple[str, str]] = field(default_factory=list)
    _left: dict[str, deque[str]] = field(default_factory=dict)
    _told: dict[str, Told] = field(default_factory=dict)
    _running: list[tuple[str, ForkServerProcess]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        await self.world.bus.ensure_topics(TOPICS)  # the test reads them too, perhaps before a worker has made them
        for name in SERVICES:
            self._left[name] = deque(self._reachable(self.points.get(name, ())))
            self._told[name] = Told(forks.Array("c", 100), forks.Value("d", 0.0), forks.Array("c", 100))
        return self  # they start in the first step: until they are told a day, they would fire what is due today

    async def __aexit__(self, *_exception: object) -> None:
        for _, process in self._running:
            process.kill()
        for _, process in self._running:
            await asyncio.to_thread(process.join)

    @property
    def left(self) -> dict[str, list[str]]:
        """The points that no worker has died at yet."""
        return {name: list(points) for name, points in self._left.items() if points}

    async def step(
        self,
        doing: Callable[[], Awaitable[Any]] | None = None,
        *,
        on: dt.date,
        first: Mapping[str, Sequence[str]] | None = None,
    ) -> Any:
        """On a day something is done over HTTP; workers take it further, dying on the way, until all is quiet.

        `first`: points of a service that are to be passed in this step, ahead of those left; not where nobody dies.
        """
        for name, points in (first or {}).items() if self.points else ():
            self._left[name].extendleft(reversed(self._reachable(points)))
        with clock.travel(on):
            ahead = (clock.now() - dt.datetime.now(dt.UTC)).total_seconds()
            for name, told in self._told.items():
                # the point first: what falls due by the new day must not get past it before the worker is told
                told.point.value = (self._left[name][0] if self._left[name] else "").encode()
                told.shift.value = ahead + self.skews.get(name, 0.0)
            self._start_all()
            result = await doing() if doing is not None else None
            await until(self._quiet, PATIENCE)
            return result

    def _reachable(self, points: Sequence[str]) -> list[str]:
        """Those of the bus that there is: Kafka has no embedded log to append to."""
        kafka = self.world.settings["typing"].bus_url.get_secret_value().startswith("kafka:")
        return [point for point in points if not (kafka and point.startswith("log."))]

    def _start_all(self) -> None:
        """Start the workers, unless they run."""
        if not self._running:
            for name in SERVICES:
                for _ in range(2 if name in self.doubled else 1):
                    self._start(name)

    def _start(self, name: str) -> None:
        process = forks.Process(target=work, args=(name, self.world.settings[name], self._told[name]), daemon=True)
        process.start()
        self._running.append((name, process))

    def _bury(self) -> bool:
        """Start again whoever died; each death was at a point that it was told. Whether there was one."""
        dead = [(name, process) for name, process in self._running if not process.is_alive()]
        for name, process in dead:
            assert process.exitcode == -signal.SIGKILL, f"the worker of {name} ended by itself: {process.exitcode}"
            self._running.remove((name, process))
            point = bytes(self._told[name].died.value).decode()
            self._left[name].remove(point)
            self.killed.append((name, point))
            self._told[name].point.value = (self._left[name][0] if self._left[name] else "").encode()
            self._start(name)
        return bool(dead)

    async def _quiet(self) -> bool:
        """Nobody died, nothing is unsent, unheard, due or waiting; looked at twice, for what is on its way."""
        for _ in range(2):
            if self._bury() or not await self.at_rest():
                return False
        return not self._bury()

    async def at_rest(self) -> bool:
        """Whether the databases hold nothing that a worker would still take further."""
        if await self._waiting():
            return False  # before a connection to the bus is opened, which costs more than all the rest
        async with self.world.bus.reader(TOPICS) as reader:
            bounds = await reader.bounds()
            cluster = reader.cluster
        ends = {(partition.topic, partition.number): bound.end for partition, bound in bounds.items()}
        for name, service in SERVICES.items():
            for subscription in service.subscriptions:
                rows = await self.world.sql(name, HEARD, subscription.name, cluster)
                heard = {(one["topic"], one["partition"]): one["next_offset"] for one in rows}
                ours = {key: end for key, end in ends.items() if key[0] in subscription.topics}
                if any(heard.get(key, 0) != end for key, end in ours.items()):
                    return False
        (streaming,) = await self.world.sql("typing", STREAMING, cluster)
        (telling,) = await self.world.sql("notification", TELLING, clock.now())
        return not streaming["due"] and not telling["due"] and not await self._waiting()

    async def _waiting(self) -> bool:
        """Whether a service has something to send, or due."""
        for name, service in SERVICES.items():
            (row,) = await self.world.sql(name, WAITING, clock.now(), list(service.deadlines))
            if row["unsent"] or row["due"]:
                return True
        return False


WAITING = """
    select (select count(*) from outbox where sent_at is null) as unsent,
        (select count(*) from deadline where fired_at is null and try_at <= $1 and kind = any($2)) as due
"""
HEARD = "select topic, partition, next_offset from consumer_offset where consumer = $1 and cluster = $2"
TELLING = """
    select (select count(*) from fan_out where done_at is null)
        + (select count(*) from waiting_event where try_at <= $1)
        + (select count(*) from message where state in ('queued', 'sending') and try_at <= $1) as due
"""
STREAMING = """
    select (select count(*) from bulk_stream where next_record < total or cluster is distinct from $1)
        + (select count(*) from run where state in ('queued', 'frozen', 'typed')) as due
"""
