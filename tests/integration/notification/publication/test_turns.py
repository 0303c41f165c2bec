"""So many calls a second are all that a system gets: tasks, connections and processes take turns at it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.notification.peer_urls import PeerUrl, parse_peer
from services.notification.publication.peers import connections
from services.notification.publication.peers.connections import FORMATS, peers_of
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import Busy, PeerUnavailableError
from services.notification.publication.peers.turns import OwnTurns, SharedTurns
from services.notification.publication.systems import System
from services.notification.settings import NotificationSettings
from shared.database.connections import Database
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.integration.notification.publication.peer_steps import pages, typed, usccs
from tests.integration.notification.publication.publication_steps import publication_settings

SYSTEM = System.PROVINCE_DIRECTORY
PER_SECOND = 20
CALLERS, CALLS = 4, 3
"""The sender, reconciliation and hand-ins, and an officer; calls of each."""
GRAIN = 0.005
"""Seconds by which clocks may differ."""


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[RunningSystems]:
    async with running_systems(tmp_path) as running:
        yield running


@pytest.fixture
def settings(running: RunningSystems, database_url: str, tmp_path: Path) -> NotificationSettings:
    url = running.url(SYSTEM, per_second=str(PER_SECOND))
    return publication_settings(database_url, tmp_path, province_directory=url)


async def arrivals(running: RunningSystems, settings: NotificationSettings, patch: pytest.MonkeyPatch) -> list[float]:
    """Seconds after which the calls of some callers came, each with connections of its own as in another process."""
    system, came, loop = running.of(SYSTEM), list[float](), asyncio.get_running_loop()
    known: Callable[[str], str] = system.mood

    def noted(call: str) -> str:
        came.append(loop.time())
        return known(call)

    patch.setattr(system, "mood", noted)

    async def call(peer: HttpPeer) -> None:
        for _ in range(CALLS):
            await peer.look_up(usccs(1)[0])

    async with AsyncExitStack() as open_ones:
        peers = []
        for _ in range(CALLERS):
            database = Database(settings.database_url)
            open_ones.push_async_callback(database.close)
            peers.append(peers_of(settings, database)[SYSTEM])
            open_ones.push_async_callback(peers[-1].close)
        began = loop.time()
        await asyncio.gather(*map(call, peers))
    return [one - began for one in came]


def too_fast(came: Sequence[float]) -> list[float]:
    """Those that came before it could be their turn; a slow machine makes calls later, never earlier."""
    return [one for turn, one in enumerate(sorted(came)) if one < turn / PER_SECOND - GRAIN]


async def test_all_callers_together_call_a_system_no_more_often_than_it_takes(
    running: RunningSystems, settings: NotificationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = await arrivals(running, settings, monkeypatch)
    assert len(came) == CALLERS * CALLS
    assert too_fast(came) == []


async def test_callers_that_count_for_themselves_are_caught(
    running: RunningSystems, settings: NotificationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def own(_database: Database, _system: System, url: PeerUrl) -> OwnTurns:
        return OwnTurns(url.per_second)

    monkeypatch.setattr(connections, "turns_of", own)
    assert too_fast(await arrivals(running, settings, monkeypatch))


async def test_a_call_that_would_wait_too_long_is_not_made(
    running: RunningSystems, settings: NotificationSettings, database_url: str
) -> None:
    database = Database(database_url)
    turns = SharedTurns(database, SYSTEM, per_second=0.1, longest=5)
    peer = HttpPeer(FORMATS[SYSTEM], parse_peer(SecretStr(running.url(SYSTEM))), turns)
    await peer.look_up(usccs(1)[0])
    calls = running.of(SYSTEM).calls.total()
    assert await peer.send(pages([typed(usccs(1)[0])])[0]) == Busy("no-turn")
    with pytest.raises(PeerUnavailableError, match="no-turn"):
        await peer.look_up(usccs(1)[0])
    assert running.of(SYSTEM).calls.total() == calls, "the system has heard of neither"
    await peer.close()
    await database.close()
