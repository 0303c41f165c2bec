"""Every closed public notice is answered, once the own clock has passed its last day too (R3)."""

import asyncio
import datetime as dt
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from services.objection.filing import endpoints as filing_endpoints, service as filing_service
from services.objection.objections import clearing
from services.objection.objections.closing import close
from services.objection.objections.domain import ObjectionState, Outcome
from services.objection.objections.models import Objection
from services.objection.objections.service import move
from services.objection.registers import repository as register_repository
from shared import clock
from shared.platform.identity import Role
from shared.platform.system_callers import BUS
from tests.fixtures.waiting import until_blocked
from tests.integration.objection.filing_steps import file, filed, notice_body
from tests.integration.objection.objection_client import COUNTY, ObjectionClient, uscc
from tests.integration.objection.recognition_events import (
    CLOSES_ON,
    NOTICE,
    OPENS_ON,
    application,
    notice_closed,
    notice_opened,
)

MIDNIGHT = dt.datetime.combine(CLOSES_ON + dt.timedelta(days=1), dt.time(), clock.CHINA)
AFTER = MIDNIGHT + dt.timedelta(minutes=1)


async def cleared(office: ObjectionClient) -> list[tuple[int, int]]:
    """What was announced: open objections and held applications, each time."""
    data = [one["data"] for one in await office.events("PublicNoticeCleared")]
    return [(one["open_objections"], len(one["held"])) for one in data]


@pytest.mark.parametrize("numbers", [(), (1, 2)])
async def test_a_notice_closed_while_the_service_was_down_is_answered_when_it_is_heard_of(
    office: ObjectionClient, numbers: tuple[int, ...]
) -> None:
    with clock.travel(AFTER + dt.timedelta(days=30)):
        await office.hear(notice_opened(*numbers), notice_closed(), source="/recognition")
        assert await cleared(office) == [(0, 0)]


async def test_a_closing_heard_before_the_own_clock_passes_the_last_day_waits_for_it(
    office: ObjectionClient,
) -> None:
    """Recognition's clock is five minutes ahead."""
    with clock.travel(MIDNIGHT - dt.timedelta(minutes=5)):
        await office.hear(notice_opened(1), notice_closed(), source="/recognition")
        assert await office.fire_deadlines() == 0
        assert await cleared(office) == []
    with clock.travel(MIDNIGHT):
        assert await office.fire_deadlines() == 1
        assert await cleared(office) == [(0, 0)]


async def test_a_closing_heard_after_the_own_clock_passed_the_last_day_is_answered_at_once(
    office: ObjectionClient,
) -> None:
    """Recognition's clock is five minutes behind."""
    with clock.travel(AFTER + dt.timedelta(minutes=4)):
        await office.hear(notice_opened(1), source="/recognition")
        assert await cleared(office) == []
        await office.hear(notice_closed(), source="/recognition")
        assert await cleared(office) == [(0, 0)]


async def test_an_answer_is_not_given_twice_for_the_same(office: ObjectionClient) -> None:
    with clock.travel(AFTER):
        await office.hear(notice_opened(1), notice_closed(), notice_closed(), notice_opened(1), source="/recognition")
        assert await cleared(office) == [(0, 0)]


async def test_a_notice_known_by_its_closing_alone_waits_for_its_opening(office: ObjectionClient) -> None:
    with clock.travel(AFTER):
        await office.hear(notice_closed(), source="/recognition")
        assert await cleared(office) == []
        await office.hear(notice_opened(1), source="/recognition")
        assert await cleared(office) == [(0, 0)]
    (notice,) = await office.sql("select announced from public_notice where id = $1", NOTICE)
    assert notice["announced"] is not None


async def test_an_objection_holds_its_application_and_frees_it_when_it_is_withdrawn(office: ObjectionClient) -> None:
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1, 2), source="/recognition")
        found = await filed(office, notice_body(1), number=7)
        await filed(office, notice_body(1), number=8)
    with clock.travel(AFTER):
        await office.hear(notice_closed(), source="/recognition")
        path = f"/v1/objections/{found['id']}/withdrawal"
        await office.post(path, {}, Role.OPERATOR, match=found["etag"], number=7)
        await office.fire_deadlines()
        assert await cleared(office) == [(2, 1), (1, 1)]
    held = [one["data"]["held"] for one in await office.events("PublicNoticeCleared")]
    assert held == [[str(application(1))]] * 2


