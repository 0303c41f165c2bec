"""Every closed public notice is answered, once the own clock has passed its last day too (R3)."""

import datetime as dt

import pytest

from shared import clock
from tests.integration.objection.objection_client import ObjectionClient
from tests.integration.objection.recognition_events import CLOSES_ON, NOTICE, notice_closed, notice_opened

AFTER = dt.datetime.combine(CLOSES_ON + dt.timedelta(days=1), dt.time(0, 1), clock.CHINA)


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
    midnight = dt.datetime.combine(CLOSES_ON + dt.timedelta(days=1), dt.time(), clock.CHINA)
    with clock.travel(midnight - dt.timedelta(minutes=5)):
        await office.hear(notice_opened(1), notice_closed(), source="/recognition")
        assert await office.fire_deadlines() == 0
        assert await cleared(office) == []
    with clock.travel(midnight):
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
