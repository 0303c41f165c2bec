"""E7: the bus stops, restarts or is wiped: writing goes on, nothing is lost, work resumes by itself."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from shared.database.connections import Database
from shared.messaging.bulk_stream import BulkStream
from shared.messaging.bus import Bus, BusDownError, Record
from shared.messaging.consumer import Consumer
from shared.messaging.events import new_event
from shared.messaging.relay import Relay
from shared.messaging.transports import open_bus
from shared.worker.transient import RestartRequired
from tests.faults.counting_service import (
    Kinds,
    applied,
    effects,
    eventually,
    handlers,
    published,
    relayed,
    running,
    step,
    wrong,
)
from tests.faults.naive_variants import RelayWithoutMemory
from tests.fixtures.buses import Site

pytestmark = pytest.mark.faults

KEYS = [f"key-{number}" for number in range(10)]


@pytest.fixture
async def own_bus(site: Site) -> AsyncIterator[Bus]:
    bus = open_bus(site.url)
    yield bus
    await bus.close()


def consumer(service: Database, bus: Bus, kinds: Kinds) -> Consumer:
    return Consumer(service, bus, name="test", topics={kinds.step.topic}, handlers=handlers(kinds))


async def write(service: Database, kinds: Kinds, each: int) -> None:
    for _ in range(each):
        for key in KEYS:
            await step(service, kinds, key)


async def reaches(service: Database, each: int, seconds: float = 40) -> bool:
    return await eventually(lambda: applied(service, dict.fromkeys(KEYS, each)), seconds)


async def test_e7_a_stopped_and_a_wiped_bus_lose_nothing(site: Site, service: Database, own_bus: Bus, kinds: Kinds):
    async with running(Relay(service, own_bus, poll=0.1).run(), consumer(service, own_bus, kinds).run()):
        await write(service, kinds, 5)
        assert await reaches(service, 5)

        await asyncio.to_thread(site.stop)
        await write(service, kinds, 5)
        await asyncio.to_thread(site.start)
        assert await reaches(service, 10)

        await asyncio.to_thread(site.wipe)
        await write(service, kinds, 5)
        await asyncio.to_thread(site.start)
        assert await reaches(service, 15)
        assert await eventually(lambda: relayed(service))
    expected = dict.fromkeys(KEYS, 15)
    assert wrong(await effects(service), expected) == {}
    assert wrong(await published(own_bus, kinds), expected) == {}


async def wiped_while_nobody_looks(
    relay: type[Relay], site: Site, service: Database, own_bus: Bus, kinds: Kinds
) -> dict[str, list[int]]:
    """What the topic lacks when the bus was wiped between two relays."""
    for each in (3, 6):
        await write(service, kinds, 3)
        async with running(relay(service, own_bus, poll=0.1).run()):
            assert await eventually(lambda: relayed(service))
            await asyncio.sleep(0.5)
        if each == 3:
            await asyncio.to_thread(site.wipe)
            await asyncio.to_thread(site.start)
    return wrong(await published(own_bus, kinds), dict.fromkeys(KEYS, 6))


async def test_e7_a_bus_wiped_unnoticed_gets_all_again(site: Site, service: Database, own_bus: Bus, kinds: Kinds):
    assert await wiped_while_nobody_looks(Relay, site, service, own_bus, kinds) == {}


async def test_e7_a_relay_without_memory_is_found_out(site: Site, service: Database, own_bus: Bus, kinds: Kinds):
    assert await wiped_while_nobody_looks(RelayWithoutMemory, site, service, own_bus, kinds) != {}


async def test_e7_a_bulk_stream_resumes_and_begins_anew_on_a_wiped_bus(
    site: Site, service: Database, own_bus: Bus, kinds: Kinds
):
    records = [
        Record(f"key-{n}", new_event(kinds.step(number=1), subject=f"key-{n}", source="/test").encode())
        for n in range(5000)
    ]
    fetched: list[int] = []
    halfway = threading.Event()

    def fetch(start: int, limit: int) -> list[Record]:
        fetched.append(start)
        if start >= 2000:
            halfway.set()
        return records[start : start + limit]

    async with service.transaction() as session:
        await BulkStream.register(session, "run-1", kinds.step.topic, len(records))
    stream = BulkStream(service, own_bus, batch=1000)

    async def to_the_end() -> None:
        async with asyncio.timeout(60):
            while not await no_longer_due(stream):
                await try_to_run(stream, fetch)

    streaming = asyncio.ensure_future(to_the_end())
    await asyncio.to_thread(halfway.wait, 30)
    await asyncio.to_thread(site.stop)
    await asyncio.to_thread(site.start)
    await streaming
    assert len(await published(own_bus, kinds)) == len(records)

    await asyncio.to_thread(site.wipe)
    await asyncio.to_thread(site.start)
    await to_the_end()
    assert len(await published(own_bus, kinds)) == len(records)
    assert fetched.count(0) == 2, "begun anew once, and otherwise resumed"


async def no_longer_due(stream: BulkStream) -> bool:
    try:
        return await stream.due() == []
    except BusDownError:
        return False


async def try_to_run(stream: BulkStream, fetch: object) -> None:
    try:
        await stream.run("run-1", fetch)  # type: ignore[arg-type]
    except (BusDownError, RestartRequired):
        await asyncio.sleep(0.05)
