"""The publisher's consumers on a bus: everything is heard once; a bus that was wiped and tells all of it again changes
nothing; a correction does not wait behind a published run.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from unittest.mock import AsyncMock

import orjson
import pytest

from services.notification.publication import handlers
from services.notification.publication.handlers import BULK_TOPICS, URGENT_TOPICS
from services.notification.service import SERVICE
from shared.contracts.recognition import RecognitionCancelled, RecognitionGranted, RecognitionListFiled
from shared.contracts.typing import TypingAdjusted
from shared.database.advisory_locks import AdvisoryLock, take_lock
from shared.messaging.bus import Bus, Record
from shared.messaging.events import Event, new_event
from shared.messaging.transports import open_bus
from tests.fixtures.postgres import MakeDatabase
from tests.fixtures.waiting import until, until_blocked
from tests.integration.notification.notification_client import COUNTY, uscc
from tests.integration.notification.publication.published import RECOGNITION, Publisher, changed, recognition, typed

FILED = RecognitionListFiled(
    filing=RECOGNITION,
    region=COUNTY,
    filed_with="4101",
    document="示例〔2026〕1号",
    filed_on="2026-12-02",
    households=1,
)
SAID: Sequence[tuple[str, Any]] = [
    *((uscc(number), typed("growth", 1, number=number)) for number in (1, 2, 3)),
    (uscc(1), recognition(RecognitionGranted, 1)),
    (uscc(2), typed("gap", 2, number=2)),
    (uscc(3), changed(2, number=3, region="410103")),
    (uscc(1), recognition(RecognitionCancelled, 2)),
    (COUNTY, FILED),
]


CONSUMERS = ("publication-corrections", "publication", "publication-bulk")


async def heard_from_a_bus(
    publisher: Publisher, bus_url: str, events: Sequence[Event], consumers: Sequence[str] = CONSUMERS
) -> None:
    """Consumers of the worker read a bus that holds these events to its end."""
    resources = publisher.office.resources
    subscriptions = {one.name: one for one in SERVICE.further_workers["publisher"].subscriptions}
    bus = open_bus(bus_url)
    await bus.ensure_topics([*BULK_TOPICS, *URGENT_TOPICS])
    for event in events:
        await bus.publish(event.data.topic, [Record(event.subject, event.encode())])
    consuming = [
        asyncio.create_task(subscriptions[name].consumer(resources.database, bus, resources).run())
        for name in consumers
    ]

    async def at_the_end() -> bool:
        return all([await has_read_all(publisher, bus, name, subscriptions[name].topics) for name in consumers])

    try:
        await until(at_the_end)
    finally:
        for one in consuming:
            one.cancel()
        await asyncio.gather(*consuming, return_exceptions=True)
        await bus.close()


async def has_read_all(publisher: Publisher, bus: Bus, consumer: str, topics: Sequence[str]) -> bool:
    """Whether a consumer has come to the end of its topics."""
    async with bus.reader(topics) as reader:
        ends = {(one.topic, one.number): bound.end for one, bound in (await reader.bounds()).items()}
        rows = await publisher.office.sql(
            "select topic, partition, next_offset from consumer_offset where consumer = $1 and cluster = $2",
            consumer,
            reader.cluster,
        )
    return {(row["topic"], row["partition"]): row["next_offset"] for row in rows} == ends


async def tables(publisher: Publisher) -> list[list[Any]]:
    """All records and rows."""
    records = await publisher.office.sql("select * from publication_record order by kind, key")
    return [records, await publisher.office.sql("select * from publication_row order by system, kind, key")]


async def test_a_wiped_bus_that_tells_everything_again_changes_nothing(
    publisher: Publisher, make_database: MakeDatabase
) -> None:
    events = [new_event(data, subject=subject, source="/test") for subject, data in SAID]
    await heard_from_a_bus(publisher, make_database(), events)
    before = await tables(publisher)
    standing = {(one["kind"], one["key"]) for one in before[0] if not one["removed"]}
    assert standing == {("type", uscc(1)), ("type", uscc(3)), ("recognition-list", str(RECOGNITION))}
    await heard_from_a_bus(publisher, make_database(), events)
    assert await tables(publisher) == before


ADJUSTED = TypingAdjusted(**typed("development", 2).model_dump(), objection=RECOGNITION, reason="更正后的纳税数据")


async def test_a_correction_is_heard_before_the_published_run_that_it_stands_behind(
    publisher: Publisher, make_database: MakeDatabase
) -> None:
    run: list[tuple[str, Any]] = [(uscc(number), typed("growth", 1, number=number)) for number in range(1, 30)]
    said = [*run, (uscc(1), ADJUSTED)]
    events = [new_event(data, subject=subject, source="/test") for subject, data in said]
    bus_url = make_database()
    await heard_from_a_bus(publisher, bus_url, events, ["publication-corrections"])
    [record] = (await tables(publisher))[0]
    assert (record["key"], orjson.loads(record["content"])["type_label"]) == (uscc(1), "发展型")
    assert {row["urgency"] for row in await publisher.rows()} == {0}
    await heard_from_a_bus(publisher, bus_url, [], ["publication-bulk"])
    labels = [orjson.loads(one["content"])["type_label"] for one in (await tables(publisher))[0]]
    assert labels == ["发展型", *["成长型"] * 28], "the run's own event, heard later, changes nothing back"


async def test_a_run_is_passed_by_without_waiting_for_a_turn(publisher: Publisher, make_database: MakeDatabase) -> None:
    """While another consumer has its turn, for however long."""
    run = [new_event(typed("growth", 1, number=one), subject=uscc(one), source="/typing") for one in range(1, 30)]
    granted = new_event(recognition(RecognitionGranted, 1), subject=uscc(1), source="/recognition")
    async with publisher.office.resources.database.transaction() as session:
        await take_lock(session, AdvisoryLock.PUBLICATION_COPIES)
        await heard_from_a_bus(publisher, make_database(), [granted, *run], ["publication-corrections"])


@pytest.mark.parametrize("takes_turns", [True, False], ids=["in turns", "the naive variant sees half"])
async def test_two_consumers_at_once_miss_nothing_of_each_other(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, takes_turns: bool
) -> None:
    """The recognition is heard while the household's first type is not yet committed: its record needs both."""
    if not takes_turns:
        monkeypatch.setattr(handlers, "take_lock", AsyncMock())
    database = publisher.office.resources.database
    async with database.transaction() as session:
        run = new_event(typed("growth", 1, name="字号以登记为准"), subject=uscc(1), source="/typing")
        await handlers.on_households_typed(session, [run], publisher.office.resources)
        hearing = asyncio.create_task(publisher.hear(recognition(RecognitionGranted, 1, name="认定时的字号")))
        await (until_blocked(database, hearing) if takes_turns else hearing)
    await hearing
    said = orjson.loads((await publisher.record("recognition"))["content"])["name"]
    assert said == ("字号以登记为准" if takes_turns else "认定时的字号")
