"""`Service`: what one service is, declared once. Its application, worker and housekeeping follow from it.

    SERVICE = Service(
        settings=ObjectionSettings,
        resources=Resources.open,
        routers=[objections.router],
        subscriptions=[Subscription("objection", ["typing.events"], {HouseholdTyped: on_household_typed})],
        deadlines=DEADLINES,
    )
    if __name__ == "__main__":
        SERVICE.work()

`uvicorn --factory services.objection.service:SERVICE.asgi` serves it over HTTP (with `http_protocol`, which closes slow
connections), `python -m services.objection.service` is its worker, and the same with a name one of its further workers.
A declaration that cannot work ends the process at its start, with one line that says what is wrong.
"""

import sys
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from fastapi import APIRouter, FastAPI
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.catalogue import PAYLOADS, TOPICS
from shared.contracts.payload import Payload
from shared.database.connections import Database
from shared.messaging.bus import Bus
from shared.messaging.consumer import Consumer
from shared.messaging.dispatch import AnswerUnusable
from shared.messaging.events import Event
from shared.messaging.relay import Relay
from shared.outgoing_tls import trust
from shared.platform.announced_calendar import keep_deadlines_by_calendar
from shared.platform.app import create_app
from shared.platform.audit_reading import audit_router
from shared.platform.event_loop import run
from shared.platform.garbage import spare_what_stays
from shared.platform.housekeeping import StoredFiles, keep_tidy
from shared.platform.retention import RetainedKind, Retention
from shared.platform.settings import ServiceSettings
from shared.platform.telemetry import start_telemetry
from shared.platform.worker import run_worker
from shared.worker.deadlines import Deadlines, Handlers as DeadlineHandlers
from shared.worker.reckoning import OnMoved

S = TypeVar("S", bound=ServiceSettings)
R = TypeVar("R")
T = TypeVar("T")

EventHandler = Callable[[AsyncSession, Event, R], Awaitable[None]]
BatchEventHandler = Callable[[AsyncSession, Sequence[Event], R], Awaitable[None]]


class DeclarationError(ValueError):
    """The service is declared in a way that cannot work; the message says what is wrong."""


@dataclass(frozen=True)
class Subscription(Generic[R]):
    """What a service does with the events of some topics: a function per event, one by one or many at once.

    `name` is the consumer's, for good: it is part of the inbox's key, and another name would apply everything again.
    `batch` events at most share a transaction. `asked`, where not everything is always wanted: the topics that are; the
    others are passed by unread. `unusable`, by topic that other systems write: what answers a message of theirs that
    is of no use.
    """

    name: str
    topics: Sequence[str]
    handlers: Mapping[type[Payload], EventHandler[R]] = field(default_factory=dict)
    batch_handlers: Mapping[type[Payload], BatchEventHandler[R]] = field(default_factory=dict)
    batch: int = 500
    asked: Callable[[AsyncSession, R], Awaitable[Collection[str]]] | None = None
    unusable: Mapping[str, AnswerUnusable] = field(default_factory=dict)

    def check(self) -> None:
        """DeclarationError for an unknown topic or event, an event of another topic, a topic without a handler."""
        heard = {*self.handlers, *self.batch_handlers}
        for topic in self.topics:
            if topic not in TOPICS:
                raise DeclarationError(f"subscription {self.name}: no event is published on topic {topic}")
            if topic not in {event.topic for event in heard}:
                raise DeclarationError(f"subscription {self.name}: no handler for any event of {topic}")
        for event in heard:
            if event not in PAYLOADS:
                raise DeclarationError(f"subscription {self.name}: {event.__name__} is in no contract")
            if event.topic not in self.topics:
                raise DeclarationError(f"subscription {self.name}: {event.__name__} comes on {event.topic}")
        if unheard := set(self.unusable) - set(self.topics):
            raise DeclarationError(f"subscription {self.name}: it does not read {', '.join(sorted(unheard))}")
        if twice := set(self.handlers) & set(self.batch_handlers):
            named = ", ".join(sorted(event.__name__ for event in twice))
            raise DeclarationError(f"subscription {self.name}: two handlers for {named}")

    def consumer(self, database: Database, bus: Bus, resources: R) -> Consumer:
        """The consumer that applies the events to the service's database."""
        asked = self.asked
        return Consumer(
            database,
            bus,
            name=self.name,
            topics=self.topics,
            handlers={event: _with(handler, resources) for event, handler in self.handlers.items()},
            batch_handlers={event: _with(handler, resources) for event, handler in self.batch_handlers.items()},
            batch=self.batch,
            asked=None if asked is None else lambda session: asked(session, resources),
            unusable=self.unusable,
        )


