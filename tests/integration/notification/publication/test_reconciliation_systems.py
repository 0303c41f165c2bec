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
from services.notification.publication.peers.peer import Peer, PeerUnreadableError, Record
from services.notification.publication.peers.wire import is_somebodys
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
        peer = peers_of(settings, database)[SYSTEM]
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


async def test_a_number_of_a_person_that_a_system_uses_as_a_key_is_neither_kept_nor_shown(
    publishing: Publishing,
) -> None:
    await publishing.publish(*HOUSEHOLDS[:3])
    somebodys = ["11010119900307" + "7758", "1380013" + "8000"]
    store = publishing.running.systems.store
    for key in somebodys:
        record = Record(Kind.TYPE, key, key[:18], COUNTY, 1, False, content(key))
        store.put(SYSTEM, [NewRecord(record, canonical(content(key)))])
    ended = await reconcile(publishing.database, publishing.peer)
    assert (ended["state"], ended["extra"]) == ("done", 2)
    shown = await publishing.peer.held(Kind.TYPE, COUNTY, None)
    assert sum(one.key.startswith("concealed-") and one.uscc is None for one in shown.records) == 2
    await execute(publishing.database, "update publication_difference set state = 'repairing'")
    while await Reconciler(publishing.database, publishing.peer, PACE).step():
        pass
    found = await rows(publishing.database, "select key, uscc, state, reason from publication_difference")
    assert {(one["uscc"], one["state"]) for one in found} == {(None, "open")}
    assert all("个人号码" in one["reason"] for one in found)
    tables = await rows(
        publishing.database, "select tablename from pg_tables where schemaname = current_schema() order by 1"
    )
    for table in (one["tablename"] for one in tables):
        kept = await rows(publishing.database, f"select to_jsonb(t)::text as row from {table} t")
        assert not [one for one in kept if any(number in one["row"] for number in somebodys)], table


async def test_a_page_that_ends_with_somebodys_number_is_read_on_from_the_record_before(publishing: Publishing) -> None:
    for key in ("0-first", "41010219900307" + "775X"):
        record = Record(Kind.TYPE, key, None, COUNTY, 1, False, content(key))
        publishing.running.systems.store.put(SYSTEM, [NewRecord(record, canonical(content(key)))])
    with pytest.raises(PeerUnreadableError, match="persons"):
        await small_pages(publishing, 1)
    assert await small_pages(publishing, 2) == len(HOUSEHOLDS) + 2


async def small_pages(publishing: Publishing, size: int) -> int:
    """How many records are read of the county, where the system's pages are so small."""
    seen, after = set[str](), None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(national_system, "ROWS", size)
        while True:
            page = await publishing.peer.held(Kind.TYPE, COUNTY, after)
            seen |= {one.key for one in page.records}
            assert page.after is None or not is_somebodys(page.after)
            if page.after is None:
                return len(seen)
            after = page.after
