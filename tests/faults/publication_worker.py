"""The publisher as a process that sends to one plain system, to be killed; and the mistakes that P1 forbids, each
planted where it is usually made.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches import repository, sending
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.sending import Sender
from services.notification.publication.batches.service import conclude
from services.notification.publication.peers.connections import peers_of
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import Outcome, RecordKey, Unknown, Verdict
from services.notification.publication.reconciliation.domain import DifferenceKind
from services.notification.publication.reconciliation.repository import order_round
from services.notification.publication.reconciliation.rounds import Reconciler
from services.notification.publication.systems import Kind, System
from services.notification.publication.task import publish, publish_to_all
from services.notification.settings import NotificationSettings
from shared import clock
from shared.database.connections import Database
from tests.fixtures.fork_server import forks
from tests.fixtures.forked import CRASH_VARIABLE
from tests.fixtures.plain_system import PlainPeer
from tests.integration.notification.publication.reconciling import PACE


def start(settings: NotificationSettings, url: str, crash: str = "") -> ForkServerProcess:
    """A publisher that sends for ever; it dies when it passes the point."""
    process = forks.Process(target=work, args=(settings, url, crash), daemon=True)
    process.start()
    return process


def work(settings: NotificationSettings, url: str, crash: str) -> None:
    os.environ[CRASH_VARIABLE] = crash
    asyncio.run(_publish(settings, url))


def start_over_http(settings: NotificationSettings, crash: str = "") -> ForkServerProcess:
    """The same with the settings' systems and their adapters, which it also reconciles again and again."""
    process = forks.Process(target=_work_over_http, args=(settings, crash), daemon=True)
    process.start()
    return process


def _work_over_http(settings: NotificationSettings, crash: str) -> None:
    os.environ[CRASH_VARIABLE] = crash
    asyncio.run(publish_and_reconcile(settings))


async def publish_and_reconcile(settings: NotificationSettings) -> None:
    """Until cancelled; whatever a round finds is sent again."""
    database = Database(settings.database_url)
    peers = peers_of(settings, database)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(publish_to_all(database, settings))
            for peer in peers.values():
                group.create_task(_reconcile(database, peer))
    finally:
        for peer in peers.values():
            await peer.close()
        await database.close()


async def _reconcile(database: Database, peer: HttpPeer) -> None:
    reconciler = reconciler_of(database, peer)
    while True:
        await order(database, peer.system)
        while await reconciler.step():
            pass
        await asyncio.sleep(0.2)


def reconciler_of(database: Database, peer: HttpPeer) -> Reconciler:
    """One that has everything sent again that differs."""
    return Reconciler(database, peer, replace(PACE, repairs=frozenset(DifferenceKind)))


async def order(database: Database, system: System) -> None:
    """An officer orders a round, unless one is not over."""
    async with database.transaction() as session:
        await order_round(session, system, [Kind.TYPE], "", clock.today(), "officer-1")


async def _publish(settings: NotificationSettings, url: str) -> None:
    await publish(Database(settings.database_url), settings, [PlainPeer(url)], {})


class Everything(set[Any]):
    """A set that has everything in it."""

    def __contains__(self, _one: object) -> bool:
        return True

    def __iand__(self, _other: object) -> "Everything":
        return self


def sends_again_without_asking(patch: pytest.MonkeyPatch) -> None:
    """Takes a call that broke off for one that has not come about."""
    begun = Sender.__init__

    def init(self: Sender, *args: Any) -> None:
        begun(self, *args)
        self._known = Everything()

    patch.setattr(Sender, "__init__", init)


def begins_another_batch_after_silence(patch: pytest.MonkeyPatch) -> None:
    """Gives up a batch after a call that was not answered: its records go into another one, under other keys."""
    note = Sender._note

    async def gives_up(self: Sender, batch: PublicationBatch, outcome: Outcome, page: int | None) -> None:
        if not isinstance(outcome, Unknown):
            await note(self, batch, outcome, page)
            return
        async with self.database.transaction() as session:
            for statement in (
                "UPDATE publication_row SET state = 'waiting', batch_id = NULL WHERE batch_id = :batch",
                "UPDATE publication_batch SET state = 'refused', ended_at = now() WHERE id = :batch",
            ):
                await session.execute(text(statement), {"batch": batch.id})

    patch.setattr(Sender, "_note", gives_up)


def seals_rows_that_are_in_a_batch(patch: pytest.MonkeyPatch) -> None:
    """Does not wait for the end of the batch that holds the earlier version."""
    known = "state = 'waiting' AND urgency = :urgency"
    statement = repository.TAKE_WAITING.text
    assert known in statement
    wider = "(state = 'waiting' OR state = 'in-batch' AND wanted_version > sent_version) AND urgency = :urgency"
    patch.setattr(repository, "TAKE_WAITING", text(statement.replace(known, wider)))

    async def counted(session: AsyncSession, system: Any, urgency: Any, most: int) -> int:
        query = text(f"SELECT count(*) FROM publication_row WHERE system = :system AND {wider}")
        return int((await session.execute(query, {"system": system, "urgency": int(urgency)})).scalar_one())

    patch.setattr(repository, "count_waiting", counted)


def takes_verdicts_by_position(patch: pytest.MonkeyPatch) -> None:
    """Takes the n-th verdict for the n-th record."""

    async def by_position(
        session: AsyncSession, batch: PublicationBatch, verdicts: Mapping[RecordKey, Verdict]
    ) -> None:
        query = text("SELECT kind, key FROM publication_row WHERE batch_id = :batch ORDER BY kind, key")
        rows = (await session.execute(query, {"batch": batch.id})).all()
        keys = [(Kind(row.kind), row.key) for row in rows][: len(verdicts)]
        await conclude(session, batch, dict(zip(keys, verdicts.values(), strict=True)))

    patch.setattr(sending, "conclude", by_position)


def acknowledges_what_is_wanted(patch: pytest.MonkeyPatch) -> None:
    """Takes the version that is wanted by now for the one that was sent."""
    statement = repository.ACKNOWLEDGE.text
    naive = statement.replace("wanted_version > sent_version", "false")
    naive = naive.replace("acknowledged_version = sent_version", "acknowledged_version = wanted_version")
    assert naive != statement
    patch.setattr(repository, "ACKNOWLEDGE", text(naive))


VARIANTS: Mapping[str, tuple[Callable[[pytest.MonkeyPatch], None], str]] = {
    "sends again without asking": (sends_again_without_asking, "though it was there"),
    "begins another batch after silence": (begins_another_batch_after_silence, "applied twice"),
    "seals rows that are in a batch": (seals_rows_that_are_in_a_batch, "in two batches that are open"),
    "takes verdicts by position": (takes_verdicts_by_position, "applied twice"),
    "acknowledges what is wanted": (acknowledges_what_is_wanted, "held as"),
}
"""With what the check says of each."""
