"""P1 with the adapters and the sandbox's systems: one that forgets a day and one that answers what it answered before,
each with answers in another order, restarted in the middle, while the publisher and reconciliation are killed at every
point. At the end the system holds exactly what is published, each row is acknowledged, and each was announced once.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.sandbox import national_system
from deploy.sandbox.national_store import NationalStore, NewRecord
from services.notification.publication.batches.sending import Sender
from services.notification.publication.peers.connections import peers_of
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import RecordKey, Verdict
from services.notification.publication.reconciliation import repairs
from services.notification.publication.records.domain import content_digest
from services.notification.publication.records.service import fit_rows
from services.notification.publication.systems import Kind, System
from shared.database.connections import Database
from tests.faults import publication_worker
from tests.faults.processes import POINT_SECONDS
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import COUNTY
from tests.integration.notification.publication.peer_steps import usccs
from tests.integration.notification.publication.publication_steps import ELSEWHERE, Wanted, publication_settings

pytestmark = pytest.mark.faults

SENDING = (
    *("publication.sealed", "publication.page-sent", "publication.page-marked", "publication.asked"),
    *("publication.applied",),
)
RECONCILING = ("reconciliation.planned", "reconciliation.page-kept", "reconciliation.compared")
FORGETFUL = ("seal:forget-day", "page:half", "rejected:reorder", "ask:forget-day", "summaries:reorder", "held:reorder")
REPEATING = ("page:repeat", "seal:repeat", "page:half", "ask:repeat", "rejected:reorder", "rejected:repeat")
LABELS = ("生存型", "成长型", "发展型", "不符合分型条件")
RECORDS, ROWS, STEPS = 24, 9, 80


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.notification"


@dataclass
class Taken:
    """What the systems have taken: a version is not taken from two batches, and none after a later one."""

    faults: list[str] = field(default_factory=list)
    batches: dict[tuple[Kind, str, int], str] = field(default_factory=dict)
    latest: dict[tuple[Kind, str], int] = field(default_factory=dict)

    def note(self, batch: str, records: Sequence[NewRecord]) -> None:
        """A page of a batch was taken."""
        for one in (new.record for new in records):
            if self.batches.setdefault((one.kind, one.key, one.version), batch) != batch:
                self.faults.append(f"{one.key} {one.version} taken twice")
            if one.version < self.latest.get((one.kind, one.key), 0):
                self.faults.append(f"{one.key} {one.version} taken after a later one")
            self.latest[one.kind, one.key] = one.version

    def watch(self, patch: pytest.MonkeyPatch) -> None:
        """From now on. What a system has forgotten it may be sent again."""
        conclude, forget = NationalStore.conclude_page, NationalStore.forget_records

        def concluded(
            store: NationalStore,
            system: str,
            batch: str,
            number: int,
            taken: Sequence[NewRecord],
            refused: Mapping[RecordKey, Verdict],
        ) -> None:
            conclude(store, system, batch, number, taken, refused)
            self.note(batch, taken)

        def forgotten(store: NationalStore, *asked: Any) -> None:
            forget(store, *asked)
            self.batches.clear()
            self.latest.clear()

        patch.setattr(NationalStore, "conclude_page", concluded)
        patch.setattr(NationalStore, "forget_records", forgotten)


@dataclass
class Adapted(Wanted):
    """What is to stand in one of the sandbox's systems."""

    system: System
    folder: Path
    running: RunningSystems
    taken: Taken
    open_ones: AsyncExitStack
    begun: int | None = None

    def code(self, number: int) -> str:
        """One that is a code: these systems look."""
        return usccs(1, number)[0]

    async def restart(self) -> None:
        """The systems stop, and come back at the same place with what they kept."""
        await self.open_ones.aclose()
        self.running = await self.open_ones.enter_async_context(running_systems(self.folder, self.running.port))

    def misbehave(self, *moods: str) -> None:
        """How the system's next calls go wrong."""
        self.running.of(self.system).moods.add(*moods)

    async def change(self, chance: random.Random, count: int = 6) -> None:
        """Some records get another content, are taken back, or come again."""
        some = chance.sample(range(RECORDS), count)
        await self.want(some, chance.choice(LABELS), urgent=chance.random() < 0.6, removed=chance.random() < 0.25)

    async def settled(self) -> bool:
        """Whether all is acknowledged, and a round that began afterwards has found no difference. An officer has
        everything sent again that was refused.
        """
        states = await self.states()
        if states.get("rejected"):
            await self.send_again()
        [newest] = await self.rows("select coalesce(max(number), 0) as number from publication_reconciliation")
        if set(states) - {"acknowledged"}:
            self.begun = None
        elif self.begun is None:
            self.begun = newest["number"]
        if self.begun is None:
            return False
        done = "select 1 from publication_reconciliation where state = 'done' and number > $1"
        found = "select 1 from publication_difference where closed_at is null"
        return bool(await self.rows(done, self.begun)) and not await self.rows(found)

    async def wrong(self) -> list[str]:
        """What is not as it should be at the end."""
        published = {
            key: (version, content_digest(said).hex()) for key, (version, said) in (await self.published()).items()
        }
        there = self.running.systems.store.held(self.system, Kind.TYPE, COUNTY, "", 1000)
        held = {one.key: (one.version, one.digest) for one in there}
        keys = [key for key in published.keys() | held.keys() if published.get(key) != held.get(key)]
        wrong = [f"{key}: {published.get(key)} held as {held.get(key)}" for key in keys]
        return wrong + await self.not_acknowledged(self.system) + await self.announced_otherwise() + self.taken.faults


