"""The relay: sends the outbox to the bus. One is active per database; others stand by."""

import asyncio
from collections import defaultdict
from datetime import timedelta

import asyncpg
import structlog

from shared.database.connections import Database
from shared.messaging import metrics
from shared.messaging.bus import Bus, Record
from shared.messaging.outbox import CHANNEL
from shared.worker.failpoints import failpoint
from shared.worker.lease import Wake, exclusive_lease
from shared.worker.transient import RestartRequired, run_forever

log = structlog.get_logger()

UNSENT = """
    SELECT position, topic, key, value FROM outbox, pg_current_snapshot() AS snapshot
    WHERE sent_at IS NULL AND (written_by < pg_snapshot_xmin(snapshot)::text::bigint
        OR written_by >= pg_snapshot_xmax(snapshot)::text::bigint)
    ORDER BY position LIMIT $1
"""
"""Transaction ids above the newest one are from another server, whose dump was restored into this one."""

MARK = "UPDATE outbox SET sent_at = now(), sent_to = $2 WHERE position = ANY($1::bigint[])"
SEND_AGAIN = "UPDATE outbox SET sent_at = NULL, sent_to = NULL WHERE sent_to <> $1"
PRUNE = """
    DELETE FROM outbox WHERE position IN
        (SELECT position FROM outbox WHERE sent_at < now() - $1::interval ORDER BY sent_at LIMIT 10000)
"""
LAG = """
    SELECT count(*), coalesce(extract(epoch FROM now() - min(written_at)), 0)::float
    FROM outbox WHERE sent_at IS NULL
"""
PRUNE_EVERY = 3600.0
HELD_BACK_PAUSE = 0.05


class Relay:
    """`await Relay(database, bus).run()` until cancelled."""

    def __init__(
        self,
        database: Database,
        bus: Bus,
        *,
        batch: int = 1000,
        poll: float = 1.0,
        keep: timedelta = timedelta(days=30),
    ) -> None:
        self._database, self._bus = database, bus
        self._batch, self._poll, self._keep = batch, poll, keep
        self._known_topics: set[str] = set()
        self._prune_at = 0.0

    async def run(self) -> None:
        """Relays until cancelled; waits while the database or the bus is down."""
        await run_forever("relay", self._relay)

    async def _relay(self) -> None:
        async with exclusive_lease(self._database, "relay") as connection, Wake(connection, CHANNEL) as wake:
            self._known_topics.clear()
            cluster = await self._adopt_cluster(connection)
            pause = HELD_BACK_PAUSE
            while True:
                while await self._relay_batch(connection, cluster):
                    continue
                held_back = await self._report(connection)
                await self._prune(connection)
                await wake.wait(pause if held_back else self._poll)
                pause = min(2 * pause, self._poll) if held_back else HELD_BACK_PAUSE

    async def _adopt_cluster(self, connection: asyncpg.Connection) -> str:
        """The bus's cluster. Rows that were sent to another one are marked as unsent."""
        cluster = await self._bus.cluster_id()
        status = await connection.execute(SEND_AGAIN, cluster)
        if status != "UPDATE 0":
            log.warning("another_cluster_send_again", rows=int(status.split()[1]))
        return cluster

    async def _relay_batch(self, connection: asyncpg.Connection, cluster: str) -> bool:
        """One batch from outbox to bus; whether there may be more."""
        rows = await connection.fetch(UNSENT, self._batch)
        failpoint("relay.read")
        by_topic: dict[str, list[Record]] = defaultdict(list)
        for row in rows:
            by_topic[row["topic"]].append(Record(row["key"], row["value"]))
        for topic, records in by_topic.items():
            await self._ensure(topic)
            await self._bus.publish(topic, records)
        failpoint("relay.acked")
        if await self._bus.cluster_id() != cluster:
            raise RestartRequired("the bus is another cluster")
        if rows:
            await connection.execute(MARK, [row["position"] for row in rows], cluster)
            failpoint("relay.marked")
        for topic, records in by_topic.items():
            metrics.SENT.labels(topic).inc(len(records))
        return len(rows) == self._batch

    async def _ensure(self, topic: str) -> None:
        if topic not in self._known_topics:
            await self._bus.ensure_topics({topic})
            self._known_topics.add(topic)

    async def _report(self, connection: asyncpg.Connection) -> bool:
        """Sets the metrics; returns whether rows are held back by a running transaction, whose end sends no
        notification.
        """
        count, oldest = await connection.fetchrow(LAG)
        metrics.OUTBOX_UNSENT.set(count)
        metrics.OUTBOX_OLDEST.set(oldest)
        return bool(count)

    async def _prune(self, connection: asyncpg.Connection) -> None:
        """Deletes, from time to time, rows that were sent long ago."""
        now = asyncio.get_running_loop().time()
        if now < self._prune_at:
            return
        while await connection.execute(PRUNE, self._keep) == "DELETE 10000":
            continue
        self._prune_at = now + PRUNE_EVERY
