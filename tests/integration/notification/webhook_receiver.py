"""A receiver of webhooks that behaves as a test wants, and a service that may call it, on this machine."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

import orjson
from standardwebhooks.webhooks import Webhook

from services.notification.subscriptions.calls import Calls
from services.notification.subscriptions.fanout import HANDLERS
from services.notification.subscriptions.sender import VERIFICATION, Sender
from shared.contracts.payload import Payload
from shared.messaging.events import new_event, parse_event
from shared.platform.identity import Role
from tests.integration.notification.notification_client import COUNTY, NotificationClient, subject_of

HOST = "hooks.test"
GRANTED, TYPED = "cn.minglu.recognition.RecognitionGranted.v1", "cn.minglu.typing.HouseholdTyped.v1"
ALLOWED: dict[str, Any] = {
    "webhook_hosts": (HOST,),
    "webhook_ports": tuple(range(1024, 65536)),
    "webhook_networks": (ip_network("127.0.0.0/8"),),
    "webhook_plain_http": True,
    "webhook_seconds": 5.0,
}
"""Settings of a sandbox."""


async def on_this_machine(_host: str, _port: int) -> Sequence[str]:
    """A resolver that knows one address."""
    return ["127.0.0.1"]


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        """The CloudEvent in it."""
        found: dict[str, Any] = orjson.loads(self.body)
        return found


@dataclass(frozen=True)
class Reply:
    """What is answered."""

    status: int = 200
    headers: Sequence[str] = ()
    body: bytes = b""


Behaviour = Callable[[Received], Awaitable[Reply]]


async def content(_request: Received) -> Reply:
    """Everything is taken."""
    return Reply(204)


def always(status: int, *headers: str, body: bytes = b"") -> Behaviour:
    """The same answer to every event."""

    async def reply(_request: Received) -> Reply:
        return Reply(status, headers, body)

    return reply


async def never(_request: Received) -> Reply:
    """No answer at all."""
    await asyncio.Event().wait()
    return Reply()


@dataclass
class Receiver:
    """Answers challenges by itself unless told not to; events as `behaviour` says."""

    port: int = 0
    behaviour: Behaviour = content
    verifies: bool = True
    requests: list[Received] = field(default_factory=list)
    answering: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{HOST}:{self.port}/minglu"

    @property
    def events(self) -> list[Received]:
        """What it was sent beside challenges."""
        return [one for one in self.requests if one.event["type"] != VERIFICATION]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request of a connection, which ends with its answer."""
        task = asyncio.current_task()
        assert task is not None
        self.answering.add(task)  # nothing else holds a task that never answers
        task.add_done_callback(self.answering.discard)
        try:
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
            body = await reader.readexactly(int(headers["content-length"]))
            signature = next(line.split(": ", 1)[1] for line in lines if line.lower().startswith("webhook-signature"))
            request = Received(lines[0].split(" ")[1], headers | {"webhook-signature": signature}, body)
            self.requests.append(request)
            reply = await self._reply(request)
            said = [f"HTTP/1.1 {reply.status} X", *reply.headers, f"content-length: {len(reply.body)}"]
            writer.write("\r\n".join([*said, "connection: close", "", ""]).encode() + reply.body)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # the caller has hung up
        finally:
            writer.close()

    async def end(self) -> None:
        """Ends the answers that never came."""
        for task in list(self.answering):
            task.cancel()
        await asyncio.gather(*self.answering, return_exceptions=True)

    async def _reply(self, request: Received) -> Reply:
        if request.event["type"] == VERIFICATION and self.verifies:
            return Reply(200, (), orjson.dumps({"challenge": request.event["data"]["challenge"]}))
        return await self.behaviour(request)


@asynccontextmanager
async def listening(behaviour: Behaviour = content, port: int = 0) -> AsyncIterator[Receiver]:
    """A receiver, listening on a port that the system chose."""
    receiver = Receiver(behaviour=behaviour)
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", port, limit=2**20)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        await receiver.end()


@dataclass
class Hooks:
    """What a test does with subscriptions."""

    office: NotificationClient
    calls: Calls

    async def subscribe(self, url: str, *events: str, **changed: object) -> tuple[str, str]:
        """A new subscription's id and secret, not verified yet."""
        body = {
            "name": "接收系统",
            "department": "tax",
            "region": COUNTY,
            "url": url,
            "event_types": events or [GRANTED],
        }
        made = await self.office.post("/v1/subscriptions", body | changed, Role.APPROVER)
        assert made.status_code == 201, made.text
        return made.json()["subscription"]["id"], made.json()["secret"]

    async def verified(self, url: str, *events: str, **changed: object) -> tuple[str, str]:
        """A new subscription that has been verified."""
        made = await self.subscribe(url, *events, **changed)
        await self.send()
        assert (await self.read(made[0]))["state"] == "active"
        return made

    async def read(self, subscription: str) -> dict[str, Any]:
        """A subscription as an officer sees it."""
        found: dict[str, Any] = (await self.office.get(f"/v1/subscriptions/{subscription}")).json()
        return found

    async def as_owner(self, subscription: str, what: str, body: object = None) -> Any:
        """Something that the department does with its own."""
        return await self.office.post(f"/v1/subscriptions/{subscription}/{what}", body, Role.BUREAU, department="tax")

    async def deliveries(self, subscription: str) -> list[dict[str, Any]]:
        """The newest first."""
        found: list[dict[str, Any]] = (await self.office.get(f"/v1/subscriptions/{subscription}/deliveries")).json()[
            "items"
        ]
        return found

    async def hear(self, *said: Payload) -> list[bytes]:
        """Events come, as the consumer reads them; their bytes."""
        published = [new_event(one, subject=subject_of(one), source="/typing", actor="an-officer") for one in said]
        return await self.hear_bytes(*[one.encode() for one in published])

    async def hear_bytes(self, *published: bytes) -> list[bytes]:
        """The same of bytes on the bus, each by itself."""
        known = {kind.event_type: kind for kind in HANDLERS}
        async with self.office.resources.database.transaction() as session:
            for one in published:
                event = parse_event(one, known)
                assert event is not None
                await HANDLERS[type(event.data)](session, [event], self.office.resources)
        return list(published)

    async def send(self, calls: Calls | None = None) -> None:
        """Everything that is due now."""
        sender = Sender(self.office.resources, calls or self.calls)
        await sender.start_due()
        while sender._serving:
            for task in list(sender._serving.values()):
                await task
            sender._serving.clear()
            await sender.start_due()


def verify(received: Received, secret: str) -> None:
    """With the specification's own library."""
    Webhook(secret).verify(received.body, received.headers)
