"""Callers who cost more than they may: slow ones, many at once, too many in a row, and those who break off."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from fastapi import Request
from structlog.testing import capture_logs

from shared.database.connections import Database
from shared.platform import admission, unit_of_work
from shared.platform.admission import network_of
from shared.platform.http_protocol import GuardedProtocol
from shared.platform.identity import Role
from shared.platform.request_middleware import DURATION
from tests.fixtures.ledger.service import SERVICE
from tests.fixtures.served import served
from tests.fixtures.service_client import Issuer, application, running, settings_of
from tests.fixtures.waiting import until

ENTRY = {"region": "410102", "note": "甲", "amount": 1}
Start = Callable[..., Any]


@pytest.fixture
def start(database_url: str, issuer: Issuer) -> Start:
    """The little service with other settings, in this process or behind a real server."""

    @asynccontextmanager
    async def begin(*, real: bool = False, **changed: object) -> AsyncIterator[Any]:
        with application(SERVICE.app, settings_of(database_url, issuer, **changed)) as app:
            if real:
                async with served(app, lifespan=True, http=GuardedProtocol) as port:
                    yield port
            else:
                async with running(app) as client:
                    yield client

    return begin


async def test_nobody_who_may_not_call_has_a_body_read(
    start: Start, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    honest = unit_of_work._with_body

    async def watched(request: Request) -> Request:
        read.append(1)
        return await honest(request)

    monkeypatch.setattr(unit_of_work, "_with_body", watched)
    async with start() as client:
        for headers, status in (({}, 401), (issuer.headers(Role.OPERATOR, operator_ref="v1:a"), 403)):
            answer = await client.post("/v1/entries", content=b"[" * 2**20, headers=headers)
            assert answer.status_code == status
        assert not read
        assert (await client.post("/v1/entries", json=ENTRY, headers=issuer.headers(Role.OFFICER))).status_code == 201
        assert read


async def test_too_many_requests_of_a_subject_wait_and_others_do_not(start: Start, issuer: Issuer) -> None:
    async with start(subject_rate=1 / 60, rate_burst_seconds=180) as client:
        one, other = (issuer.headers(Role.OFFICER, sub=name) for name in ("甲", "乙"))
        answers = [await client.get("/v1/me", headers=one) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 60
        assert answers[-1].json()["type"] == "/problems/too-many-requests"
        assert (await client.get("/v1/me", headers=other)).status_code == 200


async def test_too_many_requests_of_an_address_wait_whoever_they_say_they_are(start: Start, issuer: Issuer) -> None:
    async with start(address_rate=1 / 60, rate_burst_seconds=120) as client:
        answers = [await client.get("/v1/me", headers={"Authorization": f"Bearer {n}"}) for n in range(3)]
        assert [answer.status_code for answer in answers] == [401, 401, 429]
        assert "retry-after" in answers[-1].headers
        for path in ("/healthz", "/readyz", "/metrics"):
            assert (await client.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("testclient", "testclient", True),
    ],
)
def test_addresses_of_one_network_count_together(one: str, other: str, same: bool) -> None:
    assert (network_of({"client": (one, 1)}) == network_of({"client": (other, 2)})) is same


async def test_more_requests_at_once_than_allowed_are_asked_to_come_again(
    start: Start, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, waiting = asyncio.Event(), []

    async def slow(request: Request) -> Request:
        waiting.append(request)
        await go_on.wait()
        return await honest(request)

    honest = unit_of_work._with_body
    monkeypatch.setattr(unit_of_work, "_with_body", slow)
    officer = issuer.headers(Role.OFFICER)
    async with start(requests_at_once=2) as client:
        others = [issuer.headers(Role.OFFICER, sub=name) for name in ("甲", "乙")]
        under_way = [
            asyncio.ensure_future(client.post("/v1/entries", json=ENTRY | {"note": note}, headers=headers))
            for note, headers in zip(("甲", "乙"), others, strict=True)  # a note is there once
        ]
        await until(lambda: len(waiting) == 2)
        refused = await client.get("/v1/me", headers=officer)
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "1"
        assert (await client.get("/healthz")).status_code == 200
        go_on.set()
        assert {answer.status_code for answer in await asyncio.gather(*under_way)} == {201}
        assert (await client.get("/v1/me", headers=officer)).status_code == 200


async def test_a_head_that_does_not_end_is_waited_for_no_longer(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "head_seconds", 0.2)
    async with start(real=True) as port:
        for beginning in (b"", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-A: "):
            assert await closed(port, beginning)
        # a connection that was used before: the next head must come as well
        assert await closed(port, b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", then=b"GET / HTTP/1.1\r\nX-A: ")


async def closed(port: int, beginning: bytes, then: bytes = b"") -> bool:
    """Whether the server ends a connection on which no more comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(beginning)
    if then:
        await reader.readuntil(b"}")
        writer.write(then)
    async with asyncio.timeout(4):  # less than uvicorn's own wait between requests
        await reader.read()
    writer.close()
    return True


