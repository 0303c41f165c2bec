"""What the systems refuse, and why; hand-ins, the base of legal persons, and the page for people."""

from collections.abc import AsyncIterator

import httpx
import orjson
import pytest
from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.explanations import EXPLANATIONS, explain
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.legal_person_base import LegalPersonBase, RegisteredEntity
from services.notification.publication.peers.peer import (
    Busy,
    CursorForgottenError,
    HandInReport,
    PeerUnavailableError,
    Received,
    Record,
    RefusedCall,
)
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.peers.wire import CALLS, WORDS
from services.notification.publication.records.domain import content_digest, county_digest
from services.notification.publication.systems import KINDS_OF, System
from tests.fixtures.national_systems import RunningSystems, running_systems
from tests.integration.notification.publication.every_kind import records
from tests.integration.notification.publication.peer_steps import pages, publish, recognised, typed, usccs

SHOP, OTHER = usccs(2)


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningSystems]:
    async with running_systems(tmp_path_factory.mktemp("systems")) as systems:
        yield systems


async def connected(running: RunningSystems, system: System) -> HttpPeer:
    """A connection to one of them, which holds nothing yet."""
    running.systems.store.empty(system)
    return HttpPeer(FORMATS[system], parse_peer(SecretStr(running.url(system))))


@pytest.fixture
async def publicity(running: RunningSystems) -> AsyncIterator[HttpPeer]:
    peer = await connected(running, System.CREDIT_PUBLICITY)
    yield peer
    await peer.close()


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (typed(SHOP, label="待核"), Reason.LABEL),
        (typed(SHOP, label="规则空档"), Reason.LABEL),
        (typed(SHOP[:-1] + ("A" if SHOP[-1] != "A" else "B")), Reason.USCC),
        (typed(SHOP, uscc=OTHER), Reason.USCC),
        (typed(SHOP, region="999999"), Reason.REGION),
        (typed(SHOP, name=None), Reason.NAME),
        (typed(SHOP, year=1999), Reason.YEAR),
        (recognised(SHOP, category="著名"), Reason.CATEGORY),
        (recognised(SHOP, valid_until="2029年8月31日"), Reason.DATE),
        (recognised(SHOP, valid_until="2026-08-31"), Reason.PERIOD),
        (recognised(SHOP, certificate=""), Reason.CERTIFICATE),
    ],
)
async def test_a_record_that_is_wrong_is_refused_with_its_code_and_the_others_are_taken(
    publicity: HttpPeer, record: Record, reason: Reason
) -> None:
    good = typed(OTHER)
    rejected = (await publish(publicity, [record, good])).rejected
    assert [*rejected] == [(record.kind, record.key)]
    [refusal] = rejected.values()
    assert refusal.code == FORMATS[System.CREDIT_PUBLICITY].codes[reason]
    assert explain(System.CREDIT_PUBLICITY, refusal.code) == EXPLANATIONS[reason]
    assert len(await publicity.look_up(OTHER)) == 1


async def test_a_kind_that_a_system_does_not_hold_is_refused(running: RunningSystems) -> None:
    peer = await connected(running, System.PROVINCE_DIRECTORY)
    refused = await peer.send(pages([typed(OTHER), recognised(SHOP)])[0])
    assert isinstance(refused, RefusedCall)
    assert explain(peer.system, refused.code) == EXPLANATIONS[Reason.KIND]
    await peer.close()


async def test_a_province_takes_no_other_province(running: RunningSystems) -> None:
    peer = await connected(running, System.PROVINCE_DIRECTORY)
    running.of(System.PROVINCE_DIRECTORY).region = "13"
    [refusal] = (await publish(peer, [typed(SHOP)])).rejected.values()
    running.of(System.PROVINCE_DIRECTORY).region = ""
    assert refusal.message == "行政区划不在本系统范围内"
    await peer.close()


