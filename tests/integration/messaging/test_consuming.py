"""From the bus to effects, when nothing fails. What fails is in tests/faults."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from shared.contracts.payload import Payload
from shared.database.connections import Database
from shared.messaging.bus import Bounds, Partition, Reader, Record
from shared.messaging.consumer import AskedTopics, Consumer
from shared.messaging.dispatch import BatchHandler, Handler
from shared.messaging.embedded_log import EmbeddedLog
from shared.messaging.events import Event, new_event
from shared.messaging.inbox import IncomingMessage, latest_per_subject
from shared.messaging.offsets import Positions
from shared.messaging.outbox import emit
from tests.faults.counting_service import (
    Kinds,
    apply_step,
    effects,
    eventually,
    handlers,
    running,
    scalar,
    step_records,
)


@pytest.fixture
async def log(make_database: Callable[..., str], topic: str):
    bus = EmbeddedLog(make_database().replace("+asyncpg", ""))
    await bus.ensure_topics({topic})
    yield bus
    await bus.close()


@asynccontextmanager
async def consumed(
    service: Database,
    log: EmbeddedLog,
    records: Sequence[Record],
    *,
    topic: str,
    single: dict[type[Payload], Handler] | None = None,
    batched: dict[type[Payload], BatchHandler] | None = None,
) -> AsyncIterator[None]:
    """The block runs when all records have been consumed, with the consumer still alive."""
    await log.publish(topic, records)
    consumer = Consumer(service, log, name=topic, topics={topic}, handlers=single, batch_handlers=batched)

    async def done() -> bool:
        return await scalar(service, "SELECT coalesce(sum(next_offset), 0) FROM consumer_offset") == len(records)

    async with running(consumer.run()):
        assert await eventually(done)
        yield


def outcome(topic: str, name: str) -> float:
    return REGISTRY.get_sample_value("minglu_events_consumed_total", {"consumer": topic, "outcome": name}) or 0


async def test_events_of_unknown_types_are_counted_and_passed_over(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str
):
    records = step_records(kinds, ["a", "b"], 2)
    records.append(Record("a", new_event(kinds.state(revision=1, value=1), subject="a", source="/t").encode()))
    async with consumed(service, log, records, topic=topic, single={kinds.step: apply_step}):
        pass
    assert (outcome(topic, "applied"), outcome(topic, "unknown")) == (4, 1)
    assert await scalar(service, "SELECT count(*) FROM dead_letter") == 0


async def test_neighbours_of_one_kind_are_applied_together_and_order_holds_across_kinds(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str
):
    seen: list[str] = []

    async def steps(_session: AsyncSession, events: Sequence[Event]) -> None:
        seen.append(f"{len(events)} steps")

    async def state(_session: AsyncSession, _event: Event) -> None:
        seen.append("state")

    stated = Record("k", new_event(kinds.state(revision=1, value=1), subject="k", source="/t").encode())
    records = [*step_records(kinds, ["k"], 3), stated, *step_records(kinds, ["k"], 2)]
    async with consumed(service, log, records, topic=topic, single={kinds.state: state}, batched={kinds.step: steps}):
        assert seen == ["3 steps", "state", "2 steps"]


async def test_one_kind_has_one_handler(service: Database, log: EmbeddedLog, kinds: Kinds, topic: str):
    async def many(_session: AsyncSession, _events: Sequence[Event]) -> None: ...

    with pytest.raises(ValueError, match="two handlers"):
        Consumer(service, log, name="x", topics={topic}, handlers=handlers(kinds), batch_handlers={kinds.step: many})


async def test_what_a_handler_emits_is_committed_with_its_effects(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str
):
    async def answer(session: AsyncSession, event: Event) -> None:
        await apply_step(session, event)
        await emit(session, event.payload(kinds.step), subject=event.subject, source="/answer", cause=event)

    records = step_records(kinds, ["k"], 3)
    async with consumed(service, log, records, topic=topic, single={kinds.step: answer}):
        pass
    causes = [json.loads(record.value)["id"] for record in records]
    async with service.session() as session:
        written = (await session.execute(text("SELECT value FROM outbox ORDER BY position"))).scalars()
        assert [json.loads(value)["causationid"] for value in written] == causes


async def test_events_published_twice_within_one_batch_are_applied_once(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str
):
    records = step_records(kinds, ["k"], 3)
    async with consumed(service, log, [*records, *records], topic=topic, single={kinds.step: apply_step}):
        assert await effects(service) == {"k": [1, 2, 3]}
    assert outcome(topic, "repeated") == 3


async def test_positions_outside_the_bounds_are_put_back_to_the_beginning(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str
):
    records = step_records(kinds, ["k"], 3)
    async with consumed(service, log, records, topic=topic, single={kinds.step: apply_step}):
        pass
    async with service.transaction() as session:
        await session.execute(text("UPDATE consumer_offset SET next_offset = 99 WHERE next_offset = 3"))
    await log.publish(topic, step_records(kinds, ["k"], 4)[3:])
    consumer = Consumer(service, log, name=topic, topics={topic}, handlers={kinds.step: apply_step})
    async with running(consumer.run()):
        assert await eventually(lambda: four_effects(service))
    assert await effects(service) == {"k": [1, 2, 3, 4]}


async def four_effects(service: Database) -> bool:
    return await scalar(service, "SELECT count(*) FROM effect") == 4


async def test_the_lag_metric_counts_what_is_not_consumed(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str
):
    async with consumed(service, log, step_records(kinds, ["k"], 3), topic=topic, single={kinds.step: apply_step}):
        sample = {"consumer": topic, "topic": topic}
        assert await eventually(lambda: has_lag(sample, 0))


@pytest.mark.parametrize("naive", [False, True], ids=["bounds-before-asking", "bounds-after-asking"])
async def test_what_is_published_once_a_topic_is_asked_for_is_read_and_what_came_before_is_passed_by(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str, monkeypatch: pytest.MonkeyPatch, naive: bool
):
    before, meanwhile, after = step_records(kinds, ["k"], 3)
    wanted: set[str] = set()

    async def asked(_session: AsyncSession) -> set[str]:
        found = set(wanted)
        if not wanted:  # somebody asks after this look, and then something is published
            wanted.add(topic)
            await log.publish(topic, [meanwhile])
        return found

    if naive:
        follow = Consumer._follow

        async def bounds_after_asking(
            consumer: Consumer, reader: Reader, positions: Positions, _bounds: dict[Partition, Bounds]
        ) -> bool:
            looked = await asked_once()
            monkeypatch.setattr(consumer, "_asked", looked)
            return await follow(consumer, reader, positions, await reader.bounds())

        async def asked_once() -> AskedTopics:
            async with service.session() as session:
                found = await asked(session)

            async def same(_session: AsyncSession) -> set[str]:
                return found

            return same

        monkeypatch.setattr(Consumer, "_follow", bounds_after_asking)
    await log.publish(topic, [before])
    consumer = Consumer(service, log, name=topic, topics={topic}, handlers={kinds.step: apply_step}, asked=asked)
    async with running(consumer.run()):
        assert await eventually(lambda: read_up_to(service, 1 if not naive else 2))
        await log.publish(topic, [after])
        assert await eventually(lambda: read_up_to(service, 3))
    assert await effects(service) == {"k": [3] if naive else [2, 3]}


@pytest.mark.parametrize("naive", [False, True], ids=["read-again", "kept-from-before"])
async def test_what_was_read_ahead_is_left_where_reading_goes_on_from_another_place(
    service: Database, log: EmbeddedLog, kinds: Kinds, topic: str, monkeypatch: pytest.MonkeyPatch, naive: bool
):
    """Somebody stops asking for another topic when the next batch has been read: it is read again, and taken once."""
    other, wanted = f"{topic}-other", {topic, f"{topic}-other"}
    read_ahead, taken = asyncio.Event(), list[int]()
    read, take, tick = Consumer._read, Consumer._take, Consumer._tick

    async def asked(_session: AsyncSession) -> set[str]:
        return set(wanted)

    async def hold(session: AsyncSession, event: Event) -> None:
        async with asyncio.timeout(20):
            await read_ahead.wait()
        wanted.discard(other)
        consumer._next_tick = 0.0
        await apply_step(session, event)

    async def noted_read(consumer: Consumer, reader: Reader) -> Sequence[IncomingMessage]:
        found = await read(consumer, reader)
        if [one.message.offset for one in found] > [0]:
            read_ahead.set()
        return found

    async def noted(consumer: Consumer, cluster: str, positions: Positions, batch: Sequence[IncomingMessage]) -> None:
        taken.extend(one.message.offset for one in batch)
        await take(consumer, cluster, positions, batch)

    async def says_nothing(consumer: Consumer, reader: Reader, positions: Positions) -> bool:
        await tick(consumer, reader, positions)
        return False

    monkeypatch.setattr(Consumer, "_read", noted_read)
    monkeypatch.setattr(Consumer, "_take", noted)
    if naive:
        monkeypatch.setattr(Consumer, "_tick", says_nothing)
    await log.ensure_topics([other])
    await log.publish(topic, step_records(kinds, ["k"], 3))
    consumer = Consumer(
        service, log, name=topic, topics={topic, other}, handlers={kinds.step: hold}, batch=1, asked=asked
    )
    async with running(consumer.run()):
        assert await eventually(lambda: read_up_to(service, 3))
    assert await effects(service) == {"k": [1, 2, 3]}
    assert (taken == [0, 1, 2]) is not naive


async def read_up_to(service: Database, offset: int) -> bool:
    return await scalar(service, "SELECT coalesce(sum(next_offset), 0) FROM consumer_offset") >= offset


async def has_lag(labels: dict[str, str], value: float) -> bool:
    return REGISTRY.get_sample_value("minglu_consumer_lag_events", labels) == value


def test_of_several_states_the_newest_is_kept(kinds: Kinds):
    events = [new_event(kinds.state(revision=n, value=n), subject=key, source="/t") for n in (2, 3, 1) for key in "ab"]
    assert {(event.subject, event.payload(kinds.state).revision) for event in latest_per_subject(events)} == {
        ("a", 3),
        ("b", 3),
    }
    with pytest.raises(TypeError):
        latest_per_subject([new_event(kinds.step(number=1), subject="a", source="/t")] * 2)


def test_a_payload_is_only_given_as_what_it_is(kinds: Kinds):
    event = new_event(kinds.step(number=1), subject="a", source="/t")
    assert event.payload(kinds.step).number == 1
    with pytest.raises(TypeError):
        event.payload(kinds.state)
