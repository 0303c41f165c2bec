"""E6: a poison message blocks no other key; its own key waits until it is replayed."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database.connections import Database
from shared.messaging.bus import Bus, Record
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import discard, open_dead_letters, request_replay
from shared.messaging.events import Event
from shared.messaging.inbox import Fault
from shared.worker.transient import UnavailableError
from tests.faults.counting_service import (
    Kinds,
    Step,
    applied,
    apply_step,
    effects,
    eventually,
    running,
    scalar,
    step_records,
    wrong,
)
from tests.faults.naive_variants import ConsumerThatSkips

pytestmark = pytest.mark.faults

KEYS = [f"key-{number}" for number in range(10)]
EACH = 5
EXPECTED = dict.fromkeys(KEYS, EACH)
POISONED = "key-3"


class Handler:
    """Fails for the poisoned key's second step until it is mended."""

    def __init__(self, failure: type[Exception] = ZeroDivisionError) -> None:
        self.failure: type[Exception] | None = failure

    async def __call__(self, session: AsyncSession, event: Event) -> None:
        await apply_step(session, event)
        if self.failure and event.subject == POISONED and isinstance(event.data, Step) and event.data.number == 2:
            raise self.failure("secret detail\nsecond line")


async def poisoned_topic(bus: Bus, kinds: Kinds) -> None:
    """Good events, bytes that are no event, data that does not fit, and an unknown type between them."""
    topic, records = kinds.step.topic, step_records(kinds, KEYS, EACH)
    unfit = json.loads(step_records(kinds, ["unfit"], 1)[0].value)
    unfit["data"] = {"number": "many"}
    unknown = {**json.loads(records[0].value), "id": "u-1", "type": "cn.minglu.test.Unheard.v1"}
    records[7:7] = [
        Record(KEYS[0], b"\x00garbage"),
        Record("unfit", json.dumps(unfit).encode()),
        Record(KEYS[1], json.dumps(unknown).encode()),
    ]
    await bus.ensure_topics({topic})
    await bus.publish(topic, [*records, *step_records(kinds, ["unfit"], 2)])


def without(key: str) -> dict[str, int]:
    return {other: count for other, count in EXPECTED.items() if other != key}


@asynccontextmanager
async def consuming(
    kind: type[Consumer], service: Database, bus: Bus, kinds: Kinds, handler: Handler
) -> AsyncIterator[None]:
    consumer = kind(service, bus, name="test", topics={kinds.step.topic}, handlers={kinds.step: handler})
    async with running(consumer.run()):
        yield


async def letters(service: Database) -> dict[Fault, list[str]]:
    """The keys of the open letters, by kind."""
    async with service.session() as session:
        found = await open_dead_letters(session)
    return {kind: sorted(str(letter.key) for letter in found if letter.kind is kind) for kind in Fault}


async def test_e6_other_keys_go_on_and_the_poisoned_one_waits(service: Database, bus: Bus, kinds: Kinds):
    await poisoned_topic(bus, kinds)
    async with consuming(Consumer, service, bus, kinds, Handler()):
        assert await eventually(lambda: applied(service, without(POISONED) | {POISONED: 1}))
        assert await eventually(lambda: has_letters(service, 8))
    assert wrong(await effects(service), without(POISONED) | {POISONED: 1}) == {}
    assert await letters(service) == {
        Fault.UNREADABLE: [KEYS[0]],
        Fault.INVALID: ["unfit"],
        Fault.FAILED: [POISONED],
        Fault.BLOCKED: [POISONED] * 3 + ["unfit"] * 2,
    }


async def has_letters(service: Database, count: int) -> bool:
    return await scalar(service, "SELECT count(*) FROM dead_letter WHERE settled_at IS NULL") == count


