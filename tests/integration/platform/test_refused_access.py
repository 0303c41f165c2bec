"""M2: 401 and 403 stood in a log without who and whence, and in no audit."""

import httpx
import orjson
from starlette.types import Scope

from shared.platform.audited_access import MOST_KINDS, Refusals
from shared.platform.identity import Role
from tests.fixtures.ledger.service import SERVICE
from tests.fixtures.service_client import Issuer, application, running, settings_of


async def test_refused_calls_are_in_the_audit_with_caller_and_address(database_url: str, issuer: Issuer) -> None:
    with application(SERVICE.app, settings_of(database_url, issuer)) as app:
        async with running(app) as ledger:
            await refused_calls(ledger, issuer)
            assert await app.state.refusals.write(app.state.database) == 2
            assert await app.state.refusals.write(app.state.database) == 0, "each is written once"
            pool = await app.state.database.pool()
            rows = await pool.fetch("select * from audit_entry where action = 'access:refused'")
    found = {(row["actor"], row["chain"]): orjson.loads(row["details"]) for row in rows}
    assert found[("anonymous", "access")] == {"address": "127.0.0.1", "method": "POST", "status": 401, "times": 3}
    assert found[("auditor-1", "access")]["status"] == 403
    assert {row["subject"] for row in rows} == {"/v1/entries"}


async def refused_calls(ledger: httpx.AsyncClient, issuer: Issuer) -> None:
    """Three without a token, one whose role may not."""
    body = {"region": "410102", "note": "甲", "amount": 1}
    for _ in range(3):
        assert (await ledger.post("/v1/entries", json=body)).status_code == 401
    headers = issuer.headers(Role.AUDITOR, region="410102", sub="auditor-1")
    assert (await ledger.post("/v1/entries", json=body, headers=headers)).status_code == 403


def test_a_flood_of_refused_calls_adds_few_entries() -> None:
    """Naive: an entry for each call fills the database of whoever is attacked."""
    refusals = Refusals()
    for number in range(10 * MOST_KINDS):
        scope: Scope = {"type": "http", "method": "GET", "client": (f"10.0.{number // 250}.{number % 250}", 1)}
        refusals.note(scope, "/v1/runs", 401)
    assert len(refusals.waiting) == MOST_KINDS + 1
    assert refusals.waiting.total() == 10 * MOST_KINDS
