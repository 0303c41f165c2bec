"""Consuming from Kafka with inbox rows and effects: events a second, against the goal of 5,000.

AnnualReportFiled is a step, not a state: each event costs an inbox row, its effect (one row written) and the
update of the offset, all in the transaction of its batch.
"""

import asyncio
import datetime as dt
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import kafka, postgres
from shared.contracts.annual_report import AnnualReportFiled
from shared.database.connections import Database
from shared.messaging.bus import Bus, Record
from shared.messaging.consumer import Consumer
from shared.messaging.events import Event, new_event
from shared.messaging.transports import open_bus
from shared.reference.uscc import uscc_check_character

GOAL = 5_000.0
EVENTS = 100_000
EFFECT = text(
    "insert into effect select * from unnest(cast(:codes as text[]), cast(:days as date[]))"
    " on conflict (uscc) do update set filed_on = excluded.filed_on"
)


def measure(size: Size) -> list[Measurement]:
    """Events a second, each round with a consumer of its own from the topic's beginning."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name)) as url, kafka(Path(name)) as address:
        rates = asyncio.run(consume(url, address, size.rounds))
    claim = f"{GOAL:,.0f} events/s ({EVENTS:,} events, inbox row and effect each)"
    return [Measurement(claim, rates, [GOAL] * len(rates), 1.0, at_least=True, unit="events/s")]


async def consume(url: str, address: str, rounds: int) -> list[float]:
    """Publish once, consume ``rounds`` times."""
    database, bus = Database(url), open_bus(f"kafka://{address}")
    await bus.ensure_topics([AnnualReportFiled.topic])
    records = [event_of(number) for number in range(EVENTS)]
    for start in range(0, EVENTS, 10_000):
        await bus.publish(AnnualReportFiled.topic, records[start : start + 10_000])
    async with database.transaction() as session:
        await session.execute(text("create table effect (uscc text primary key, filed_on date)"))
    rates = [EVENTS / await once(database, bus, f"bench-{turn}") for turn in range(rounds)]
    await bus.close()
    await database.close()
    return rates


def event_of(number: int) -> Record:
    """One household's late report."""
    body = f"92410103{number:09d}"
    uscc = body + uscc_check_character(body)
    filed = AnnualReportFiled(uscc=uscc, year=2025, filed_on=dt.date(2026, 7, 20))
    return Record(uscc, new_event(filed, subject=uscc, source="/bench").encode())


async def once(database: Database, bus: Bus, name: str) -> float:
    """Seconds until a new consumer has applied all events."""
    applied = 0
    done = asyncio.Event()

    async def handle(session: AsyncSession, events: Sequence[Event]) -> None:
        nonlocal applied
        filed = [event.payload(AnnualReportFiled) for event in events]
        await session.execute(EFFECT, {"codes": [f.uscc for f in filed], "days": [f.filed_on for f in filed]})
        applied += len(events)
        if applied >= EVENTS:
            done.set()

    async with database.transaction() as session:
        await session.execute(text("truncate effect"))
    consumer = Consumer(
        database,
        bus,
        name=name,
        topics=[AnnualReportFiled.topic],
        batch_handlers={AnnualReportFiled: handle},
        batch=2000,
    )
    began = time.perf_counter()
    task = asyncio.ensure_future(consumer.run())
    await done.wait()
    taken = time.perf_counter() - began
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return taken
