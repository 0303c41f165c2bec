"""N1: nobody is sent a message twice by a provider that takes keys; by one that does not, never without an officer's
word. N2: every message ends. Workers are killed at every point, two work at once, the gateway misbehaves in every way.
"""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest

from services.notification.settings import NotificationSettings
from tests.faults import message_worker
from tests.faults.processes import KILLS, POINT_SECONDS
from tests.fixtures.message_gateway import RunningGateways, running_gateways
from tests.fixtures.served import served
from tests.fixtures.service_client import Issuer
from tests.fixtures.waiting import until
from tests.integration.notification.delivery_steps import (
    FAST,
    call_back_to,
    delivering,
    draft,
    none_open,
    queue_messages,
    states,
)
from tests.integration.notification.notification_client import NotificationClient, open_client, settings_for

pytestmark = pytest.mark.faults

POINTS = ("delivery.claimed", "delivery.sent", "delivery.marked", "receipt.read")
MOODS = (
    *("slow", "busy", "unavailable", "garbage", "hang", "cut", "refuse", "no-credit"),
    *("drop", "undeliverable", "contradict", "twice", "first", "silent"),
)
HANDED_OVER = "select asked from message where state = 'handed-over'"
ENDS = {"delivered", "failed", "expired", "uncertain", "suppressed"}


@pytest.fixture(scope="session")
def service_package() -> str:
    return "services.notification"


@dataclass
class Post:
    """The service with its HTTP side, which hears receipts; the gateway; workers are started by the tests."""

    office: NotificationClient
    sandbox: RunningGateways
    settings: NotificationSettings
    queued: int = 0

    async def queue(self, count: int, **message: Any) -> None:
        """So many more messages."""
        numbers = range(self.queued, self.queued + count)
        self.queued += count
        await queue_messages(self.office.resources, *(draft(number, **message) for number in numbers))

    async def is_killed_at(self, point: str, variant: str = "") -> None:
        """A worker dies there."""
        process = message_worker.start(self.settings, f"{point}:1", variant)
        await asyncio.to_thread(process.join, POINT_SECONDS)
        assert process.exitcode == -signal.SIGKILL, f"the worker never came to {point}"

    async def ends(self) -> dict[str, int]:
        """In which states the messages end, delivered by the worker that is running."""
        await until(lambda: none_open(self.office.resources.database))
        return await states(self.office.resources.database)

    def times(self) -> Counter[str]:
        """How often each message arrived."""
        return Counter(one.text for one in self.sandbox.arrived())

    def twice(self) -> list[str]:
        """What arrived more than once."""
        return [text for text, times in self.times().items() if times > 1]

    async def asked_twice(self, count: int) -> bool:
        """Whether so many are left, and the gateway was asked again about each that it is said to have."""
        rows = await self.office.sql(HANDED_OVER)
        return len(rows) == count and all(row["asked"] >= 2 for row in rows)

    async def announced(self) -> Counter[str]:
        """How often the end of each notification's message was announced."""
        return Counter(event["data"]["notification"] for event in await self.office.events())


@asynccontextmanager
async def post_with(
    sandbox: RunningGateways, database_url: str, folder: Path, issuer: Issuer, **settings: Any
) -> AsyncIterator[Post]:
    """The service over a gateway, its receipts coming back by HTTP."""
    first = settings.pop("sms_first", None) or sandbox.sms_url()
    known = settings_for(database_url, folder / "notification", issuer, sms_first=first, **(FAST | settings))
    async with open_client(known, issuer) as office, served(office.app) as port:
        sandbox.gateways.receipts["sandbox"] = call_back_to(port)
        yield Post(office, sandbox, known)


@contextmanager
def working(settings: NotificationSettings, *variants: str) -> Iterator[Sequence[ForkServerProcess]]:
    """So many workers at once."""
    processes = [message_worker.start(settings, variant=variant) for variant in variants]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.join()


@pytest.fixture
async def sandbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningGateways]:
    async with running_gateways(tmp_path_factory.mktemp("sandbox")) as gateways:
        yield gateways


