"""Telling a published run's households, and one urgent message behind them: the notification service's own worker on
Kafka, as a process of its own, so that its peak memory can be read.

First HouseholdTyped of which a fifth brings something new to its household, then those alone. Everybody has a phone,
and a gateway takes so many messages a second: what is told is queued behind it. Then objections are closed, one after
the other, and it is measured when each SMS comes to the gateway. The clock stands at noon: nothing is sent at night.
Below some hundred thousand households there are too few batches for a rate to say much.
"""

import asyncio
import contextlib
import datetime as dt
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson
import psutil
from sqlalchemy import text

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import kafka, postgres
from shared.clock import CHINA
from shared.contracts.objection import ObjectionClosed
from shared.contracts.payload import Payload
from shared.contracts.typing import HouseholdTyped
from shared.database.connections import Database
from shared.messaging.bus import Bus, Record
from shared.messaging.events import new_event
from shared.messaging.transports import open_bus
from shared.platform.sealed_fields.keys import parse_keys
from shared.platform.sealed_fields.values import PersonalText
from shared.platform.sealed_fields.vault import Place, Vault
from tests.faults.counting_service import eventually
from tests.fixtures.season_county import COUNTY, code
from tests.fixtures.service_client import ISSUER, Issuer

READ_GOAL, QUEUED_GOAL, MEMORY_GOAL, URGENT_GOAL = 10_000.0, 3_000.0, 250.0, 5.0
NEW_IN = 5
"""One of so many households is told something new."""
URGENT, URGENT_EVERY = 200, 0.1
"""Objections that are closed, and the seconds between two."""
MESSAGES_PER_SECOND = 100
"""What the gateway takes."""
RUN = UUID("11111111-1111-4111-8111-111111111111")
TYPED, OBJECTIONS, BULK = HouseholdTyped.topic, ObjectionClosed.topic, "notification-bulk"
BATCH = 20_000
READ = "select coalesce(sum(next_offset), 0) from consumer_offset where consumer = $1"
TOLD = "select count(*) from notification where category = 'typing'"
TWICE = "select count(*) from (select 1 from notification group by cause, rule, recipient having count(*) > 1) t"
QUEUED = "select count(*) from message where state = 'queued' and channel = 'sms'"
PATIENCE = 3600.0


def measure(size: Size) -> list[Measurement]:
    """Events read a second, notifications queued a second, an urgent message's seconds, the worker's peak memory."""
    with (
        tempfile.TemporaryDirectory() as name,
        postgres(Path(name), "notification") as url,
        kafka(Path(name)) as address,
    ):
        return asyncio.run(measured(url, f"kafka://{address}", Path(name), size.households))


async def measured(url: str, bus_url: str, folder: Path, events: int) -> list[Measurement]:
    """Both streams, one after the other, and the urgent ones behind them, through one worker."""
    vault_keys = f"k1:{secrets.token_hex(32)}"
    async with opened(url, bus_url) as (database, bus), Gateway.listening() as gateway:
        new = events // NEW_IN
        await keep_phones(database, vault_keys, range(events + new))
        await publish_typed(bus, range(events), NEW_IN)
        with worker(environment(url, bus_url, folder, vault_keys, gateway.port)) as process:
            server = psutil.Process(await counted(database, "select pg_backend_pid()")).parent() or psutil.Process()
            work = Work(psutil.Process(process.pid), server)
            read = await read_a_second(database, events, work)
            check(await counted(database, TOLD), new)
            await publish_typed(bus, range(events, events + new), 1)
            queued = await read_a_second(database, events + new, work)
            check(await counted(database, TOLD), 2 * new)
            behind = await counted(database, QUEUED)
            waited = await urgent_seconds(bus, gateway)
            memory = peak_megabytes(process)
        check(await counted(database, TWICE), 0)
        check(sum(len(times) > 1 for times in gateway.arrived.values()), 0)
    count = f"{events:,} households, of which {new:,} are told something new"
    p99 = statistics.quantiles(waited, n=100)[98]
    note = f"median {statistics.median(waited):.2f} s of {len(waited)}, {MESSAGES_PER_SECOND} messages/s at the gateway"
    urgent = f"an urgent SMS at the gateway within {URGENT_GOAL:g} s at p99, {behind:,} queued before it"
    return [
        rate(f"{READ_GOAL:,.0f} events/s read ({count}; {work.notes[0]})", read, READ_GOAL, "events/s"),
        rate(
            f"{QUEUED_GOAL:,.0f} notifications/s queued ({new:,}; {work.notes[1]})",
            queued,
            QUEUED_GOAL,
            "notifications/s",
        ),
        Measurement(urgent, [p99], [URGENT_GOAL], 1.0, notes=[note]),
        Measurement(f"{MEMORY_GOAL:g} MB, the worker's peak memory", [memory], [MEMORY_GOAL], 1.0, unit="MB"),
    ]


