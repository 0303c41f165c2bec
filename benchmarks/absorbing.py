"""Absorbing a published run: HouseholdTyped of every household from the embedded log into recognition's own copy.

The service's own handlers under its own consumer, on one PostgreSQL of production settings that holds both the log
and the service's database, as on one machine. Against the goal of 5,000 events a second, and against the least that
could be done: the same rows by COPY into the same table with the same indexes.
"""

import asyncio
import io
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import cast
from uuid import UUID

import asyncpg
from sqlalchemy import text

from benchmarks.harness import Measurement, Size
from deploy.local.postgres import EmbeddedPostgres
from services.recognition.resources import Resources
from services.recognition.service import SERVICE
from shared.contracts.typing import HouseholdTyped
from shared.database.connections import Database
from shared.database.migrations import upgrade
from shared.messaging.bus import Bus, Record
from shared.messaging.events import new_event
from shared.messaging.transports import open_bus
from tests.faults.counting_service import eventually
from tests.fixtures.season_county import COUNTY, code

GOAL = 5_000.0
RESOURCES = cast("Resources", None)
"""The handlers of typing's events use none."""
RUN = UUID("11111111-1111-4111-8111-111111111111")
BATCH = 20_000
READ = "select sum(next_offset) from consumer_offset where consumer = $1"
COLUMNS = (
    "uscc",
    "name",
    "region",
    "operator_ref",
    "status",
    "type",
    "typed_year",
    "typed_run",
    "typed_revision",
    "changed_revision",
)


def measure(size: Size) -> list[Measurement]:
    """Events a second until the copy is complete, each round with a consumer from the topic's beginning."""
    with tempfile.TemporaryDirectory() as name:
        server = EmbeddedPostgres(Path(name) / "postgres")
        server.start()
        try:
            url = server.create_database("minglu_recognition", owner="minglu_recognition")
            upgrade(url, "services.recognition")
            bus_url = server.create_database("minglu_bus", owner="minglu_bus")
            ours, plain = asyncio.run(absorb(url, bus_url, size))
        finally:
            server.stop()
    count = f"{size.households:,} households"
    return [
        Measurement(f"{GOAL:,.0f} events/s ({count})", ours, [GOAL] * len(ours), 1.0, at_least=True, unit="events/s"),
        Measurement("the same rows by COPY, without events", ours, plain, 0.02, at_least=True, unit="rows/s"),
    ]


async def absorb(url: str, bus_url: str, size: Size) -> tuple[list[float], list[float]]:
    """Publish once, absorb ``rounds`` times into an empty copy, and copy by hand as often."""
    database, bus = Database(url), open_bus(bus_url)
    await bus.ensure_topics(SERVICE.subscriptions[0].topics)
    for start in range(0, size.households, BATCH):
        numbers = range(start, min(start + BATCH, size.households))
        await bus.publish("typing.events", [record_of(number) for number in numbers])
    ours, plain = [], []
    for turn in range(size.rounds):
        ours.append(size.households / await once(database, bus, f"bench-{turn}", size.households))
        plain.append(size.households / await by_hand(database, size.households))
    await bus.close()
    await database.close()
    return ours, plain


def typed(number: int) -> HouseholdTyped:
    """One synthetic household of a run."""
    return HouseholdTyped(
        uscc=code(number),
        name=f"测试商户{number}号",
        region=COUNTY,
        operator_ref=f"v1:{number:032x}",
        type="growth",
        previous_type=None,
        year=2026,
        run=RUN,
        revision=1,
    )


def record_of(number: int) -> Record:
    """Its event as a record of the bus."""
    return Record(code(number), new_event(typed(number), subject=code(number), source="/typing").encode())


async def once(database: Database, bus: Bus, name: str, households: int) -> float:
    """Seconds until a new consumer has filled an empty copy with all households."""
    async with database.transaction() as session:
        await session.execute(text("truncate household"))
    consumer = replace(SERVICE.subscriptions[0], name=name).consumer(database, bus, RESOURCES)
    pool = await database.pool()

    async def complete() -> bool:
        return bool(await pool.fetchval(READ, name) == households)

    began = time.perf_counter()
    task = asyncio.ensure_future(consumer.run())
    if not await eventually(complete, 3600):
        raise RuntimeError("the consumer does not come to the end")
    taken = time.perf_counter() - began
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    if await pool.fetchval("select count(*) from household") != households:
        raise RuntimeError("households are missing")
    return taken


async def by_hand(database: Database, households: int) -> float:
    """Seconds of one COPY of the same rows."""
    connection = await asyncpg.connect(**database.connect_options())
    await connection.execute("truncate household")
    lines = "".join(
        f"{code(n)}\t测试商户{n}号\t{COUNTY}\tv1:{n:032x}\tregistered\tgrowth\t2026\t{RUN}\t1\t0\n"
        for n in range(households)
    )
    began = time.perf_counter()
    await connection.copy_to_table("household", source=io.BytesIO(lines.encode()), columns=COLUMNS)
    taken = time.perf_counter() - began
    await connection.close()
    return taken
