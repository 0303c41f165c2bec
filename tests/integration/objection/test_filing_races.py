"""Thirty-two at once: one objection, one receipt, the same answer (I1)."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.base import ANNOUNCER
from services.objection.filing import repository as filing_repository, service as filing_service
from services.objection.filing.repository import FilingNumbers, lock_filing
from services.objection.handlers import HANDLERS, on_notice_closed
from services.objection.resources import Resources
from shared import clock
from shared.contracts.payload import Payload
from shared.contracts.recognition import ApplicationWithdrawn, PublicNoticeClosed
from shared.platform.identity import Role
from shared.platform.service import EventHandler
from tests.fixtures.waiting import until_blocked
from tests.integration.objection.filing_steps import file, notice_body, typing_body
from tests.integration.objection.objection_client import ObjectionClient, household_typed, run_published, uscc
from tests.integration.objection.recognition_events import (
    OPENS_ON,
    application,
    decided,
    notice_closed,
    notice_opened,
)

AT_ONCE = 32
OF_FIRST = "select statement from objection where uscc = $1"


@pytest.fixture
async def typed(office: ObjectionClient) -> ObjectionClient:
    await office.hear(run_published(), *(household_typed(number) for number in range(1, AT_ONCE + 1)))
    await file(office, typing_body(AT_ONCE), number=AT_ONCE)  # so that nobody waits for the policy to be stored
    return office


async def at_once(
    office: ObjectionClient, body: Callable[[int], dict[str, Any]], **headers: str
) -> list[httpx.Response]:
    """So many filings of the first operator."""
    known = office.as_(Role.OPERATOR) | headers
    calls = (office.client.post("/v1/objections", json=body(number), headers=known) for number in range(AT_ONCE))
    return list(await asyncio.gather(*calls))


async def test_one_key_gives_one_objection_and_one_answer(typed: ObjectionClient) -> None:
    answers = await at_once(typed, lambda _: typing_body(), **{"Idempotency-Key": "once"})
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await typed.sql(OF_FIRST, uscc(1))) == 1
    assert len(await typed.events("ObjectionFiled")) == 2


async def test_without_a_key_there_is_one_open_objection_with_everything_said(typed: ObjectionClient) -> None:
    answers = await at_once(typed, lambda number: typing_body(statement=f"第{number:02d}份材料可以证明"))
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json()["receipt"] for answer in answers}) == 1
    (row,) = await typed.sql(OF_FIRST, uscc(1))
    assert all(f"第{number:02d}份" in row["statement"] for number in range(AT_ONCE))
    assert len(await typed.events("ObjectionFiled")) == 2


async def test_filers_that_do_not_wait_for_each_other_are_stopped_by_the_index(
    typed: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: no lock. Never two open ones, but those that lose are refused instead of joined."""

    look = filing_repository.lock_open_objection

    async def no_lock(session: AsyncSession, *_: object) -> FilingNumbers:
        """Nobody waits."""
        receipt = await filing_repository.next_receipt_number(session)
        return FilingNumbers(receipt, await ANNOUNCER.next_revision(session), policy_stored=False)

    async def look_slowly(*rest: Any) -> Any:
        found = await look(*rest)
        await asyncio.sleep(0.2)
        return found

    monkeypatch.setattr(filing_repository, "lock_open_objection", look_slowly)
    monkeypatch.setattr(filing_repository, "lock_filing", no_lock)
    answers = await at_once(typed, lambda number: typing_body(statement=f"第{number:02d}份材料可以证明"))
    assert len(await typed.sql(OF_FIRST, uscc(1))) == 1
    assert {answer.status_code for answer in answers} & {409}


async def test_receipts_are_all_different(typed: ObjectionClient) -> None:
    filings = (file(typed, typing_body(number), number=number) for number in range(1, AT_ONCE + 1))
    receipts = [answer.json()["receipt"] for answer in await asyncio.gather(*filings)]
    assert len(set(receipts)) == AT_ONCE