async def test_a_connection_too_many_is_closed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "most_connections", 1)
    async with start(real=True) as port:
        _, kept = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0)
        assert await closed(port, b"")
        kept.close()


def head(issuer: Issuer, length: int) -> bytes:
    token = issuer.headers(Role.OFFICER)["Authorization"]
    lines = (
        "POST /v1/entries HTTP/1.1",
        "Host: a",
        f"Content-Length: {length}",
        f"Authorization: {token}",
        "Content-Type: application/json",
        "",
        "",
    )
    return "\r\n".join(lines).encode()


async def test_a_body_that_does_not_come_is_waited_for_no_longer(start: Start, issuer: Issuer) -> None:
    async with start(real=True, body_seconds=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(issuer, 1000) + b"{")
        async with asyncio.timeout(5):
            answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"/problems/request-timeout" in answer
        writer.close()


async def test_a_body_that_comes_drop_by_drop_is_waited_for_no_longer(
    start: Start, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admission, "BODY_GRACE_SECONDS", 0.2)
    async with start(real=True) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head(issuer, 1000))
        answered = asyncio.ensure_future(reader.read(12))
        while not answered.done():
            writer.write(b" ")
            await asyncio.sleep(0.02)
        assert answered.result() == b"HTTP/1.1 408"
        writer.close()


async def test_a_caller_that_breaks_off_is_no_error_of_ours(start: Start, issuer: Issuer) -> None:
    def counted(status: str) -> float:
        samples = [one for metric in DURATION.collect() for one in metric.samples]
        return sum(one.value for one in samples if one.name.endswith("_count") and one.labels["status"] == status)

    before = counted("499"), counted("500")
    with capture_logs() as logs:
        async with start(real=True) as port:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head(issuer, 1000) + b"{")
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.transport.abort()
            await until(lambda: counted("499") == before[0] + 1, seconds=20)
    assert counted("500") == before[1]
    assert not [one for one in logs if one["log_level"] in {"error", "critical", "warning"}]


async def test_a_lock_that_does_not_come_is_waited_for_no_longer(
    start: Start, issuer: Issuer, database: Database
) -> None:
    async with start(lock_seconds=0.1) as client, database.transaction() as session:
        await (await session.connection()).exec_driver_sql("LOCK TABLE entry IN ACCESS EXCLUSIVE MODE")
        answer = await client.post("/v1/entries", json=ENTRY, headers=issuer.headers(Role.OFFICER))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"


async def test_a_key_of_a_person_who_acts_elsewhere_now_gives_no_old_answer(start: Start, issuer: Issuer) -> None:
    key = {"Idempotency-Key": "one"}
    async with start() as client:
        here = issuer.headers(Role.OFFICER, region="4101", sub="甲") | key
        there = issuer.headers(Role.OFFICER, region="4201", sub="甲") | key
        assert (await client.post("/v1/entries", json=ENTRY, headers=here)).status_code == 201
        assert (await client.post("/v1/entries", json=ENTRY, headers=here)).status_code == 201
        answer = await client.post("/v1/entries", json=ENTRY, headers=there)
    assert answer.status_code == 422
    assert json.loads(answer.content)["type"] == "/problems/idempotency-key-reused"


def test_the_protocol_is_what_every_service_is_served_with() -> None:
    from deploy.generate import COMPOSE_CONTAINERS
    from deploy.local.service_processes import PROTOCOL

    name = f"{GuardedProtocol.__module__}:{GuardedProtocol.__name__}"
    assert name == PROTOCOL
    assert f'"--http", "{name}"' in COMPOSE_CONTAINERS
