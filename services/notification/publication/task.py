"""The publisher's task: a sender for every system that is set, each under its own lease; sealing for those that take
files only; and the gauges.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Container, Coroutine, Iterable, Mapping
from functools import partial
from typing import Any

import structlog

from services.notification.publication.batches import repository
from services.notification.publication.batches.domain import UNSENT, BatchState
from services.notification.publication.batches.metrics import OLDEST, OPEN, OVERDUE, REJECTED, STUCK, WAITING
from services.notification.publication.batches.sealing import seal_for_files
from services.notification.publication.batches.sending import Sender, stuck_after
from services.notification.publication.peers.connections import peer_urls_of, peers_of
from services.notification.publication.peers.peer import Peer
from services.notification.publication.records.domain import Urgency
from services.notification.publication.records.service import fit_rows
from services.notification.publication.stepping import Step, repeat_forever, step_forever
from services.notification.publication.systems import System
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from shared.platform.service import WorkerContext

log = structlog.get_logger()

MEASURING = 60.0
"""Seconds between two measurements."""
SEALING = 30.0
"""Seconds until it is looked again whether anything is to go into a file."""


def publication_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None]:
    """Publication to every system that is set, forever."""
    return publish_to_all(context.database, context.settings)


async def publish_to_all(database: Database, settings: NotificationSettings) -> None:
    """Until cancelled."""
    peers = peers_of(settings, database)
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
            task, scope = f"publication {peer.system}", scopes.get(peer.system, "")
            begin_fitted = partial(_fitted, database, peer.system, scope, begin)
            group.create_task(step_forever(database, settings, task, begin_fitted, settings.publication_poll))
        for system, most in files.items():
            begin = partial(_sealing, database, system, most)
            begin_fitted = partial(_fitted, database, system, scopes.get(system, ""), begin)
            group.create_task(step_forever(database, settings, f"publication {system}", begin_fitted, SEALING))
        measuring = partial(_measured, database, settings, files)
        group.create_task(repeat_forever(settings, "metrics of publication", measuring))


def _stepping(database: Database, peer: Peer, settings: NotificationSettings) -> Step:
    """A sender that knows nothing yet: while the lease was another's, that one has gone on."""
    return Sender(database, peer, settings).step


def _sealing(database: Database, system: System, most: int) -> Step:
    """Seals for a system that takes files only, of so many records each."""
    return partial(seal_for_files, database, system, most)


def _fitted(database: Database, system: System, scope: str, begin: Callable[[], Step]) -> Step:
    """The steps; before the first one the system's rows are made those of its region."""
    step, is_fitted = begin(), False

    async def one() -> bool:
        nonlocal is_fitted
        if not is_fitted:
            await fit_rows(database, system, scope)
            is_fitted = True
        return await step()

    return one


async def _measured(database: Database, settings: NotificationSettings, files: Container[System]) -> None:
    await measure(database, stuck_after(settings), files)
    await asyncio.sleep(MEASURING)


async def measure(database: Database, patience: dt.timedelta, files: Container[System] = ()) -> None:
    """Sets the gauges. A batch that a system has had for longer than `patience` is overdue, but not at those that take
    files, where it waits for officers.
    """
    now = clock.now()
    async with database.reading() as session:
        waiting = {(row.system, row.urgency): row for row in await repository.waiting(session)}
        batches = await repository.open_by_state(session, now - patience)
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
        overdue = 0 if system in files else sum(one.overdue for one in batches if one.system == system)
        OVERDUE.labels(system).set(overdue)
        if overdue:
            log.error("publication_overdue", system=system.value, batches=overdue)
        REJECTED.labels(system).set(rejected.get(system, 0))