async def test_many_objectors_and_one_who_withdraws_at_once_do_not_block_each_other(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        first = (await file(office, notice_body(), number=100)).json()
        path = f"/v1/objections/{first['id']}/withdrawal"
        answers = await asyncio.gather(
            *(file(office, notice_body(), number=101 + number) for number in range(AT_ONCE)),
            *(file(office, notice_body(), number=101 + number) for number in range(AT_ONCE)),
            office.post(path, {}, Role.OPERATOR, match=first["etag"], number=100),
        )
    assert {answer.status_code for answer in answers} <= {200, 201}
    states = await office.sql("select state, count(*) from objection group by state order by state")
    assert [tuple(row) for row in states] == [("filed", AT_ONCE), ("withdrawn", 1)]


async def filed_while_a_batch_is_heard(office: ObjectionClient, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A filing that has looked up what is not known, and has yet to hold its notice, beside a batch of the worker that
    first changes the notice and then hears of a household: what came of both.
    """
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        reached, go_on = asyncio.Event(), asyncio.Event()

        async def slowly(*rest: Any) -> FilingNumbers:
            reached.set()
            await go_on.wait()
            return await lock_filing(*rest)

        monkeypatch.setattr(filing_repository, "lock_filing", slowly)
        filing = asyncio.create_task(file(office, notice_body(), number=7))
        await asyncio.wait_for(reached.wait(), 10)
        batch = asyncio.create_task(office.hear(notice_closed(), household_typed(1), source="/recognition"))
        await until_blocked(office.resources.database, batch)
        go_on.set()
        return list(await asyncio.gather(filing, batch, return_exceptions=True))


async def test_a_filing_and_a_batch_that_changes_its_notice_do_not_block_each_other(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, heard = await filed_while_a_batch_is_heard(office, monkeypatch)
    assert (answer.status_code, heard) == (201, None)


async def test_a_batch_that_waits_for_filings_only_when_it_comes_to_a_household_would_block_one(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the notice is changed before filings have been waited for."""
    too_late: dict[type[Payload], EventHandler[Resources]] = {**HANDLERS, PublicNoticeClosed: on_notice_closed}
    monkeypatch.setattr("tests.integration.objection.objection_client.HANDLERS", too_late)
    answer, heard = await filed_while_a_batch_is_heard(office, monkeypatch)
    assert answer.status_code == 503 or heard is not None


async def test_a_withdrawal_that_is_heard_while_an_objection_is_being_filed_ends_it(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        create, reached, go_on = filing_service._create, asyncio.Event(), asyncio.Event()

        async def slowly(*rest: Any) -> Any:
            reached.set()
            await go_on.wait()
            return await create(*rest)

        monkeypatch.setattr(filing_service, "_create", slowly)
        filing = asyncio.create_task(file(office, notice_body(), number=7))
        await asyncio.wait_for(reached.wait(), 10)
        gone = decided(ApplicationWithdrawn, 9, application=application(1))
        batch = asyncio.create_task(office.hear(gone, source="/recognition"))
        await until_blocked(office.resources.database, batch)
        go_on.set()
        answer, _ = await asyncio.gather(filing, batch)
    assert answer.status_code == 201
    assert [row["state"] for row in await office.sql("select state from objection")] == ["withdrawn"]


@pytest.mark.parametrize("notice_first", [True, False])
async def test_an_objection_to_an_application_that_was_withdrawn_before_is_not_taken(
    office: ObjectionClient, notice_first: bool
) -> None:
    with clock.travel(OPENS_ON):
        gone = decided(ApplicationWithdrawn, 9, application=application(1))
        heard = [notice_opened(1), gone] if notice_first else [gone, notice_opened(1)]
        await office.hear(*heard, source="/recognition")
        answer = await file(office, notice_body(), number=7)
    assert (answer.status_code, "已经撤回" in answer.json()["detail"]) == (409, True)
