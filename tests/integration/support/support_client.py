"""The support service as its users meet it: an HTTP client, tokens by role, events heard from the other services."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import orjson
from fastapi import FastAPI

from services.support.handlers import BATCH_HANDLERS, HANDLERS
from services.support.resources import Resources
from services.support.service import SERVICE
from services.support.settings import SupportSettings
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdChanged, HouseholdTyped
from shared.database.direct import fetch
from shared.messaging.events import Event, new_event
from shared.platform.identity import Role
from shared.worker.deadlines import Deadlines
from tests.fixtures.service_client import ISSUER, Issuer, application, as_worker, running

COUNTY, CITY, PROVINCE = "620702", "6207", "62"
"""甘州区: the one county whose policy says when households are to be visited"""
RUN = UUID("0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d")


def uscc(number: int, county: str = COUNTY) -> str:
    """A made-up code of a household; its check characters are not right, which is allowed."""
    return f"92{county}MA{number:08d}"


def operator(number: int) -> str:
    """A made-up pseudonym."""
    return f"v1:{number:032x}"


def household_typed(number: int, *, county: str = COUNTY, **said: Any) -> HouseholdTyped:
    """What typing says of a made-up household."""
    known: dict[str, Any] = {
        "type": "survival",
        "previous_type": None,
        "year": 2026,
        "run": RUN,
        "revision": 1,
    }
    return HouseholdTyped(
        uscc=uscc(number, county),
        name=f"测试商户{number}号",
        region=county,
        operator_ref=operator(number),
        **(known | said),
    )


def household_changed(number: int, *, county: str = COUNTY, **said: Any) -> HouseholdChanged:
    """What typing says of a made-up household's register entry."""
    known: dict[str, Any] = {
        "name": f"测试商户{number}号",
        "region": county,
        "status": "registered",
        "operator_ref": operator(number),
        "revision": 1,
    }
    return HouseholdChanged(uscc=uscc(number, county), **(known | said))


@dataclass
class SupportClient:
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

    async def hear(self, *said: Payload, source: str = "/typing") -> list[Event]:
        """Apply events as the worker's consumers do, those of a kind together; returns them, to be heard again."""
        events = [new_event(one, subject=subject_of(one), source=source) for one in said]
        await self.hear_again(events)
        return events

    async def hear_again(self, events: list[Event]) -> None:
        """Apply events that were written before."""
        async with self.resources.database.transaction() as session:
            for kind in dict.fromkeys(type(event.data) for event in events):
                of_kind = [event for event in events if type(event.data) is kind]
                if kind in BATCH_HANDLERS:
                    await BATCH_HANDLERS[kind](session, of_kind, self.resources)
                else:
                    for event in of_kind:
                        await HANDLERS[kind](session, event, self.resources)

    async def get(
        self, path: str, role: Role | None = Role.OFFICER, region: str = COUNTY, **who: Any
    ) -> httpx.Response:
        """Read as an officer of the county, as somebody else, or (None) as the public."""
        query = who.pop("query", None)
        return await self.client.get(path, params=query, headers=self.as_(role, region, **who) if role else {})

    async def post(
        self, path: str, body: Any, role: Role = Role.OFFICER, region: str = COUNTY, *, match: str = "", **who: object
    ) -> httpx.Response:
        """Post as somebody; `match`: the version read."""
        headers = self.as_(role, region, **who) | ({"If-Match": match} if match else {})
        return await self.client.post(path, json=body, headers=headers)

    async def sql(self, query: str, *values: object) -> list[Any]:
        """Rows of the service's database."""
        return list(await (await self.resources.database.pool()).fetch(query, *values))

    async def sql_change(self, statement: str, *values: object) -> None:
        """Writes straight into the service's database."""
        async with self.resources.database.transaction() as session:
            await fetch(session, statement, *values)

    async def events(self, name: str = "") -> list[dict[str, Any]]:
        """Envelopes in the outbox, in order; of one event's name."""
        rows = await self.sql("select value from outbox order by position")
        envelopes = [orjson.loads(row["value"]) for row in rows]
        return [one for one in envelopes if not name or f".{name}." in one["type"]]

    async def fire_deadlines(self) -> int:
        """Whatever is due by the clock."""
        return await Deadlines(self.resources.database, SERVICE.deadlines).fire_due()


def subject_of(said: Payload) -> str:
    """The subject of an event: the household's code, or the region."""
    return str(getattr(said, "uscc", None) or getattr(said, "region", "62"))


def settings_for(database_url: str, data: Path, issuer: Issuer, **changed: Any) -> SupportSettings:
    """Settings of the service over a database and a data directory."""
    known: dict[str, Any] = {
        "database_url": database_url,
        "bus_url": database_url,
        "issuer": ISSUER,
        "jwks": str(issuer.jwks),
        "data_dir": data,
    }
    return SupportSettings(**(known | changed))


@asynccontextmanager
async def open_client(settings: SupportSettings, issuer: Issuer) -> AsyncIterator[SupportClient]:
    """The service, running."""
    with application(SERVICE.app, settings) as app:
        async with running(app) as client, as_worker(app.state.database) as database:
            yield SupportClient(client, issuer, replace(app.state.resources, database=database), app)
