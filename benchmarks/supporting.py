"""Support as people feel it: what one household could get, asked over HTTP; and visits that fall due for many at once.

A tenth of the population is in the database, its entitlements are reckoned; one client asks for one household after the
other, as an officer of its city, so that every answer is also written down. One uvicorn process on a PostgreSQL of
production settings. Then a fifth of the population has something that makes a visit due, heard in the consumer's
batches; and the last days of all these visits are over at once.
"""

import asyncio
import datetime as dt
import gc
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import httpx

from benchmarks.entitling import COUNTIES, FILL, RECOGNISE
from benchmarks.harness import Measurement, Size
from benchmarks.lookup import served
from benchmarks.prepared_data import postgres
from services.support.calls.domain import HeardOccasion
from services.support.calls.service import CALL_DEADLINE, make_due
from services.support.deadlines import DEADLINES
from services.support.entitlements.task import keep_current
from services.support.rules.domain import CallReason
from services.support.service import EVENTS_AT_ONCE
from shared import clock
from shared.database.connections import Database
from shared.platform.identity import Role
from shared.platform.system_callers import BUS
from shared.worker.deadlines import Deadlines
from tests.fixtures.service_client import ISSUER, Issuer

READ_GOAL, READS, WARM, CITY = 20.0, 1000, 20, "4101"
CALL_GOAL = 200_000 / 300
"""Visits a second, so that 200,000 that are due at once take five minutes"""
CODES = "SELECT uscc, region FROM household WHERE status = 'registered' ORDER BY md5(uscc) LIMIT $1"
ALL_OVER = "UPDATE deadline SET due_at = now() - interval '1 hour', try_at = now() - interval '1 hour' WHERE kind = $1"
OVERDUE = "SELECT count(*) FROM call WHERE state = 'overdue'"


def measure(size: Size) -> list[Measurement]:
    """Milliseconds of a household's answer; visits a second, opened and overdue."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "support") as url:
        folder, issuer = Path(name), Issuer(Path(name))
        codes = asyncio.run(prepare(url, size.households // 10))
        with served("services.support.service:SERVICE.asgi", environment(url, folder, issuer)) as port:
            headers = issuer.headers(Role.OFFICER, region=CITY, sub="reader")
            times = [asyncio.run(asked(port, headers, codes, turn)) for turn in range(size.rounds)]
        return [answered(times, size.households // 10), *asyncio.run(visits(url, size.households // 5))]


def answered(times: list[list[float]], households: int) -> Measurement:
    """What 99 of 100 answers stay below."""
    p99 = [statistics.quantiles(each, n=100)[98] for each in times]
    median = statistics.median(statistics.median(each) for each in times)
    claim = f"what one household could get: {READ_GOAL:g} ms at p99, {households:,} households; median {median:.1f} ms"
    return Measurement(claim, p99, [READ_GOAL] * len(p99), 1.0, unit="ms")


async def prepare(url: str, households: int) -> list[str]:
    """Households with their entitlements; the codes of some."""
    database, own = Database(url), await asyncpg.connect(url.replace("+asyncpg", ""))
    await own.execute(FILL, households, list(COUNTIES))
    await own.execute(RECOGNISE)
    while await keep_current(database):
        pass
    await own.execute("VACUUM ANALYZE")
    codes = [row["uscc"] for row in await own.fetch(CODES, READS)]
    await own.close()
    await database.close()
    return codes


async def asked(port: int, headers: dict[str, str], codes: list[str], turn: int) -> list[float]:
    """Milliseconds of each answer, the codes in another order each time."""
    taken = []
    gc.disable()  # the client's own collections are not the service's
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            for number, code in enumerate([*codes[:WARM], *(codes if turn % 2 else reversed(codes))]):
                began = time.perf_counter()
                answer = await client.get("/v1/measures/what-could-i-get", params={"uscc": code})
                milliseconds = 1000 * (time.perf_counter() - began)
                assert answer.status_code == 200, answer.text
                if number >= WARM:  # the first ones read the register of measures
                    taken.append(milliseconds)
    finally:
        gc.enable()
    return taken


async def visits(url: str, many: int) -> list[Measurement]:
    """Visits a second: opened by what is heard, then overdue all at once."""
    database, own = Database(url), await asyncpg.connect(url.replace("+asyncpg", ""))
    occasions = [occasion(number) for number in range(many)]

    async def opened() -> None:
        for start in range(0, many, EVENTS_AT_ONCE):
            async with database.transaction() as session:
                await make_due(session, occasions[start : start + EVENTS_AT_ONCE], BUS)

    opening = many / await seconds(opened)
    await own.execute(ALL_OVER, CALL_DEADLINE)
    firing = many / await seconds(Deadlines(database, DEADLINES).work_off)
    overdue = await own.fetchval(OVERDUE)
    await own.close()
    await database.close()
    if overdue != many:
        raise RuntimeError(f"{overdue} of {many} visits are overdue")
    goal = f"{CALL_GOAL:.0f} visits/s: 200,000 due at once within five minutes ({many:,})"
    return [
        Measurement(f"{goal}, opened", [opening], [CALL_GOAL], 1.0, at_least=True, unit="visits/s"),
        Measurement(f"{goal}, last days over", [firing], [CALL_GOAL], 1.0, at_least=True, unit="visits/s"),
    ]


def occasion(number: int) -> HeardOccasion:
    """Something that makes a visit to a household due."""
    county = COUNTIES[number % len(COUNTIES)]
    day = clock.today() - dt.timedelta(days=1)
    return HeardOccasion(CallReason.REPORT_MISSED, f"92{county}MA{number:08d}", county, "2026", day)


async def seconds(work: Callable[[], Awaitable[object]]) -> float:
    """Wall time."""
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def environment(url: str, folder: Path, issuer: Issuer) -> dict[str, str]:
    """The environment that the service needs to start."""
    settings = {
        "DATABASE_URL": url,
        "BUS_URL": url,
        "ISSUER": ISSUER,
        "JWKS": str(issuer.jwks),
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "warning",
    }
    return {f"MINGLU_SUPPORT_{name}": value for name, value in settings.items()}
