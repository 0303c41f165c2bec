"""Metrics of what a service has not yet done, read from its database: unsent events, dead letters, overdue deadlines.

Every process of a service reads them, so that they are also true while its worker or the bus is down. While the
database itself is down they keep their last values, and `minglu_database_up` is 0.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from prometheus_client import Gauge
from sqlalchemy import text

from shared import clock
from shared.database.connections import Database
from shared.messaging import metrics
from shared.messaging.bus import Bus

log = structlog.get_logger()

EVERY_SECONDS = 10.0
LONGEST_SECONDS = 5.0
"""How long the database, and then the bus, may take to answer before they count as down."""

DATABASE_UP = Gauge("minglu_database_up", "1: the service's database answers this process", ["service"])
BUS_UP = Gauge("minglu_bus_up", "1: the bus answers this worker", ["service"])
OVERDUE = Gauge("minglu_deadlines_overdue", "Deadlines that are due and have not fired")
LATEST = Gauge("minglu_deadline_late_seconds", "How late the latest of the overdue deadlines is; 0: none is")

OUTBOX = text(
    """
    SELECT count(*) AS unsent, coalesce(extract(epoch FROM now() - min(written_at)), 0)::float AS oldest
    FROM outbox WHERE sent_at IS NULL
    """
)
LETTERS = text("SELECT consumer, kind, count(*) AS letters FROM dead_letter WHERE settled_at IS NULL GROUP BY 1, 2")
DEADLINES = text(
    """
    SELECT count(*) AS overdue, coalesce(extract(epoch FROM CAST(:now AS timestamptz) - min(due_at)), 0)::float AS late
    FROM deadline
    WHERE fired_at IS NULL AND due_at <= :now AND try_at <= CAST(:now AS timestamptz) + interval '1 hour'
    """
)
"""One that failed is tried again within an hour; the second bound lets the index of open deadlines be used."""


class Measuring:
    """The measurements of one process; `bus` only where the process has one."""

    def __init__(self, database: Database, service: str, bus: Bus | None = None) -> None:
        self._database, self._service, self._bus = database, service, bus
        self._lettered: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Measures until cancelled, whatever is down."""
        while True:
            await self.measure()
            await asyncio.sleep(EVERY_SECONDS)

    async def measure(self) -> None:
        """Sets all of the metrics once."""
        DATABASE_UP.labels(self._service).set(await self._database_answers())
        if self._bus is not None:
            BUS_UP.labels(self._service).set(await self._bus_answers(self._bus))

    async def _database_answers(self) -> bool:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._read()
        except Exception as error:  # whatever is wrong: measuring ends no process
            log.warning("not_measured", what="database", error=type(error).__name__)
            return False
        return True

    async def _bus_answers(self, bus: Bus) -> bool:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await bus.cluster_id()
        except Exception as error:  # the same
            log.warning("not_measured", what="bus", error=type(error).__name__)
            return False
        return True

    async def _read(self) -> None:
        async with self._database.session() as session:
            outbox = (await session.execute(OUTBOX)).one()
            letters = (await session.execute(LETTERS)).all()
            deadlines = (await session.execute(DEADLINES, {"now": clock.now()})).one()
        metrics.OUTBOX_UNSENT.set(outbox.unsent)
        metrics.OUTBOX_OLDEST.set(outbox.oldest)
        OVERDUE.set(deadlines.overdue)
        LATEST.set(deadlines.late)
        found = {(consumer, kind): count for consumer, kind, count in letters}
        self._lettered |= set(found)
        for consumer, kind in self._lettered:
            metrics.DEAD_LETTERS.labels(consumer, kind).set(found.get((consumer, kind), 0))


@asynccontextmanager
async def measured(database: Database, service: str) -> AsyncIterator[None]:
    """Measures beside the block."""
    task = asyncio.create_task(Measuring(database, service).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
