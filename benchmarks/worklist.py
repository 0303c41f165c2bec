"""The lists of a county with 100,000 applications, page after page, and the p99 of a page.

Four officers walk down a list by its cursor, each looking at a page for a tenth of a second on average, now longer, now
shorter: with equal pauses they would ask for pages at the same instant. A reader at the end starts
again. The county is in a city of twelve counties; one uvicorn process on a PostgreSQL of production settings.
"""

import asyncio
import gc
import secrets
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx
from sqlalchemy import text

from benchmarks.harness import Measurement, Size
from benchmarks.lookup import served
from benchmarks.prepared_data import postgres
from shared.database.connections import Database
from shared.platform.identity import Role
from tests.fixtures.season_county import CITY, COUNTY, fill, open_county
from tests.fixtures.service_client import ISSUER, Issuer

GOAL = 50.0
APPLICATIONS, OFFICERS, READS = 100_000, 4, 0.1


@dataclass(frozen=True)
class MeasuredList:
    """A list, and how each reader reads it: `pages` pages of `rows` rows."""

    name: str
    path: str = "/v1/tasks"
    params: Mapping[str, str] = field(default_factory=dict)
    role: Role = Role.OFFICER
    region: str | None = COUNTY
    pages: int = 50
    rows: int = 100


LISTS = (
    MeasuredList("the work list", pages=150),
    MeasuredList("the reviews on the work list", params={"step": "review"}, pages=150),
    MeasuredList("the decisions on the work list, of which there are none", params={"step": "decision"}),
    MeasuredList("one's own 200 tasks", params={"mine": "true"}),
    MeasuredList("the work list of the city", region=CITY),
    MeasuredList("the applications", "/v1/applications"),
    MeasuredList("the applications on the reserve", "/v1/applications", {"state": "reserve"}),
    MeasuredList("the applications of the city", "/v1/applications", region=CITY),
    MeasuredList("the applications of a county without any", "/v1/applications", region="410122"),
    MeasuredList("the recommendations, of which there are none", "/v1/recommendations"),
    MeasuredList("an operator's own application", "/v1/applications", role=Role.OPERATOR, region=None),
    MeasuredList("the pool", "/v1/pool", rows=50),
)
ON_THE_RESERVE = """
    WITH waiting AS (UPDATE application SET state = 'reserve' WHERE rank % 50 = 0 RETURNING id)
    DELETE FROM task WHERE outcome IS NULL AND application_id IN (SELECT id FROM waiting)
"""
CLAIM_SOME_TASKS = """
    UPDATE task SET claimed_by = 'reader'
    WHERE id IN (SELECT id FROM task WHERE outcome IS NULL ORDER BY application_id LIMIT 200)
"""
ADD_NEIGHBOURING_COUNTIES = """
    WITH season AS (
        INSERT INTO season SELECT (jsonb_populate_record(s, jsonb_build_object(
            'id', gen_random_uuid(), 'county', (410110 + n)::text))).*
        FROM season s, generate_series(1, 11) n RETURNING county
    )
    INSERT INTO task (id, application_id, county, step, due_on, record)
    SELECT gen_random_uuid(), a.id, '4101' || 11 + a.rank % 11, 'site-visit', date '2026-10-01' + a.rank % 60, '{}'
    FROM application a WHERE a.rank < 11000
"""
"""Eleven more counties of the city, with a thousand visits to be made in each."""


def measure(size: Size) -> list[Measurement]:
    """Milliseconds that 99 of 100 pages stay below, list by list."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "recognition") as url:
        folder = Path(name)
        asyncio.run(prepare(url))
        issuer = Issuer(folder)
        with served("services.recognition.service:SERVICE.asgi", environment(url, folder, issuer)) as port:
            return [measured(port, issuer, listing, size.rounds) for listing in LISTS]


def measured(port: int, issuer: Issuer, listing: MeasuredList, rounds: int) -> Measurement:
    """One list."""
    who = {"region": listing.region} if listing.region else {"operator_ref": f"v1:{77:032x}"}
    headers = issuer.headers(listing.role, **who, sub="reader")
    times = [asyncio.run(walked(port, headers, listing)) for _ in range(rounds)]
    size = f"{listing.rows} rows a page, {OFFICERS} readers, {APPLICATIONS:,} applications"
    claim = f"{listing.name}: {GOAL:g} ms at p99, {size}"
    note = f"median {statistics.median(statistics.median(each) for each in times):.1f} ms"
    p99 = [statistics.quantiles(each, n=100)[98] for each in times]
    return Measurement(claim, p99, [GOAL] * len(p99), 1.0, unit="ms", notes=[note])


async def prepare(url: str) -> None:
    """A county whose applications wait for their review, a fiftieth of them on the reserve; its neighbours."""
    database = Database(url)
    season = await open_county(database, places=1000)
    await fill(database, season, range(APPLICATIONS), "review")
    async with database.transaction() as session:
        for statement in (ON_THE_RESERVE, CLAIM_SOME_TASKS, ADD_NEIGHBOURING_COUNTIES, "ANALYZE"):
            await session.execute(text(statement))
    await database.close()


def environment(url: str, folder: Path, issuer: Issuer) -> dict[str, str]:
    """The environment that the service needs to start."""
    settings = {
        "DATABASE_URL": url,
        "BUS_URL": url,
        "ISSUER": ISSUER,
        "JWKS": str(issuer.jwks),
        "DATA_DIR": str(folder),
        "PSEUDONYM_KEY": secrets.token_hex(32),
        "LOG_LEVEL": "warning",
    }
    return {f"MINGLU_RECOGNITION_{name}": value for name, value in settings.items()}


async def walked(port: int, headers: dict[str, str], listing: MeasuredList) -> list[float]:
    """Milliseconds of every page that the readers turned."""
    gc.disable()  # the client's own collections are not the service's
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            await client.get(listing.path)  # the policy is read once per process
            walks = await asyncio.gather(*(walk(client, listing, Random(n)) for n in range(OFFICERS)))  # noqa: S311 - no secret
            return [taken for times in walks for taken in times]
    finally:
        gc.enable()


async def walk(client: httpx.AsyncClient, listing: MeasuredList, pauses: Random) -> list[float]:
    """One reader, page after page. Before the first that counts the connections are open, here and in the service, and
    the readers begin at different moments, as they go on.
    """
    cursor: dict[str, str] = {}
    times = []
    await client.get(listing.path, params={**listing.params, "limit": str(listing.rows)})
    await asyncio.sleep(pauses.uniform(0, 2 * READS))
    for _ in range(listing.pages):
        began = time.perf_counter()
        answer = await client.get(listing.path, params={**listing.params, **cursor, "limit": str(listing.rows)})
        times.append((time.perf_counter() - began) * 1000)
        following = answer.raise_for_status().json().get("next")
        cursor = {"cursor": following} if following else {}
        await asyncio.sleep(pauses.uniform(0, 2 * READS))
    return times
