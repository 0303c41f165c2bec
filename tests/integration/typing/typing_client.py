"""The typing service as its users see it: an HTTP client, tokens by role, and a worker that is run by hand."""

import datetime as dt
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
from fastapi import FastAPI

from services.typing.resources import Resources
from services.typing.run_worker import RunWorker
from services.typing.runs import repository as runs_repository
from services.typing.runs.models import Run
from services.typing.service import SERVICE
from services.typing.settings import TypingSettings
from shared import clock
from shared.feeds.contract.feeds import FEEDS
from shared.platform.identity import Role
from shared.reference.departments import Department
from tests.fixtures.correction_keys import CORRECTION_KEYS
from tests.fixtures.service_client import ISSUER, Issuer, application, as_worker, running

CITY = "4101"
PROVINCE = "41"
"""Whose officers type and publish: 由省市场监管局进行一次个体工商户集中分型判定."""
YEARLY = {"annual_report", "tax", "social_insurance"}
PSEUDONYM_KEY = "5a" * 32


@dataclass
class TypingClient:
    """Everything that a test does with the service; `region` is the officers' own, `resources` the worker's."""

    client: httpx.AsyncClient
    issuer: Issuer
    resources: Resources
    app: FastAPI

    def as_(self, role: Role, region: str = CITY, **changed: object) -> dict[str, str]:
        """The header of such a caller; a bureau's is of market supervision unless it is said of which."""
        if role is Role.BUREAU:
            changed.setdefault("department", Department.MARKET)
        if role is Role.OPERATOR:
            changed.setdefault("operator_ref", f"v1:{99:032x}")
        return self.issuer.headers(
            role, region=region, **({"sub": changed.pop("subject")} if "subject" in changed else {}), **changed
        )

    async def get(self, path: str, role: Role | None = Role.OFFICER, **query: Any) -> httpx.Response:
        """Read as an officer of the city, as somebody else, or (None) as the public."""
        return await self.client.get(path, params=query, headers=self.as_(role) if role else {})

    async def deliver(
        self, path: Path, *, feed: str | None = None, region: str = CITY, year: int = 2025, **query: Any
    ) -> httpx.Response:
        """Deliver one Parquet file as its bureau would."""
        feed = feed or path.stem
        body = path.read_bytes()
        digest = b64encode(hashlib.sha256(body).digest()).decode()
        parameters = {"region": region, "mode": "full", "bureau": "测试局", **query}
        if feed in YEARLY:
            parameters["year"] = year
        headers = {
            "Content-Type": "application/vnd.apache.parquet",
            "Content-Digest": f"sha-256=:{digest}:",
            "Minglu-Rows": str(pq.read_metadata(path).num_rows),
        }
        return await self.client.post(
            f"/v1/feeds/{feed}/deliveries",
            params=parameters,
            content=body,
            headers=headers | self.as_(Role.BUREAU, region, department=FEEDS[feed].department),
        )

    async def close_reports(self, region: str = CITY, closed_on: str = "2026-07-01") -> list[str]:
        """Say that the annual reports closed; the runs that this ordered."""
        order = {"region": region, "year": int(closed_on[:4]) - 1, "closed_on": closed_on}
        with clock.travel(max(clock.now(), dt.datetime.fromisoformat(f"{closed_on}T12:00+08:00"))):
            answer = await self.client.post("/v1/annual-report-closings", json=order, headers=self.as_(Role.SYSTEM))
        assert answer.status_code == 201, answer.text
        return list(answer.json()["runs"])

    async def order(self, *, as_of: str = "2026-07-01", region: str = CITY, maker: str = "maker") -> httpx.Response:
        """Order a run as an officer of the province."""
        return await self.client.post(
            "/v1/runs",
            json={"policy": "zhengzhou-2025", "as_of": as_of, "region": region},
            headers=self.as_(Role.OFFICER, PROVINCE, subject=maker),
        )

    async def ordered(self, **order: str) -> str:
        """The id of a run that was just ordered."""
        answer = await self.order(**order)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    async def work(self) -> None:
        """Let a worker take every step that waits."""
        worker = RunWorker(self.resources, poll_seconds=0.01)
        while await worker.take_one_step():
            pass

    async def run(self, run_id: str) -> httpx.Response:
        """The run as an officer reads it."""
        return await self.get(f"/v1/runs/{run_id}")

    async def decide(
        self, run_id: str, what: str, body: dict[str, object] | None, role: Role, *, tag: str = "", **who: Any
    ) -> httpx.Response:
        """A decision on the version that is there now, or on the one that `tag` names."""
        match = tag or (await self.run(run_id)).headers["ETag"]
        return await self.client.post(
            f"/v1/runs/{run_id}/{what}", json=body, headers=self.as_(role, **who) | {"If-Match": match}
        )

    async def publish(
        self, run_id: str, *, reason: str = "按省里的安排更新分型", region: str = PROVINCE, **how: Any
    ) -> httpx.Response:
        """Publish as an approver of the province who made nothing of it; of an ordered run a reason is asked."""
        return await self.decide(run_id, "publication", {"reason": reason}, Role.APPROVER, region=region, **how)

    async def stored(self, run_id: str) -> Run:
        """The run as the database has it."""
        async with self.resources.database.session() as session:
            run = await runs_repository.get_run(session, run_id, "")  # type: ignore[arg-type]  # a UUID's text
        assert run is not None
        return run

    async def sql(self, query: str, *values: object) -> list[Any]:
        """Rows of the service's database."""
        return list(await (await self.resources.database.pool()).fetch(query, *values))


def typing_settings(database_url: str, data: Path, issuer: Issuer, **changed: Any) -> TypingSettings:
    """Settings of the service over a database and a data directory."""
    known: dict[str, Any] = {
        "database_url": database_url,
        "bus_url": database_url,
        "issuer": ISSUER,
        "jwks": str(issuer.jwks),
        "data_dir": data,
        "pseudonym_key": PSEUDONYM_KEY,
        "correction_keys": CORRECTION_KEYS.private,
        "memory_limit": "500MB",
    }
    return TypingSettings(**(known | changed))


@asynccontextmanager
async def running_client(settings: TypingSettings, issuer: Issuer) -> AsyncIterator[TypingClient]:
    """The service, running."""
    with application(SERVICE.app, settings) as app:
        async with running(app) as client, as_worker(app.state.database) as database:
            yield TypingClient(client, issuer, replace(app.state.resources, database=database), app)
