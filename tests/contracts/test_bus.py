"""What a bus promises, asked of both transports."""

import asyncio
from collections import defaultdict

import pytest

from shared.messaging.bus import (
    PARTITIONS,
    Bounds,
    Bus,
    BusDownError,
    Message,
    OutOfBoundsError,
    Partition,
    Reader,
    Record,
)
from shared.messaging.transports import open_bus
from tests.fixtures.buses import Site
from tests.fixtures.waiting import PATIENCE


def records(count: int, keys: int = 30) -> list[Record]:
    return [Record(f"key-{number % keys}", f"value-{number}".encode()) for number in range(count)]


async def read_all(reader: Reader, count: int) -> list[Message]:
    """Reads until so many messages came; fails when the last of them does not come."""
    found: list[Message] = []
    async with asyncio.timeout(PATIENCE):
        while len(found) < count:
            found += await reader.read(500, 0.5)
    return found


async def from_the_beginning(reader: Reader) -> None:
    await reader.seek({partition: bounds.first for partition, bounds in (await reader.bounds()).items()})


async def test_what_was_published_is_read_whole_and_in_order_per_key(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    sent = records(1000)
    await bus.publish(topic, sent[:600])
    await bus.publish(topic, sent[600:])
    async with bus.reader({topic}) as reader:
        await from_the_beginning(reader)
        found = await read_all(reader, len(sent))
    by_key = defaultdict(list)
    for message in found:
        by_key[message.key].append(message.value)
    assert len(found) == len(sent)
    assert by_key == {key: [r.value for r in sent if r.key == key] for key in {r.key for r in sent}}


async def test_a_key_stays_in_one_of_twelve_partitions(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    await bus.publish(topic, records(1000, keys=100))
    async with bus.reader({topic}) as reader:
        assert set(await reader.bounds()) == {Partition(topic, number) for number in range(PARTITIONS)}
        await from_the_beginning(reader)
        found = await read_all(reader, 1000)
    partitions_of_key = defaultdict(set)
    for message in found:
        partitions_of_key[message.key].add(message.partition)
    assert all(len(partitions) == 1 for partitions in partitions_of_key.values())
    assert len({partition for partitions in partitions_of_key.values() for partition in partitions}) == PARTITIONS


async def test_reading_goes_on_from_any_position(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    await bus.publish(topic, records(20, keys=1))
    async with bus.reader({topic}) as reader:
        await from_the_beginning(reader)
        all_of_them = await read_all(reader, 20)
        middle = all_of_them[12]
        await reader.seek({middle.partition: middle.offset})
        assert await read_all(reader, 8) == all_of_them[12:]


async def test_only_the_partitions_that_seek_names_are_read_and_maybe_none(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    await bus.publish(topic, records(100))
    async with bus.reader({topic}) as reader:
        await reader.seek({})
        assert await reader.read(100, 0.05) == []
        await from_the_beginning(reader)
        one = (await read_all(reader, 100))[0].partition
        await reader.seek({one: 0})
        assert {message.partition for message in await read_all(reader, 1)} == {one}
        await reader.seek({})
        assert await reader.read(100, 0.05) == []


async def test_bounds_tell_what_a_partition_holds(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    await bus.publish(topic, records(7, keys=1))
    async with bus.reader({topic}) as reader:
        bounds = await reader.bounds()
    assert sorted(bounds.values()) == [Bounds(0, 0)] * (PARTITIONS - 1) + [Bounds(0, 7)]


async def test_a_waiting_reader_gets_what_is_published_meanwhile(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    async with bus.reader({topic}) as reader:
        await from_the_beginning(reader)
        assert await reader.read(10, 0.05) == []
        reading = asyncio.create_task(reader.read(10, 2 * PATIENCE))
        await asyncio.sleep(0.1)
        await bus.publish(topic, records(1))
        async with asyncio.timeout(PATIENCE):
            assert [message.value for message in await reading] == [b"value-0"]


async def test_a_position_outside_the_bounds_is_an_error_and_not_silence(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    async with bus.reader({topic}) as reader:
        await reader.seek(dict.fromkeys(await reader.bounds(), 5))
        with pytest.raises(OutOfBoundsError):
            await read_all(reader, 1)


async def test_a_large_event_passes_and_topics_may_be_ensured_twice(bus: Bus, topic: str):
    await bus.ensure_topics({topic})
    await bus.ensure_topics({topic})
    large = [Record("key", bytes([65 + number]) * 900_000) for number in range(3)]
    await bus.publish(topic, large)
    async with bus.reader({topic}) as reader:
        await from_the_beginning(reader)
        assert [message.value for message in await read_all(reader, 3)] == [record.value for record in large]


async def test_a_long_partition_does_not_starve_the_others(bus: Bus, topic: str):
    other = f"other-{topic}"
    await bus.ensure_topics({topic, other})
    await bus.publish(topic, [Record("key", bytes(1000)) for _ in range(4000)])
    await bus.publish(other, records(10))
    async with bus.reader({topic, other}) as reader:
        await from_the_beginning(reader)
        first_half = await read_all(reader, 2000)
    assert sum(message.partition.topic == other for message in first_half) == 10


async def test_the_cluster_stays_the_same_until_it_is_wiped(site: Site, topic: str):
    bus = open_bus(site.url)
    try:
        await bus.ensure_topics({topic})
        await bus.publish(topic, records(10))
        before = await bus.cluster_id()
        site.stop()
        with pytest.raises(BusDownError):
            await bus.cluster_id()
        site.start()
        assert await eventually_up(bus) == before
        site.wipe()
        site.start()
        assert await eventually_up(bus) != before
        await bus.ensure_topics({topic})
        async with bus.reader({topic}) as reader:
            assert set((await reader.bounds()).values()) == {Bounds(0, 0)}
    finally:
        await bus.close()


async def eventually_up(bus: Bus) -> str:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                return await bus.cluster_id()
            except BusDownError:
                await asyncio.sleep(0.1)


def test_only_known_transports_are_opened():
    with pytest.raises(ValueError, match="kafka://"):
        open_bus("redis://127.0.0.1")
