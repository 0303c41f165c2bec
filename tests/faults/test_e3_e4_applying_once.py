"""E3/E4: an event's effect is applied once, also when the whole topic is delivered again years later."""

import asyncio

import pytest
from sqlalchemy import text

from shared.database.connections import Database
from shared.messaging import dispatch
from shared.messaging.bus import Bus, Record
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from tests.faults.counting_service import (
    Kinds,
    applied,
    effects,
    eventually,
    handlers,
    running,
    scalar,
    step_records,
    wrong,
)
from tests.faults.processes import KILLS, kill_loop, start

pytestmark = pytest.mark.faults

KEYS = [f"key-{number}" for number in range(20)]
EACH = max(100, KILLS)
EXPECTED = dict.fromkeys(KEYS, EACH)
END_LEASES = text(
    """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
)
CONSUMER_POINTS = ["consumer.read", "consumer.applied", "consumer.committed"]


async def fill(bus: Bus, kinds: Kinds) -> list[Record]:
    records = step_records(kinds, KEYS, EACH)
    await bus.ensure_topics({kinds.step.topic})
    await bus.publish(kinds.step.topic, records)
    return records


async def consumed(database: Database, count: int) -> bool:
    """Whether the offsets have come to the end of a topic of so many records."""
    return await scalar(database, "SELECT coalesce(sum(next_offset), 0) FROM consumer_offset") == count


def consumer(database: Database, bus: Bus, kinds: Kinds) -> Consumer:
    return Consumer(database, bus, name="test", topics={kinds.step.topic}, handlers=handlers(kinds))


async def consume_to_the_end(database: Database, bus: Bus, kinds: Kinds, count: int) -> None:
    async with running(consumer(database, bus, kinds).run()):
        assert await eventually(lambda: consumed(database, count))


async def kill_consumers(role: str, service: Database, service_url: str, bus: Bus, bus_url: str, kinds: Kinds) -> None:
    """Consumers are killed while the topic is full; then one lives to the end."""
    topic, count = kinds.step.topic, len(await fill(bus, kinds))
    await asyncio.to_thread(kill_loop, role, service_url, bus_url, topic, CONSUMER_POINTS, KILLS // 4)
    survivor = start(role, service_url, bus_url, topic)
    assert await eventually(lambda: consumed(service, count))
    survivor.kill()
    survivor.join()


async def test_e3_killed_consumers_apply_each_event_once(
    service: Database, service_url: str, bus: Bus, bus_url: str, kinds: Kinds
):
    await kill_consumers("consumer", service, service_url, bus, bus_url, kinds)
    assert wrong(await effects(service), EXPECTED) == {}


async def test_e3_offsets_apart_from_effects_are_found_out(
    service: Database, service_url: str, bus: Bus, bus_url: str, kinds: Kinds
):
    await kill_consumers("naive consumer", service, service_url, bus, bus_url, kinds)
    assert wrong(await effects(service), EXPECTED) != {}


async def test_e3_events_published_twice_are_applied_once(service: Database, bus: Bus, kinds: Kinds):
    records = await fill(bus, kinds)
    await bus.publish(kinds.step.topic, records[:500])
    await consume_to_the_end(service, bus, kinds, len(records) + 500)
    assert wrong(await effects(service), EXPECTED) == {}


async def everything_again_years_later(service: Database, bus: Bus, kinds: Kinds, forget: str) -> None:
    """The topic is consumed; three years pass, with their housekeeping; then it is delivered from its beginning."""
    count = len(await fill(bus, kinds))
    await consume_to_the_end(service, bus, kinds, count)
    async with service.transaction() as session:
        await session.execute(text("UPDATE inbox SET applied_at = applied_at - interval '3 years'"))
        await session.execute(text(forget))
    async with running(Relay(service, bus).run()):
        await asyncio.sleep(0.3)
    async with service.transaction() as session:
        await session.execute(text("DELETE FROM consumer_offset"))
    await consume_to_the_end(service, bus, kinds, count)


async def test_e4_a_whole_topic_years_later_changes_nothing(service: Database, bus: Bus, kinds: Kinds):
    await everything_again_years_later(service, bus, kinds, forget="SELECT 1")
    assert wrong(await effects(service), EXPECTED) == {}


async def test_e4_a_pruned_inbox_is_found_out(service: Database, bus: Bus, kinds: Kinds):
    await everything_again_years_later(
        service, bus, kinds, forget="DELETE FROM inbox WHERE applied_at < now() - interval '30 days'"
    )
    assert wrong(await effects(service), EXPECTED) != {}


async def test_e3_no_inbox_is_found_out(service: Database, bus: Bus, kinds: Kinds, monkeypatch: pytest.MonkeyPatch):
    async def all_are_new(_session: object, _consumer: str, events: list[object]) -> list[object]:
        return events

    monkeypatch.setattr(dispatch, "not_applied_before", all_are_new)
    records = await fill(bus, kinds)
    await bus.publish(kinds.step.topic, records)
    await consume_to_the_end(service, bus, kinds, 2 * len(records))
    assert wrong(await effects(service), EXPECTED) != {}


async def test_e3_two_consumers_of_one_name_share_nothing_and_take_over(service: Database, bus: Bus, kinds: Kinds):
    await fill(bus, kinds)
    first = asyncio.ensure_future(consumer(service, bus, kinds).run())
    async with running(consumer(service, bus, kinds).run()):
        assert await eventually(lambda: applied(service, EXPECTED))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await bus.publish(kinds.step.topic, step_records(kinds, ["late"], 3))
        assert await eventually(lambda: applied(service, EXPECTED | {"late": 3}))
    assert wrong(await effects(service), EXPECTED | {"late": 3}) == {}


async def test_e3_a_consumer_that_lost_its_lease_unawares_cannot_commit(service: Database, bus: Bus, kinds: Kinds):
    """Both believe to be alone: the second one's offsets do not fit, so its effects are undone."""
    await fill(bus, kinds)
    loops = [consumer(service, bus, kinds) for _ in range(2)]
    async with service.engine.connect() as killer, running(*[loop.run() for loop in loops]):
        for _ in range(20):
            await killer.execute(END_LEASES)
            await killer.commit()
            await asyncio.sleep(0.1)
        assert await eventually(lambda: applied(service, EXPECTED))
    assert wrong(await effects(service), EXPECTED) == {}
