"""Whatever is asked, the answer is problem details in Chinese, repeats nothing of what was sent, and is no 5xx."""

import asyncio
import json
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from deploy.local.postgres import EmbeddedPostgres
from shared.database.migrations import upgrade
from shared.platform.identity import Role
from tests.fixtures.http_fuzz import exercise
from tests.fixtures.ledger.service import SERVICE
from tests.fixtures.service_client import Issuer, StartLedger, application, running, settings_of

ENTRY = {"region": "410102", "note": "甲", "amount": 1}
ALL_ROLES = (Role.OFFICER, Role.APPROVER, Role.BUREAU)


@pytest.fixture
def headers(issuer: Issuer) -> dict[str, str]:
    return issuer.headers(*ALL_ROLES, region="")


def check_problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"].startswith("/problems/")
    assert any("\u4e00" <= character <= "\u9fff" for character in body["detail"])
    return body


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"{", "application/json"),
        (b"", "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"null", "application/json"),
        (json.dumps(ENTRY).encode(), "text/plain"),
        (json.dumps(ENTRY).encode(), ""),
        (json.dumps(ENTRY).encode(), ";;;"),
        (b"region=410102", "application/x-www-form-urlencoded"),
        (b"<a/>", "application/xml"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
async def test_a_body_that_is_none_is_refused(
    ledger: httpx.AsyncClient, headers: dict[str, str], content: bytes, kind: str
) -> None:
    answer = await ledger.post("/v1/entries", content=content, headers=headers | {"content-type": kind})
    assert answer.status_code in {400, 415, 422}
    check_problem(answer, answer.status_code)


@pytest.mark.parametrize(
    "changed",
    [
        {"note": "a\u0000b"},
        {"note": "\ud800"},
        {"amount": 2**31},
        {"amount": 10**400},
        {"amount": -(2**63)},
        {"amount": "1e999"},
        {"amount": 1.5},
        {"amount": None},
        {"region": "4101"},
        {"region": "４１０１０２"},
        {"surplus": 1},
        {"\ud800": 1},
        {"note": ["甲"]},
    ],
    ids=ascii,
)
async def test_a_value_that_cannot_be_is_422(
    ledger: httpx.AsyncClient, headers: dict[str, str], changed: dict[str, Any]
) -> None:
    content = json.dumps(ENTRY | changed).encode()
    answer = await ledger.post("/v1/entries", content=content, headers=headers | {"content-type": "application/json"})
    assert check_problem(answer, 422)["errors"]


async def test_a_backslash_before_u0000_is_only_text(ledger: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await ledger.post("/v1/entries", json=ENTRY | {"note": "\\u0000"}, headers=headers)
    assert answer.json()["note"] == "\\u0000"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/entries/%00", 422),
        ("/v1/entries/1?x=%00", 422),
        ("/v1/entries/99999999999999999999", 422),
        ("/v1/entries/" + "9" * 5000, 422),
        ("/v1/entries/x", 422),
        ("/v1/entries/1", 404),
        ("/v1/entries?cursor=x", 422),
        ("/v1/nothing", 404),
        ("/v1/entries/%ff%fe", 422),
    ],
)
async def test_an_address_that_is_none_is_told(
    ledger: httpx.AsyncClient, headers: dict[str, str], path: str, status: int
) -> None:
    check_problem(await ledger.get(path, headers=headers), status)


async def test_a_wrong_method_says_which_are_right(ledger: httpx.AsyncClient) -> None:
    answer = await ledger.delete("/v1/entries/1")
    check_problem(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


async def test_nothing_that_was_sent_comes_back(ledger: httpx.AsyncClient, headers: dict[str, str]) -> None:
    secret = "410102199001011234"
    answer = await ledger.post("/v1/entries", json={"region": secret, "amount": secret + "x"}, headers=headers)
    assert secret not in answer.text
    assert {error["field"] for error in answer.json()["errors"]} == {"body.region", "body.note", "body.amount"}


async def test_who_is_missing_or_wrong_is_told_apart(ledger: httpx.AsyncClient, issuer: Issuer) -> None:
    nobody = await ledger.post("/v1/entries", json=ENTRY)
    check_problem(nobody, 401)
    assert nobody.headers["www-authenticate"] == "Bearer"
    check_problem(await ledger.post("/v1/entries", json=ENTRY, headers=issuer.headers(Role.AUDITOR)), 403)
    outside = await ledger.post("/v1/entries", json=ENTRY, headers=issuer.headers(Role.OFFICER, region="4102"))
    assert check_problem(outside, 403)["type"] == "/problems/outside-region"


async def test_an_error_of_ours_tells_nothing_of_us(ledger: httpx.AsyncClient, headers: dict[str, str]) -> None:
    body = check_problem(await ledger.post("/v1/entries/broken", json=ENTRY, headers=headers), 500)
    assert "ZeroDivision" not in json.dumps(body)


async def test_a_database_that_is_away_is_503_and_then_work_goes_on(
    durable_postgres: EmbeddedPostgres, start_ledger: StartLedger, headers: dict[str, str]
) -> None:
    url = durable_postgres.create_database("minglu_test")
    await asyncio.to_thread(upgrade, url, "tests.fixtures.ledger")
    async with start_ledger(url) as client:
        assert (await client.post("/v1/entries", json=ENTRY, headers=headers)).status_code == 201
        assert (await client.get("/readyz")).status_code == 200
        durable_postgres.kill()
        for _ in range(2):
            check_problem(await client.post("/v1/entries", json=ENTRY | {"note": "乙"}, headers=headers), 503)
            check_problem(await client.get("/v1/entries", headers=headers), 503)
        with capture_logs() as logged:
            check_problem(await client.get("/v1/entries/410102199", headers=headers), 503)
        assert [line["route"] for line in logged if line["event"] == "database_refused"] == ["/v1/entries/{entry_id}"]
        assert "410102199" not in str(logged), "what stands in a path may be a person's number"
        check_problem(await client.get("/readyz"), 503)
        assert (await client.get("/healthz")).status_code == 200
        durable_postgres.start()
        assert (await client.post("/v1/entries", json=ENTRY | {"note": "乙"}, headers=headers)).status_code == 201
        assert len((await client.get("/v1/entries", headers=headers)).json()["items"]) == 2
        assert (await client.get("/readyz")).status_code == 200


async def test_generated_requests_meet_no_server_error(
    database_url: str, issuer: Issuer, headers: dict[str, str]
) -> None:
    """What fails on purpose is left out: the operation `broken`, and the constraint that breaks commits."""
    with application(SERVICE.app, settings_of(database_url, issuer)) as app:
        async with running(app) as client:
            async with app.state.database.transaction() as session:
                await session.execute(text("ALTER TABLE entry DROP CONSTRAINT uq_entry_note"))
            answered = await exercise(
                app, client, {"everybody": headers}, examples=15, leave_out=("/v1/entries/broken",)
            )
    statuses = answered["everybody"]
    assert statuses[422] > 20
    assert statuses[201] > 0
    assert statuses[200] > 0
