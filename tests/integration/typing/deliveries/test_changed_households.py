"""A registration delivery announces households whose entry is new or has changed, and counts those that moved in."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.typing.base import HOUSEHOLD_CHANGED_STREAM
from services.typing.deliveries.changed_households import household_changed_records
from services.typing.deliveries.models import Delivery
from shared.contracts.typing import HouseholdChanged
from shared.database.connections import Database
from shared.messaging.events import parse_event
from tests.integration.typing.deliveries.bureau_client import CODES, HEADER, PSEUDONYM, Bureau, registration

A, B, C = CODES[:3]
KNOWN = {HouseholdChanged.event_type: HouseholdChanged}
Announced = Callable[[dict[str, object]], Awaitable[list[HouseholdChanged]]]


def together(*files: str) -> str:
    return "\n".join([HEADER, *(line for file in files for line in file.splitlines()[1:]), ""])


@pytest.fixture
async def announced(bureau: Bureau, database: Database) -> Announced:
    """The events that a delivery orders to be streamed."""

    async def events(delivery: dict[str, object]) -> list[HouseholdChanged]:
        async with database.session() as session:
            row = await session.get(Delivery, UUID(str(delivery["id"])))
            assert row is not None
            query = text("select total from bulk_stream where stream_id = :id")
            total = (
                await session.execute(query, {"id": HOUSEHOLD_CHANGED_STREAM.stream_id(row.id)})
            ).scalar_one_or_none()
        if row.changes_file is None:
            assert total is None
            return []
        assert total is not None
        fetch = household_changed_records(row, bureau.intake.store.path(row.changes_file))
        records = [record for start in range(total) for record in fetch(start, 1)]
        assert fetch(total, 5) == []
        assert records == list(fetch(0, total + 5))
        events = [parse_event(record.value, KNOWN) for record in records]
        return [event.payload(HouseholdChanged) for event in events if event is not None]

    return events


async def delivered(bureau: Bureau, content: str, **query: Any) -> dict[str, Any]:
    answer = await bureau.delivers(content, **query)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def test_the_first_delivery_announces_nobody(bureau: Bureau, announced: Announced):
    assert await announced(await delivered(bureau, registration(A, B))) == []


async def test_households_that_changed_and_new_ones_are_announced_and_no_others(bureau: Bureau, announced: Announced):
    await delivered(bureau, registration(A, B))
    told = await delivered(bureau, together(registration(A, name="新字号"), registration(B, C)))
    renamed, new = sorted(await announced(told), key=lambda event: [A, C].index(event.uscc))
    assert (renamed.uscc, renamed.name, renamed.region, renamed.status) == (A, "新字号", "410102", "registered")
    assert renamed.operator_ref == PSEUDONYM.of("410102198001010011")
    assert (new.uscc, new.name, new.revision) == (C, "测试小店", renamed.revision)
    assert told["changed"] == 2


async def test_a_new_household_of_an_increment_is_announced_where_a_full_delivery_came_before(
    bureau: Bureau, announced: Announced
):
    await delivered(bureau, registration(A, B))
    [event] = await announced(await delivered(bureau, registration(C), mode="incremental"))
    assert event.uscc == C


async def test_nobody_is_new_where_no_full_delivery_says_who_was_there(bureau: Bureau, announced: Announced):
    await delivered(bureau, registration(A), region="410102")
    elsewhere = together(registration(B, region="410103"), registration(C))
    told = await delivered(bureau, elsewhere, mode="incremental")
    assert [event.uscc for event in await announced(told)] == [C], "410103 was never delivered in full"
    first = together(registration(B, region="410103"), registration(CODES[3], region="410103"))
    assert await announced(await delivered(bureau, first, region="410103")) == []


async def test_another_operator_is_a_change_and_so_is_another_trade(bureau: Bureau, announced: Announced):
    await delivered(bureau, registration(A))
    other = registration(A, operator="410102197505050055")
    [event] = await announced(await delivered(bureau, other))
    assert event.operator_ref == PSEUDONYM.of("410102197505050055")
    [event] = await announced(await delivered(bureau, other.replace(",5211,", ",6210,")))
    assert event.industry_code == "6210"


async def test_revisions_grow_from_delivery_to_delivery(bureau: Bureau, announced: Announced):
    await delivered(bureau, registration(A))
    [first] = await announced(await delivered(bureau, registration(A, name="第二个字号")))
    [second] = await announced(await delivered(bureau, registration(A, name="第三个字号")))
    assert second.revision > first.revision


async def test_a_household_that_moves_here_from_another_city_is_counted_and_announced(
    bureau: Bureau, announced: Announced
):
    await delivered(bureau, registration(A, B))
    told = await delivered(
        bureau, registration(A, region="410202"), region="4102", token_region="41", mode="incremental"
    )
    assert told["moved_in"] == 1
    assert [event.region for event in await announced(told)] == ["410202"]


async def test_the_same_rows_in_another_file_change_nothing(bureau: Bureau, announced: Announced):
    await delivered(bureau, registration(A, B))
    assert await announced(await delivered(bureau, registration(B, A))) == []


async def test_other_feeds_announce_nothing(bureau: Bureau, database: Database):
    await delivered(bureau, registration(A))
    await delivered(bureau, f"uscc,abnormal,seriously_dishonest\n{A},true,false\n", feed="credit")
    pool = await database.pool()
    assert await pool.fetchval("select count(*) from bulk_stream") == 0
