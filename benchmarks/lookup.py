"""Lookup by code over HTTP: the service's route on a published run against a bare FastAPI + asyncpg endpoint.

Both servers are one uvicorn process on the same PostgreSQL, asked by the same client for the same codes in turn.
"""

import asyncio
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx

from benchmarks.harness import Measurement, Size
from benchmarks.http_load import requests_per_second
from benchmarks.prepared_data import AS_OF, free_port, postgres, published_like_files
from services.typing.names.register import take_names
from services.typing.runs import partitions
from services.typing.runs.partitions import write_copy_file
from shared.database.connections import Database
from shared.platform.sealed_messages import new_sealing_keys

SECONDS, CONNECTIONS, CODES = 4.0, 16, 5000
RUN = "11111111-1111-4111-8111-111111111111"
PUBLISH = f"""
    insert into policy_version values ('{"0" * 64}', 'zhengzhou-2025', '{{}}');
    insert into run (id, state, version, region, policy, policy_hash, as_of, created_by, progress, warnings, findings,
                     feed_rows, counts, compared_with)
      values ('{RUN}', 'published', 1, '4101', 'zhengzhou-2025', '{"0" * 64}', '{AS_OF}', 'bench', 1, '[]', '[]',
              '{{}}', '{{}}', '[]');
    insert into current_run select distinct region, 1, '{RUN}'::uuid, 'zhengzhou-2025', date '{AS_OF}', 1 from result;
    create table plain as select r.uscc, h.name, r.region, r.type from result r join household_name h using (uscc);
    alter table plain add primary key (uscc);
    analyze;
"""


def measure(size: Size) -> list[Measurement]:
    """Answers a second of both."""
    with tempfile.TemporaryDirectory() as folder, postgres(Path(folder)) as url:
        codes = asyncio.run(publish(url, published_like_files(Path(folder), size.households)))
        with served("services.typing.service:SERVICE.asgi", service_environment(url, Path(folder))) as our_port:
            dsn = Database(url).url.set(drivername="postgresql").render_as_string(hide_password=False)
            with served("benchmarks.plain_lookup:app", {"PLAIN_DSN": dsn}) as plain_port:
                ours, plain = asyncio.run(ask_both(our_port, plain_port, codes, size.rounds))
    claim = "bare FastAPI + asyncpg endpoint"
    return [Measurement(claim, ours, plain, 0.75, at_least=True, unit="requests/s")]


async def publish(url: str, files: tuple[Path, Path]) -> list[str]:
    """Load the run as number 1 and its names, make it current, build the plain table; some codes to ask for."""
    connection = await asyncpg.connect(**Database(url).connect_options())
    rows = files[0].with_suffix(".copy")
    write_copy_file(*files, 1, rows)
    await partitions.load_results(connection, 1, rows)
    async with connection.transaction():
        await take_names(connection, files[0])
    await connection.execute(PUBLISH)
    rows = await connection.fetch(f"select uscc from plain tablesample system (5) limit {CODES}")
    await connection.close()
    return [row["uscc"] for row in rows]


def service_environment(url: str, folder: Path) -> dict[str, str]:
    """The environment that the service needs to start; requests here carry no token."""
    (folder / "jwks.json").write_text('{"keys": []}')
    return {
        "MINGLU_TYPING_DATABASE_URL": url,
        "MINGLU_TYPING_BUS_URL": url,
        "MINGLU_TYPING_ISSUER": "bench",
        "MINGLU_TYPING_JWKS": str(folder / "jwks.json"),
        "MINGLU_TYPING_DATA_DIR": str(folder),
        "MINGLU_TYPING_PSEUDONYM_KEY": secrets.token_hex(32),
        "MINGLU_TYPING_CORRECTION_KEYS": new_sealing_keys().private,
        "MINGLU_TYPING_LOG_LEVEL": "warning",
    }


@contextmanager
def served(app: str, environment: dict[str, str]) -> Iterator[int]:
    """The app under one uvicorn process on a free port, answering."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    command += ["--timeout-keep-alive", "60"]  # a connection that pauses is not closed while its client uses it again
    server = subprocess.Popen(command, env=os.environ | environment)
    try:
        for _ in range(300):
            try:
                httpx.get(f"http://127.0.0.1:{port}/openapi.json")
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


async def ask_both(ours: int, plain: int, codes: list[str], rounds: int) -> tuple[list[float], list[float]]:
    """Requests a second, in turn."""
    left: list[float] = []
    right: list[float] = []
    for _ in range(rounds):
        for port, prefix, rates in ((ours, "/v1/households/", left), (plain, "/households/", right)):
            paths = [prefix + code for code in codes]
            rate = await requests_per_second("127.0.0.1", port, paths, seconds=SECONDS, connections=CONNECTIONS)
            rates.append(rate)
    return left, right
