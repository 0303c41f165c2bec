"""A bureau that delivers to the typing service over HTTP, the files it sends, and what is left behind by them."""

import base64
import datetime as dt
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from services.typing.deliveries import endpoints as deliveries_endpoints
from services.typing.moves import endpoints as moves_endpoints
from shared.database.connections import Database
from shared.feeds.contract.feeds import FEEDS
from shared.feeds.intake.context import FileChecker, IntakeContext, Judging
from shared.feeds.intake.declaration import Declaration
from shared.feeds.validation.delivery import DeliveryReport
from shared.platform.app import create_app
from shared.platform.identity import Role
from shared.platform.settings import ServiceSettings
from shared.reference.personal_data import OperatorPseudonym
from shared.reference.uscc import make_usccs
from tests.fixtures.service_client import Issuer, application, settings_of

CITY = "4101"
ID_NUMBER = "410102198001010011"
HEADER = "uscc,name,operator_name,operator_id,region_code,industry_code,established_on,status,seasonal"
CODES = [code.decode() for code in make_usccs(np.full(50, 410102, np.int32), np.arange(50, dtype=np.int64))]
PSEUDONYM = OperatorPseudonym(b"k" * 32)


def registration(
    *codes: str, region: str = "410102", name: str = "测试小店", status: str = "registered", operator: str = ID_NUMBER
) -> str:
    """A registration file with these households."""
    rows = [f"{code},{name},张三,{operator},{region},5211,2020-01-02,{status}," for code in codes]
    return "\n".join([HEADER, *rows, ""])


def tax(*codes: str, paid: str = "12.50", year: int = 2025) -> str:
    """A tax file with these households."""
    return "\n".join(["uscc,year,tax_paid,vat_paid,income_tax_paid", *(f"{c},{year},{paid},," for c in codes), ""])


@dataclass
class Bureau:
    """A bureau with its token, delivering over HTTP."""

    client: httpx.AsyncClient
    issuer: Issuer
    intake: IntakeContext

    async def delivers(
        self,
        content: str | bytes,
        feed: str = "registration",
        *,
        token_region: str = CITY,
        role: Role = Role.BUREAU,
        department: str | None = None,
        rows: int | None = None,
        digest: str | None = None,
        content_type: str = "text/csv",
        headers: dict[str, str] | None = None,
        **query: Any,
    ) -> httpx.Response:
        """Delivers a file honestly, as the department whose feed it is, except for what the test says otherwise."""
        body = content.encode() if isinstance(content, str) else content
        count = max(body.count(b"\n") - 1, 0) if rows is None else rows
        declared = {
            "Content-Type": content_type,
            "Content-Digest": digest or content_digest(body),
            "Minglu-Rows": str(count),
        }
        asked = {"region": CITY, "mode": "full", "bureau": "市场监管局"} | query
        own = department or (FEEDS[feed].department if role is Role.BUREAU and feed in FEEDS else None)
        return await self.client.post(
            f"/v1/feeds/{feed}/deliveries",
            params={name: value for name, value in asked.items() if value is not None},
            content=body,
            headers=declared | self.issuer.headers(role, region=token_region, department=own) | (headers or {}),
        )

    async def asks(
        self,
        path: str,
        *,
        role: Role = Role.OFFICER,
        token_region: str = CITY,
        department: str | None = None,
        **query: Any,
    ) -> httpx.Response:
        """Reads as an officer of a region, or as somebody else."""
        headers = self.issuer.headers(role, region=token_region, department=department)
        return await self.client.get(path, params=query, headers=headers)


def read_by(function: str, monkeypatch: pytest.MonkeyPatch, *, rows: int | None = None) -> None:
    """Lets `tests.unit.confined_work` do the reading, of all files or of those with so many rows declared."""
    check = FileChecker.check

    def other(self: FileChecker, raw: Path, declared: Declaration, today: dt.date, out: Path) -> DeliveryReport:
        judging = Judging(f"tests.unit.confined_work:{function}", (), str) if rows in (None, declared.rows) else None
        return check(self, raw, declared, today, out, None, judging)

    monkeypatch.setattr(FileChecker, "check", other)


def content_digest(body: bytes) -> str:
    """RFC 9530."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def intake_app(settings: ServiceSettings) -> FastAPI:
    """The service's delivery routes."""
    return create_app("报送", settings, [deliveries_endpoints.router, moves_endpoints.router])


@asynccontextmanager
async def delivery_routes(database_url: str, issuer: Issuer, intake: IntakeContext) -> AsyncIterator[FastAPI]:
    """The delivery routes over the test's intake."""
    with application(intake_app, settings_of(database_url, issuer, service="typing")) as app:
        app.state.resources = SimpleNamespace(intake=intake)
        yield app


async def count(database: Database, table: str) -> int:
    """How many rows a table has."""
    pool = await database.pool()
    return int(await pool.fetchval(f"select count(*) from {table}"))


def stored_files(intake: IntakeContext) -> list[Path]:
    """Every file below the data directory."""
    return sorted(path for path in intake.store.data.rglob("*") if path.is_file() and path.name != "lock")
