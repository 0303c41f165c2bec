"""The publisher's task: a sender for every system that is set, each under its own lease; sealing for those that take
files only; and the gauges.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any

from services.notification.publication.batches import repository
from services.notification.publication.batches.domain import UNSENT, BatchState
from services.notification.publication.batches.metrics import OLDEST, OPEN, REJECTED, STUCK, WAITING
from services.notification.publication.batches.sealing import seal_for_files
from services.notification.publication.batches.sending import Sender
from services.notification.publication.peers.connections import peer_urls_of, peers_of
from services.notification.publication.peers.peer import Peer
from services.notification.publication.records.domain import Urgency
from services.notification.publication.records.service import fit_rows
from services.notification.publication.systems import System
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from shared.platform.service import WorkerContext
from shared.worker.lease import exclusive_lease
from shared.worker.transient import RestartRequired, run_forever

Step = Callable[[], Awaitable[bool]]
"""Does one thing; False when there is nothing to do."""
MEASURING = 60.0
"""Seconds between two measurements."""
SEALING = 30.0
"""Seconds until it is looked again whether anything is to go into a file."""


def publication_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Publication to every system that is set, forever."""
    return publish_to_all(context.database, context.settings)


async def publish_to_all(database: Database, settings: NotificationSettings) -> None:
    """Until cancelled."""
    peers = peers_of(settings)
    try:
        files = {system: url.page for system, url in peer_urls_of(settings).items() if url.files_only}
        await publish(database, settings, peers.values(), files)
    finally:
        for peer in peers.values():
            await peer.close()


async def publish(
    database: Database, settings: NotificationSettings, peers: Iterable[Peer], files: Mapping[System, int]
) -> None:
    """Sends to these systems, and seals for those that take files of so many records, until cancelled. Another process
    that does the same waits for the leases.
    """
    scopes = {system: url.region for system, url in peer_urls_of(settings).items()}
    async with asyncio.TaskGroup() as group:
        for peer in peers:
            begin = partial(_stepping, database, peer, settings)
            group.create_task(
                _alone(database, peer.system, scopes.get(peer.system, ""), begin, settings.publication_poll)
            )
        for system, page_size in files.items():
            begin = partial(_sealing, database, system, page_size, settings)
            group.create_task(_alone(database, system, scopes.get(system, ""), begin, SEALING))
        group.create_task(run_forever("metrics of publication", lambda: measure_on(database)))


def _stepping(database: Database, peer: Peer, settings: NotificationSettings) -> Step:
    """A sender that knows nothing yet: while the lease was another's, that one has gone on."""
    return Sender(database, peer, settings).step


def _sealing(database: Database, system: System, page_size: int, settings: NotificationSettings) -> Step:
    """Seals for a system that takes files only."""
    return partial(seal_for_files, database, system, page_size=page_size, most=settings.publication_batch_rows)


async def _alone(database: Database, system: System, scope: str, begin: Callable[[], Step], poll: float) -> None:
    """Does steps for a system again and again, as the only process; with a pause when there is nothing to do. Before
    the first one its rows are made those of its region.
    """

    async def go_on() -> None:
        async with exclusive_lease(database, f"publication {system}") as lease:
            await fit_rows(database, system, scope)
            step = begin()
            while not lease.is_closed():
                if not await step():
                    await asyncio.sleep(poll)
        raise RestartRequired

    await run_forever(f"publication to {system}", go_on)


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