def rate(claim: str, value: float, goal: float, unit: str) -> Measurement:
    """So many a second, against a goal."""
    return Measurement(claim, [value], [goal], 1.0, at_least=True, unit=unit)


def check(found: int, expected: int) -> None:
    """RuntimeError unless everybody was told once."""
    if found != expected:
        raise RuntimeError(f"{found:,} instead of {expected:,}")


@dataclass
class Gateway:
    """An SMS gateway that answers at once, in the form of the sandbox's; when which phone got something."""

    port: int = 0
    arrived: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncIterator["Gateway"]:
        """On a free port of this machine."""
        gateway = cls()
        server = await asyncio.start_server(gateway.serve, "127.0.0.1", 0)
        gateway.port = server.sockets[0].getsockname()[1]
        try:
            yield gateway
        finally:
            server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                body = await reader.readexactly(length)
                key = head.split(b" ")[1].rpartition(b"/")[2].decode()
                answer: object = {"receipt": {"key": key, "reference": key, "delivered": True, "code": "DELIVERED"}}
                if head.startswith(b"POST"):
                    told = orjson.loads(body)
                    self.arrived[told["address"]].append(time.perf_counter())
                    answer = {"reference": told["key"]}
                content = orjson.dumps(answer)
                status = b"202 Accepted" if head.startswith(b"POST") else b"200 OK"
                lines = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
                writer.write(b"HTTP/1.1 " + status + b"\r\n" + lines + content)
        except asyncio.IncompleteReadError:
            writer.close()


async def urgent_seconds(bus: Bus, gateway: Gateway) -> list[float]:
    """From the closing of each objection to its SMS at the gateway; of households that were told nothing before."""
    began: dict[str, float] = {}
    for turn in range(URGENT):
        number = turn * NEW_IN + 1
        began[phone(number)] = time.perf_counter()
        await bus.publish(OBJECTIONS, [record_of(objection_closed(number), code(number))])
        await asyncio.sleep(URGENT_EVERY)

    async def all_there() -> bool:
        return all(one in gateway.arrived for one in began)

    if not await eventually(all_there, 120):
        raise RuntimeError("not every urgent message came")
    return [gateway.arrived[one][0] - since for one, since in began.items()]


async def publish_typed(bus: Bus, numbers: range, new_in: int) -> None:
    """HouseholdTyped of these households; one in so many brings another type than before."""
    for start in range(numbers.start, numbers.stop, BATCH):
        some = range(start, min(start + BATCH, numbers.stop))
        typed = [(household_typed(number, new=number % new_in == 0), code(number)) for number in some]
        await bus.publish(TYPED, [record_of(*one) for one in typed])


def record_of(said: Payload, subject: str) -> Record:
    """An event as a record of the bus."""
    return Record(subject, new_event(said, subject=subject, source="/bench").encode())


