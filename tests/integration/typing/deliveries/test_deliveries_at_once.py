"""More deliveries at once than the database has connections: they wait without one, and nobody else waits for them."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.pool import AsyncAdaptedQueuePool

from shared.database.connections import Database
from shared.feeds.intake.context import IntakeContext
from shared.platform.deliveries.receiving import Arrived, Receipt, Receiving
from shared.platform.deliveries.rows import find_same_delivery
from shared.platform.identity import Role
from tests.fixtures.service_client import Issuer, application, running, settings_of
from tests.fixtures.waiting import until
from tests.integration.typing.deliveries.bureau_client import CODES, Bureau, count, intake_app, registration, tax

POOL = 1
AT_ONCE = 6 * POOL
"""The engine has twice its pool's size; far more come."""


@asynccontextmanager
async def crowded(database_url: str, issuer: Issuer, intake: IntakeContext) -> AsyncIterator[tuple[FastAPI, Bureau]]:
    """A service with few connections."""
    settings = settings_of(database_url, issuer, service="typing", database_pool=POOL)
    with application(intake_app, settings) as app:
        app.state.resources = SimpleNamespace(intake=intake)
        async with running(app) as client:
            yield app, Bureau(client, issuer, intake)


def connections_in_use(app: FastAPI) -> int:
    database: Database = app.state.database
    pool = database.engine.pool
    assert isinstance(pool, AsyncAdaptedQueuePool)
    return pool.checkedout()


def waiting(intake: IntakeContext) -> int:
    return intake.checks.statistics().tasks_waiting


def deliveries(bureau: Bureau) -> list[asyncio.Task[httpx.Response]]:
    """Each of another household; every second one under an Idempotency-Key."""
    return [
        asyncio.ensure_future(
            bureau.delivers(
                registration(code),
                mode="incremental",
                headers={"Idempotency-Key": f"key {number}"} if number % 2 else None,
            )
        )
        for number, code in enumerate(CODES[:AT_ONCE])
    ]


async def asked(bureau: Bureau) -> float:
    """Seconds of another request, which needs a connection too."""
    began = time.perf_counter()
    answer = await bureau.asks("/v1/deliveries/00000000-0000-0000-0000-000000000000", role=Role.OFFICER)
    assert answer.status_code == 404
    return time.perf_counter() - began


async def test_deliveries_wait_without_a_connection_and_all_are_taken(
    database_url: str, issuer: Issuer, intake: IntakeContext, database: Database
):
    async with crowded(database_url, issuer, intake) as (app, bureau):
        async with intake.checks:  # one is being checked, for long
            under_way = deliveries(bureau)
            await until(lambda: waiting(intake) == AT_ONCE)
            assert connections_in_use(app) == 0
            assert await asked(bureau) < 1
        answers = await asyncio.gather(*under_way)
        assert [answer.status_code for answer in answers] == [201] * AT_ONCE
        assert await count(database, "delivery") == AT_ONCE


async def test_whoever_asks_which_rows_wait_has_no_connection_until_it_is_their_turn(
    database_url: str, issuer: Issuer, intake: IntakeContext
):
    async with crowded(database_url, issuer, intake) as (app, bureau):
        told = (await bureau.delivers(tax(*CODES[:3]), "tax", year=2025)).json()
        path = f"/v1/deliveries/{told['id']}/waiting"
        async with intake.checks:
            under_way = [asyncio.ensure_future(bureau.asks(path)) for _ in range(AT_ONCE)]
            await until(lambda: waiting(intake) == AT_ONCE)
            assert connections_in_use(app) == 0
        assert [(await one).json()["waiting"] for one in under_way] == [3] * AT_ONCE


async def test_asking_the_database_before_the_slot_would_hold_all_connections(
    database_url: str, issuer: Issuer, intake: IntakeContext, monkeypatch: pytest.MonkeyPatch
):
    """The planted naive variant: the same question a moment earlier."""
    honest = Receiving._accept

    async def naive(self: Receiving, session: AsyncSession, arrived: Arrived) -> Receipt:  # type: ignore[type-arg]
        await find_same_delivery(session, self.table, arrived.declared)
        return await honest(self, session, arrived)

    monkeypatch.setattr(Receiving, "_accept", naive)
    async with crowded(database_url, issuer, intake) as (app, bureau):
        async with intake.checks:
            under_way = deliveries(bureau)
            await until(lambda: connections_in_use(app) == 2 * POOL)
        await asyncio.gather(*under_way)
