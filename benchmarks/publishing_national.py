"""Publishing to national systems: the first load of a province, corrections behind it, the publisher's peak memory,
and a reconciliation afterwards in which nothing differs.

The publisher is a process of its own, as in production, with its consumers and its adapters over HTTP. Everything comes
over the bus (the embedded log): a published run's types, as fast as the log takes them; and while they are heard and
sent, from the first page on to the end, corrections of households all over the run, each with a recognition.
Four systems take pages of 5,000 records, each in 20 ms, one after the other; the cultivation platform, which holds no
types, has a load of applications. It is measured when each correction is acknowledged by all four.
"""

import asyncio
import datetime as dt
import os
import random
import re
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from benchmarks.harness import Measurement, Size
from benchmarks.notifying import READ, check, counted, opened, peak_megabytes, rate, record_of
from benchmarks.prepared_data import postgres
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.peer import CountySummary
from services.notification.publication.peers.wire import DONE, WireFormat
from services.notification.publication.reconciliation.comparing import our_summaries
from services.notification.publication.reconciliation.repository import order_round
from services.notification.publication.reconciliation.rounds import Pace, Reconciler
from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.records.service import want
from services.notification.publication.systems import KINDS_OF, Kind, System
from shared import clock
from shared.allocator import FEW_ARENAS
from shared.contracts.recognition import RecognitionGranted
from shared.contracts.typing import HouseholdTyped, TypingAdjusted
from shared.database.connections import Database
from shared.messaging.bus import Bus
from tests.fixtures.plain_system import PlainPeer
from tests.fixtures.season_county import COUNTY, code
from tests.fixtures.service_client import ISSUER, Issuer

TYPED = tuple(one for one in System if Kind.TYPE in KINDS_OF[one])
APPLICATIONS_IN = 10
"""One household of so many applies"""
LOAD_GOAL = 1_000_000 / 600
"""Rows a second and system: a province's million within ten minutes."""
CORRECTED_GOAL, MEMORY_GOAL, RECONCILED_GOAL = 10.0, 250.0, 60.0
PAGE, PAGE_SECONDS = 5_000, 0.02
CORRECTIONS, EXPECTED = 60, 4_000
"""Households that are corrected, and rows a second with which the load is expected to be over as they are"""
EVENTS, YEAR = 10_000, 2026
RUN = UUID("11111111-1111-4111-8111-111111111111")
WORKER = "publisher"
OPEN = """
    select exists (select from publication_row where state = 'waiting')
        or exists (select from publication_batch where ended_at is null)
"""
ACKNOWLEDGED = (
    "select count(*) from publication_row where state = 'acknowledged' and acknowledged_version = wanted_version"
)
CONFIRMED = """
    select asked.uscc from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as asked(uscc, system, kind, key)
    cross join lateral (
        select from publication_row r join publication_record p using (kind, key)
        where r.system = asked.system and r.kind = asked.kind and r.key = asked.key and r.state = 'acknowledged'
            and r.acknowledged_version = p.version and (p.kind = 'recognition' or p.revision >= 2)
        offset 0
    ) as confirmed
    group by asked.uscc having count(*) = $5
"""
"""Households of which all systems have acknowledged the corrected type and the recognition. Each row is looked up by
its key (`offset 0`): whoever asks every few milliseconds must not read whole tables beside the publisher.
"""
RECOGNISING = tuple(one for one in System if Kind.RECOGNITION in KINDS_OF[one])
CONFIRMED_ROWS = len(TYPED) + len(RECOGNISING)
BULK = "publication-bulk"
EQUAL = """
    select count(*) from publication_reconciliation r join publication_reconciliation_county c on c.round_id = r.id
    where r.state = 'done' and c.state = 'equal'
"""
PATIENCE = 3600.0


