"""P1: what a system holds is what is published. At the end each record's latest version is acknowledged and held;
nothing older ever comes after something newer, no page comes again that is there, no version is applied by two batches.
Publishers are killed at every point, two work at once, the system misbehaves in every way, the database is killed, and
the bus is down all the while: what came of the batches waits in the outbox, once for each record.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from deploy.local.postgres import EmbeddedPostgres
from services.notification.publication.task import publish
from shared.database.migrations import upgrade
from shared.worker.transient import is_transient
from tests.faults import publication_worker
from tests.faults.processes import KILLS, POINT_SECONDS
from tests.fixtures.plain_system import JUDGEMENTS, MOODS, PlainSystem, running_system
from tests.fixtures.waiting import until
from tests.integration.notification.notification_client import uscc
from tests.integration.notification.publication.publication_steps import Publication, publication_to

pytestmark = pytest.mark.faults

POINTS = (
    *("publication.sealed", "publication.page-sent", "publication.page-marked", "publication.asked"),
    *("publication.applied",),
)
LABELS = ("生存型", "成长型", "发展型", "不符合分型条件")
RECORDS = 30


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.notification"


@pytest.fixture
async def system() -> AsyncIterator[PlainSystem]:
    async with running_system() as system:
        yield system


@pytest.fixture
async def publication(system: PlainSystem, database_url: str, tmp_path: Path) -> AsyncIterator[Publication]:
    async with publication_to(system, database_url, tmp_path) as publication:
        yield publication


@asynccontextmanager
async def publishing(publication: Publication) -> AsyncIterator[None]:
    """The task runs in this process during the block."""
    task = asyncio.create_task(publish(publication.database, publication.settings, [publication.peer], {}))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@contextmanager
def publishers(publication: Publication, count: int) -> Iterator[None]:
    """So many publishers at once."""
    url = publication.system.url
    processes = [publication_worker.start(publication.settings, url) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


async def change(publication: Publication, chance: random.Random, count: int = 8) -> None:
    """Some records get another content, are taken back, or come again."""
    some = chance.sample(range(RECORDS), count)
    removed = chance.random() < 0.25
    await publication.want(some, chance.choice(LABELS), urgent=chance.random() < 0.6, removed=removed)


async def all_acknowledged(publication: Publication) -> None:
    """Waits until nothing is open; an officer has everything sent again that was refused."""

    async def over() -> bool:
        states = await publication.states()
        if states.get("rejected"):
            await publication.send_again()
        return set(states) <= {"acknowledged"}

    await until(over)


async def faults_at_the_end(publication: Publication) -> list[str]:
    """What is wrong when all is over; every batch's records were announced once."""
    return await publication.wrong() + await publication.announced_otherwise()


async def test_killed_at_every_point_the_system_holds_what_is_published(publication: Publication) -> None:
    chance = random.Random(1)
    await publication.want(range(RECORDS))
    for point in POINTS:
        process = publication_worker.start(
            publication.settings, publication.system.url, f"{point}:{chance.randint(1, 2)}"
        )
        await change(publication, chance)
        await asyncio.to_thread(process.join, POINT_SECONDS)
        assert process.exitcode == -signal.SIGKILL, f"the publisher never came to {point}"
        await change(publication, chance)
    async with publishing(publication):
        await all_acknowledged(publication)
    assert await faults_at_the_end(publication) == []


async def test_two_publishers_killed_again_and_again_never_send_side_by_side(publication: Publication) -> None:
    chance = random.Random(7)
    publication.system.seconds = 0.01
    await publication.want(range(RECORDS))
    for _ in range(max(2, KILLS // 15)):
        with publishers(publication, 2):
            for _ in range(4):
                await change(publication, chance)
                await asyncio.sleep(chance.uniform(0.05, 0.25))
    async with publishing(publication):
        await all_acknowledged(publication)
    assert await faults_at_the_end(publication) == []


@pytest.mark.parametrize("seed", range(max(2, KILLS // 15)))
async def test_however_a_system_misbehaves_it_holds_in_the_end_what_is_published(
    publication: Publication, seed: int
) -> None:
    chance = random.Random(seed)
    await publication.want(range(RECORDS))
    moods = [*MOODS, *MOODS, *JUDGEMENTS, "refuse", *[""] * 10]
    publication.system.misbehave(*chance.sample(moods, len(moods)))
    async with publishing(publication):
        while publication.system.in_a_mood:
            await change(publication, chance)
            await publication.send_again()
            await asyncio.sleep(0.05)
        await all_acknowledged(publication)
    assert await faults_at_the_end(publication) == []


async def test_a_system_that_is_down_for_a_day_is_sent_everything_when_it_is_back(publication: Publication) -> None:
    chance = random.Random(3)
    publication.system.down = True
    await publication.want(range(RECORDS))
    async with publishing(publication):
        for _ in range(6):
            await change(publication, chance)
            await asyncio.sleep(0.05)
        publication.system.down = False
        await all_acknowledged(publication)
    assert await faults_at_the_end(publication) == []


async def test_a_killed_database_loses_nothing_and_doubles_nothing(
    system: PlainSystem, durable_postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    url, chance = durable_postgres.create_database("notification"), random.Random(5)
    await asyncio.to_thread(upgrade, url, "services.notification")

    async def in_spite_of_it(work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except Exception as error:
            if not is_transient(error):
                raise
            await asyncio.sleep(0.05)

    async with publication_to(system, url, tmp_path) as publication:
        system.seconds = 0.02
        await publication.want(range(RECORDS))
        async with publishing(publication):
            for _ in range(2):
                for _ in range(6):
                    await in_spite_of_it(lambda: change(publication, chance))
                await asyncio.to_thread(durable_postgres.kill)
                await asyncio.to_thread(durable_postgres.start)
            for _ in range(3):
                await in_spite_of_it(lambda: change(publication, chance))
            await until(lambda: known(publication))
            await all_acknowledged(publication)
        assert await faults_at_the_end(publication) == []


async def known(publication: Publication) -> bool:
    """Whether the database answers again."""
    try:
        await publication.states()
    except Exception as error:
        if not is_transient(error):
            raise
        return False
    return True


async def found_after_a_bad_hour(publication: Publication, fault: str) -> list[str]:
    """What the check says after calls that broke off, a correction during a batch and verdicts in another order; no
    longer waited for when the system has noted the fault.
    """
    system = publication.system
    system.refused = {uscc(number) for number in (8, 3)}
    system.misbehave("", "", "", "take-and-cut", "", "", "take-and-cut", "reorder")
    await publication.want(range(12))
    async with publishing(publication):
        with system.pages_held():
            await until(lambda: system.calls)
            await publication.want([0, 8], "发展型", urgent=True)
        await until(lambda: settled(publication, fault))
        system.refused = set()
        await publication.send_again()
        await until(lambda: settled(publication, fault))
    return await publication.wrong()


async def settled(publication: Publication, fault: str) -> bool:
    """Whether the fault was seen, or nothing is open."""
    seen = any(fault in one for one in publication.system.faults)
    return seen or not {"waiting", "in-batch"} & set(await publication.states())


@pytest.mark.parametrize("variant", publication_worker.VARIANTS)
async def test_a_naive_publisher_is_caught(
    publication: Publication, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant, fault = publication_worker.VARIANTS[variant]
    plant(monkeypatch)
    found = await found_after_a_bad_hour(publication, fault)
    assert any(fault in one for one in found), found


async def test_what_catches_naive_publishers_has_nothing_against_the_real_one(publication: Publication) -> None:
    assert await found_after_a_bad_hour(publication, "") == []
