"""A hundred thousand open objections: officers' lists beside filings, many last days due at once, filings over HTTP.

Half of the objections are of the twelve counties of a city, the others of twelve counties elsewhere in the province.
One uvicorn process on a PostgreSQL of production settings; deadlines are fired in this process, as a worker does.
"""

import asyncio
import datetime as dt
import json
import secrets
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
from sqlalchemy import text

from benchmarks.harness import Measurement, Size
from benchmarks.lookup import served
from benchmarks.prepared_data import postgres
from benchmarks.worklist import MeasuredList, walked
from services.objection.deadlines import DEADLINES
from services.objection.objections.domain import DueDay
from services.objection.objections.due_days import LAST_DAY_KINDS
from shared import clock
from shared.database.connections import Database
from shared.platform.identity import Role
from shared.platform.sealed_messages import new_sealing_keys
from shared.worker.deadlines import Deadlines
from tests.fixtures.service_client import ISSUER, Issuer

LIST_GOAL, FEW_GOAL, MANY_GOAL, FILINGS_GOAL = 50.0, 2.0, 180.0, 300.0
OBJECTIONS, FEW = 100_000, 200
FILERS, FILING_SECONDS = 16, 10.0
BESIDE = 20.0
"""Filings a second beside the lists."""
CITY, COUNTY = "4101", "410101"

LISTS = (
    MeasuredList("a county's objections", "/v1/objections", region=COUNTY),
    MeasuredList("the city's objections", "/v1/objections", region=CITY),
    MeasuredList("the province's objections", "/v1/objections", region="41"),
    MeasuredList("the city's overdue ones", "/v1/objections", {"overdue": "true"}, region=CITY),
    MeasuredList("the city's proposed ones", "/v1/objections", {"state": "proposed"}, region=CITY),
    MeasuredList("the province's against revocations, few", "/v1/objections", {"against": "revocation"}, region="41"),
    MeasuredList("one's own 200", "/v1/objections", {"assigned_to": "me"}, region="41"),
    MeasuredList("the climbed ones of the province", "/v1/objections", {"climbed": "true"}, region="41"),
    MeasuredList("what the province handles", "/v1/objections", {"handled_at": "41"}, region="41"),
    MeasuredList("the city's last days", "/v1/deadlines", region=CITY),
    MeasuredList("the province's objections by age", "/v1/oversight/objections", {"older_than": "10"}, region="41"),
)
FILL = """
    insert into objection (id, receipt, against, subject, run, year, uscc, county, filed_by, operator_ref, objector_key,
        entered_by, filed_at, grounds, statement, state, due_on, decide_by, returned, missing, extended, handled_at,
        climbs, assigned_to, version, household_heard)
    select gen_random_uuid(), 'B' || n, case when n % 1000 = 7 then 'revocation' else 'typing' end,
        case when n % 1000 = 7 then gen_random_uuid() end, gen_random_uuid(), 2026,
        '92' || c.county || 'MB' || lpad(n::text, 8, '0'), c.county, 'operator',
        'v1:' || lpad(to_hex(n), 32, '0'), 'v1:' || n, 'v1:' || n,
        timestamptz '2026-03-01' + n * interval '20 seconds', '[{"kind": "clause", "id": "growth.1"}]',
        repeat('我户上年缴纳社保的人数登记有误。', 6), case when n % 50 = 4 then 'proposed' else 'accepted' end,
        current_date - 3 + n % 40, current_date - 3 + n % 40, false, '[]', false,
        case when n % 20 = 5 then '41' else c.county end, (n % 20 = 5)::int, case when n % 500 = 11 then 'reader' end,
        1, true
    from generate_series(1, :objections) n,
        lateral (
            select case when n % 2 = 0 then '4101' else '4103' end || lpad((n / 2 % 12 + 1)::text, 2, '0')
        ) c(county)
"""
FILL_LAST_DAYS = f"""
    with filled as (
        insert into objection_due_day (id, objection_id, county, what, starts_on, days, unit, parameter, verified,
            source, provisional, due_on, climbs, replaced)
        select gen_random_uuid(), id, county, '{DueDay.DECIDE}', filed_at::date, 15, 'working-days', 'decide_days',
            false, '', false, due_on, 0, false from objection returning id, due_on
    )
    insert into deadline (kind, subject, due_at, try_at)
    select '{LAST_DAY_KINDS[DueDay.DECIDE]}', id::text, timestamptz '2100-01-01', timestamptz '2100-01-01' from filled
"""
ALL_DUE = (
    "update deadline set due_at = now(), try_at = now() where subject in (select subject from deadline limit :many)"
)
HOUSEHOLDS = """
    insert into household (uscc, name, region, operator_ref, status, type, typed_year, typed_run, typed_revision,
        changed_revision)
    select '92410105MA' || lpad(n::text, 8, '0'), '测试商户' || n, '410105', 'v1:' || lpad(to_hex(n), 32, '0'),
        'registered', 'survival', 2026, '0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d', 1, 1
    from generate_series(1, 50000) n
"""
RUN = """
    insert into published_run
    values ('0d9f6c1e-52a1-4f0b-8a53-6d1f3a2b4c5d', '4101', 2026, 'zhengzhou-2025', current_date)
"""