async def test_an_objection_of_the_last_second_that_is_stored_after_the_clearing_still_holds(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request came in time and waited; the notice was answered meanwhile, and is answered again."""
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
    with clock.travel(MIDNIGHT + dt.timedelta(seconds=1)):
        await office.hear(notice_closed(), source="/recognition")
        in_time = MIDNIGHT - dt.timedelta(seconds=1)
        monkeypatch.setattr(filing_endpoints, "clock", SimpleNamespace(now=lambda: in_time))
        await filed(office, notice_body(), number=7)
        await office.fire_deadlines()
        assert await cleared(office) == [(0, 0), (1, 1)]


async def test_a_filing_that_a_slower_clock_takes_after_the_clearing_is_announced(office: ObjectionClient) -> None:
    """The worker's clock is three minutes ahead of that of the process that takes the filing."""
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
    with clock.travel(AFTER):
        await office.hear(notice_closed(), source="/recognition")
    with clock.travel(MIDNIGHT - dt.timedelta(minutes=2)):
        await filed(office, notice_body())
    with clock.travel(AFTER):
        await office.fire_deadlines()
    assert await cleared(office) == [(0, 0), (1, 1)]


async def withdrawn_by_a_slower_clock(office: ObjectionClient) -> list[tuple[int, int]]:
    """The worker has said that an application is held; a process minutes behind takes the withdrawal."""
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        found = await filed(office, notice_body(1), number=7)
    with clock.travel(AFTER):
        await office.hear(notice_closed(), source="/recognition")
        await office.fire_deadlines()
    with clock.travel(MIDNIGHT - dt.timedelta(minutes=2)):
        path = f"/v1/objections/{found['id']}/withdrawal"
        await office.post(path, {}, Role.OPERATOR, match=found["etag"], number=7)
        await office.fire_deadlines()
    with clock.travel(AFTER):
        await office.fire_deadlines()
    return await cleared(office)


async def test_a_withdrawal_that_a_slower_clock_takes_after_the_clearing_frees_the_application(
    office: ObjectionClient,
) -> None:
    assert await withdrawn_by_a_slower_clock(office) == [(1, 1), (0, 0)]


async def test_a_process_that_asks_its_own_clock_whether_to_tell_would_hold_the_application_for_ever(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: nothing is left to the worker by a process that thinks the notice still lasts."""

    async def by_own_clock(session: AsyncSession, notice: uuid.UUID) -> None:
        known = await register_repository.get_notice(session, notice)
        if known is not None and clearing.is_over(known, clock.now()):
            await note_change(session, notice)

    note_change = clearing.note_change
    monkeypatch.setattr("services.objection.objections.service.note_change", by_own_clock)
    assert await withdrawn_by_a_slower_clock(office) == [(1, 1)]


async def test_an_upheld_objection_holds_its_application_until_recognition_has_answered(
    office: ObjectionClient,
) -> None:
    """What was upheld and what is held are told under two keys: the one may come days after the other."""
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
        await filed(office, notice_body(1), number=7)
        async with office.resources.database.transaction() as session:
            objection = (await session.execute(select(Objection).with_for_update())).scalar_one()
            objection.state = ObjectionState.PROPOSED
            await move(session, objection, ObjectionState.UPHELD, None, BUS)
    with clock.travel(AFTER):
        await office.hear(notice_closed(), source="/recognition")
        assert await cleared(office) == [(1, 1)]
        async with office.resources.database.transaction() as session:
            objection = (await session.execute(select(Objection).with_for_update())).scalar_one()
            await close(session, objection, Outcome.UPHELD, changed=True, answer="公示的申报已不予认定。", caller=BUS)
        await office.fire_deadlines()
        assert await cleared(office) == [(1, 1), (0, 0)]


async def race_at_midnight(office: ObjectionClient, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """A filing of the last second that is not stored yet when the notice falls due: what is announced."""
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
    create, held, may_store = filing_service._create, asyncio.Event(), asyncio.Event()

    async def slowly(*rest: Any) -> Any:
        held.set()
        await may_store.wait()
        return await create(*rest)

    monkeypatch.setattr(filing_service, "_create", slowly)
    with clock.travel(MIDNIGHT - dt.timedelta(seconds=1)):
        await office.hear(notice_closed(), source="/recognition")
        filing = asyncio.create_task(file(office, notice_body(), number=7))
        await asyncio.wait_for(held.wait(), 10)
    with clock.travel(MIDNIGHT):
        closing = asyncio.create_task(office.fire_deadlines())
        await until_blocked(office.resources.database, closing)
        may_store.set()
        answer, _ = await asyncio.gather(filing, closing)
        assert answer.status_code == 201, answer.text
    return await cleared(office)


async def test_a_notice_is_not_cleared_while_a_filing_is_under_way(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await race_at_midnight(office, monkeypatch) == [(1, 1)]


async def test_a_filing_that_does_not_hold_its_notice_would_be_overlooked(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: the notice is not locked while the objection is stored."""

    async def not_held(*_: object) -> None:
        """Nothing is locked."""

    monkeypatch.setattr(filing_service, "_hold_notice", not_held)
    assert await race_at_midnight(office, monkeypatch) == [(0, 0)]


async def test_a_service_that_clears_when_it_hears_of_the_closing_would_miss_the_last_objection(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: recognition's clock is believed, though the own one is five minutes behind."""
    monkeypatch.setattr(clearing, "is_over", lambda *_: True)
    with clock.travel(OPENS_ON):
        await office.hear(notice_opened(1), source="/recognition")
    with clock.travel(MIDNIGHT - dt.timedelta(minutes=5)):
        await office.hear(notice_closed(), source="/recognition")
        await filed(office, notice_body(), number=7)
        assert (await cleared(office))[0] == (0, 0), "said before the last objection could come"


async def test_a_service_that_counts_only_notices_heard_open_would_free_the_application(
    office: ObjectionClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted fault: an objection filed before its notice was heard of is never joined to it."""

    async def overlooked(*_: object) -> list[object]:
        return []

    monkeypatch.setattr("services.objection.filing.repository.lock_unheard_of_subjects", overlooked)
    with clock.travel(OPENS_ON):
        await filed(office, notice_body(public_notice=None, uscc=uscc(1), county=COUNTY), number=7)
        await office.hear(notice_opened(1), source="/recognition")
    with clock.travel(AFTER):
        await office.hear(notice_closed(), source="/recognition")
        assert await cleared(office) == [(0, 0)]