@pytest.mark.parametrize("system", list(System))
def test_whatever_a_content_holds_comes_back_as_it_was(system: System) -> None:
    form = FORMATS[system]
    content = {
        "uscc": SHOP,
        "name": "老王面馆",
        "year": 2026,
        "region": "410102",
        "granted_on": "2026-09-01",
        "valid_until": None,
        "never_heard_of": {"a": [1, "二", None]},
        "restored": ["未按时年报"],
        "title": "标准",
        "category": "特色",
        "type_label": "成长型",
        "issued_on": "2026-06-30",
        "types": [{"type_label": "生存型", "requires": [{"words": "一、\n二、", "x": 1}]}],
    }
    assert form.content_in(orjson.loads(orjson.dumps(form.content_out(content)))) == content


@pytest.mark.parametrize("system", list(System))
async def test_whatever_the_publisher_makes_of_events_is_taken_and_comes_back_as_it_was(
    running: RunningSystems, system: System
) -> None:
    peer = await connected(running, system)
    latest = {(one.kind, one.key): one for one in records() if one.kind in KINDS_OF[system]}
    assert {kind for kind, _ in latest} == KINDS_OF[system], "a record of every kind"
    assert (await publish(peer, [*latest.values()])).rejected == {}
    for kind in KINDS_OF[system]:
        own = [one for one in latest.values() if one.kind is kind and not one.removed]
        counties = {one.region: one.digest for one in await peer.summaries(kind)}
        assert counties == {
            region: county_digest({one.key: content_digest(one.content) for one in own if one.region == region})
            for region in {one.region for one in own}
        }
    await peer.close()


@pytest.mark.parametrize("system", list(System))
def test_every_word_code_and_kind_of_a_system_means_one_thing(system: System) -> None:
    form = FORMATS[system]
    assert {*form.words} == {*WORDS}
    assert {*form.paths} == {*CALLS}
    assert {*form.kinds} == {*KINDS_OF[system]}
    assert {*form.codes} == {*Reason} == {*EXPLANATIONS}
    for table in (form.codes, form.kinds, form.fields, form.states, form.operations, form.outcomes):
        assert len({*table.values()}) == len(table)
    for codes in (*form.values.values(), *form.hand_ins.values.values()):
        assert len({*codes.values()}) == len(codes)
    assert form.words["other"] not in form.fields.values()
    assert explain(system, "nothing like it") is None