def measure(size: Size) -> list[Measurement]:
    """Milliseconds of the lists' pages at p99, seconds until all that is due has fired, filings a second."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "objection") as url:
        folder = Path(name)
        issuer = Issuer(folder)
        asyncio.run(prepare(url))
        with served("services.objection.service:SERVICE.asgi", environment(url, folder, issuer)) as port:
            filing = [filed_a_second(port, issuer, round_) for round_ in range(size.rounds)]
            lists = [asyncio.run(measured(port, issuer, listing, size.rounds)) for listing in LISTS]
        few = [asyncio.run(seconds_until_fired(url, FEW)) for _ in range(size.rounds)]
        many = [asyncio.run(seconds_until_fired(url, OBJECTIONS))]
    claim = f"{FILINGS_GOAL:g} filings a second over HTTP, {FILERS} clients"
    rates = Measurement(claim, filing, [FILINGS_GOAL] * len(filing), 1.0, at_least=True, unit="filings/s")
    return [
        rates,
        *lists,
        Measurement(f"{FEW_GOAL:g} s for {FEW} last days due at once", few, [FEW_GOAL] * len(few), 1.0),
        Measurement(f"{MANY_GOAL:g} s for {OBJECTIONS:,} last days due at once", many, [MANY_GOAL], 1.0),
    ]


async def prepare(url: str) -> None:
    """The objections with their last days, and households that file."""
    database = Database(url)
    async with database.transaction() as session:
        await session.execute(text(FILL), {"objections": OBJECTIONS})
        for statement in (FILL_LAST_DAYS, HOUSEHOLDS, RUN):
            await session.execute(text(statement))
    async with database.transaction() as session:
        await session.execute(text("ANALYZE"))
    await database.close()


async def measured(port: int, issuer: Issuer, listing: MeasuredList, rounds: int) -> Measurement:
    """One list, read by several officers while others file."""
    headers = issuer.headers(Role.OFFICER, region=listing.region or COUNTY, sub="reader")
    beside = asyncio.create_task(file_beside(port, issuer, LISTS.index(listing)))
    try:
        times = [await walked(port, headers, listing) for _ in range(rounds)]
    finally:
        beside.cancel()
    p99 = [statistics.quantiles(each, n=100)[98] for each in times]
    note = f"median {statistics.median(statistics.median(each) for each in times):.1f} ms, {BESIDE:g} filings/s beside"
    claim = f"{listing.name}: {LIST_GOAL:g} ms at p99, {listing.rows} rows a page, {OBJECTIONS:,} objections"
    return Measurement(claim, p99, [LIST_GOAL] * len(p99), 1.0, unit="ms", notes=[note])


def filing(issuer: Issuer, number: int) -> tuple[bytes, Mapping[str, str]]:
    """A small objection of a household against its type, and its operator's header."""
    body = {
        "against": "typing",
        "uscc": f"92410105MA{number:08d}",
        "grounds": [{"kind": "clause", "id": "growth.2"}],
        "statement": "我户上年缴纳社保的人数登记有误，应当符合这一条",
    }
    headers = issuer.headers(Role.OPERATOR, operator_ref=f"v1:{number:032x}", sub=f"operator-{number}")
    headers |= {"Content-Type": "application/json", "Idempotency-Key": secrets.token_hex(16)}
    return json.dumps(body).encode(), headers


