"""Telling a published run's households: the notification service's own worker on Kafka, from a topic's beginning.

First HouseholdTyped of which a fifth brings something new to its household, then those alone. The worker is a process
of its own, as in production, so that its peak memory can be read.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import kafka, postgres
from shared.contracts.typing import HouseholdTyped
from shared.database.connections import Database
from shared.messaging.bus import Bus, Record
from shared.messaging.events import new_event
from shared.messaging.transports import open_bus
from tests.faults.counting_service import eventually
from tests.fixtures.season_county import COUNTY, code
from tests.fixtures.service_client import ISSUER, Issuer

READ_GOAL, QUEUED_GOAL, MEMORY_GOAL = 10_000.0, 3_000.0, 250.0
NEW_IN = 5
"""One of so many households is told something new."""
RUN = UUID("11111111-1111-4111-8111-111111111111")
TOPIC, BULK = HouseholdTyped.topic, "notification-bulk"
BATCH = 20_000
READ = "select coalesce(sum(next_offset), 0) from consumer_offset where consumer = $1"
QUEUED = "select count(*) from notification"
TWICE = "select count(*) from (select 1 from notification group by cause, rule, recipient having count(*) > 1) t"
PATIENCE = 3600.0


def measure(size: Size) -> list[Measurement]:
    """Events read a second, notifications queued a second, the worker's peak memory."""
    with (
        tempfile.TemporaryDirectory() as name,
        postgres(Path(name), "notification") as url,
        kafka(Path(name)) as address,
    ):
        return asyncio.run(measured(url, f"kafka://{address}", Path(name), size.households))


async def measured(url: str, bus_url: str, folder: Path, events: int) -> list[Measurement]:
    """Both streams, one after the other, through one worker."""
    async with opened(url, bus_url) as (database, bus):
        new = events // NEW_IN
        await publish(bus, range(events), NEW_IN)
        with worker(environment(url, bus_url, folder)) as process:
            mixed = await seconds_until_read(database, events)
            check(await counted(database, QUEUED), new)
            await publish(bus, range(events, events + new), 1)
            alone = await seconds_until_read(database, events + new)
            check(await counted(database, QUEUED), 2 * new)
            memory = peak_megabytes(process)
        check(await counted(database, TWICE), 0)
    count = f"{events:,} households, of which {new:,} are told something new"
    return [
        rate(f"{READ_GOAL:,.0f} events/s read ({count})", events / mixed, READ_GOAL, "events/s"),
        rate(f"{QUEUED_GOAL:,.0f} notifications/s queued ({new:,})", new / alone, QUEUED_GOAL, "notifications/s"),
        Measurement(f"{MEMORY_GOAL:g} MB, the worker's peak memory", [memory], [MEMORY_GOAL], 1.0, unit="MB"),
    ]


def rate(claim: str, value: float, goal: float, unit: str) -> Measurement:
    """So many a second, against a goal."""
    return Measurement(claim, [value], [goal], 1.0, at_least=True, unit=unit)


def check(found: int, expected: int) -> None:
    """RuntimeError unless everybody was told once."""
    if found != expected:
        raise RuntimeError(f"{found:,} instead of {expected:,}")


async def publish(bus: Bus, numbers: range, new_in: int) -> None:
    """HouseholdTyped of these households; one in so many brings another type than before."""
    for start in range(numbers.start, numbers.stop, BATCH):
        some = range(start, min(start + BATCH, numbers.stop))
        await bus.publish(TOPIC, [record_of(number, new=number % new_in == 0) for number in some])


def record_of(number: int, *, new: bool) -> Record:
    """One synthetic household of a run as a record of the bus."""
    typed = HouseholdTyped(
        uscc=code(number),
        name=f"测试商户{number}号",
        region=COUNTY,
        operator_ref=f"v1:{number:032x}",
        type="growth",
        previous_type="survival" if new else "growth",
        year=2026,
        run=RUN,
        revision=1,
    )
    return Record(code(number), new_event(typed, subject=code(number), source="/typing").encode())


async def seconds_until_read(database: Database, events: int) -> float:
    """From now until the worker has read so many events."""
    began = time.perf_counter()

    async def complete() -> bool:
        return await counted(database, READ, BULK) >= events

    if not await eventually(complete, PATIENCE):
        raise RuntimeError("the consumer does not come to the end")
    return time.perf_counter() - began


async def counted(database: Database, query: str, *values: object) -> int:
    """One number of the database."""
    return int(await (await database.pool()).fetchval(query, *values))


@asynccontextmanager
async def opened(url: str, bus_url: str) -> AsyncIterator[tuple[Database, Bus]]:
    """The service's database and the bus."""
    database, bus = Database(url), open_bus(bus_url)
    await bus.ensure_topics([TOPIC])
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))
    try:
        yield database, bus
    finally:
        await bus.close()
        await database.close()


@contextmanager
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The service's worker as a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", "services.notification.service"], env=os.environ | environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def peak_megabytes(process: subprocess.Popen[bytes]) -> float:
    """The most memory that a process has had."""
    lines = Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines()
    peak = next(line for line in lines if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def environment(url: str, bus_url: str, folder: Path) -> dict[str, str]:
    """The environment that the service needs to start."""
    settings = {
        "DATABASE_URL": url,
        "BUS_URL": bus_url,
        "ISSUER": ISSUER,
        "JWKS": str(Issuer(folder).jwks),
        "DATA_DIR": str(folder),
        "VAULT_KEYS": f"k1:{os.urandom(32).hex()}",
        "LOG_LEVEL": "warning",
    }
    return {f"MINGLU_NOTIFICATION_{name}": value for name, value in settings.items()}
