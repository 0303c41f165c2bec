"""From a fact to the bus."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import text

from shared.database.connections import Database
from shared.messaging import metrics
from shared.messaging.bulk_stream import BulkStream
from shared.messaging.bus import Record
from shared.messaging.embedded_log import EmbeddedLog
from shared.messaging.outbox import MAX_EVENT_BYTES, EventTooLargeError, emit
from shared.messaging.relay import Relay
from tests.faults.counting_service import Kinds, eventually, published, relayed, running, scalar, step
from tests.fixtures.waiting import PATIENCE


@pytest.fixture
async def log(make_database: Callable[..., str]):
    bus = EmbeddedLog(make_database().replace("+asyncpg", ""))
    yield bus
    await bus.close()


async def test_an_event_leaves_as_soon_as_it_is_committed(service: Database, log: EmbeddedLog, kinds: Kinds):
    """A NOTIFY wakes the relay, not the poll, which would come too late."""
    async with running(Relay(service, log, poll=10 * PATIENCE).run()):
        for _ in range(3):
            await step(service, kinds, "key")
            assert await eventually(lambda: relayed(service))


async def test_the_bytes_on_the_topic_are_the_bytes_in_the_outbox(service: Database, log: EmbeddedLog, kinds: Kinds):
    await step(service, kinds, "key")
    async with running(Relay(service, log).run()):
        assert await eventually(lambda: relayed(service))
    async with service.session() as session:
        written = (await session.execute(text("SELECT value FROM outbox"))).scalar_one()
    async with log.reader({kinds.step.topic}) as reader:
        await reader.seek(dict.fromkeys(await reader.bounds(), 0))
        assert [message.value for message in await reader.read(10, 1.0)] == [written]


async def test_a_running_transaction_holds_back_what_came_after_it(service: Database, log: EmbeddedLog, kinds: Kinds):
    """Both write about one subject without a lock: positions keep their order though the later one commits first."""
    async with running(Relay(service, log, poll=0.05).run()):
        async with service.transaction() as slow:
            await emit(slow, kinds.step(number=1), subject="key", source="/test")
            async with service.transaction() as quick:
                await emit(quick, kinds.step(number=2), subject="key", source="/test")
            await asyncio.sleep(0.5)
            assert not await relayed(service)
        assert await eventually(lambda: relayed(service))
    assert await published(log, kinds) == {"key": [1, 2]}


async def test_rows_restored_from_another_servers_dump_are_sent(service: Database, log: EmbeddedLog, kinds: Kinds):
    """Their transaction ids mean nothing here, and may be far beyond ours."""
    await step(service, kinds, "key")
    async with service.transaction() as session:
        await session.execute(text("UPDATE outbox SET written_by = 1000000000000"))
    async with running(Relay(service, log, poll=0.05).run()):
        assert await eventually(lambda: relayed(service))


async def test_sent_rows_are_forgotten_after_their_time_and_unsent_ones_never(
    service: Database, log: EmbeddedLog, kinds: Kinds
):
    for _ in range(3):
        await step(service, kinds, "key")
    async with running(Relay(service, log).run()):
        assert await eventually(lambda: relayed(service))
    async with service.transaction() as session:
        old = "SET written_at = now() - interval '90 days', sent_at = sent_at - interval '31 days'"
        await session.execute(text(f"UPDATE outbox {old} WHERE position < 3"))
    async with running(Relay(service, log, keep=timedelta(days=30)).run()):
        assert await eventually(lambda: one_row(service))


async def one_row(service: Database) -> bool:
    return await scalar(service, "SELECT count(*) FROM outbox") == 1


async def test_an_event_that_the_bus_would_refuse_is_refused_when_it_is_written(service: Database, kinds: Kinds):
    async with service.session() as session:
        with pytest.raises(EventTooLargeError):
            await emit(session, kinds.step(number=1), subject="k" * MAX_EVENT_BYTES, source="/test")


async def test_the_outbox_metric_shows_what_waits(service: Database, log: EmbeddedLog, kinds: Kinds):
    async with service.transaction() as open_one:
        await emit(open_one, kinds.step(number=1), subject="open", source="/test")
        await step(service, kinds, "waiting")
        async with running(Relay(service, log, poll=0.05).run()):
            assert await eventually(waits)
    async with running(Relay(service, log, poll=0.05).run()):
        assert await eventually(lambda: nothing_waits())


async def waits() -> bool:
    return bool(metrics.OUTBOX_UNSENT._value.get() == 1)


async def nothing_waits() -> bool:
    return bool(metrics.OUTBOX_UNSENT._value.get() == 0)


async def test_an_event_carries_the_trace_that_it_was_written_in(service: Database, kinds: Kinds):
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("request") as span:
        async with service.session() as session:
            event = await emit(session, kinds.step(number=1), subject="key", source="/test")
    assert event.traceparent is not None
    assert event.traceparent.split("-")[1] == trace.format_trace_id(span.get_span_context().trace_id)


async def test_a_stream_goes_on_where_it_was_and_ends(service: Database, log: EmbeddedLog, kinds: Kinds):
    records = [Record(f"key-{n}", b"value") for n in range(250)]
    stream, asked = BulkStream(service, log, batch=100), []

    def fetch(start: int, limit: int) -> list[Record]:
        asked.append(start)
        return records[start : start + limit]

    async with service.transaction() as session:
        for _ in range(2):
            await BulkStream.register(session, "run", kinds.step.topic, len(records))
    assert await stream.due() == ["run"]
    await stream.run("run", fetch)
    assert await stream.due() == []
    await stream.run("run", fetch)
    assert asked == [0, 100, 200]
    async with log.reader({kinds.step.topic}) as reader:
        assert sum(bounds.end for bounds in (await reader.bounds()).values()) == len(records)


async def test_a_stream_whose_records_end_too_early_says_so(service: Database, log: EmbeddedLog, kinds: Kinds):
    async with service.transaction() as session:
        await BulkStream.register(session, "run", kinds.step.topic, 10)
    with pytest.raises(LookupError, match="ends at 3 of 10"):
        await BulkStream(service, log).run("run", lambda start, _limit: [Record("k", b"v")] * 3 if start == 0 else [])
    with pytest.raises(LookupError, match="no stream"):
        await BulkStream(service, log).run("unheard of", lambda _start, _limit: [])


async def test_the_embedded_log_forgets_what_is_older_than_its_memory(make_database: Callable[..., str]):
    log = EmbeddedLog(make_database().replace("+asyncpg", ""), keep=timedelta(days=0))
    await log.ensure_topics({"t"})
    await log.publish("t", [Record("key", b"old")] * 3)
    log._trim_at = 0
    await log.publish("t", [Record("key", b"new")])
    log._trim_at = 0
    async with log.reader({"t"}) as reader:
        first = {bounds.first for bounds in (await reader.bounds()).values()}
    assert first == {0, 4}, "the partition is empty, and its next offset is still the fifth"
    await log.close()
