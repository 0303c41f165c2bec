"""Publishing to national systems: the first load of a province, corrections behind it, the publisher's peak memory,
and a reconciliation afterwards in which nothing differs.

The publisher is a process of its own, as in production, with its adapters over HTTP; three systems take pages of 5,000
records, each in 20 ms, one after the other. While they are loaded, types of households all over the load are
corrected, and it is measured when each correction has come to all three.
"""

import asyncio
import datetime as dt
import gzip
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

import asyncpg
import orjson

from benchmarks.harness import Measurement, Size
from benchmarks.notifying import check, counted, peak_megabytes, rate
from benchmarks.prepared_data import postgres
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.peer import CountySummary
from services.notification.publication.peers.wire import DONE, WireFormat
from services.notification.publication.reconciliation.comparing import our_summaries
from services.notification.publication.reconciliation.repository import order_round
from services.notification.publication.reconciliation.rounds import Pace, Reconciler
from services.notification.publication.records.domain import RecordDraft, Urgency
from services.notification.publication.records.service import want
from services.notification.publication.systems import Kind, System
from shared import clock
from shared.database.connections import Database
from tests.faults.counting_service import eventually
from tests.fixtures.plain_system import PlainPeer
from tests.fixtures.season_county import COUNTY, code
from tests.fixtures.service_client import ISSUER, Issuer

SYSTEMS = (System.PROVINCE_DIRECTORY, System.NATIONAL_DIRECTORY, System.CREDIT_PUBLICITY)
LOAD_GOAL = 1_000_000 / 600
"""Rows a second and system: a province's million within ten minutes."""
CORRECTED_GOAL, MEMORY_GOAL, RECONCILED_GOAL = 10.0, 250.0, 60.0
PAGE, PAGE_SECONDS = 5_000, 0.02
CORRECTIONS = 60
DRAFTS = 10_000
WORKER = "publisher"
OPEN = """
    select exists (select from publication_row where state = 'waiting')
        or exists (select from publication_batch where ended_at is null)
"""
ACKNOWLEDGED = (
    "select count(*) from publication_row where state = 'acknowledged' and acknowledged_version = wanted_version"
)
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
    database = Database(url)
    async with Systems.listening() as systems:
        await first_load(database, households)
        with publisher(environment(url, folder, systems.port)) as process:
            await systems.first_page.wait()
            began = time.perf_counter()
            correcting = asyncio.create_task(corrected_seconds(database, systems, households))
            while await counted(database, OPEN) or not correcting.done():
                if time.perf_counter() > began + PATIENCE:
                    raise RuntimeError("the first load does not come to its end")
                await asyncio.sleep(0.1)
            seconds = time.perf_counter() - began
            waited = await correcting
            memory = peak_megabytes(process)
        check(await counted(database, ACKNOWLEDGED), len(SYSTEMS) * households)
        reconciled = await reconciled_seconds(database)
    await database.close()
    load = f"{LOAD_GOAL:,.0f} rows/s and system ({households:,} rows to each of {len(SYSTEMS)}, {PAGE:,} in 20 ms)"
    note = f"median {statistics.median(waited):.2f} s of {len(waited)}"
    corrected = f"a correction at all systems within {CORRECTED_GOAL:g} s at p99, behind a first load"
    return [
        rate(load, households / seconds, LOAD_GOAL, "rows/s"),
        Measurement(corrected, [statistics.quantiles(waited, n=100)[98]], [CORRECTED_GOAL], 1.0, notes=[note]),
        Measurement(f"{MEMORY_GOAL:g} MB, the publisher's peak memory", [memory], [MEMORY_GOAL], 1.0, unit="MB"),
        Measurement(f"{RECONCILED_GOAL:g} s to reconcile {households:,} rows", [reconciled], [RECONCILED_GOAL], 1.0),
    ]


@dataclass
class Systems:
    """Stand-ins that take everything, in the systems' own forms; when which corrected record has come where."""

    port: int = 0
    first_page: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: defaultdict[str, dict[System, float]] = field(default_factory=lambda: defaultdict(dict))
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
                body = await reader.readexactly(length)
                _, name, path = head.split(b" ")[1].decode().partition("?")[0].split("/", 2)
                content = orjson.dumps(await self.answer(FORMATS[System(name)], f"/{path}", body))
                lines = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
                writer.write(b"HTTP/1.1 200 OK\r\n" + lines + content)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def answer(self, form: WireFormat, path: str, body: bytes) -> object:
        """What the system says; an unknown call is answered with nothing."""
        for call in ("page", "seal", "ask"):
            found = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", form.paths[call]), path)
            if found is None:
                continue
            told: dict[str, object] = {form.words["batch"]: found["batch"], form.words["ticket"]: found["batch"]}
            if call == "page":
                await self.take(form, body)
                told[form.words["number"]] = int(found["number"])
            elif call == "ask":
                told |= {form.words["state"]: form.states[DONE], form.words["rejected"]: 0}
            if form.envelope is None:
                return told
            return {form.envelope.code: form.envelope.success, form.envelope.data: told}
        return {}

    async def take(self, form: WireFormat, body: bytes) -> None:
        """A page; only small ones are looked into: corrections."""
        async with self.turns[form.system]:
            await asyncio.sleep(PAGE_SECONDS)
        self.first_page.set()
        if len(body) < 2**14:
            _, rows = form.page_in(gzip.decompress(body))
            for row in rows:
                self.arrived[row[form.words["key"]]].setdefault(form.system, time.perf_counter())


async def first_load(database: Database, households: int) -> None:
    """Everybody's type is wanted of the systems."""
    for first in range(0, households, DRAFTS):
        numbers = range(first, min(first + DRAFTS, households))
        async with database.transaction() as session:
            await want(session, [draft(number, "成长型", 1) for number in numbers])
    connection = await asyncpg.connect(**database.connect_options())
    await connection.execute("analyze publication_row, publication_record")
    await connection.close()


async def corrected_seconds(database: Database, systems: Systems, households: int) -> list[float]:
    """From each correction's commit until all systems have it: of households all over the load."""
    began: dict[str, float] = {}
    for number in random.Random(1).sample(range(households), CORRECTIONS):  # noqa: S311 - no secret
        async with database.transaction() as session:
            await want(session, [draft(number, "发展型", 2)])
        began[code(number)] = time.perf_counter()
        await asyncio.sleep(0.1)

    async def all_there() -> bool:
        return all(len(systems.arrived[one]) == len(SYSTEMS) for one in began)

    if not await eventually(all_there, PATIENCE):
        raise RuntimeError("not every correction came")
    return [max(systems.arrived[one].values()) - since for one, since in began.items()]


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


def draft(number: int, label: str, revision: int) -> RecordDraft:
    """A household's type."""
    return RecordDraft(
        kind=Kind.TYPE,
        key=code(number),
        uscc=code(number),
        region=COUNTY,
        revision=revision,
        content={
            "uscc": code(number),
            "name": f"郑州市金水区测试商户{number}号",
            "type_label": label,
            "year": 2026,
            "region": COUNTY,
        },
        urgency=Urgency.URGENT,
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
    for system in SYSTEMS:
        address = f"http://bench:bench@127.0.0.1:{port}/{system}?page={PAGE}&per_second=1000"
        settings[system.upper().replace("-", "_")] = address
    return {f"MINGLU_NOTIFICATION_{name}": value for name, value in settings.items()}
