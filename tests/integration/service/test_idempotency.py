"""I1: the same Idempotency-Key gives the same answer, 32 times in parallel."""

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Header
from sqlalchemy import insert, text

from shared.service import clock
from shared.service.database import Database
from shared.service.idempotency import forget_answers
from shared.service.identity import Role
from tests.fixtures.ledger.endpoints import NewEntry
from tests.fixtures.ledger.models import entry
from tests.fixtures.service import Issuer, StartLedger, running
from tests.fixtures.waiting import PATIENCE, Meeting

PARALLEL = 32
ENTRY = {"region": "410102", "note": "甲", "amount": 1}

Call = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]


@pytest.fixture
def officer(issuer: Issuer) -> dict[str, str]:
    return issuer.headers(Role.OFFICER, region="4101") | {"Idempotency-Key": "a-1"}


@pytest.fixture
async def two_processes(start_ledger: StartLedger, database_url: str) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two instances of the service on one database: what holds must not hang on one process's memory."""
    async with start_ledger(database_url) as first, start_ledger(database_url) as second:
        yield [first, second]


async def in_parallel(clients: list[httpx.AsyncClient], call: Call) -> list[httpx.Response]:
    return await asyncio.gather(*(call(clients[number % len(clients)]) for number in range(PARALLEL)))


async def entries(database: Database) -> int:
    return await (await database.pool()).fetchval("SELECT count(*) FROM entry")


def seen(answers: list[httpx.Response]) -> set[tuple[int, bytes, str | None]]:
    return {(answer.status_code, answer.content, answer.headers.get("location")) for answer in answers}


async def test_one_key_one_effect_one_answer(
    two_processes: list[httpx.AsyncClient], officer: dict[str, str], database: Database
) -> None:
    answers = await in_parallel(two_processes, lambda c: c.post("/v1/entries", json=ENTRY, headers=officer))
    assert len(seen(answers)) == 1
    assert answers[0].status_code == 201
    assert await entries(database) == 1
    pool = await database.pool()
    assert await pool.fetchval("SELECT count(*) FROM audit_entry") == 1
    later = await two_processes[0].post("/v1/entries", json=ENTRY, headers=officer)
    assert seen([later]) == seen(answers)


async def test_checking_before_inserting_would_do_it_several_times(database: Database) -> None:
    """The planted naive variant: look the key up, do the work, then keep the answer. This test's calls catch it."""
    app, router = FastAPI(), APIRouter()
    kept, two_have_looked = "SELECT 1 FROM idempotent_answer WHERE key = :key", Meeting(2, PATIENCE)

    @router.post("/entries", status_code=201)
    async def write(new: NewEntry, idempotency_key: str = Header()) -> None:
        async with database.transaction() as session:
            if await session.scalar(text(kept), {"key": idempotency_key}):
                return
            await two_have_looked.come()
            unique = new.model_dump() | {"note": str(id(session))}
            await session.execute(insert(entry).values(unique))
            await session.execute(
                text(
                    "INSERT INTO idempotent_answer (caller, call, key, fingerprint) VALUES ('', '', :key, '') "
                    "ON CONFLICT DO NOTHING"
                ),
                {"key": idempotency_key},
            )

    app.include_router(router)
    async with running(app) as client:
        headers = {"Idempotency-Key": "a-1"}
        await in_parallel([client], lambda c: c.post("/entries", json=ENTRY, headers=headers))
    assert await entries(database) > 1


async def test_uploads_under_one_key_count_once_and_hold_no_transaction_meanwhile(
    two_processes: list[httpx.AsyncClient], issuer: Issuer, database: Database
) -> None:
    content = b"row\n" * 1000
    headers = issuer.headers(Role.BUREAU, region="4101") | {
        "Idempotency-Key": "a-1",
        "Content-Digest": f"sha-256=:{b64encode(hashlib.sha256(content).digest()).decode()}:",
    }

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(1000):
            yield b"row\n"

    answers = await in_parallel(
        two_processes, lambda c: c.post("/v1/entries/stream", content=chunks(), headers=headers)
    )
    assert len(seen(answers)) == 1
    assert answers[0].json() == {"bytes": 4000, "nothing_written_before_the_stream_ended": True}
    assert await entries(database) == 1
    other = headers | {"Content-Digest": "sha-256=:b3RoZXI=:"}
    refused = await two_processes[0].post("/v1/entries/stream", content=b"other", headers=other)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_an_upload_under_a_key_must_name_its_content(ledger: httpx.AsyncClient, issuer: Issuer) -> None:
    headers = issuer.headers(Role.BUREAU) | {"Idempotency-Key": "a-1"}
    answer = await ledger.post("/v1/entries/stream", content=b"rows", headers=headers)
    assert answer.status_code == 422
    assert "Content-Digest" in answer.json()["errors"][0]["message"]


async def test_another_content_under_a_used_key_is_refused(
    ledger: httpx.AsyncClient, officer: dict[str, str], database: Database
) -> None:
    await ledger.post("/v1/entries", json=ENTRY, headers=officer)
    answer = await ledger.post("/v1/entries", json=ENTRY | {"note": "乙"}, headers=officer)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert await entries(database) == 1


async def test_a_key_belongs_to_its_caller(ledger: httpx.AsyncClient, issuer: Issuer, database: Database) -> None:
    for name in ("li", "wang"):
        headers = issuer.headers(Role.OFFICER, region="4101", sub=name) | {"Idempotency-Key": "a-1"}
        answer = await ledger.post("/v1/entries", json=ENTRY | {"note": name}, headers=headers)
        assert answer.json()["note"] == name
    assert await entries(database) == 2


async def test_who_may_not_call_learns_nothing_by_the_key(
    ledger: httpx.AsyncClient, officer: dict[str, str], issuer: Issuer
) -> None:
    await ledger.post("/v1/entries", json=ENTRY, headers=officer)
    auditor = issuer.headers(Role.AUDITOR, sub="officer") | {"Idempotency-Key": "a-1"}
    assert (await ledger.post("/v1/entries", json=ENTRY, headers=auditor)).status_code == 403
    assert (await ledger.post("/v1/entries", json=ENTRY, headers={"Idempotency-Key": "a-1"})).status_code == 401


async def test_after_an_error_the_key_may_try_again(
    ledger: httpx.AsyncClient, officer: dict[str, str], database: Database
) -> None:
    answers = [await ledger.post("/v1/entries/refused", json=ENTRY, headers=officer) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [409, 409]
    broken = await ledger.post("/v1/entries/broken", json=ENTRY, headers=officer)
    assert broken.status_code == 500
    assert await (await database.pool()).fetchval("SELECT count(*) FROM idempotent_answer") == 0


@pytest.mark.parametrize("key", ["", "x" * 256, "键", "a\tb"])
async def test_a_key_that_is_no_key_is_refused(ledger: httpx.AsyncClient, officer: dict[str, str], key: str) -> None:
    headers = {**officer, "Idempotency-Key": key.encode()}
    answer = await ledger.post("/v1/entries", json=ENTRY, headers=headers)  # type: ignore[arg-type]
    assert answer.status_code == 422


async def test_answers_are_forgotten_when_told(
    ledger: httpx.AsyncClient, officer: dict[str, str], database: Database
) -> None:
    await ledger.post("/v1/entries", json=ENTRY, headers=officer)
    async with database.transaction() as session:
        await forget_answers(session, clock.now())
    assert await (await database.pool()).fetchval("SELECT count(*) FROM idempotent_answer") == 0
