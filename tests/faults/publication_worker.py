"""The publisher as a process that sends to one plain system, to be killed; and the mistakes that P1 forbids, each
planted where it is usually made.
"""

import asyncio
import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.notification.publication.batches import repository, sending
from services.notification.publication.batches.models import PublicationBatch
from services.notification.publication.batches.sending import Sender
from services.notification.publication.batches.service import conclude
from services.notification.publication.peers.peer import Outcome, RecordKey, Unknown, Verdict
from services.notification.publication.systems import Kind
from services.notification.publication.task import publish
from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from tests.fixtures.forked import CRASH_VARIABLE
from tests.fixtures.plain_system import PlainPeer

_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.faults.publication_worker", "tests.faults.processes"])


def start(settings: NotificationSettings, url: str, crash: str = "") -> ForkServerProcess:
    """A publisher that sends for ever; it dies when it passes the point."""
    process = _context.Process(target=work, args=(settings, url, crash), daemon=True)
    process.start()
    return process


def work(settings: NotificationSettings, url: str, crash: str) -> None:
    os.environ[CRASH_VARIABLE] = crash
    asyncio.run(_publish(settings, url))


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
