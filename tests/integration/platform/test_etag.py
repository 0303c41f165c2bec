"""A decision names the version that it was made on."""

import asyncio

import httpx
import pytest
from fastapi import Request

from shared.platform.etag import AnyVersion, require_match
from shared.platform.identity import Role
from tests.fixtures.service_client import Issuer

ENTRY = {"region": "410102", "note": "甲", "amount": 1}


@pytest.fixture
async def address(ledger: httpx.AsyncClient, issuer: Issuer) -> str:
    headers = issuer.headers(Role.OFFICER, region="4101")
    answer = await ledger.post("/v1/entries", json=ENTRY, headers=headers)
    return f"{answer.headers['location']}/amount"


async def decide(ledger: httpx.AsyncClient, issuer: Issuer, address: str, match: str | None) -> httpx.Response:
    headers = issuer.headers(Role.APPROVER, region="4101") | ({} if match is None else {"If-Match": match})
    return await ledger.post(address, json=ENTRY | {"amount": 5}, headers=headers)


async def test_without_a_version_it_is_428(ledger: httpx.AsyncClient, issuer: Issuer, address: str) -> None:
    answer = await decide(ledger, issuer, address, None)
    assert (answer.status_code, answer.json()["title"]) == (428, "缺少版本")


@pytest.mark.parametrize("stale", ['"2"', '"0"', "1", 'W/"2"', '"2-gzip"', '"1-2"', "x"])
async def test_on_another_version_it_is_412(
    ledger: httpx.AsyncClient, issuer: Issuer, address: str, stale: str
) -> None:
    answer = await decide(ledger, issuer, address, stale)
    assert (answer.status_code, answer.json()["title"]) == (412, "内容已变化")
    assert answer.json()["current"] == '"1"'


@pytest.mark.parametrize(
    "match", ['"1"', '"9", "1"', "*", 'W/"1"', '"1-gzip"', 'W/"1-br"', '"1--gzip"', 'w/"1"', '"1;gzip"']
)
async def test_on_the_current_version_it_is_taken(
    ledger: httpx.AsyncClient, issuer: Issuer, address: str, match: str
) -> None:
    answer = await decide(ledger, issuer, address, match)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')


@pytest.mark.parametrize("match", ["*", '"4", *'])
async def test_whoever_replaces_or_removes_content_names_what_they_have_read(match: str) -> None:
    """`*` overwrites what nobody has seen; a step is judged by the state, whatever the version is."""
    for method in ("PUT", "PATCH", "DELETE"):
        with pytest.raises(AnyVersion):
            await require_match(Request({"type": "http", "method": method}), match)
    assert await require_match(Request({"type": "http", "method": "POST"}), match) == match


async def test_of_many_decisions_on_one_version_one_is_taken(
    ledger: httpx.AsyncClient, issuer: Issuer, address: str
) -> None:
    answers = await asyncio.gather(*(decide(ledger, issuer, address, '"1"') for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 11
