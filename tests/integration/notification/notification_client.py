"""The notification service as its users meet it: an HTTP client, tokens by role, events heard from others."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.handlers import BULK_HANDLERS, HANDLERS, OWN_HANDLERS, SUPPORT_HANDLERS
from services.notification.resources import Resources
from services.notification.service import SERVICE
from services.notification.settings import NotificationSettings
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdTyped
from shared.messaging.dispatch import Handlers
from shared.messaging.events import Event, new_event
from shared.messaging.inbox import not_applied_before
from shared.platform.identity import Role
from shared.platform.service import BatchEventHandler
from shared.worker.deadlines import Deadlines
from tests.fixtures.service_client import ISSUER, Issuer, application, as_worker, running

COUNTY, CITY, PROVINCE = "410105", "4101", "41"
VAULT_KEYS = f"k1:{'5b' * 32}"
HEARD: Mapping[type[Payload], BatchEventHandler[Resources]] = {
    **BULK_HANDLERS,
    **HANDLERS,
    **OWN_HANDLERS,
    **SUPPORT_HANDLERS,
}
RUN = UUID("0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d")


def uscc(number: int, county: str = COUNTY) -> str:
    """A made-up code of a household; its check characters are not right, which is allowed."""
    return f"92{county}MA{number:08d}"


def operator(number: int) -> str:
    """A made-up pseudonym."""
    return f"v1:{number:032x}"


def household_typed(
    number: int, *, county: str = COUNTY, kind: str = "survival", revision: int = 1, year: int = 2026
) -> HouseholdTyped:
    """What typing says of a made-up household."""
    return HouseholdTyped(
        uscc=uscc(number, county),
        name=f"测试商户{number}号",
        region=county,
        operator_ref=operator(number),
        type=kind,
        previous_type=None,
        year=year,
        run=RUN,
        revision=revision,
    )


@dataclass
class NotificationClient:
    """Everything that a test does with the service."""

    client: httpx.AsyncClient
    issuer: Issuer
    resources: Resources
    app: FastAPI

    def as_(self, role: Role, region: str = COUNTY, **changed: object) -> dict[str, str]:
        """The header of such a caller; `subject`: the person, `number`: the made-up operator, `department`: theirs."""
        if "subject" in changed:
            changed["sub"] = changed.pop("subject")
        if role is Role.OPERATOR:
            changed["operator_ref"] = operator(int(str(changed.pop("number", 1))))
        return self.issuer.headers(role, region=region, **changed)

    async def hear(self, *said: Payload, source: str = "/typing", actor: str | None = None) -> None:
        """Apply events as the worker's consumer does."""
        await self.hear_events(*(new_event(one, subject=subject_of(one), source=source, actor=actor) for one in said))

    async def hear_events(self, *events: Event, consumer: str = "test") -> None:
        """Apply events in their envelopes, as the worker's consumers do: a batch is one transaction."""
        handlers = Handlers({}, {kind: partial(_handled, handle, self.resources) for kind, handle in HEARD.items()})
        async with self.resources.database.transaction() as session:
            await handlers.handle(session, await not_applied_before(session, consumer, events))

    async def get(
        self, path: str, role: Role | None = Role.OFFICER, region: str = COUNTY, **who: Any
    ) -> httpx.Response:
        """Read as an officer of the county, as somebody else, or (None) as the public."""
        query = who.pop("query", None)
        return await self.client.get(path, params=query, headers=self.as_(role, region, **who) if role else {})

    async def post(
        self, path: str, body: Any, role: Role, region: str = COUNTY, *, match: str = "", **who: object
    ) -> httpx.Response:
        """Post as somebody; `match`: the version read."""
        headers = self.as_(role, region, **who) | ({"If-Match": match} if match else {})
        return await self.client.post(path, json=body, headers=headers)

    async def sql(self, query: str, *values: object) -> list[Any]:
        """Rows of the service's database."""
        return list(await (await self.resources.database.pool()).fetch(query, *values))

    async def events(self, name: str = "") -> list[dict[str, Any]]:
        """Envelopes in the outbox, in order; of one event's name."""
        rows = await self.sql("select value from outbox order by position")
        envelopes = [orjson.loads(row["value"]) for row in rows]
        return [one for one in envelopes if not name or f".{name}." in one["type"]]

    async def fire_deadlines(self) -> int:
        """Whatever is due by the clock."""
        return await Deadlines(self.resources.database, SERVICE.deadlines).fire_due()


async def _handled(
    handle: BatchEventHandler[Resources], resources: Resources, session: AsyncSession, events: Sequence[Event]
) -> None:
    await handle(session, events, resources)


def subject_of(said: Payload) -> str:
    """The subject of an event: the household's code, or the region."""
    return str(getattr(said, "uscc", None) or getattr(said, "region", "41"))


def settings_for(database_url: str, data: Path, issuer: Issuer, **changed: Any) -> NotificationSettings:
    """Settings of the service over a database and a data directory."""
    known: dict[str, Any] = {
        "database_url": database_url,
        "bus_url": database_url,
        "issuer": ISSUER,
        "jwks": str(issuer.jwks),
        "data_dir": data,
        "vault_keys": VAULT_KEYS,
    }
    return NotificationSettings(**(known | changed))


@asynccontextmanager
async def open_client(settings: NotificationSettings, issuer: Issuer) -> AsyncIterator[NotificationClient]:
    """The service, running."""
    with application(SERVICE.app, settings) as app:
        async with running(app) as client, as_worker(app.state.database) as database:
            resources = replace(app.state.resources, database=database)
            yield NotificationClient(client, issuer, resources, app)
