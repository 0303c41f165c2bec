"""Reconciling with a national system: a province when nothing differs, and a tenth of its counties row by row.

The system is the sandbox's, a server of its own over a file; its counting and digesting is in the time.
"""

import asyncio
import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from benchmarks.harness import Measurement, Size
from benchmarks.notifying import check, counted, rate
from benchmarks.prepared_data import free_port, postgres
from deploy.sandbox.national_store import NationalStore, NewRecord
from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import Peer, Record
from services.notification.publication.reconciliation import repository
from services.notification.publication.reconciliation.rounds import Pace, Reconciler
from services.notification.publication.records.domain import canonical, content_digest
from services.notification.publication.systems import Kind, System
from shared import clock
from shared.database.connections import Database
from tests.fixtures.season_county import code

SYSTEM = System.PROVINCE_DIRECTORY
EQUAL_GOAL = 1_000_000 / 60
"""Rows a second: a province's million within a minute when nothing differs."""
READ_GOAL = 100_000 / 60
"""Rows a second that are read one by one."""
COUNTIES, SPOILT = 100, 10
AT_ONCE = 20_000
COLUMNS = (
    *("system", "kind", "key", "uscc", "region", "state", "urgency", "wanted_version", "wanted_at", "sent_version"),
    *("acknowledged_version", "acknowledged_digest", "acknowledged_at"),
)
SECRET = "bench-secret"  # noqa: S105 - of a sandbox


def measure(size: Size) -> list[Measurement]:
    """Rows reconciled a second, when nothing differs, and where rows are read."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "notification") as url:
        return asyncio.run(measured(url, Path(name), size.households))


async def measured(url: str, folder: Path, households: int) -> list[Measurement]:
    """Both."""
    database = Database(url)
    await fill(database, folder / "national.sqlite", households)
    async with system_over(folder / "national.sqlite") as peer:
        equal = await reconciled_seconds(database, peer)
        spoil(folder / "national.sqlite", households)
        spoilt = await reconciled_seconds(database, peer)
    check(await counted(database, "select count(*) from publication_difference"), SPOILT)
    await database.close()
    read, whole = households * SPOILT // COUNTIES, f"{households:,} rows in {COUNTIES} counties"
    rows = f"reconciliation row by row ({read:,} rows in {SPOILT} counties, beside the rest)"
    return [
        rate(f"reconciliation when nothing differs ({whole})", households / equal, EQUAL_GOAL, "rows/s"),
        rate(rows, read / max(spoilt - equal, 0.001), READ_GOAL, "rows/s"),
    ]


async def reconciled_seconds(database: Database, peer: Peer) -> float:
    """How long a round of types takes, from its order to its end."""
    hour, nothing = dt.timedelta(hours=1), dt.timedelta(0)
    reconciler = Reconciler(database, peer, Pace(None, hour, nothing, nothing, frozenset(), 0))
    async with database.transaction() as session:
        await repository.order_round(session, peer.system, [Kind.TYPE], "", clock.today(), "bench")
    began = time.perf_counter()
    while await reconciler.step():
        pass
    return time.perf_counter() - began


def records(households: int) -> Iterator[list[Record]]:
    """Types of households, county after county."""
    for first in range(0, households, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, households))
        yield [record(number, region=f"4101{number * COUNTIES // households:02}") for number in numbers]


def record(number: int, region: str) -> Record:
    """A household's type."""
    told = {"uscc": code(number), "name": f"测试商户{number}号", "type_label": "成长型", "year": 2026, "region": region}
    return Record(Kind.TYPE, code(number), code(number), region, 1, False, told)


async def fill(database: Database, file: Path, households: int) -> None:
    """Everything is published, and the system holds it."""
    store, at = NationalStore(file), clock.now() - dt.timedelta(days=1)
    connection = await asyncpg.connect(**database.connect_options())
    for some in records(households):
        store.put(SYSTEM, [NewRecord(one, canonical(one.content)) for one in some])
        rows = [
            (*(SYSTEM, one.kind, one.key, one.uscc, one.region, "acknowledged", 1, 1, at, 1, 1), digest, at)
            for one in some
            for digest in [content_digest(one.content)]
        ]
        await connection.copy_records_to_table("publication_row", records=rows, columns=COLUMNS)
    await connection.execute("analyze publication_row")
    await connection.close()
    store.close()


def spoil(file: Path, households: int) -> None:
    """In so many counties one household is lost."""
    store = NationalStore(file)
    for county in range(SPOILT):
        store.drop(SYSTEM, Kind.TYPE, code(county * households // COUNTIES + 7))
    store.close()


@asynccontextmanager
async def system_over(file: Path) -> AsyncIterator[HttpPeer]:
    """The sandbox's server, and its adapter."""
    port = free_port()
    command = (sys.executable, "-m", "deploy.sandbox.national_systems", "--port", str(port), "--data", str(file))
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | {"MINGLU_SANDBOX_SECRET": SECRET})
    address = f"http://sandbox:{SECRET}@127.0.0.1:{port}/{SYSTEM}?timeout=300&per_second=1000"
    peer = HttpPeer(FORMATS[SYSTEM], parse_peer(SecretStr(address)))
    try:
        await until_up(port)
        yield peer
    finally:
        await peer.close()
        process.terminate()
        await process.wait()


async def until_up(port: int) -> None:
    """Waits until the server listens."""
    for _ in range(600):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise RuntimeError("the system does not start")
