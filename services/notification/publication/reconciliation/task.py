"""The worker's task: reconciles every system that can be asked, each under a lease of its own."""

import asyncio
import datetime as dt
from collections.abc import Coroutine
from functools import partial
from typing import Any

from services.notification.publication.peers.connections import peer_urls_of, peers_of
from services.notification.publication.peers.peer import Peer
from services.notification.publication.reconciliation.domain import DifferenceKind
from services.notification.publication.reconciliation.rounds import Pace, Reconciler
from services.notification.publication.stepping import Step, step_forever
from services.notification.resources import Resources
from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from shared.platform.service import WorkerContext


def pace_of(settings: NotificationSettings) -> Pace:
    """From the settings."""
    return Pace(
        at=settings.reconciliation_at,
        patience=dt.timedelta(hours=settings.reconciliation_patience_hours),
        pause=dt.timedelta(seconds=settings.reconciliation_pause),
        settle=dt.timedelta(seconds=settings.reconciliation_settle),
        repairs=frozenset(map(DifferenceKind, settings.reconciliation_repairs)),
        most_repairs=settings.reconciliation_most_repairs,
    )


def reconciliation_task(context: WorkerContext[NotificationSettings, Resources]) -> Coroutine[Any, Any, None] | None:
    """Reconciliation, forever; None where no system can be asked what it holds."""
    urls = peer_urls_of(context.settings)
    if all(url.files_only for url in urls.values()):
        return None
    return _reconcile_all(context.database, context.settings)


async def _reconcile_all(database: Database, settings: NotificationSettings) -> None:
    urls, peers = peer_urls_of(settings), peers_of(settings, database)
    try:
        async with asyncio.TaskGroup() as group:
            for system, peer in peers.items():
                begin = partial(_reconciling, database, peer, settings, urls[system].region)
                task = f"reconciliation {system}"
                group.create_task(step_forever(database, settings, task, begin, settings.reconciliation_poll))
    finally:
        for peer in peers.values():
            await peer.close()


def _reconciling(database: Database, peer: Peer, settings: NotificationSettings, region: str) -> Step:
    return Reconciler(database, peer, pace_of(settings), region).step