async def file_beside(port: int, issuer: Issuer, turn: int) -> None:
    """Filings at a moderate rate until cancelled."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        for number in range(30_000 + turn * 1_500, 31_500 + turn * 1_500):
            content, headers = filing(issuer, number)
            (await client.post("/v1/objections", content=content, headers=headers)).raise_for_status()
            await asyncio.sleep(1 / BESIDE)


def filed_a_second(port: int, issuer: Issuer, round_: int) -> float:
    """As many clients, each an operator after the other, as fast as they are answered."""
    prepared = [filing(issuer, round_ * 6_000 + number + 1) for number in range(6_000)]
    return asyncio.run(file_all(port, prepared))


async def file_all(port: int, prepared: list[tuple[bytes, Mapping[str, str]]]) -> float:
    """Filings a second, over raw streams: the client costs little."""
    turns, end, began = iter(prepared), time.perf_counter() + FILING_SECONDS, time.perf_counter()

    async def one_client() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        filed = 0
        for content, headers in turns:
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"POST /v1/objections HTTP/1.1\r\nHost: x\r\n{lines}".encode())
            writer.write(f"Content-Length: {len(content)}\r\n\r\n".encode() + content)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            answer = await reader.readexactly(length)
            if not head.startswith(b"HTTP/1.1 201"):
                raise RuntimeError(answer.decode())
            filed += 1
            if time.perf_counter() > end:
                break
        writer.close()
        return filed

    counts = await asyncio.gather(*(one_client() for _ in range(FILERS)))
    return sum(counts) / (time.perf_counter() - began)


async def seconds_until_fired(url: str, many: int) -> float:
    """From the instant at which last days fall due until each has climbed and been told of."""
    database = Database(url)
    async with database.transaction() as session:
        await session.execute(text("update objection_due_day set climbs = 0, passed_at = null"))
        await session.execute(text("update deadline set fired_at = null, due_at = '2100-01-01', try_at = '2100-01-01'"))
        await session.execute(text("delete from deadline where kind <> :kind"), {"kind": LAST_DAY_KINDS[DueDay.DECIDE]})
        await session.execute(text(ALL_DUE), {"many": many})
    scheduler = Deadlines(database, DEADLINES, poll_seconds=0.05)
    began = time.perf_counter()
    task = asyncio.create_task(scheduler.run())
    while await open_ones(database):  # noqa: ASYNC110 - what fires is seen in the database
        await asyncio.sleep(0.1)
    taken = time.perf_counter() - began
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await database.close()
    return taken


async def open_ones(database: Database) -> int:
    """How many are due and have not fired."""
    pool = await database.pool()
    due = "select count(*) from deadline where fired_at is null and try_at <= $1"
    return int(await pool.fetchval(due, clock.now() + dt.timedelta(minutes=1)))


def environment(url: str, folder: Path, issuer: Issuer) -> dict[str, str]:
    """The environment that the service needs to start."""
    settings = {
        "DATABASE_URL": url,
        "BUS_URL": url,
        "ISSUER": ISSUER,
        "JWKS": str(issuer.jwks),
        "DATA_DIR": str(folder),
        "VAULT_KEYS": f"k1:{secrets.token_hex(32)}",
        "CORRECTION_KEY": new_sealing_keys().public,
        "LOG_LEVEL": "warning",
    }
    return {f"MINGLU_OBJECTION_{name}": value for name, value in settings.items()}
