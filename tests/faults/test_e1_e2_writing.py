"""E1: what was acknowledged is durable, with exactly one outbox row per event.
E2: every outbox row is published, in order per key, whatever is killed.
"""

import asyncio
import random
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from shared.database.connections import Database
from shared.messaging.bus import Bus
from shared.messaging.outbox import emit
from shared.messaging.relay import Relay
from tests.faults.counting_service import (
    Kinds,
    count_up,
    eventually,
    expected_counts,
    published,
    relayed,
    running,
    scalar,
    step,
    wrong,
)
from tests.faults.naive_variants import RelayWithCursor
from tests.faults.processes import KILLS, kill_loop, start

pytestmark = pytest.mark.faults

RELAY_POINTS = ["relay.read", "relay.acked", "relay.marked"]


async def facts_without_their_event(database: Database) -> list[str]:
    """Keys whose count is not the number of their outbox rows."""
    async with database.session() as session:
        rows = await session.execute(
            text(
                "SELECT key FROM account a WHERE count <> (SELECT count(*) FROM outbox o WHERE o.key = a.key)"
                " OR count <> (SELECT count(DISTINCT value) FROM outbox o WHERE o.key = a.key)"
            )
        )
        return list(rows.scalars())


async def kill_writers(role: str, service_url: str, ledger: Path) -> None:
    kills, points = max(4, KILLS // 6), ["writer.between"] if "naive" in role else []
    await asyncio.to_thread(kill_loop, role, service_url, "postgresql://unused", "e1.events", points, kills, ledger)


async def test_e1_what_was_acknowledged_is_there_with_its_event(service: Database, service_url: str, tmp_path: Path):
    ledger = tmp_path / "ledger"
    await kill_writers("writer", service_url, ledger)
    acknowledged: Counter[str] = Counter()
    for line in ledger.read_text().splitlines():
        key, number = line.split()
        acknowledged[key] = max(acknowledged[key], int(number))
    assert acknowledged
    counts = await expected_counts(service)
    assert all(counts[key] >= number for key, number in acknowledged.items())
    assert await facts_without_their_event(service) == []


async def test_e1_two_transactions_are_found_out(service: Database, service_url: str, tmp_path: Path):
    await kill_writers("naive writer", service_url, tmp_path / "ledger")
    assert await facts_without_their_event(service) != []


async def test_e1_a_rolled_back_fact_leaves_no_event(service: Database, kinds: Kinds):
    async with service.session() as session:
        number = await count_up(session, "key")
        await emit(session, kinds.step(number=number), subject="key", source="/test")
        await session.rollback()
    assert await scalar(service, "SELECT count(*) FROM outbox") == 0


async def write_disorderly(service: Database, kinds: Kinds, count: int) -> None:
    """Eight writers whose transactions commit out of order, some never."""

    async def write(chance: random.Random) -> None:
        for _ in range(count):
            key = f"key-{chance.randrange(40)}"
            async with service.session() as session:
                number = await count_up(session, key)
                await emit(session, kinds.step(number=number), subject=key, source="/test")
                await asyncio.sleep(chance.choice([0, 0, 0.002, 0.02]))
                await (session.commit() if chance.random() < 0.95 else session.rollback())

    await asyncio.gather(*[write(random.Random(seed)) for seed in range(8)])


async def test_e2_rows_that_commit_late_are_published_in_order(service: Database, bus: Bus, kinds: Kinds):
    async with running(Relay(service, bus, batch=20, poll=0.05).run()):
        await write_disorderly(service, kinds, 60)
        assert await eventually(lambda: relayed(service))
    assert wrong(await published(bus, kinds), await expected_counts(service)) == {}


async def test_e2_a_cursor_is_found_out(service: Database, bus: Bus, kinds: Kinds):
    async with running(RelayWithCursor(service, bus, batch=20, poll=0.05).run()):
        await write_disorderly(service, kinds, 60)
        await asyncio.sleep(1.0)
    assert wrong(await published(bus, kinds), await expected_counts(service)) != {}


async def kill_relays(role: str, service: Database, service_url: str, bus_url: str, kinds: Kinds) -> None:
    """Relays are killed while facts are being written; then one lives to the end."""
    topic = kinds.step.topic

    async def write() -> None:
        for number in range(1_000_000):
            await step(service, kinds, f"key-{number % 17}")
            await asyncio.sleep(0.002)

    async with running(write()):
        points = ["relay.read"] * 2 if "naive" in role else RELAY_POINTS
        await asyncio.to_thread(kill_loop, role, service_url, bus_url, topic, points, KILLS // 4)
    survivor = start(role, service_url, bus_url, topic)
    assert await eventually(lambda: relayed(service))
    survivor.kill()
    survivor.join()


async def test_e2_killed_relays_lose_nothing(service: Database, service_url: str, bus: Bus, bus_url: str, kinds: Kinds):
    await kill_relays("relay", service, service_url, bus_url, kinds)
    assert wrong(await published(bus, kinds), await expected_counts(service)) == {}


async def test_e2_marking_first_is_found_out(service: Database, service_url: str, bus: Bus, bus_url: str, kinds: Kinds):
    await kill_relays("naive relay", service, service_url, bus_url, kinds)
    assert wrong(await published(bus, kinds), await expected_counts(service)) != {}


async def test_e2_of_two_relays_one_stands_by_and_takes_over(service: Database, bus: Bus, kinds: Kinds):
    first = asyncio.ensure_future(Relay(service, bus, poll=0.05).run())
    async with running(Relay(service, bus, poll=0.05).run()):
        await step(service, kinds, "key")
        assert await eventually(lambda: relayed(service))
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        await step(service, kinds, "key")
        assert await eventually(lambda: relayed(service))
    assert await published(bus, kinds) == {"key": [1, 2]}
