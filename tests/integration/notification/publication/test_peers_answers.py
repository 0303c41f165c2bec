"""The adapters against the real sandbox server: what was sent stands there, what goes wrong is told as what it is."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import (
    Record,
)
from services.notification.publication.records.domain import content_digest, county_digest
from services.notification.publication.systems import System
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.integration.notification.publication.peer_steps import (
    publish,
    recognised,
    typed,
    usccs,
)


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningSystems]:
    async with running_systems(tmp_path_factory.mktemp("systems")) as systems:
        yield systems


@pytest.fixture(params=list(System))
async def peer(running: RunningSystems, request: pytest.FixtureRequest) -> AsyncIterator[HttpPeer]:
    """A connection to each of the four, which holds nothing yet."""
    running.systems.store.empty(request.param)
    one = HttpPeer(FORMATS[request.param], parse_peer(SecretStr(running.url(request.param))))
    yield one
    await one.close()


def household_records(peer: HttpPeer, number: int) -> list[Record]:
    """Records of a kind that the system takes."""
    make = recognised if peer.system is System.CULTIVATION_PLATFORM else typed
    return [make(uscc) for uscc in usccs(number)]


async def test_what_was_sent_stands_there_with_the_same_digests(peer: HttpPeer) -> None:
    records = household_records(peer, 25)
    assert (await publish(peer, records, size=10)).rejected == {}
    [county] = await peer.summaries(records[0].kind)
    digests = {one.key: content_digest(one.content) for one in records}
    assert (county.region, county.records, county.digest) == ("410102", 25, county_digest(digests))
    held = await peer.held(records[0].kind, "410102", None)
    assert {one.key: bytes.fromhex(one.digest) for one in held.records} == digests
    assert held.after is None
    [told] = await peer.look_up(usccs(1)[0])
    assert (told.content, told.version, told.kind) == (records[0].content, 1, records[0].kind)
    assert told.since is not None
    assert told.since.tzinfo is not None