def measure(size: Size) -> list[Measurement]:
    """Rows acknowledged a second and system, a correction's seconds, the publisher's peak memory."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "notification") as url:
        return asyncio.run(measured(url, Path(name), size.households))


async def measured(url: str, folder: Path, households: int) -> list[Measurement]:
    """The first load, with the corrections in it."""
    async with opened(url, url) as (database, bus), Systems.listening() as systems:
        await want_applications(database, households)
        with publisher(environment(url, folder, systems.port)) as process:
            await systems.first_page.wait()
            began = time.perf_counter()
            writing = asyncio.create_task(publish_run(bus, households))
            correcting = asyncio.create_task(corrected_seconds(database, bus, households))
            while await counted(database, READ, BULK) < households + CORRECTIONS or await counted(database, OPEN):
                if time.perf_counter() > began + PATIENCE:
                    raise RuntimeError("the first load does not come to its end")
                await asyncio.sleep(0.1)
            seconds = time.perf_counter() - began
            await writing
            waited = await correcting
            memory = peak_megabytes(process)
        applications = households // APPLICATIONS_IN
        recognised = CORRECTIONS * (CONFIRMED_ROWS - len(TYPED))
        check(await counted(database, ACKNOWLEDGED), len(TYPED) * households + applications + recognised)
        reconciled = await reconciled_seconds(database)
    rows = f"{households:,} types over the bus to each of {len(TYPED)}, {applications:,} applications to another"
    load = f"{LOAD_GOAL:,.0f} rows/s and system ({rows}, {PAGE:,} in 20 ms)"
    note = f"median {statistics.median(waited):.2f} s, longest {max(waited):.2f} s of {len(waited)}"
    p99 = statistics.quantiles(waited, n=100, method="inclusive")[98]
    corrected = f"from an event to all {len(System)} systems' word in {CORRECTED_GOAL:g} s at p99, behind a first load"
    return [
        rate(load, households / seconds, LOAD_GOAL, "rows/s"),
        Measurement(corrected, [p99], [CORRECTED_GOAL], 1.0, notes=[note]),
        Measurement(f"{MEMORY_GOAL:g} MB, the publisher's peak memory", [memory], [MEMORY_GOAL], 1.0, unit="MB"),
        Measurement(f"{RECONCILED_GOAL:g} s to reconcile {households:,} rows", [reconciled], [RECONCILED_GOAL], 1.0),
    ]


@dataclass
class Systems:
    """Stand-ins that take everything, in the systems' own forms."""

    port: int = 0
    first_page: asyncio.Event = field(default_factory=asyncio.Event)
    turns: dict[System, asyncio.Lock] = field(default_factory=lambda: defaultdict(asyncio.Lock))

    @classmethod
    @asynccontextmanager
    async def listening(cls) -> AsyncIterator["Systems"]:
        """On a free port of this machine."""
        systems = cls()
        server = await asyncio.start_server(systems.serve, "127.0.0.1", 0, limit=2**20)
        systems.port = server.sockets[0].getsockname()[1]
        try:
            yield systems
        finally:
            server.close()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, request after request."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
                await reader.readexactly(length)
                _, name, path = head.split(b" ")[1].decode().partition("?")[0].split("/", 2)
                content = orjson.dumps(await self.answer(FORMATS[System(name)], f"/{path}"))
                lines = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
                writer.write(b"HTTP/1.1 200 OK\r\n" + lines + content)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, form: WireFormat, path: str) -> object:
        """What the system says; an unknown call is answered with nothing."""
        for call in ("page", "seal", "ask"):
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", form.paths[call]), path)
            if found is None:
                continue
            told: dict[str, object] = {form.words["batch"]: found["batch"], form.words["ticket"]: found["batch"]}
            if call == "page":
                await self.take(form.system)
                told[form.words["number"]] = int(found["number"])
            elif call == "ask":
                told |= {form.words["state"]: form.states[DONE], form.words["rejected"]: 0}
            if form.envelope is None:
                return told
            return {form.envelope.code: form.envelope.success, form.envelope.data: told}
        return {}

    async def take(self, system: System) -> None:
        """A page."""
        async with self.turns[system]:
            await asyncio.sleep(PAGE_SECONDS)
        self.first_page.set()


async def publish_run(bus: Bus, households: int) -> None:
    """Everybody's type, as typing says it after a run's publication."""
    for first in range(0, households, EVENTS):
        some = range(first, min(first + EVENTS, households))
        await bus.publish(HouseholdTyped.topic, [record_of(typed(number), code(number)) for number in some])


async def want_applications(database: Database, households: int) -> None:
    """What the platform is sent in bulk."""
    numbers = range(0, households, APPLICATIONS_IN)
    for first in range(0, len(numbers), EVENTS):
        async with database.transaction() as session:
            await want(session, [application(number) for number in numbers[first : first + EVENTS]])


async def corrected_seconds(database: Database, bus: Bus, households: int) -> list[float]:
    """From each correction on the bus until all systems have acknowledged it: of households all over the run."""
    began: dict[str, float] = {}
    over: dict[str, float] = {}
    chosen = random.Random(1).sample(range(households), CORRECTIONS)  # noqa: S311 - no secret
    pause = max(households / EXPECTED / CORRECTIONS, 0.1)
    types = [(code(number), system, Kind.TYPE, code(number)) for number in chosen for system in TYPED]
    recognitions = [
        (code(number), system, Kind.RECOGNITION, str(UUID(int=number + 1)))
        for number in chosen
        for system in RECOGNISING
    ]
    asked = [list(column) for column in zip(*types, *recognitions, strict=True)]

    async def correct() -> None:
        for number in chosen:
            await bus.publish(TypingAdjusted.topic, [record_of(adjusted(number), code(number))])
            await bus.publish(RecognitionGranted.topic, [record_of(granted(number), code(number))])
            began[code(number)] = time.perf_counter()
            await asyncio.sleep(pause)

    correcting, end = asyncio.create_task(correct()), time.perf_counter() + PATIENCE
    while len(over) < CORRECTIONS:
        if time.perf_counter() > end:
            raise RuntimeError("not every correction came")
        for row in await (await database.pool()).fetch(CONFIRMED, *asked, CONFIRMED_ROWS):
            over.setdefault(row["uscc"], time.perf_counter())
        await asyncio.sleep(0.05)
    await correcting
    return [over[one] - since for one, since in began.items()]