async def test_e6_a_replay_applies_what_failed_and_what_waited_in_order(service: Database, bus: Bus, kinds: Kinds):
    await poisoned_topic(bus, kinds)
    handler = Handler()
    async with consuming(Consumer, service, bus, kinds, handler):
        assert await eventually(lambda: has_letters(service, 8))
        async with service.transaction() as session:
            assert len(await request_replay(session)) == 8
        assert await eventually(lambda: nothing_asked(service))
        assert await has_letters(service, 8)
        handler.failure = None
        async with service.transaction() as session:
            await request_replay(session)
        assert await eventually(lambda: has_letters(service, 4))
    assert wrong(await effects(service), EXPECTED) == {}


async def nothing_asked(service: Database) -> bool:
    return await scalar(service, "SELECT count(*) FROM dead_letter WHERE replay_asked_at IS NOT NULL") == 0


async def test_e6_a_discarded_letter_lets_go_what_waits_behind_it(service: Database, bus: Bus, kinds: Kinds):
    await poisoned_topic(bus, kinds)
    async with consuming(Consumer, service, bus, kinds, Handler()):
        assert await eventually(lambda: has_letters(service, 8))
        async with service.transaction() as session:
            (unfit,) = [one for one in await open_dead_letters(session) if one.kind is Fault.INVALID]
            assert await discard(session, unfit.letter_id, "the sender sends it anew")
            assert not await discard(session, unfit.letter_id, "again")
        assert await eventually(lambda: has_letters(service, 5))
    assert (await effects(service))["unfit"] == [1, 2]


async def test_e6_a_letter_tells_the_cause_without_the_rest_of_the_error(service: Database, bus: Bus, kinds: Kinds):
    await poisoned_topic(bus, kinds)
    async with consuming(Consumer, service, bus, kinds, Handler()):
        assert await eventually(lambda: has_letters(service, 8))
    async with service.session() as session:
        causes = {letter.kind: letter.cause for letter in await open_dead_letters(session)}
    assert causes[Fault.FAILED] == "ZeroDivisionError: secret detail"
    assert "number" in causes[Fault.INVALID]
    assert causes[Fault.UNREADABLE] == "not JSON"


async def test_e6_what_postgresql_cannot_store_stops_nothing(service: Database, bus: Bus, kinds: Kinds):
    """U+0000 in an id, in a name of a field, in the data and in an error."""
    good = json.loads(step_records(kinds, ["key"], 1)[0].value)
    hostile = [
        {**good, "id": "a\x00b"},
        {**good, "id": "2", "data": {"number": {"\x00": 1}}},
        {**good, "id": "3", "subject": "fails", "data": {"number": 2}},
    ]

    async def fail(session: AsyncSession, event: Event) -> None:
        if event.subject == "fails":
            raise ValueError("zero\x00byte")
        await apply_step(session, event)

    topic = kinds.step.topic
    await bus.ensure_topics({topic})
    await bus.publish(topic, [Record("fails", json.dumps(envelope).encode()) for envelope in hostile])
    await bus.publish(topic, step_records(kinds, ["other"], 2))
    async with running(Consumer(service, bus, name="test", topics={topic}, handlers={kinds.step: fail}).run()):
        assert await eventually(lambda: applied(service, {"other": 2}))
        assert await eventually(lambda: has_letters(service, 3))


async def test_e6_skipping_is_found_out(service: Database, bus: Bus, kinds: Kinds):
    await poisoned_topic(bus, kinds)
    async with consuming(ConsumerThatSkips, service, bus, kinds, Handler()):
        assert await eventually(lambda: applied(service, without(POISONED) | {POISONED: EACH - 1}))
    assert POISONED in wrong(await effects(service), without(POISONED) | {POISONED: 1})


async def test_e6_trying_for_ever_is_found_out(service: Database, bus: Bus, kinds: Kinds):
    await poisoned_topic(bus, kinds)
    async with consuming(Consumer, service, bus, kinds, Handler(UnavailableError)):
        assert not await eventually(lambda: applied(service, without(POISONED) | {POISONED: 1}), 3)
