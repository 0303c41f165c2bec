"""The publisher's task against the sandbox's four systems, each in its own way to write, all misbehaving."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from services.notification.publication.peers.connections import peers_of
from services.notification.publication.peers.peer import Record
from services.notification.publication.records.domain import RecordDraft, Urgency, content_digest
from services.notification.publication.records.service import want
from services.notification.publication.systems import KINDS_OF, Kind, System
from services.notification.publication.task import measure, publish_to_all
from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.fixtures.waiting import until
from tests.integration.notification.publication.peer_steps import recognised, typed, usccs
from tests.integration.notification.publication.publication_steps import publication_settings

MOODS = ("page:lost", "seal:garbage", "page:unavailable", "ask:slow", "seal:hang", "ask:restart", "rejected:reorder")
NOT_ACKNOWLEDGED = "select * from publication_row where state <> 'acknowledged'"


@pytest.fixture
async def systems(tmp_path: Path) -> AsyncIterator[RunningSystems]:
    async with running_systems(tmp_path) as systems:
        yield systems


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@asynccontextmanager
async def publishing(database: Database, settings: NotificationSettings) -> AsyncIterator[None]:
    """The task runs during the block."""
    task = asyncio.create_task(publish_to_all(database, settings))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def draft(record: Record, revision: int = 1) -> RecordDraft:
    """The draft of a record that is not there yet."""
    return RecordDraft(
        kind=record.kind,
        key=record.key,
        uscc=record.uscc,
        region=record.region,
        revision=revision,
        content=record.content,
        removed=record.removed,
    )


async def all_acknowledged(database: Database) -> bool:
    return not await (await database.pool()).fetch(NOT_ACKNOWLEDGED)


async def test_all_four_systems_hold_in_the_end_what_is_published_though_they_misbehave(
    systems: RunningSystems, database: Database, database_url: str, tmp_path: Path
) -> None:
    settings = publication_settings(database_url, tmp_path, **systems.settings(page="4", timeout="0.5"))
    codes = usccs(9)
    for system in System:
        systems.of(system).moods.add(*MOODS)
    async with database.transaction() as session:
        await want(session, [draft(one) for code in codes for one in (typed(code), recognised(code))])
    async with publishing(database, settings):
        await until(lambda: all_acknowledged(database))
        async with database.transaction() as session:
            corrected = [draft(typed(codes[0], "发展型"), 2)]
            await want(session, corrected)
        await until(lambda: all_acknowledged(database))
    peers = peers_of(settings, database)
    for system, peer in peers.items():
        for code in codes:
            held = {one.kind: one for one in await peer.look_up(code)}
            assert held.keys() == KINDS_OF[system] & {Kind.TYPE, Kind.RECOGNITION}
            known = typed(code, "发展型" if code == codes[0] else "成长型"), recognised(code)
            assert all(held[one.kind].digest == content_digest(one.content).hex() for one in known if one.kind in held)
        await peer.close()


async def test_the_gauges_show_what_waits_and_what_was_refused(
    database: Database,
) -> None:
    async with database.transaction() as session:
        await want(session, [draft(typed(code)) for code in usccs(3)])
    await measure(database, dt.timedelta(hours=2))

    def value(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"minglu_publication_{name}", {"system": "credit-publicity"} | labels)

    assert value("waiting", urgency="bulk") == 3
    assert value("waiting", urgency=Urgency.URGENT.name.lower()) == 0
    assert value("batches_open", state="sent") == 0
    assert value("rejected") == 0
