"""The adapters against the real sandbox server: what was sent stands there, what goes wrong is told as what it is."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from pydantic import SecretStr

from deploy.local.ports import free_port
from deploy.sandbox.national_moods import Pace
from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import (
    Busy,
    Done,
    HandInReport,
    NotThere,
    Outcome,
    PeerUnavailableError,
    PeerUnreadableError,
    Received,
    Receiving,
    Record,
    RefusedCall,
    Unknown,
    Working,
)
from services.notification.publication.records.domain import content_digest, county_digest
from services.notification.publication.systems import Kind, System
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.integration.notification.publication.peer_steps import (
    done,
    pages,
    publish,
    recognised,
    removed,
    seal_of,
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


async def test_a_county_is_read_page_by_page_and_the_order_of_an_answer_does_not_matter(
    running: RunningSystems, peer: HttpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.sandbox.national_system.ROWS", 10)
    records = household_records(peer, 25)
    await publish(peer, records)
    running.of(peer.system).moods.add("held:reorder")
    first = await peer.held(records[0].kind, "410102", None)
    second = await peer.held(records[0].kind, "410102", first.after)
    third = await peer.held(records[0].kind, "410102", second.after)
    keys = [one.key for part in (first, second, third) for one in part.records]
    assert (keys, third.after) == (sorted(one.key for one in records), None)
    running.of(peer.system).moods.add("held:repeat")
    with pytest.raises(PeerUnreadableError):
        await peer.held(records[0].kind, "410102", first.after)


async def test_a_removed_record_stands_there_no_longer_and_an_older_one_does_not_come_back(peer: HttpPeer) -> None:
    [record] = household_records(peer, 1)
    await publish(peer, [record])
    assert (await publish(peer, [removed(record, version=3)])).rejected == {}
    assert await peer.look_up(usccs(1)[0]) == []
    assert await peer.summaries(record.kind) == []
    [refusal] = (await publish(peer, [replace(record, version=2)])).rejected.values()
    assert refusal.message == "修订号低于库中记录"
    assert (await publish(peer, [replace(record, version=3)])).rejected == {}
    assert len(await peer.look_up(usccs(1)[0])) == 1


async def test_a_batch_goes_from_its_pages_over_its_seal_to_its_end(running: RunningSystems, peer: HttpPeer) -> None:
    running.of(peer.system).at_work.clear()
    first, second = batch = pages(household_records(peer, 20), size=10)
    assert await peer.ask(first.batch, None) == NotThere()
    assert await peer.send(second) == Received(None)
    assert await peer.ask(first.batch, None) == Receiving({2})
    missing = await peer.seal(seal_of(batch))
    assert isinstance(missing, RefusedCall)
    assert missing.message == "批次页不全"
    assert await peer.send(first) == Received(None)
    other = await peer.seal(replace(seal_of(batch), digest="0" * 64))
    assert isinstance(other, RefusedCall)
    sealed = await peer.seal(seal_of(batch))
    assert isinstance(sealed, Received)
    assert await peer.seal(seal_of(batch)) == sealed, "the same ticket"
    assert await peer.ask(first.batch, "another") == NotThere()
    assert await peer.ask(first.batch, sealed.ticket) == Working()
    running.of(peer.system).at_work.set()
    assert await done(peer, first.batch) == Done({})


async def test_a_page_that_comes_again_is_the_same_one_and_another_under_its_key_is_refused(peer: HttpPeer) -> None:
    records = household_records(peer, 20)
    [page] = batch = pages(records)
    assert await peer.send(page) == await peer.send(page)
    other = await peer.send(replace(page, records=records[:19]))
    assert isinstance(other, RefusedCall)
    assert other.message == "同一幂等号的内容与前次不同"
    await peer.seal(seal_of(batch))
    await done(peer, page.batch)
    assert await peer.send(page) == Received(None)
    [county] = await peer.summaries(records[0].kind)
    assert county.records == 20


@pytest.mark.parametrize(
    ("mood", "outcome", "taken"),
    [
        ("busy", Busy, False),
        ("unavailable", Unknown, False),
        ("credentials", Busy, False),
        ("refuse", RefusedCall, False),
        ("lost", Unknown, True),
        ("garbage", Unknown, True),
        ("slow", Received, True),
        ("reorder", Received, True),
    ],
)
async def test_what_goes_wrong_with_a_page_is_told_as_what_it_is(
    running: RunningSystems, peer: HttpPeer, mood: str, outcome: type[Outcome], taken: bool
) -> None:
    running.of(peer.system).pace = Pace(slow_seconds=0.05, retry_after=7)
    [page] = pages(household_records(peer, 5))
    running.of(peer.system).moods.add(f"page:{mood}")
    told = await peer.send(page)
    assert isinstance(told, outcome)
    assert isinstance(await peer.ask(page.batch, None), Receiving if taken else NotThere)
    if mood == "busy":
        assert isinstance(told, Busy)
        assert told.retry_after == 7
    if mood == "credentials":
        assert told == Busy("credentials")
        assert alarm(peer.system) == 1
        await HttpPeer(FORMATS[peer.system], parse_peer(SecretStr(running.url(peer.system)))).close()
        await peer.look_up(usccs(1)[0])
        assert not isinstance(await peer.answer("none", HandInReport("taken")), Busy)
        assert alarm(peer.system) == 1, "neither another connection nor another call puts it out, be it one that writes"
        assert isinstance(await peer.send(page), Received)
        assert alarm(peer.system) == 0


async def test_an_answer_to_another_call_is_no_answer(running: RunningSystems, peer: HttpPeer) -> None:
    earlier, later = pages(household_records(peer, 5)), pages(household_records(peer, 5))
    assert isinstance(await peer.send(earlier[0]), Received)
    running.of(peer.system).moods.add("page:repeat")
    assert await peer.send(later[0]) == Unknown("answers another call")
    assert await peer.ask(earlier[0].batch, None) == Receiving({1})
    running.of(peer.system).moods.add("ask:repeat")
    with pytest.raises(PeerUnreadableError):
        await peer.ask(later[0].batch, None)


async def test_an_answer_that_never_comes_is_waited_for_as_long_as_the_setting_says(running: RunningSystems) -> None:
    system = System.NATIONAL_DIRECTORY
    peer = HttpPeer(FORMATS[system], parse_peer(SecretStr(running.url(system, timeout="0.2"))))
    running.of(system).moods.add("page:hang")
    assert await peer.send(pages([typed(usccs(1)[0])])[0]) == Unknown("ReadTimeout")
    await peer.close()


async def test_where_nobody_listens_nothing_was_taken() -> None:
    url = parse_peer(SecretStr(f"http://sandbox:secret@127.0.0.1:{free_port()}/x?timeout=2"))
    peer = HttpPeer(FORMATS[System.CREDIT_PUBLICITY], url)
    [page] = pages([typed(usccs(1)[0])])
    assert await peer.send(page) == Busy("unreachable")
    assert await peer.seal(seal_of([page])) == Busy("unreachable")
    with pytest.raises(PeerUnavailableError):
        await peer.ask(page.batch, None)
    await peer.close()


async def test_credentials_that_are_wrong_refuse_no_record(running: RunningSystems, peer: HttpPeer) -> None:
    url = running.url(peer.system).replace(running.systems.secret, "another-secret")
    stranger = HttpPeer(FORMATS[peer.system], parse_peer(SecretStr(url)))
    assert await stranger.send(pages(household_records(peer, 1))[0]) == Busy("credentials")
    with pytest.raises(PeerUnavailableError, match="credentials"):
        await stranger.look_up(usccs(1)[0])
    await stranger.close()


async def test_a_read_that_fails_once_is_tried_again(running: RunningSystems, peer: HttpPeer) -> None:
    records = household_records(peer, 3)
    await publish(peer, records)
    running.of(peer.system).moods.add("summaries:unavailable", "household:lost")
    assert [one.records for one in await peer.summaries(records[0].kind)] == [3]
    assert len(await peer.look_up(records[0].uscc or "")) == 1
    running.of(peer.system).moods.add("summaries:garbage")
    with pytest.raises(PeerUnreadableError):
        await peer.summaries(records[0].kind)


async def test_half_of_a_page_is_refused_by_record(running: RunningSystems, peer: HttpPeer) -> None:
    running.of(peer.system).moods.add("page:half")
    records = household_records(peer, 10)
    rejected = (await publish(peer, records)).rejected
    assert {key for _, key in rejected} == {one.key for one in records[1::2]}
    assert {one.message for one in rejected.values()} == {"登记库中未查到该主体"}
    assert len({one.code for one in rejected.values()}) == 1


async def test_a_restart_loses_pages_and_forgetting_loses_batches_and_days(
    running: RunningSystems, peer: HttpPeer
) -> None:
    records = household_records(peer, 10)
    [page] = pages(records)
    await peer.send(page)
    running.of(peer.system).moods.add("ask:restart")
    assert await peer.ask(page.batch, None) == Receiving(set())
    await peer.send(page)
    running.of(peer.system).moods.add("ask:forget")
    assert await peer.ask(page.batch, None) == NotThere()
    await publish(peer, records)
    running.of(peer.system).moods.add("summaries:forget-day")
    assert await peer.summaries(records[0].kind) == []


async def test_what_a_killed_server_had_not_finished_it_finishes_after_its_start(tmp_path: Path) -> None:
    system = System.CREDIT_PUBLICITY
    async with running_systems(tmp_path) as running:
        peer = HttpPeer(FORMATS[system], parse_peer(SecretStr(running.url(system))))
        running.of(system).at_work.clear()
        batch = pages([typed(uscc) for uscc in usccs(20)])
        await peer.send(batch[0])
        assert isinstance(await peer.seal(seal_of(batch)), Received)
        await peer.close()
    async with running_systems(tmp_path) as running:
        peer = HttpPeer(FORMATS[system], parse_peer(SecretStr(running.url(system))))
        assert await done(peer, batch[0].batch) == Done({})
        assert [one.records for one in await peer.summaries(Kind.TYPE)] == [20]
        await peer.close()


def alarm(system: System) -> float | None:
    """What the gauge of refused credentials says of pages."""
    return REGISTRY.get_sample_value("minglu_publication_credentials_refused", {"system": system, "call": "page"})
