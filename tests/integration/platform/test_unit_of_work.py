"""One request, one transaction, committed before the answer is sent."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.platform.identity import Role
from tests.fixtures.ledger.endpoints import NewEntry
from tests.fixtures.ledger.models import entry
from tests.fixtures.service_client import Issuer, running

ENTRY = {"region": "410102", "note": "甲", "amount": 1}


@pytest.fixture
def officer(issuer: Issuer) -> dict[str, str]:
    return issuer.headers(Role.OFFICER, region="4101")


async def entries(database: Database) -> int:
    return int(await (await database.pool()).fetchval("SELECT count(*) FROM entry"))


async def test_what_was_answered_is_stored(
    ledger: httpx.AsyncClient, officer: dict[str, str], database: Database
) -> None:
    answer = await ledger.post("/v1/entries", json=ENTRY, headers=officer)
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/entries/{answer.json()['id']}"
    assert await entries(database) == 1


@pytest.mark.parametrize(("path", "status"), [("refused", 409), ("answered", 409), ("broken", 500)])
async def test_an_error_stores_nothing(
    ledger: httpx.AsyncClient, officer: dict[str, str], database: Database, path: str, status: int
) -> None:
    answer = await ledger.post(f"/v1/entries/{path}", json=ENTRY, headers=officer)
    assert answer.status_code == status
    assert await entries(database) == 0


async def test_a_commit_that_fails_is_an_error_and_stores_nothing(
    ledger: httpx.AsyncClient, officer: dict[str, str], database: Database
) -> None:
    await ledger.post("/v1/entries", json=ENTRY, headers=officer)
    answer = await ledger.post("/v1/entries", json=ENTRY | {"amount": 2}, headers=officer)  # breaks at the commit
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert await entries(database) == 1


async def test_committing_after_the_yield_would_report_a_failed_commit_as_done(database: Database) -> None:
    """The planted naive variant: FastAPI runs what follows the yield after the answer has gone out."""
    naive = FastAPI()
    router = APIRouter()

    async def naive_session(request: Request) -> AsyncIterator[AsyncSession]:
        async with database.session() as session:
            yield session
            await session.commit()

    @router.post("/entries", status_code=201)
    async def write(new: NewEntry, session: AsyncSession = Depends(naive_session)) -> None:  # noqa: B008
        await session.execute(insert(entry).values(new.model_dump()))

    naive.include_router(router)
    async with running(naive) as client:
        client._transport.raise_app_exceptions = False  # type: ignore[attr-defined]
        await client.post("/entries", json=ENTRY)
        answer = await client.post("/entries", json=ENTRY | {"amount": 2})
    assert answer.status_code == 201, "told as done"
    assert await entries(database) == 1, "though it was not"


async def test_the_audit_entry_is_there_exactly_if_the_deed_is(
    ledger: httpx.AsyncClient, officer: dict[str, str], database: Database
) -> None:
    await ledger.post("/v1/entries", json=ENTRY, headers=officer)
    await ledger.post("/v1/entries", json=ENTRY, headers=officer)
    pool = await database.pool()
    assert await pool.fetchval("SELECT count(*) FROM audit_entry") == 1 == await entries(database)


async def test_a_body_that_is_too_large_is_refused_with_a_problem(
    ledger: httpx.AsyncClient, officer: dict[str, str]
) -> None:
    answer = await ledger.post("/v1/entries", json=ENTRY | {"note": "甲" * 2**20}, headers=officer)
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/content-too-large")
