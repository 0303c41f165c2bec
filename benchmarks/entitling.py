"""Entitlements of a whole population, by the service's own task: a county after the other, to masks, differences,
history and events; first every household anew, then with a tenth of them of another type.

Processor seconds of this process and of PostgreSQL, together: one core works at a time, so that this is what it takes
where nothing else runs, and other work of the machine does not show in it.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import asyncpg
import psutil

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import postgres
from services.support.catalogue.register import shipped
from services.support.entitlements.task import keep_current
from shared.database.connections import Database

GOAL = 20.0
COUNTIES = tuple(f"4101{number:02d}" for number in range(1, 13))
FILL = """
    INSERT INTO household (uscc, name, region, status, type, typed_revision, changed_revision)
    SELECT '92' || c.region || 'MA' || lpad(n::text, 8, '0'), '测试商户' || n, c.region,
           CASE n % 10 WHEN 9 THEN 'cancelled' ELSE 'registered' END,
           (ARRAY['survival', 'growth', 'development', 'ineligible', NULL])[1 + n % 5], 1, 1
    FROM generate_series(1, $1::int) n CROSS JOIN LATERAL (SELECT ($2::text[])[1 + n % 12] AS region) c
"""
RECOGNISE = """
    INSERT INTO recognition (recognition, uscc, region, category, valid, benefits_from, valid_until, revision)
    SELECT gen_random_uuid(), uscc, region, 'renowned', true, '2020-01-01', '2099-01-01', 1
    FROM household WHERE right(uscc, 2) = '00'
"""
CHANGE = "UPDATE household SET type = 'growth' WHERE right(uscc, 1) = '1'"
BEHIND = "UPDATE entitlement_pass SET digest = 'typing'"


def measure(size: Size) -> list[Measurement]:
    """Processor seconds of the first pass, and of one that finds a tenth changed."""
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "support") as url:
        return asyncio.run(measured(url, size.households))


async def measured(url: str, households: int) -> list[Measurement]:
    """Both passes over one database."""
    database, own = Database(url), await asyncpg.connect(url.replace("+asyncpg", ""))
    await own.execute(FILL, households, list(COUNTIES))
    await own.execute(RECOGNISE)
    await own.execute("VACUUM ANALYZE")
    claims = {"all new": [], "a tenth of another type": [CHANGE, BEHIND]}
    found = []
    for what, statements in claims.items():
        for statement in statements:
            await own.execute(statement)
        spent, wall = await passed(database, own)
        about = f"{households:,} households × {len(shipped())} measures, {what}"
        found.append(
            Measurement(f"20 s of processor time: {about}", [spent], [GOAL], 1.0, notes=[f"{wall:.1f} s wall"])
        )
    await own.close()
    await database.close()
    return found


async def passed(database: Database, watching: asyncpg.Connection) -> tuple[float, float]:
    """Processor and wall seconds until no county is behind."""
    before = {one.pid: one.cpu_times() for one in await backends_of(watching)}
    own, began = psutil.Process().cpu_times(), time.perf_counter()
    while await keep_current(database):
        pass
    wall, after = time.perf_counter() - began, psutil.Process().cpu_times()
    now = {one.pid: one.cpu_times() for one in await backends_of(watching)}
    spent = after.user + after.system - own.user - own.system
    for pid, times in now.items():
        known = before.get(pid)
        spent += times.user + times.system - (known.user + known.system if known else 0.0)
    return spent, wall


async def backends_of(connection: asyncpg.Connection) -> list[psutil.Process]:
    """The server's processes for this database."""
    rows = await connection.fetch("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
    return [psutil.Process(row["pid"]) for row in rows]
