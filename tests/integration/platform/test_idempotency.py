"""I1: the same Idempotency-Key gives the same answer, 32 times in parallel."""

import asyncio
import datetime as dt
import hashlib
import os
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Header, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy import insert, text

from shared import clock
from shared.database.connections import Database
from shared.platform.app import create_app
from shared.platform.idempotency import ANSWERS_KEPT, forget_answers
from shared.platform.identity import Caller, Role, allow
from shared.platform.unit_of_work import SESSION, Endpoint, SessionDep, TransactionalRoute
from tests.fixtures.ledger.endpoints import NewEntry
from tests.fixtures.ledger.models import entry
from tests.fixtures.service_client import Issuer, StartLedger, running, settings_of
from tests.fixtures.waiting import PATIENCE, Meeting

PARALLEL = 32
ROUNDS = int(os.environ.get("MINGLU_TEST_UPLOAD_ROUNDS", "3"))
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
    return int(await (await database.pool()).fetchval("SELECT count(*) FROM entry"))


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
                    "INSERT INTO idempotent_answer (caller, call, key, fingerprint, status, headers, body) "
                    "VALUES ('', '', :key, '', 201, '', '') ON CONFLICT DO NOTHING"
                ),
                {"key": idempotency_key},
            )

    app.include_router(router)
    async with running(app) as client:
        headers = {"Idempotency-Key": "a-1"}
        await in_parallel([client], lambda c: c.post("/entries", json=ENTRY, headers=headers))
    assert await entries(database) > 1


CONTENT = b"row\n" * 1000


def upload_headers(issuer: Issuer, key: str = "a-1") -> dict[str, str]:
    digest = b64encode(hashlib.sha256(CONTENT).digest()).decode()
    return issuer.headers(Role.BUREAU, region="4101") | {
        "Idempotency-Key": key,
        "Content-Digest": f"sha-256=:{digest}:",
    }


async def chunks() -> AsyncIterator[bytes]:
    for _ in range(1000):
        yield b"row\n"


async def test_uploads_under_one_key_count_once(
    two_processes: list[httpx.AsyncClient], issuer: Issuer, database: Database
) -> None:
    """MINGLU_TEST_UPLOAD_ROUNDS says how often; each time with a key of its own."""
    for number in range(ROUNDS):
        headers = upload_headers(issuer, f"a-{number}")

        def upload(client: httpx.AsyncClient, sent: dict[str, str] = headers) -> Awaitable[httpx.Response]:
            return client.post("/v1/entries/stream", content=chunks(), headers=sent)

        answers = await in_parallel(two_processes, upload)
        assert len(seen(answers)) == 1
        assert answers[0].json() == {"bytes": 4000, "nothing_written_before_the_stream_ended": True}
        assert await entries(database) == 1
        async with database.transaction() as session:
            await session.execute(text("DELETE FROM entry"))
    other = headers | {"Content-Digest": "sha-256=:b3RoZXI=:"}
    refused = await two_processes[0].post("/v1/entries/stream", content=b"other", headers=other)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/idempotency-key-reused")


async def test_no_transaction_is_open_and_the_key_is_free_while_an_upload_comes_in(
    ledger: httpx.AsyncClient, issuer: Issuer, database: Database
) -> None:
    pool = await database.pool()

    async def watched() -> AsyncIterator[bytes]:
        for number in range(100):
            if number == 50:
                query = (
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
                )
                open_now.append(await pool.fetchval(query))
                open_now.append(await pool.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
            yield CONTENT[number * 40 : number * 40 + 40]

    open_now: list[int] = []
    answer = await ledger.post("/v1/entries/stream", content=watched(), headers=upload_headers(issuer))
    assert answer.status_code == 201
    assert open_now == [0, 0]


class ClaimsAfterTheWork(TransactionalRoute):
    """The planted naive variant: the work first, the row that claims the key after it."""

    def get_route_handler(self) -> Endpoint:
        endpoint = APIRoute.get_route_handler(self)

        async def handle(request: Request) -> Response:
            async with request.app.state.database.session() as session:
                request.scope[SESSION] = session
                response = await endpoint(request)
                key = {"key": request.headers["idempotency-key"]}
                await session.execute(
                    text(
                        "INSERT INTO idempotent_answer (caller, call, key, fingerprint, status, headers, body) "
                        "VALUES ('', '', :key, '', 201, '', '')"
                    ),
                    key,
                )
                await session.commit()
                return response

        return handle


@pytest.mark.parametrize(
    ("route", "seconds", "one_answer"),
    [(TransactionalRoute, 0.5, True), (ClaimsAfterTheWork, 60, False)],  # the naive ones always meet
)
async def test_uploads_that_meet_in_their_work_do_not_lock_each_other_up(
    issuer: Issuer,
    database_url: str,
    database: Database,
    route: type[TransactionalRoute],
    seconds: float,
    one_answer: bool,
) -> None:
    """Two wait for each other after their writes, as load makes them. What claims after the work deadlocks: the key's
    row is one's, and the unique note, checked when that one commits, waits for the other, which waits for the key.
    Which of the two the server then ends, and where, decides between 503 and 500.
    """
    router = APIRouter(prefix="/v1", route_class=route)
    both = asyncio.Barrier(2)

    @router.post("/meeting", status_code=201)
    async def meet(request: Request, session: SessionDep, _: Caller = allow(Role.BUREAU)) -> None:
        content = b"".join([chunk async for chunk in request.stream()])
        await session.execute(insert(entry).values(region="410102", note="甲", amount=len(content)))
        with suppress(TimeoutError, asyncio.BrokenBarrierError):
            async with asyncio.timeout(seconds):
                await both.wait()

    async with running(create_app("账册", settings_of(database_url, issuer), [router])) as client:
        headers = upload_headers(issuer)
        calls = [client.post("/v1/meeting", content=CONTENT, headers=headers) for _ in range(2)]
        statuses = {answer.status_code for answer in await asyncio.gather(*calls)}
    assert 201 in statuses
    assert (statuses == {201}) is one_answer
    assert await entries(database) == 1


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
    await ledger.post("/v1/entries", json=ENTRY, headers=officer | {"Idempotency-Key": "a-1"})
    with clock.travel(dt.date(2126, 1, 1)):  # a demonstration's calendar is not the answers'
        async with database.transaction() as session:
            await forget_answers(session, ANSWERS_KEPT)
    assert await (await database.pool()).fetchval("SELECT count(*) FROM idempotent_answer") == 1
    async with database.transaction() as session:
        await forget_answers(session, dt.timedelta())
    assert await (await database.pool()).fetchval("SELECT count(*) FROM idempotent_answer") == 0
