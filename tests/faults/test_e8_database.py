"""E8: the database is killed and restarted in the middle of the work: nothing lost, nothing twice."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from deploy.local.postgres import EmbeddedPostgres
from shared.database.connections import Database
from shared.messaging.bus import Bus
from shared.messaging.consumer import Consumer
from shared.messaging.events import Event
from shared.messaging.relay import Relay
from shared.messaging.transports import open_bus
from shared.worker.transient import is_transient
from tests.faults.counting_service import (
    Kinds,
    applied,
    apply_step,
    create_tables,
    effects,
    eventually,
    expected_counts,
    relayed,
    running,
    step,
    wrong,
)
from tests.faults.naive_variants import ConsumerWithOffsetsFirst
from tests.fixtures.waiting import PATIENCE

pytestmark = pytest.mark.faults

KEYS = [f"key-{number}" for number in range(10)]


@pytest.fixture
async def fragile(durable_postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """The service's database, on a server that will be killed."""
    database = Database(durable_postgres.create_database("service"))
    await create_tables(database)
    yield database
    await database.close()


@pytest.fixture
async def bus_beside(
    transport: str, request: pytest.FixtureRequest, durable_postgres: EmbeddedPostgres
) -> AsyncIterator[Bus]:
    """Kafka stays up; the embedded log lives on the same server and dies with it."""
    if transport == "kafka":
        bus = open_bus(f"kafka://{request.getfixturevalue('kafka_address')}")
    else:
        bus = open_bus(durable_postgres.create_database("bus"))
    yield bus
    await bus.close()


async def apply_slowly(session: AsyncSession, event: Event) -> None:
    await apply_step(session, event)
    await asyncio.sleep(0.005)


async def survive(
    kind: type[Consumer], restarts: int, server: EmbeddedPostgres, fragile: Database, bus: Bus, kinds: Kinds
) -> dict[str, list[int]]:
    """What is wrong with the effects after the server was killed again and again under all of them."""

    async def write() -> None:
        while True:
            for key in KEYS:
                try:
                    await step(fragile, kinds, key)
                except Exception as error:
                    if not is_transient(error):
                        raise
                    await asyncio.sleep(0.1)

    consumer = kind(fragile, bus, name="test", topics={kinds.step.topic}, handlers={kinds.step: apply_slowly}, batch=40)
    async with running(Relay(fragile, bus, poll=0.1).run(), consumer.run()):
        async with running(write()):
            for _ in range(restarts):
                await asyncio.sleep(1.0)
                await asyncio.to_thread(server.kill)
                await asyncio.sleep(0.2)
                await asyncio.to_thread(server.start)
            await asyncio.sleep(0.5)
        assert await eventually(lambda: relayed(fragile))
        written = await expected_counts(fragile)
        finished = await eventually(lambda: applied(fragile, written), PATIENCE if kind is Consumer else 5)
        assert finished or kind is not Consumer
    return wrong(await effects(fragile), written)


async def test_e8_a_killed_database_loses_nothing_and_doubles_nothing(
    durable_postgres: EmbeddedPostgres, fragile: Database, bus_beside: Bus, kinds: Kinds
):
    assert await survive(Consumer, 3, durable_postgres, fragile, bus_beside, kinds) == {}


async def test_e8_moving_on_before_applying_is_found_out(
    durable_postgres: EmbeddedPostgres, fragile: Database, bus_beside: Bus, kinds: Kinds
):
    assert await survive(ConsumerWithOffsetsFirst, 2, durable_postgres, fragile, bus_beside, kinds) != {}
