"""Applications are locked by id: who leaves a place to the reserve and a batch of events never wait for each other."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from services.recognition.applications import repository as application_repository
from services.recognition.monitoring.service import reassess
from shared import clock
from shared.platform.identity import Role
from shared.platform.system_callers import BUS
from tests.fixtures.waiting import until_blocked
from tests.integration.recognition.examination_steps import limit_places
from tests.integration.recognition.recognition_client import execute_sql, post_decision
from tests.integration.recognition.walkthrough import APPLIES, Walkthrough


async def withdrawn_beside_a_batch(walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """An application with a place is withdrawn; before its reserve, whose id is lower, is locked, a batch of events
    begins that concerns both. What came of the two: a status, and None or an error.
    """
    database = walkthrough.office.resources.database
    reserve, leaving = sorted(await walkthrough.apply(1, 2))
    await execute_sql(walkthrough.office, f"update application set state = 'reserve', rank = 1 where id = '{reserve}'")
    await limit_places(walkthrough, 0)
    rows = await walkthrough.office.sql("select uscc, right(uscc, 8)::int as number from application order by id")
    lock_reserve = application_repository.lock_reserve
    batches: list[asyncio.Task[None]] = []

    async def batch() -> None:
        async with database.transaction() as session:
            await reassess(session, [row["uscc"] for row in rows], BUS)

    async def after_the_batch_has_begun(session: AsyncSession, season: Any) -> Any:
        batches.append(asyncio.create_task(batch()))
        await until_blocked(database, batches[0])
        return await lock_reserve(session, season)

    monkeypatch.setattr(application_repository, "lock_reserve", after_the_batch_has_begun)
    with clock.travel(APPLIES):
        answer = await post_decision(
            walkthrough.office,
            f"/v1/applications/{leaving}/withdrawal",
            await walkthrough.etag(leaving),
            Role.OPERATOR,
            number=rows[1]["number"],
        )
        return [answer.status_code, *await asyncio.gather(*batches, return_exceptions=True)]


async def test_a_withdrawal_and_a_batch_that_meet_at_the_reserve_both_go_through(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    assert await withdrawn_beside_a_batch(walkthrough, monkeypatch) == [200, None]


async def test_locking_the_reserve_after_the_application_is_a_deadlock(
    walkthrough: Walkthrough, monkeypatch: pytest.MonkeyPatch
):
    """The planted fault."""

    async def nothing(*_: Any) -> None:
        """The reserve is locked when it is needed."""

    monkeypatch.setattr(application_repository, "lock_with_reserve", nothing)
    status, batch = await withdrawn_beside_a_batch(walkthrough, monkeypatch)
    assert status == 503 or isinstance(batch, DBAPIError)
