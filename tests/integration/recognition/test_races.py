"""Races: the quota is never exceeded, one recognition per person and county, one answer per key (R1, R2, I1).

Each with the naive variant that it catches.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from deploy.local.postgres import EmbeddedPostgres
from services.recognition.decisions import cases, service
from services.recognition.decisions.cases import Case
from services.recognition.season import quotas
from services.recognition.season.quotas import Places
from shared import clock
from shared.platform.identity import Role
from tests.fixtures.waiting import Meeting
from tests.integration.recognition.lifecycle_steps import household_moved
from tests.integration.recognition.recognition_client import household_typed
from tests.integration.recognition.stages import at_stage
from tests.integration.recognition.walkthrough import DECIDES, Walkthrough

CLIENTS = 16


async def execute(walkthrough: Walkthrough, statement: str) -> None:
    async with walkthrough.office.resources.database.transaction() as session:
        await session.execute(text(statement))


async def decided_at_once(walkthrough: Walkthrough, applications: list[str]) -> list[httpx.Response]:
    """So many deciders, all in the same instant; the same application by several."""
    tags = {application: await walkthrough.etag(application) for application in applications}
    headers = walkthrough.office.as_(Role.APPROVER, subject="decider")

    def decide(application: str) -> Awaitable[httpx.Response]:
        body = {"application": application, "etag": tags[application]}
        return walkthrough.office.client.post("/v1/recognitions", json=body, headers=headers)

    with clock.travel(DECIDES):
        return await asyncio.gather(*(decide(applications[n % len(applications)]) for n in range(CLIENTS)))


async def valid(walkthrough: Walkthrough) -> int:
    (row,) = await walkthrough.office.sql("select count(*) as valid from recognition where state = 'valid'")
    return int(row["valid"])


async def the_last_places(walkthrough: Walkthrough) -> None:
    applications = await walkthrough.to_decision(*range(1, 9))
    await execute(walkthrough, "update county_quota set places = 3 where county = '410105'")
    answers = await decided_at_once(walkthrough, applications)
    assert await valid(walkthrough) == 3
    assert {answer.status_code for answer in answers} <= {201, 409, 412}
    assert sum(answer.status_code == 201 for answer in answers) == 3


async def one_person(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two households of one person, decided in the same instant, several times over; all look before anybody acts."""

    both = Meeting(2)

    async def looked(*args: Any) -> list[Case]:
        found = await cases.load_cases(*args)
        await both.come()
        return found

    monkeypatch.setattr(service, "load_cases", looked)
    applications = await walkthrough.to_decision(1, 2)
    await execute(walkthrough, "update application set operator_ref = 'v1:' || repeat('0', 31) || '1'")
    await execute(walkthrough, "update household set operator_ref = 'v1:' || repeat('0', 31) || '1'")
    await decided_at_once(walkthrough, applications)
    assert await valid(walkthrough) == 1


async def test_sixteen_deciders_never_exceed_the_last_places(walkthrough: Walkthrough):
    await the_last_places(walkthrough)


async def test_counting_without_a_lock_would_be_caught(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch):
    locked: Callable[..., Awaitable[Places]] = quotas.require_places
    four = Meeting(4)

    async def unlocked(*arguments: object, **_: object) -> Places:
        found = await locked(*arguments)
        await four.come()
        return found

    monkeypatch.setattr(service, "require_places", unlocked)
    with pytest.raises(AssertionError):
        await the_last_places(walkthrough)


async def test_one_person_gets_one_recognition_in_a_county(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch):
    await one_person(walkthrough, monkeypatch)


async def test_without_the_unique_index_two_would_be_caught(
    walkthrough: Walkthrough, postgres_server: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
):
    database = walkthrough.office.resources.database.url.database
    assert database is not None
    await asyncio.to_thread(postgres_server.sql, "drop index ux_recognition_person", database)
    with pytest.raises(AssertionError):
        await one_person(walkthrough, monkeypatch)


async def test_one_key_is_one_application_however_often_it_is_sent(walkthrough: Walkthrough):
    await walkthrough.office.hear(household_typed(1))
    claim = {
        "season": walkthrough.season["id"],
        "uscc": household_typed(1).uscc,
        "category": "distinctive",
        "category_reason": "特色",
        "criteria": ["distinctive.3"],
    }
    headers = walkthrough.office.as_(Role.OPERATOR, number=1) | {"Idempotency-Key": "one"}
    answers = await asyncio.gather(
        *(walkthrough.office.client.post("/v1/applications", json=claim, headers=headers) for _ in range(32))
    )
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    (row,) = await walkthrough.office.sql("select count(*) as applications from application")
    assert row["applications"] == 1


@at_stage("two to be decided")
async def test_two_households_that_come_to_one_person_in_the_same_instant_are_not_both_clear(
    walkthrough: Walkthrough, applications: list[str]
):
    for application in applications:
        assert (await walkthrough.decide(application)).status_code == 201
    await asyncio.gather(
        walkthrough.office.hear(household_moved(1, "410105", person=77)),
        walkthrough.office.hear(household_moved(2, "410105", person=77)),
    )
    rows = await walkthrough.office.sql("select person_conflict from recognition where state = 'valid'")
    assert sorted(row["person_conflict"] for row in rows) == [False, True]