@asynccontextmanager
async def adapted(system: System, database_url: str, folder: Path, patch: pytest.MonkeyPatch) -> AsyncIterator[Adapted]:
    """The system, running, and a database of records for it."""
    patch.setattr(national_system, "ROWS", ROWS)
    taken = Taken()
    taken.watch(patch)
    database = Database(database_url)
    for one in System:
        await fit_rows(database, one, COUNTY if one is system else ELSEWHERE)
    async with AsyncExitStack() as open_ones:
        running = await open_ones.enter_async_context(running_systems(folder))
        url = {system.replace("-", "_"): running.url(system, page="5", timeout="0.5", region=COUNTY)}
        settings = publication_settings(database_url, folder, **url)
        yield Adapted(database, settings, system, folder, running, taken, open_ones)
    await database.close()


@pytest.fixture
async def directory(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Adapted]:
    async with adapted(System.PROVINCE_DIRECTORY, database_url, tmp_path, monkeypatch) as one:
        yield one


@pytest.fixture
async def publicity(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Adapted]:
    async with adapted(System.CREDIT_PUBLICITY, database_url, tmp_path, monkeypatch) as one:
        yield one


@asynccontextmanager
async def publishing(one: Adapted) -> AsyncIterator[None]:
    """The publisher runs in this process during the block."""
    task = asyncio.create_task(publication_worker.publish_and_reconcile(one.settings))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def killed_at_each(one: Adapted, points: Sequence[str], moods: Sequence[str], chance: random.Random) -> None:
    """A publisher for each point, which it does not outlive; the system is in these moods, and starts anew."""
    await one.want(range(RECORDS))
    for point in points:
        one.misbehave(*chance.sample(moods, len(moods)), "page:restart")
        process = publication_worker.start_over_http(one.settings, f"{point}:{chance.randint(1, 2)}")
        async with asyncio.timeout(POINT_SECONDS):  # or the publisher never comes to the point
            while process.is_alive():
                await one.change(chance, 3)
                await asyncio.to_thread(process.join, 0.3)
        assert process.exitcode == -signal.SIGKILL, point
        await one.restart()
        await one.change(chance)
    one.misbehave(*moods)
    async with publishing(one):
        await until(one.settled)


async def test_one_that_forgets_days_holds_in_the_end_what_is_published(directory: Adapted) -> None:
    await killed_at_each(directory, (*SENDING, *RECONCILING), FORGETFUL, random.Random(11))
    assert await directory.wrong() == []


async def test_one_that_repeats_its_answers_holds_in_the_end_what_is_published(publicity: Adapted) -> None:
    await killed_at_each(publicity, SENDING, REPEATING, random.Random(12))
    assert await publicity.wrong() == []


async def after_a_bad_hour(one: Adapted, *, forgets: bool) -> list[str]:
    """What the check says of a publisher that steps so many times: while a batch is sent the system starts anew, it
    refuses half of a page, and answers about it what it answered about an earlier one. Then it may forget the day,
    which a round finds; nothing else would come of a round.
    """
    async with AsyncExitStack() as open_ones:
        peer = peers_of(one.settings, one.database)[one.system]
        open_ones.push_async_callback(peer.close)
        sender, reconciler = (
            Sender(one.database, peer, one.settings),
            publication_worker.reconciler_of(one.database, peer),
        )
        await one.want(range(6))
        await steps_of(one, sender)
        one.misbehave("page:half", "ask:repeat", "seal:restart")
        await one.want(range(6, 12))
        await steps_of(one, sender)
        await one.send_again()
        await steps_of(one, sender)
        if forgets:
            one.misbehave("summaries:forget-day")
            await publication_worker.order(one.database, one.system)
            while await reconciler.step():
                pass
            await steps_of(one, sender)
    return await one.wrong()


async def steps_of(one: Adapted, sender: Sender) -> None:
    """Until nothing is open; many more than one needs that does right."""
    for _ in range(STEPS):
        if not await sender.step():
            if not {"waiting", "in-batch"} & set(await one.states()):
                return
            await asyncio.sleep(0.01)


def believes_any_answer(patch: pytest.MonkeyPatch) -> None:
    """Takes the answer to another call for its own."""
    patch.setattr(HttpPeer, "_check_asked", lambda *_: None)


def believes_its_own_marks(patch: pytest.MonkeyPatch) -> None:
    """Does not take from the system which pages it has."""

    async def kept(*_: Any) -> None:
        return

    patch.setattr(Sender, "_has", kept)


def takes_acknowledged_for_held(patch: pytest.MonkeyPatch) -> None:
    """Sends nothing again that was acknowledged once."""

    async def nothing(*_: Any) -> list[Any]:
        return []

    patch.setattr(repairs, "want_again", nothing)


VARIANTS = {
    "believes any answer": (believes_any_answer, False, "held as None"),
    "believes its own marks": (believes_its_own_marks, False, "'in-batch'"),
    "takes acknowledged for held": (takes_acknowledged_for_held, True, "held as None"),
}
"""With whether the system forgets, and what the check says of each."""


@pytest.mark.parametrize("variant", VARIANTS)
async def test_a_naive_publisher_is_caught(publicity: Adapted, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plant, forgets, fault = VARIANTS[variant]
    plant(monkeypatch)
    found = await after_a_bad_hour(publicity, forgets=forgets)
    assert any(fault in one for one in found), found


@pytest.mark.parametrize("forgets", [False, True])
async def test_what_catches_naive_publishers_has_nothing_against_the_real_one(
    publicity: Adapted, forgets: bool
) -> None:
    assert await after_a_bad_hour(publicity, forgets=forgets) == []
