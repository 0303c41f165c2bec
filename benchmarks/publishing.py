"""Publishing a run's results: our load into a keyed, attached partition against raw COPY plus a primary key.

The plain way gets the rows' bytes ready-made, in memory: it encodes nothing and checks nothing, and it has no index by
region and type. It builds its key as ours does, by one process (HELPERS), and once more as the server does by default,
by several. While ours loads, one reader in a process of its own looks households up by code; its p99 is compared with
that of a quiet server.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg

from benchmarks.directory_reader import p99_while
from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import postgres, published_like_files
from services.typing.runs import partitions
from services.typing.runs.partitions import copy_stream, write_copy_file
from services.typing.settings import TypingSettings
from shared.database.connections import Database

HELPERS: int = TypingSettings.model_fields["index_helpers"].default
"""The service's default."""

PLAIN = """create table plain (run_number int not null, uscc varchar(18) not null, region varchar(6) not null,
    type smallint not null, true_mask bigint not null, unknown_mask bigint not null, operator_ref text)"""
PLAIN_KEYS = (
    "alter table plain add primary key (uscc, run_number)",
    "analyze plain",
)


def measure(size: Size) -> list[Measurement]:
    """Seconds to load, and the readers' p99 during the load."""
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as url:
        files = published_like_files(Path(folder), size.households)
        return asyncio.run(compare(url, files, size))


async def compare(url: str, files: tuple[Path, Path], size: Size) -> list[Measurement]:
    """Ours and plain in turn; then ours with readers."""
    database = Database(url)
    connection = await asyncpg.connect(**database.connect_options())
    ready = list(copy_stream(*files, 1))
    ours: list[float] = []
    plain: list[float] = []
    hurried: list[float] = []
    for turn in range(size.rounds):
        await connection.execute(f"set max_parallel_maintenance_workers = {HELPERS}")
        plain.append(await plain_load(connection, ready))
        await connection.execute("reset max_parallel_maintenance_workers")
        hurried.append(await plain_load(connection, ready))
        ours.append(await our_load(connection, files, turn + 1))
        await partitions.drop_results(connection, turn + 1)
    readers = await readers_beside(url, connection, files, size)
    await connection.close()
    await database.close()
    load = Measurement("raw binary COPY of ready bytes + the primary key, built alike", ours, plain, 1.3)
    taking_both = Measurement(
        "the same with a parallel build of the key, which takes the readers' core", ours, hurried, 1.3
    )
    return [load, taking_both, readers]


async def our_load(connection: asyncpg.Connection, files: tuple[Path, Path], number: int) -> float:
    """Seconds of one load through the service's own code."""
    began = time.perf_counter()
    rows = files[0].with_suffix(".copy")
    await asyncio.to_thread(write_copy_file, *files, number, rows)
    await partitions.load_results(connection, number, rows, HELPERS)
    return time.perf_counter() - began


async def plain_load(connection: asyncpg.Connection, ready: list[bytes]) -> float:
    """Seconds of COPY and the same indexes, by hand."""

    async def payload() -> AsyncIterator[bytes]:
        for chunk in ready:
            yield chunk

    began = time.perf_counter()
    await connection.execute("drop table if exists plain")
    async with connection.transaction():
        await connection.execute(PLAIN)
        await connection.copy_to_table("plain", source=payload(), format="binary")
        for statement in PLAIN_KEYS[:-1]:
            await connection.execute(statement)
    await connection.execute(PLAIN_KEYS[-1])
    return time.perf_counter() - began


async def readers_beside(url: str, connection: asyncpg.Connection, files: tuple[Path, Path], size: Size) -> Measurement:
    """p99 of a lookup by code, quiet and while another run is loaded."""
    await our_load(connection, files, 1000)
    codes = [row["uscc"] for row in await connection.fetch("select uscc from result limit 2000")]
    quiet = [await p99_while(url, codes, asyncio.sleep(3)) for _ in range(size.rounds)]
    busy = []
    for turn in range(size.rounds):
        busy.append(await p99_while(url, codes, our_load(connection, files, 2000 + turn)))
        await partitions.drop_results(connection, 2000 + turn)
    return Measurement("p99 of lookups on a quiet server (one reader, 200/s)", busy, quiet, 2.0, unit="ms")