@dataclass(frozen=True)
class WorkerContext(Generic[S, R]):
    """What a worker's tasks work with; opened once per process."""

    settings: S
    database: Database
    bus: Bus
    resources: R


WorkerTask = Callable[[WorkerContext[S, R]], Coroutine[Any, Any, None] | None]
"""Gives an endless coroutine, or None where the settings switch the task off."""


def no_stores(_resources: object) -> Sequence[StoredFiles]:
    """For services that store no files."""
    return ()


@dataclass(frozen=True, eq=False)
class FurtherWorker(Generic[S, R]):
    """A worker process beside the service's own, for work that must neither wait for the other nor hold it up.

    Relay, housekeeping and deadlines stay with the service's own worker.
    """

    subscriptions: Sequence[Subscription[R]] = ()
    tasks: Sequence[WorkerTask[S, R]] = ()


@dataclass(frozen=True, eq=False)
class Service(Generic[S, R]):
    """One service. `settings` also says its name, title and port (see `ServiceSettings`), and its further workers.

    `resources(settings, database)` opens what endpoints and tasks share. `tidying` runs once a minute, `stores` gives
    the stores of files whose unnamed files are swept, `retained` says what is erased after its term, `deadlines` maps
    the kinds of deadlines to their handlers, `on_deadlines_moved` is told of those that the announced holidays moved,
    in the transaction that moves them.
    """

    settings: type[S]
    resources: Callable[[S, Database], R]
    routers: Sequence[APIRouter]
    subscriptions: Sequence[Subscription[R]] = ()
    deadlines: DeadlineHandlers = field(default_factory=dict)
    on_deadlines_moved: OnMoved | None = None
    tasks: Sequence[WorkerTask[S, R]] = ()
    tidying: Sequence[Callable[[R], Awaitable[object]]] = ()
    stores: Callable[[R], Sequence[StoredFiles]] = no_stores
    retained: Sequence[RetainedKind] = ()
    further_workers: Mapping[str, FurtherWorker[S, R]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name, as its settings say."""
        return self.settings.service_name()

    def check(self) -> None:
        """DeclarationError if the declaration cannot work. Routes are checked by `app`."""
        if not hasattr(self.settings, "title"):
            raise DeclarationError(f"{self.settings.__name__} gives the service no title")
        if set(self.further_workers) != set(self.settings.further_workers):
            listed = ", ".join(self.settings.further_workers) or "none"
            raise DeclarationError(f"further workers: {self.settings.__name__} lists {listed}")
        if taken := {"http", "worker"} & set(self.further_workers):
            raise DeclarationError(f"a further worker cannot be named {', '.join(sorted(taken))}")
        subscriptions = [*self.subscriptions]
        for worker in self.further_workers.values():
            subscriptions += worker.subscriptions
        for subscription in subscriptions:
            subscription.check()
        self._retention({})
        names = [subscription.name for subscription in subscriptions]
        if len(set(names)) < len(names):
            raise DeclarationError(f"two subscriptions share a name: {', '.join(sorted(names))}")

    def app(self, settings: S) -> FastAPI:
        """The HTTP application with these settings."""
        self.check()
        routers = [*self.routers, audit_router()]
        try:
            return create_app(self.settings.title, settings, routers, resources=self.resources)
        except (LookupError, TypeError) as error:  # what `check_routes` finds
            raise DeclarationError(str(error)) from error

    def worker_tasks(self, context: WorkerContext[S, R]) -> list[Coroutine[Any, Any, None]]:
        """One endless coroutine per task of the worker."""
        self.check()
        settings, database, bus, resources = context.settings, context.database, context.bus, context.resources
        erase = self._retention(settings.retention_days).erase
        tidying = keep_tidy(database, self._tidying(resources), self.stores(resources), erase)
        tasks = [Relay(database, bus).run(), tidying]
        tasks += [one.consumer(database, bus, resources).run() for one in self.subscriptions]
        if self.deadlines:
            tasks.append(Deadlines(database, self.deadlines).run())
        tasks.append(keep_deadlines_by_calendar(database, self.on_deadlines_moved))
        own = [task(context) for task in self.tasks]
        return tasks + [task for task in own if task is not None]

    def further_tasks(self, name: str, context: WorkerContext[S, R]) -> list[Coroutine[Any, Any, None]]:
        """One endless coroutine per task of a further worker; DeclarationError for one that is not declared."""
        self.check()
        worker = self.further_workers.get(name)
        if worker is None:
            known = ", ".join(self.further_workers) or "none"
            raise DeclarationError(f"no worker {name}; further workers: {known}")
        consumers = [one.consumer(context.database, context.bus, context.resources) for one in worker.subscriptions]
        own = [task(context) for task in worker.tasks]
        return [one.run() for one in consumers] + [task for task in own if task is not None]

    def asgi(self) -> FastAPI:
        """The application with the settings of the environment, for uvicorn's `--factory`."""
        settings = self._start()
        app = self._ended_by_one_line(lambda: self.app(settings))
        # only what serves HTTP loads the server
        from shared.platform.http_protocol import GuardedProtocol

        GuardedProtocol.head_seconds = settings.head_seconds
        GuardedProtocol.most_connections = settings.connections_at_once
        spare_what_stays()
        return app

    def work(self) -> None:
        """Run the worker until it is told to stop; the command line may name a further one."""
        settings = self._start()
        self._ended_by_one_line(self.check)
        name = next(iter(sys.argv[1:]), None)

        def tasks(database: Database, bus: Bus) -> list[Coroutine[Any, Any, None]]:
            context = WorkerContext(settings, database, bus, self.resources(settings, database))
            return self.worker_tasks(context) if name is None else self.further_tasks(name, context)

        self._ended_by_one_line(lambda: run(run_worker(settings, tasks, name)))

    def _start(self) -> S:
        settings = self._ended_by_one_line(self.settings)
        start_telemetry(settings)
        try:
            trust(settings.ca_bundle)
        except OSError as error:  # ssl.SSLError is one
            variable = settings.variable("ca_bundle")
            raise SystemExit(f"service {self.name}: settings: {variable}: {type(error).__name__}") from None
        return settings

    def _ended_by_one_line(self, start: Callable[[], T]) -> T:
        """Start something; a wrong declaration or setting ends the process with one line, without a traceback."""
        try:
            return start()
        except DeclarationError as error:
            raise SystemExit(f"service {self.name}: {error}") from None
        except ValidationError as error:  # never printed whole: it holds the values, which may be secrets
            faults = [f"{self._variables(one['loc'])}: {one['msg']}" for one in error.errors()]
            raise SystemExit(f"service {self.name}: settings: {'; '.join(faults)}") from None
        except SettingsError as error:  # a list that is no JSON; names the field, not the value
            raise SystemExit(f"service {self.name}: settings: {error}") from None

    def _variables(self, location: tuple[int | str, ...]) -> str:
        """The environment variable that a fault is about; a fault of the whole names none."""
        return self.settings.variable(str(location[0])) if location else "all"

    def _retention(self, changed: Mapping[str, int]) -> Retention:
        try:
            return Retention.of(self.name, self.retained, changed)
        except LookupError as error:
            raise DeclarationError(str(error)) from error

    def _tidying(self, resources: R) -> list[Callable[[], Awaitable[object]]]:
        return [partial(tidy, resources) for tidy in self.tidying]


E = TypeVar("E")


def _with(
    handler: Callable[[AsyncSession, E, R], Awaitable[None]], resources: R
) -> Callable[[AsyncSession, E], Awaitable[None]]:
    """The handler as the consumer calls it."""

    async def handle(session: AsyncSession, events: E) -> None:
        await handler(session, events, resources)

    return handle