async def test_killed_at_every_point_with_keys_each_message_arrives_once(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    async with post_with(sandbox, database_url, tmp_path, issuer) as post:
        for point in POINTS:
            await post.queue(8)
            await post.is_killed_at(point)
        async with delivering(post.settings, post.office.resources):
            assert await post.ends() == {"delivered": post.queued}
        assert sorted(post.times().values()) == [1] * post.queued
        assert sorted((await post.announced()).values()) == [1] * post.queued


async def test_killed_at_every_point_without_keys_none_arrives_twice_and_what_is_not_known_is_uncertain(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    async with post_with(sandbox, database_url, tmp_path, issuer, sms_first=sandbox.sms_url(keys=False)) as post:
        for point in POINTS:
            await post.queue(8)
            await post.is_killed_at(point)
        async with delivering(post.settings, post.office.resources):
            ends = await post.ends()
        assert set(ends) == {"delivered", "uncertain"}
        assert post.twice() == []
        assert ends["delivered"] == len(post.times()), "what arrived was found out by asking, or by its receipt"


async def test_two_workers_killed_again_and_again_send_nothing_twice(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    chance = random.Random(7)
    patient = {"sms_first": sandbox.sms_url(per_second="200"), "delivery_lease": 3.0}
    async with post_with(sandbox, database_url, tmp_path, issuer, **patient) as post:
        for _ in range(max(2, KILLS // 15)):
            await post.queue(40)
            with working(post.settings, "", ""):
                await asyncio.sleep(chance.uniform(0.2, 0.8))
        with working(post.settings, "", ""):
            assert await post.ends() == {"delivered": post.queued}
        assert sorted(post.times().values()) == [1] * post.queued
        assert sorted((await post.announced()).values()) == [1] * post.queued


@pytest.mark.parametrize("keys", [True, False])
async def test_however_a_gateway_misbehaves_every_message_ends_and_none_arrives_twice(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer, *, keys: bool
) -> None:
    (tmp_path / "fallback").mkdir()
    async with running_gateways(tmp_path / "fallback") as fallback:
        urls = {"sms_first": sandbox.sms_url(keys=keys, timeout=0.4)}
        urls["sms_fallback"] = fallback.sms_url(keys=keys, timeout=0.4, name="second")
        async with post_with(sandbox, database_url, tmp_path, issuer, **urls) as post:
            await post.queue(2 * len(MOODS))
            sandbox.gateways.misbehave(*random.Random(3).sample(2 * MOODS, 2 * len(MOODS)))
            async with delivering(post.settings, post.office.resources):
                ends = await post.ends()
            assert set(ends) <= ENDS
            arrived = post.times() + Counter(one.text for one in fallback.arrived())
            assert [text for text, times in arrived.items() if times > 1] == []
            assert set((await post.announced()).values()) == {1}


async def test_a_repetition_without_keys_would_arrive_twice(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    async with post_with(sandbox, database_url, tmp_path, issuer, sms_first=sandbox.sms_url(keys=False)) as post:
        sandbox.gateways.receipts.clear()  # a receipt that is faster than the repetition would hide it
        await post.queue(4)
        await post.is_killed_at("delivery.marked")
        with working(post.settings, "sends again"):
            await until(post.twice)


async def test_new_keys_for_each_try_would_arrive_twice(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    async with post_with(sandbox, database_url, tmp_path, issuer) as post:
        sandbox.gateways.receipts.clear()
        await post.queue(4)
        await post.is_killed_at("delivery.marked")
        with working(post.settings, "new keys"):
            await until(lambda: len(sandbox.arrived()) > post.queued)


async def test_a_fallback_after_silence_would_send_twice(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    urls = {"sms_first": sandbox.sms_url(timeout=0.4), "sms_fallback": sandbox.sms_url(timeout=0.4, name="second")}
    async with post_with(sandbox, database_url, tmp_path, issuer, **urls) as post:
        sandbox.gateways.receipts.clear()
        sandbox.gateways.misbehave("cut", "hang")
        await post.queue(2)
        with working(post.settings, "fails over"):
            await until(post.twice)


async def test_a_mark_before_the_call_would_lose_messages(
    sandbox: RunningGateways, database_url: str, tmp_path: Path, issuer: Issuer
) -> None:
    async with post_with(sandbox, database_url, tmp_path, issuer) as post:
        await post.queue(4)
        await post.is_killed_at("delivery.marked-first", "marks first")
        lost = len(await post.office.sql(HANDED_OVER))
        assert lost
        async with delivering(post.settings, post.office.resources):
            await until(lambda: len(post.times()) == post.queued - lost)
            await until(lambda: post.asked_twice(lost))  # and nobody will send them any more
