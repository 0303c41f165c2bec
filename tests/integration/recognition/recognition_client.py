"""The recognition service as its users meet it: an HTTP client, tokens by role, households heard from typing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
from fastapi import FastAPI
from sqlalchemy import text

from services.recognition.deadlines import DEADLINES
from services.recognition.handlers import BATCH_HANDLERS, HANDLERS
from services.recognition.resources import Resources
from services.recognition.service import SERVICE
from services.recognition.settings import RecognitionSettings
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdTyped, TypingRunPublished
from shared.messaging.events import new_event
from shared.platform.identity import Role
from shared.reference.departments import Department
from shared.worker.deadlines import Deadlines
from tests.fixtures.service_client import ISSUER, Issuer, application, as_worker, running

COUNTY, CITY, PROVINCE = "410105", "4101", "41"
KEY = "5a" * 32
VAULT_KEYS = f"k1:{'5b' * 32}"
RUN = UUID("0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d")


def uscc(number: int, county: str = COUNTY) -> str:
    """A made-up code of a household; its check characters are not right, which is allowed."""
    return f"92{county}MA{number:08d}"


def department_of(who: object) -> Department:
    """People of departments are called after theirs; anybody else is of the culture department."""
    return Department(str(who)) if who in set(Department) else Department.CULTURE


def operator(number: int) -> str:
    """A made-up pseudonym."""
    return f"v1:{number:032x}"


def household_typed(
    number: int,
    *,
    county: str = COUNTY,
    kind: str = "growth",
    revision: int = 1,
    year: int = 2026,
    person: int | None = None,
) -> HouseholdTyped:
    """What typing says of a made-up household."""
    return HouseholdTyped(
        uscc=uscc(number, county),
        name=f"测试商户{number}号",
        region=county,
        operator_ref=operator(number if person is None else person),
        type=kind,
        previous_type=None,
        year=year,
        run=RUN,
        revision=revision,
    )


@dataclass
class RecognitionClient:
    """Everything that a test does with the service."""

    client: httpx.AsyncClient
    issuer: Issuer
    resources: Resources
    app: FastAPI

    def as_(self, role: Role, region: str = COUNTY, **changed: Any) -> dict[str, str]:
        """The header of such a caller; `subject` names the person, `number` the made-up operator."""
        if "subject" in changed:
            changed["sub"] = changed.pop("subject")
        if role is Role.BUREAU:
            changed.setdefault("department", department_of(changed.get("sub")))
        if role is Role.OPERATOR:
            changed["operator_ref"] = operator(int(str(changed.pop("number", 1))))
        return self.issuer.headers(role, region=region, **changed)

    async def hear(self, *said: Payload) -> None:
        """Apply events as the worker's consumer does, neighbours of one kind together."""
        events = [new_event(one, subject=subject_of(one), source="/typing") for one in said]
        async with self.resources.database.transaction() as session:
            for event in events:
                kind = type(event.data)
                if kind in BATCH_HANDLERS:
                    await BATCH_HANDLERS[kind](session, [event], self.resources)
                else:
                    await HANDLERS[kind](session, event, self.resources)

    async def hear_together(self, said: Sequence[Payload]) -> None:
        """Events of one kind that has a batch handler, in one transaction."""
        events = [new_event(one, subject=subject_of(one), source="/typing") for one in said]
        async with self.resources.database.transaction() as session:
            await BATCH_HANDLERS[type(said[0])](session, events, self.resources)

    async def hear_of(self, households: Sequence[HouseholdTyped], year: int = 2026) -> None:
        """Households of a published run, and the run's counts."""
        counts: dict[str, dict[str, int]] = {}
        for one in households:
            by_type = counts.setdefault(one.region, {})
            by_type[one.type] = by_type.get(one.type, 0) + 1
        await self.hear(*households, run_published(counts, year))

    async def fire_deadlines(self) -> int:
        """Whatever is due by the clock."""
        return await Deadlines(self.resources.database, DEADLINES).fire_due()

    async def get(
        self, path: str, role: Role | None = Role.OFFICER, region: str = COUNTY, **query: Any
    ) -> httpx.Response:
        """Read as an officer of the county, as somebody else, or (None) as the public."""
        return await self.client.get(path, params=query, headers=self.as_(role, region) if role else {})

    async def own_households(self, number: int) -> list[dict[str, Any]]:
        """What an operator finds of their own."""
        headers = self.issuer.headers(Role.OPERATOR, operator_ref=operator(number))
        found: list[dict[str, Any]] = (await self.client.get("/v1/households/mine", headers=headers)).json()["items"]
        return found

    async def sql(self, query: str, *values: object) -> list[Any]:
        """Rows of the service's database."""
        return list(await (await self.resources.database.pool()).fetch(query, *values))

    async def events(self, name: str = "") -> list[dict[str, Any]]:
        """Envelopes in the outbox, in order; of one event's name."""
        rows = await self.sql("select value from outbox order by position")
        envelopes = [orjson.loads(row["value"]) for row in rows]
        return [one for one in envelopes if not name or f".{name}." in one["type"]]


def run_published(counts: dict[str, dict[str, int]], year: int = 2026) -> TypingRunPublished:
    """A published run with these counts."""
    return TypingRunPublished(
        run=uuid4(),
        region=CITY,
        year=year,
        policy="zhengzhou-2025",
        counts=counts,
        digest="0" * 64,
    )


def subject_of(said: Payload) -> str:
    """The subject of an event: the household's code, or the region."""
    return str(getattr(said, "uscc", None) or getattr(said, "region", "41"))


def settings_for(database_url: str, data: Path, issuer: Issuer, **changed: Any) -> RecognitionSettings:
    """Settings of the service over a database and a data directory."""
    known: dict[str, Any] = {
        "database_url": database_url,
        "bus_url": database_url,
        "issuer": ISSUER,
        "jwks": str(issuer.jwks),
        "data_dir": data,
        "pseudonym_key": KEY,
        "vault_keys": VAULT_KEYS,
        "portal_address": "https://portal.test",
    }
    return RecognitionSettings(**(known | changed))


@asynccontextmanager
async def open_client(settings: RecognitionSettings, issuer: Issuer) -> AsyncIterator[RecognitionClient]:
    """The service, running."""
    with application(SERVICE.app, settings) as app:
        async with running(app) as client, as_worker(app.state.database) as database:
            resources = replace(app.state.resources, database=database)
            yield RecognitionClient(client, issuer, resources, app)


async def post_as(
    office: RecognitionClient, path: str, body: Any, role: Role, region: str = COUNTY, **who: Any
) -> httpx.Response:
    headers = office.as_(role, region, **who)
    if "match" in who:
        headers["If-Match"] = str(who["match"])
    return await office.client.post(path, json=body, headers=headers)


async def post_decision(office: RecognitionClient, path: str, etag: str, role: Role, **who: Any) -> httpx.Response:
    return await office.client.post(path, headers=office.as_(role, **who) | {"If-Match": etag})


async def execute_sql(office: RecognitionClient, statement: str) -> None:
    """Something that no caller may do."""
    async with office.resources.database.transaction() as session:
        await session.execute(text(statement))