class AgreeingPeer(PlainPeer):
    """A system that holds what it was sent."""

    known: Sequence[CountySummary] = ()

    async def summaries(self, kind: Kind) -> Sequence[CountySummary]:
        """Of types alone."""
        return self.known if kind is Kind.TYPE else ()


async def reconciled_seconds(database: Database) -> float:
    """A round with one system that holds the same."""
    peer = AgreeingPeer("http://127.0.0.1")
    hours = dt.timedelta(hours=1)
    pace = Pace(at=None, patience=hours, pause=hours, settle=dt.timedelta(), repairs=frozenset(), most_repairs=0)
    async with database.transaction() as session:
        peer.known = list((await our_summaries(session, peer.system, Kind.TYPE)).values())
        if await order_round(session, peer.system, [Kind.TYPE], "", clock.today(), ISSUER) is None:
            raise RuntimeError("another round is not over")
    reconciler, began = Reconciler(database, peer, pace), time.perf_counter()
    while await reconciler.step():
        pass
    seconds = time.perf_counter() - began
    check(await counted(database, EQUAL), 1)
    await peer.close()
    return seconds


def typed(number: int) -> HouseholdTyped:
    """A household of the run."""
    return HouseholdTyped(**said_of(number), type="growth", previous_type=None, revision=1)


def adjusted(number: int) -> TypingAdjusted:
    """An objection was upheld."""
    objection = {"objection": UUID(int=number), "reason": "异议成立"}
    return TypingAdjusted(**said_of(number), **objection, type="development", previous_type="growth", revision=2)


def said_of(number: int) -> dict[str, Any]:
    """What typing says of a household whatever its type."""
    known = {"uscc": code(number), "name": f"郑州市金水区测试商户{number}号", "region": COUNTY, "year": YEAR}
    return known | {"operator_ref": f"v1:{number:032x}", "run": RUN, "defects": [], "unknown_feeds": []}


def granted(number: int) -> RecognitionGranted:
    """The household is recognised."""
    return RecognitionGranted(
        recognition=UUID(int=number + 1),
        uscc=code(number),
        region=COUNTY,
        category="quality",
        operator_ref=f"v1:{number:032x}",
        valid_until=dt.date(YEAR + 3, 11, 25),
        name=f"郑州市金水区测试商户{number}号",
        certificate=f"豫金个名特优新{YEAR}-{number:07}",
        granted_on=dt.date(YEAR, 11, 25),
        benefits_from=dt.date(YEAR + 1, 1, 1),
        revision=1,
    )


def application(number: int) -> RecordDraft:
    """A household's application."""
    return RecordDraft(
        kind=Kind.APPLICATION,
        key=str(UUID(int=number + 1)),
        uscc=code(number),
        region=COUNTY,
        revision=1,
        content={
            "uscc": code(number),
            "name": f"郑州市金水区测试商户{number}号",
            "region": COUNTY,
            "category": "优质",
            "path": "自主申报",
            "state": "办理中",
        },
        urgency=Urgency.BULK,
    )


@contextmanager
def publisher(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The service's publisher as a process of its own."""
    command: Sequence[str] = [sys.executable, "-m", "services.notification.service", WORKER]
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def environment(url: str, folder: Path, port: int) -> dict[str, str]:
    """The environment that the service needs to start."""
    settings = {
        "DATABASE_URL": url,
        "BUS_URL": url,
        "ISSUER": ISSUER,
        "JWKS": str(Issuer(folder).jwks),
        "DATA_DIR": str(folder),
        "VAULT_KEYS": f"k1:{secrets.token_hex(32)}",
        "LOG_LEVEL": "error",
        "RECONCILIATION_AT": "23:59",
        "HAND_IN_SECONDS": "3600",
    }
    for system in System:
        address = f"http://bench:bench@127.0.0.1:{port}/{system}?page={PAGE}&per_second=1000"
        settings[system.upper().replace("-", "_")] = address
    return {f"MINGLU_NOTIFICATION_{name}": value for name, value in settings.items()} | FEW_ARENAS
