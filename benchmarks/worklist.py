"""The work list of a county with 100,000 applications: `GET /v1/tasks`, page after page, and the p99 of a page.

Four officers walk down the list by its cursor, two of them with the filter of a step, each looking at a page for a
tenth of a second; one uvicorn process on a PostgreSQL of production settings.
"""

import asyncio
import gc
import secrets
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from benchmarks.county import COUNTY, fill, open_county
from benchmarks.fixtures import postgres
from benchmarks.harness import Measurement, Size
from benchmarks.lookup import served
from shared.service.database import Database
from shared.service.identity import Role
from tests.fixtures.service import ISSUER, Issuer

GOAL = 50.0
APPLICATIONS, PAGES, OFFICERS, READS = 100_000, 150, 4, 0.1


def measure(size: Size) -> list[Measurement]:
    """Milliseconds that 99 of 100 pages stay below."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "recognition") as url:
        folder = Path(name)
        asyncio.run(prepare(url))
        issuer = Issuer(folder)
        with served("services.recognition.main:app", environment(url, folder, issuer)) as port:
            headers = issuer.headers(Role.OFFICER, region=COUNTY)
            times = [asyncio.run(walked(port, headers)) for _ in range(size.rounds)]
    claim = f"{GOAL:g} ms at p99, pages of 100 of {APPLICATIONS:,} tasks, {OFFICERS} officers at once"
    note = f"median {statistics.median(statistics.median(one) for one in times):.1f} ms"
    p99 = [statistics.quantiles(one, n=100)[98] for one in times]
    return [Measurement(claim, p99, [GOAL] * len(p99), 1.0, unit="ms", notes=[note])]


async def prepare(url: str) -> None:
    """A county whose applications all wait for their review."""
    database = Database(url)
    season = await open_county(database, places=1000)
    await fill(database, season, range(APPLICATIONS), "review")
    await database.close()


def environment(url: str, folder: Path, issuer: Issuer) -> dict[str, str]:
    """What the service must be told to start."""
    known = {"DATABASE_URL": url, "BUS_URL": url, "ISSUER": ISSUER, "JWKS": str(issuer.jwks), "DATA_DIR": str(folder),
             "PSEUDONYM_KEY": secrets.token_hex(32), "LOG_LEVEL": "warning"}  # fmt: skip
    return {f"MINGLU_RECOGNITION_{name}": value for name, value in known.items()}


async def walked(port: int, headers: dict[str, str]) -> list[float]:
    """Milliseconds of every page that the officers turned."""
    gc.disable()  # the client's own collections are not the service's
    try:
        return await turned(port, headers)
    finally:
        gc.enable()


async def turned(port: int, headers: dict[str, str]) -> list[float]:
    """The officers side by side."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
        filters: list[dict[str, str]] = [{}, {"step": "review"}]
        walks = [walk(client, filters[number % 2]) for number in range(OFFICERS)]
        return [taken for times in await asyncio.gather(*walks) for taken in times]


async def walk(client: httpx.AsyncClient, chosen: dict[str, str]) -> list[float]:
    """One officer, page after page."""
    cursor: dict[str, str] = {}
    times = []
    for _ in range(PAGES):
        began = time.perf_counter()
        answer = await client.get("/v1/tasks", params=chosen | cursor | {"limit": "100"})
        times.append((time.perf_counter() - began) * 1000)
        page = answer.raise_for_status().json()
        if len(page["items"]) != 100:
            raise RuntimeError("the list ended early")
        cursor = {"cursor": page["next"]}
        await asyncio.sleep(READS)
    return times