def household_typed(number: int, *, new: bool) -> HouseholdTyped:
    """One synthetic household of a run."""
    return HouseholdTyped(
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


def objection_closed(number: int) -> ObjectionClosed:
    """An objection of a household's operator is over."""
    return ObjectionClosed(
        objection=UUID(int=number),
        receipt=f"B{number}",
        uscc=code(number),
        region=COUNTY,
        against="typing",
        handled_at="41",
        objector_ref=f"v1:{number:032x}",
        outcome="dismissed",
        changed=False,
        answer="经核实，分型结果没有错误。",
        revision=1,
    )


def phone(number: int) -> str:
    """A made-up number; nobody has one with these first digits."""
    return f"12{number:09d}"


async def keep_phones(database: Database, vault_keys: str, numbers: range) -> None:
    """A phone for the operator of each household, sealed as the service seals it."""
    vault, agreed = Vault(parse_keys(vault_keys)), dt.datetime.now(dt.UTC)
    rows: list[tuple[object, ...]] = []
    for number in numbers:
        recipient = f"operator:v1:{number:032x}"
        sealed = vault.seal(Place("own_contact", "phone", recipient), PersonalText(phone(number)))
        rows.append((recipient, sealed.stored, True, [], "1", agreed))
    columns = ("recipient", "phone", "mobile", "opted_out", "consent_words", "consented_at")
    connection = await asyncpg.connect(**database.connect_options())
    await connection.copy_records_to_table("own_contact", records=rows, columns=columns)
    await connection.execute("analyze own_contact")
    await connection.close()


@dataclass
class Work:
    """What the worker and PostgreSQL work for an event, messages handed over meanwhile included: beside the rate, which
    depends on what else the machine does.
    """

    worker: psutil.Process
    server: psutil.Process
    notes: list[str] = field(default_factory=list)

    def seconds(self) -> tuple[float, float]:
        """Of processor time: the worker's, and that of all processes of the server."""
        own, server = self.worker.cpu_times(), self.server.cpu_times()
        left = server.user + server.system + server.children_user + server.children_system
        for backend in self.server.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                times = backend.cpu_times()
                left += times.user + times.system
        return own.user + own.system, left

    def note(self, since: tuple[float, float], events: int) -> None:
        """Microseconds an event."""
        worker, server = (1e6 * (now - then) / events for now, then in zip(self.seconds(), since, strict=True))
        self.notes.append(
            f"for each {worker:.0f} µs of the worker's processor time and {server:.0f} µs of PostgreSQL's"
        )


async def read_a_second(database: Database, events: int, work: Work) -> float:
    """Events that the worker reads a second, from its next batch until it has read so many in all."""
    before = await counted(database, READ, BULK)
    began, first, worked = 0.0, before, work.seconds()
    end = time.perf_counter() + PATIENCE
    while (read := await counted(database, READ, BULK)) < events:
        if time.perf_counter() > end:
            raise RuntimeError("the consumer does not come to the end")
        if read > before and not began:
            began, first, worked = time.perf_counter(), read, work.seconds()
        await asyncio.sleep(0.02)
    work.note(worked, max(1, events - first))
    return (events - first) / max(time.perf_counter() - began, 1e-9) if began else 0.0


async def counted(database: Database, query: str, *values: object) -> int:
    """One number of the database."""
    return int(await (await database.pool()).fetchval(query, *values))


@asynccontextmanager
async def opened(url: str, bus_url: str) -> AsyncIterator[tuple[Database, Bus]]:
    """The service's database and the bus."""
    database, bus = Database(url), open_bus(bus_url)
    await bus.ensure_topics([TYPED, OBJECTIONS, "recognition.events"])
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


def environment(url: str, bus_url: str, folder: Path, vault_keys: str, gateway: int) -> dict[str, str]:
    """The environment that the service needs to start, with its clock at noon."""
    now, calendar = dt.datetime.now(CHINA), folder / "calendar"
    noon = now.replace(hour=12, minute=0)
    calendar.write_text(str((noon - now) / dt.timedelta(days=1)), "ascii")
    settings = {
        "DATABASE_URL": url,
        "BUS_URL": bus_url,
        "ISSUER": ISSUER,
        "JWKS": str(Issuer(folder).jwks),
        "DATA_DIR": str(folder),
        "VAULT_KEYS": vault_keys,
        "SMS_FIRST": f"sandbox+http://bench:bench@127.0.0.1:{gateway}?per_second={MESSAGES_PER_SECOND}",
        "CLOCK_SHIFT_FILE": str(calendar),
        "LOG_LEVEL": "warning",
    }
    return {f"MINGLU_NOTIFICATION_{name}": value for name, value in settings.items()}