@pytest.mark.parametrize("system", [System.NATIONAL_DIRECTORY, System.CREDIT_PUBLICITY])
async def test_a_signed_request_that_is_sent_twice_or_changed_is_refused(
    running: RunningSystems, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = await connected(running, system)
    [page] = pages([typed(SHOP)])
    module = "services.notification.publication.peers.http_calls"
    with monkeypatch.context() as same_nonce:
        same_nonce.setattr(f"{module}.secrets.token_hex", lambda _: "0123456789abcdef")
        assert isinstance(await peer.send(page), Received)
        assert await peer.send(page) == Busy("credentials")
    monkeypatch.setattr(f"{module}.compressed", lambda _: b"changed on the way")
    assert isinstance(await peer.send(page), RefusedCall)
    await peer.close()


ITEMS: dict[System, dict[str, object]] = {
    System.CULTIVATION_PLATFORM: {
        "kind": "application",
        "reference": "PY-1",
        "uscc": SHOP,
        "filed_at": "2026-09-02T10:00:00+08:00",
        "year": 2026,
        "region": "410102",
        "category": "distinctive",
        "category_reason": "三代手艺",
        "criteria": ["c1"],
    },
    System.NATIONAL_DIRECTORY: {
        "kind": "objection",
        "reference": "QG-1",
        "uscc": SHOP,
        "filed_at": "2026-09-02T10:00:00+08:00",
        "statement": "分型有误",
        "name": "王某",
        "contact": "x@example.invalid",
    },
    System.CREDIT_PUBLICITY: {
        "kind": "annual-reports-closed",
        "reference": "GS-1",
        "region": "41",
        "year": 2025,
        "closed_on": "2026-06-30",
    },
}


@pytest.mark.parametrize("system", [*ITEMS])
async def test_what_was_handed_in_is_read_by_cursor_and_answered_once(
    running: RunningSystems, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.sandbox.national_system.ROWS", 100)
    peer = await connected(running, system)
    items = [ITEMS[system], ITEMS[system] | {"reference": "X-2"}, ITEMS[system] | {"reference": "X-3"}]
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        assert (await client.post(f"/sandbox/{system}/handed-in", json=items)).status_code == 204
    first = await peer.handed_in("")
    second = await peer.handed_in(first.next)
    assert ([*first.items, *second.items], first.more, second.more) == (items, True, False)
    assert (await peer.handed_in(second.next)).items == []
    report = HandInReport("refused", "这户不在本县")
    assert await peer.answer("X-2", report) == await peer.answer("X-2", report) == Received(None)
    assert isinstance(await peer.answer("X-2", HandInReport("taken")), RefusedCall)
    assert isinstance(await peer.answer("none", report), RefusedCall)
    running.of(system).moods.add("handed_in:no-cursor")
    with pytest.raises(CursorForgottenError):
        await peer.handed_in(first.next)
    await peer.close()


async def test_the_base_of_legal_persons_is_read_page_by_page(running: RunningSystems) -> None:
    entities = [
        {"tyshxydm": uscc, "mc": f"第{number}户", "djzt": "1", "xzqh": "410102", "clrq": "2019-05-01"}
        for number, uscc in enumerate(sorted(usccs(5)))
    ]
    elsewhere = {"tyshxydm": usccs(6)[5], "mc": "外县", "djzt": "2", "xzqh": "410103", "clrq": None}
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        await client.post("/sandbox/legal-person-base/entities", json=[*entities[::-1], elsewhere])
    base = LegalPersonBase(parse_peer(SecretStr(running.url("legal-person-base", page="3"))))
    first = await base.entities("410102", None)
    second = await base.entities("410102", first.after)
    found = [*first.entities, *second.entities]
    assert [one.uscc for one in found] == sorted(usccs(5))
    assert isinstance(found[0], RegisteredEntity)
    assert (found[0].state, str(found[0].established_on), second.after) == ("在营", "2019-05-01", None)
    assert len((await base.entities("4101", first.after)).entities) == 3
    await base.close()
    stranger = LegalPersonBase(parse_peer(SecretStr(running.url("legal-person-base").replace("sandbox:", "x:y"))))
    with pytest.raises(PeerUnavailableError):
        await stranger.entities("41", None)
    await stranger.close()


async def test_a_sample_base_is_made_of_what_the_directory_holds_and_differs_now_and_then(
    running: RunningSystems,
) -> None:
    peer = await connected(running, System.PROVINCE_DIRECTORY)
    await publish(peer, [typed(uscc) for uscc in usccs(300)])
    found = running.systems.store.sample_entities(System.PROVINCE_DIRECTORY, "4101", "", 1000)
    assert [one["tyshxydm"] for one in found] == sorted(usccs(300))
    assert 0 < sum(one["mc"] != "郑州市金水区老王面馆" for one in found) < 30
    assert 0 < sum(one["djzt"] == "2" for one in found) < 30
    await peer.close()


async def test_the_page_shows_what_each_system_holds_and_says_of_one_household(
    running: RunningSystems, publicity: HttpPeer
) -> None:
    for system in System:
        running.systems.store.empty(system)
    await publish(publicity, [typed(SHOP, name="<老王>面馆"), recognised(SHOP)])
    async with httpx.AsyncClient(base_url=running.base, trust_env=False) as client:
        page = (await client.get("/", params={"uscc": SHOP, "region": "4101"})).text
        assert (await client.post("/sandbox/credit-publicity/moods", json=["nonsense"])).status_code == 422
    assert "分型 成长型" in page
    assert "类别 特色" in page
    assert "&lt;老王&gt;面馆" in page
    assert "410102 河南省郑州市中原区" in page
    assert page.count("没有记录") == 3
