"""All services of one platform: a database, an HTTP service and a worker each, and one bus."""

import datetime as dt
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from services.notification.service import SERVICE as NOTIFICATION
from services.objection.service import SERVICE as OBJECTION
from services.recognition.service import SERVICE as RECOGNITION
from services.typing.service import SERVICE as TYPING
from shared import clock
from shared.messaging.bus import Bus
from shared.messaging.transports import open_bus
from shared.platform.identity import Role
from shared.platform.sealed_messages import new_sealing_keys
from shared.platform.service import Service
from shared.platform.settings import ServiceSettings
from tests.fixtures.service_client import Issuer
from tests.integration.notification import notification_client
from tests.integration.notification.notification_client import NotificationClient
from tests.integration.objection import objection_client
from tests.integration.objection.objection_client import ObjectionClient
from tests.integration.recognition import recognition_client
from tests.integration.recognition.recognition_client import RecognitionClient
from tests.integration.typing.bus_listener import all_records
from tests.integration.typing.typing_client import TypingClient, running_client, typing_settings
from tests.loop.hand_worker import HandWorker

NAMES = ("typing", "recognition", "objection", "notification")
TOPICS = ("typing.events", "recognition.events", "objection.events", "notification.events")
KEYS, APPLICATIONS, OBJECTIONS = new_sealing_keys(), new_sealing_keys(), new_sealing_keys()
"""Of this process: what objection seals, typing opens; what notification seals of things handed in at the national
systems, recognition and objection open.
"""
ROUNDS = 200
"""More than any chain of events needs until nobody has anything left to do."""


@dataclass(frozen=True)
class Person:
    """Somebody who calls the services."""

    role: Role
    region: str
    subject: str
    department: str | None = None
    operator_ref: str | None = None

    def claims(self) -> dict[str, object]:
        """The claims of the person's token beside role and region."""
        known = {"sub": self.subject, "department": self.department, "operator_ref": self.operator_ref}
        return {name: value for name, value in known.items() if value is not None}


@dataclass
class World:
    """The platform; `facts`: what the stage that it was copied from knows (ids and codes)."""

    typing: TypingClient
    recognition: RecognitionClient
    objection: ObjectionClient
    notification: NotificationClient
    bus: Bus
    settings: Mapping[str, ServiceSettings]
    facts: Mapping[str, Any]

    def __post_init__(self) -> None:
        opened: list[tuple[Service[Any, Any], Any]] = [
            (TYPING, self.typing.resources),
            (RECOGNITION, self.recognition.resources),
            (OBJECTION, self.objection.resources),
            (NOTIFICATION, self.notification.resources),
        ]
        self.workers = {
            service.name: HandWorker(service, resources.database, resources, self.bus) for service, resources in opened
        }

    def client(self, service: str) -> httpx.AsyncClient:
        """A service over HTTP."""
        found: httpx.AsyncClient = getattr(self, service).client
        return found

    async def call(
        self, service: str, method: str, path: str, person: Person | None, body: Any = None, **headers: str
    ) -> httpx.Response:
        """One request; `match="*"` and the like become headers."""
        named = {"match": "If-Match", "key": "Idempotency-Key", "kind": "Content-Type"}
        sent = {named[name]: value for name, value in headers.items()}
        if person is not None:
            sent |= self.typing.issuer.headers(person.role, region=person.region, **person.claims())
        content: dict[str, Any] = {"content": body} if isinstance(body, bytes) else {"json": body}
        return await self.client(service).request(method, path, headers=sent, **(content if body is not None else {}))

    async def get(self, service: str, path: str, person: Person | None = None) -> Any:
        """What somebody reads, or the public."""
        answer = await self.call(service, "GET", path, person)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(self, service: str, path: str, person: Person, body: Any = None, *, match: str = "*") -> Any:
        """Something that somebody does and that is accepted."""
        answer = await self.call(service, "POST", path, person, body, match=match)
        assert answer.status_code in (200, 201, 202), f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def settle(self, *, fire: bool = False) -> None:
        """All workers go on until none has anything left to do, nor after a round of tidying; with deadlines only where
        asked.
        """
        tidied = False
        for _ in range(ROUNDS):
            moved = 0
            for worker in self.workers.values():
                moved += await worker.work() + await worker.send() + await worker.hear()
                moved += await worker.fire() if fire else 0
            if not moved and tidied:
                return
            tidied = not moved
            if tidied:
                for worker in self.workers.values():
                    await worker.tidy()
        raise AssertionError("the workers never came to an end")

    async def day(self, day: dt.date) -> None:
        """A day has come: what is due is carried out and told, everywhere."""
        with clock.travel(day):
            await self.settle(fire=True)

    async def sql(self, service: str, query: str, *values: object) -> list[Any]:
        """Rows of a service's database."""
        return list(await (await self.workers[service].database.pool()).fetch(query, *values))

    async def told(self, topic: str, name: str = "") -> Sequence[dict[str, Any]]:
        """The envelopes on a topic, each event once; of one event's name."""
        envelopes = [orjson.loads(value) for value in await all_records(self.bus, topic)]
        once = {one["id"]: one for one in envelopes}
        return [one for one in once.values() if not name or f".{name}." in one["type"]]


def settings_of(urls: Mapping[str, str], data: Path, issuer: Issuer) -> dict[str, ServiceSettings]:
    """The settings of the services over these databases (by service's name, and `bus`)."""
    made: dict[str, ServiceSettings] = {
        "typing": typing_settings(
            urls["typing"], data / "typing", issuer, bus_url=urls["bus"], correction_keys=KEYS.private
        ),
        "recognition": recognition_client.settings_for(
            *(urls["recognition"], data / "recognition", issuer),
            bus_url=urls["bus"],
            handed_in_applications_keys=APPLICATIONS.private,
        ),
        "objection": objection_client.settings_for(
            *(urls["objection"], data / "objection", issuer),
            bus_url=urls["bus"],
            correction_key=KEYS.public,
            handed_in_objections_keys=OBJECTIONS.private,
        ),
        "notification": notification_client.settings_for(
            *(urls["notification"], data / "notification", issuer),
            bus_url=urls["bus"],
            handed_in_applications_key=APPLICATIONS.public,
            handed_in_objections_key=OBJECTIONS.public,
        ),
    }
    return made


@asynccontextmanager
async def open_world(
    urls: Mapping[str, str], data: Path, issuer: Issuer, facts: Mapping[str, Any]
) -> AsyncIterator[World]:
    """The platform over these databases and data folders."""
    settings: Any = settings_of(urls, data, issuer)
    bus = open_bus(urls["bus"])
    async with AsyncExitStack() as stack:
        stack.push_async_callback(bus.close)
        world = World(
            await stack.enter_async_context(running_client(settings["typing"], issuer)),
            await stack.enter_async_context(recognition_client.open_client(settings["recognition"], issuer)),
            await stack.enter_async_context(objection_client.open_client(settings["objection"], issuer)),
            await stack.enter_async_context(notification_client.open_client(settings["notification"], issuer)),
            bus,
            settings,
            facts,
        )
        for worker in world.workers.values():
            stack.push_async_callback(worker.stop)
        yield world
