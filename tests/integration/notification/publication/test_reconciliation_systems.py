"""Reconciliation with a real system over HTTP, beside real batches: what it lost and what was changed there behind
everybody's back is found and repaired to equality, whenever the process is killed.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from deploy.sandbox import national_system
from deploy.sandbox.national_store import NewRecord
from services.notification.publication.batches.sending import Sender
from services.notification.publication.peers.connections import peers_of
from services.notification.publication.peers.peer import Peer, Record
from services.notification.publication.reconciliation.rounds import Reconciler
from services.notification.publication.records.domain import RecordDraft, canonical
from services.notification.publication.records.service import fit_rows, want
from services.notification.publication.systems import Kind, System
from shared.database.connections import Database
from tests.faults import reconciliation_process
from tests.fixtures.forked import killed_at
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.fixtures.waiting import until
from tests.integration.notification.publication.peer_steps import usccs
from tests.integration.notification.publication.publication_steps import publication_settings
from tests.integration.notification.publication.reconciling import (
    PACE,
    differences,
    execute,
    reconcile,
    rows,
    start_round,
)

SYSTEM, COUNTY = System.PROVINCE_DIRECTORY, "410102"
ELSEWHERE = "99"
HOUSEHOLDS = usccs(12)


def content(uscc: str, label: str = "成长型") -> dict[str, Any]:
    """What is published of a household."""
    return {"uscc": uscc, "name": "老王面馆", "type_label": label, "year": 2026, "region": COUNTY}


@dataclass
class Publishing:
    """The publisher and the system."""

    database: Database
    running: RunningSystems
    peer: Peer
    sender: Sender

    async def publish(self, *households: str, label: str = "成长型", revision: int = 1, removed: bool = False) -> None:
        """Types are wanted, sent and confirmed."""
        async with self.database.transaction() as session:
            common: dict[str, Any] = {"kind": Kind.TYPE, "region": COUNTY, "revision": revision, "removed": removed}
            drafts = [RecordDraft(key=one, uscc=one, content=content(one, label), **common) for one in households]
            await want(session, drafts)
        await self.send()

    async def send(self) -> None:
        """Whatever waits is sent and confirmed."""

        async def all_over() -> bool:
            while await self.sender.step():
                pass
            open_ = "select 1 from publication_row where state in ('waiting', 'in-batch')"
            return not await rows(self.database, open_)

        await until(all_over)

    def put(self, uscc: str, label: str, version: int) -> None:
        """Somebody writes a record into the system."""
        told = content(uscc, label)
        record = Record(Kind.TYPE, uscc, uscc, COUNTY, version, False, told)
        self.running.systems.store.put(SYSTEM, [NewRecord(record, canonical(told))])

    async def repair(self) -> None:
        """Everything that is open is sent again."""
        await execute(self.database, "update publication_difference set state = 'repairing' where state = 'open'")
        reconciler = Reconciler(self.database, self.peer, PACE)
        while await reconciler.step():
            pass
        await self.send()


@pytest.fixture
async def publishing(
    database: Database, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Publishing]:
    """Twelve households are published; pages of what the system holds have five."""
    monkeypatch.setattr(national_system, "ROWS", 5)
    async with running_systems(tmp_path) as running:
        for one in System:
            await fit_rows(database, one, COUNTY if one is SYSTEM else ELSEWHERE)
        settings = publication_settings(database_url, tmp_path, province_directory=running.url(SYSTEM))
        peer = peers_of(settings)[SYSTEM]
        publishing = Publishing(database, running, peer, Sender(database, peer, settings))
        await publishing.publish(*HOUSEHOLDS)
        yield publishing
        await peer.close()


async def test_what_was_published_is_what_the_system_holds(publishing: Publishing) -> None:
    await publishing.publish(HOUSEHOLDS[0], label="发展型", revision=2)
    await publishing.publish(HOUSEHOLDS[1], revision=2, removed=True)
    assert (await reconcile(publishing.database, publishing.peer))["counties"] == ["equal"]


async def test_a_forgotten_day_is_repaired_to_equality(publishing: Publishing) -> None:
    publishing.running.of(SYSTEM).lose("forget-day")
    await reconcile(publishing.database, publishing.peer)
    assert {kind for _, kind, _ in await differences(publishing.database)} == {"missing"}
    await publishing.repair()
    assert (await reconcile(publishing.database, publishing.peer))["counties"] == ["equal"]


async def spoil(publishing: Publishing) -> list[tuple[str, str, str]]:
    """One of every kind of difference; which."""
    older, different, later, missing, *_ = HOUSEHOLDS
    [unknown] = usccs(1, 100)
    await publishing.publish(older, label="发展型", revision=2)
    publishing.put(older, "成长型", 1)
    publishing.put(different, "生存型", 1)
    publishing.put(later, "生存型", 9)
    publishing.put(unknown, "生存型", 3)
    publishing.running.systems.store.drop(SYSTEM, Kind.TYPE, missing)
    kinds = {older: "older", different: "different", later: "different", missing: "missing", unknown: "extra"}
    return sorted((key, kind, "open") for key, kind in kinds.items())


async def test_whatever_was_changed_there_is_found_and_repaired(publishing: Publishing) -> None:
    spoilt = await spoil(publishing)
    publishing.running.of(SYSTEM).moods.add("summaries:reorder", "held:reorder", "held:busy", "held:garbage")
    await reconcile(publishing.database, publishing.peer)
    assert await differences(publishing.database) == spoilt
    await publishing.repair()
    assert (await reconcile(publishing.database, publishing.peer))["counties"] == ["equal"]
    assert await differences(publishing.database) == []


@pytest.mark.faults
async def test_a_round_that_is_killed_at_every_point_ends_as_if_it_had_not(publishing: Publishing) -> None:
    spoilt = await spoil(publishing)
    await start_round(publishing.database)
    url = publishing.database.url.render_as_string(hide_password=False)
    points = ("planned", "page-kept", "page-kept", "page-kept", "compared")
    for point in points:
        await killed_at(
            f"reconciliation.{point}", reconciliation_process.reconcile, url, publishing.running.url(SYSTEM)
        )
    reconciler = Reconciler(publishing.database, publishing.peer, PACE)
    while await reconciler.step():
        pass
    assert await differences(publishing.database) == spoilt
    assert publishing.running.of(SYSTEM).calls["held"] == 3, "no page is read twice"
    assert await rows(publishing.database, "select state from publication_reconciliation") == [{"state": "done"}]
