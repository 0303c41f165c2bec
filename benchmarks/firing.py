"""Firing: many deadlines that are due at once, each with a handler that writes a row and an event.

Ours: many to a transaction, each in a savepoint, two transactions at once. Plain: one to a transaction, one after the
other. And against the goal that 100,000 due at once are fired within three minutes: with a handler for each, and with
one for many at once (`Together`), as services have for what falls due in great numbers.
"""

import asyncio
import logging
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import ClassVar

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from benchmarks.harness import Measurement, Size
from benchmarks.prepared_data import postgres
from shared.contracts.payload import Payload
from shared.database.connections import Database
from shared.messaging.outbox import emit, emit_all
from shared.worker.deadlines import Deadline, Deadlines, Together

GOAL = 100_000 / 180
KIND = "due"
FILL = text(
    """
    INSERT INTO deadline (kind, subject, due_at, try_at)
    SELECT :kind, gen_random_uuid()::text, now() - interval '1 hour', now() - interval '1 hour'
    FROM generate_series(1, :count)
    """
)


class Fired(Payload):
    """The event that a handler emits."""

    topic: ClassVar[str] = "benchmark.events"
    key: str


async def effect(session: AsyncSession, deadline: Deadline) -> None:
    """What a deadline brings about."""
    await session.execute(text("INSERT INTO effect VALUES (:key)"), {"key": deadline.subject})
    await emit(session, Fired(key=deadline.subject), subject=deadline.subject, source="/benchmark")


async def effects(session: AsyncSession, due: Sequence[Deadline]) -> None:
    """The same of many at once."""
    await session.execute(text("INSERT INTO effect VALUES (:key)"), [{"key": one.subject} for one in due])
    await emit_all(session, [(one.subject, Fired(key=one.subject)) for one in due], source="/benchmark")


def measure(size: Size) -> list[Measurement]:
    """Deadlines a second, in turn; then all of the goal's number at once."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as name, postgres(Path(name), "recognition") as url:
        return asyncio.run(both(url, size))


async def both(url: str, size: Size) -> list[Measurement]:
    """Each round fires a fiftieth of the goal's number each way; one round fires all of it."""
    database = Database(url)
    many, few = size.households // 10, size.households // 500
    try:
        async with database.transaction() as session:
            await session.execute(text("CREATE TABLE effect (key text)"))
        ours, plain = [], []
        for _ in range(size.rounds):
            ours.append(await rate(database, few, Deadlines(database, {KIND: effect}).work_off))
            plain.append(await rate(database, few, Deadlines(database, {KIND: effect}, batch=1).fire_due))
        every = await rate(database, many, Deadlines(database, {KIND: effect}).work_off)
        together = await rate(database, many, Deadlines(database, {KIND: Together(effects)}).work_off)
    finally:
        await database.close()
    goal = f"{GOAL:.0f} deadlines/s: 100,000 within three minutes ({many:,} at once)"
    return [
        Measurement("one deadline to a transaction", ours, plain, 2.0, at_least=True, unit="deadlines/s"),
        Measurement(goal, [every], [GOAL], 1.0, at_least=True, unit="deadlines/s"),
        Measurement(f"{goal}, handled together", [together], [GOAL], 1.0, at_least=True, unit="deadlines/s"),
    ]


async def rate(database: Database, count: int, fire: Callable[[], Awaitable[object]]) -> float:
    """Deadlines a second until so many that are due have all fired."""
    async with database.transaction() as session:
        await session.execute(text("TRUNCATE deadline, effect, outbox"))
        await session.execute(FILL, {"kind": KIND, "count": count})
    began = time.perf_counter()
    await fire()
    taken = time.perf_counter() - began
    async with database.session() as session:
        fired = (await session.execute(text("SELECT count(*) FROM effect"))).scalar_one()
    if fired != count:
        raise RuntimeError(f"{fired} of {count} fired")
    return count / taken
