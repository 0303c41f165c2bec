"""The publisher's task: a sender for every system that is set, each under its own lease, and the gauges."""

import asyncio
from collections.abc import Iterable

from services.notification.publication.batches import repository
from services.notification.publication.batches.domain import UNSENT, BatchState
from services.notification.publication.batches.metrics import OLDEST, OPEN, REJECTED, STUCK, WAITING
from services.notification.publication.batches.sending import Sender
from services.notification.publication.peers.peer import Peer
from services.notification.publication.records.domain import Urgency
from services.notification.publication.systems import System
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from shared.worker.lease import exclusive_lease
from shared.worker.transient import run_forever

MEASURING = 15.0
"""Seconds between two measurements."""


async def publish(database: Database, settings: NotificationSettings, peers: Iterable[Peer]) -> None:
    """Sends to these systems until cancelled. Another process that does the same waits for the leases."""
    async with asyncio.TaskGroup() as group:
        for peer in peers:
            group.create_task(send_to(database, settings, peer))
        group.create_task(run_forever("metrics of publication", lambda: measure_on(database)))


async def send_to(database: Database, settings: NotificationSettings, peer: Peer) -> None:
    """Sends to one system, forever."""

    async def send() -> None:
        async with exclusive_lease(database, f"publication {peer.system}") as lease:
            await Sender(database, peer, settings).run(lease)

    await run_forever(f"publication to {peer.system}", send)


async def measure_on(database: Database) -> None:
    """Sets the gauges again and again."""
    while True:
        await measure(database)
        await asyncio.sleep(MEASURING)


async def measure(database: Database) -> None:
    """Sets the gauges."""
    now = clock.now()
    async with database.reading() as session:
        waiting = {(row.system, row.urgency): row for row in await repository.waiting(session)}
        batches = await repository.open_by_state(session)
        rejected = {row.system: row.records for row in await repository.rejected(session)}
    for system in System:
        for urgency in Urgency:
            row = waiting.get((system, urgency))
            WAITING.labels(system, urgency.name.lower()).set(row.records if row else 0)
            OLDEST.labels(system, urgency.name.lower()).set((now - row.oldest).total_seconds() if row else 0)
        for state in (*UNSENT, BatchState.SENT):
            same = [one.batches for one in batches if (one.system, one.state) == (system, state)]
            OPEN.labels(system, state).set(sum(same))
        STUCK.labels(system).set(sum(one.stuck for one in batches if one.system == system))
        REJECTED.labels(system).set(rejected.get(system, 0))
