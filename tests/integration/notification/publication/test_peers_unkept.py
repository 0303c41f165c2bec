"""What a system says and our tables have no room for makes its answer unreadable: it never comes as far as them."""

import uuid
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import orjson
import pytest
from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.legal_person_base import LegalPersonBase
from services.notification.publication.peers.peer import (
    BatchSeal,
    Busy,
    Done,
    PeerUnavailableError,
    PeerUnreadableError,
    Received,
)
from services.notification.publication.systems import Kind, System

URL = SecretStr("http://sandbox:secret@127.0.0.1:9/system?per_second=1000")
FORM = FORMATS[System.PROVINCE_DIRECTORY]
BATCH = uuid.UUID(int=1)


def nested(levels: int) -> Any:
    """Something that lies so deep."""
    value: Any = "x"
    for _ in range(levels):
        value = {FORM.fields["name"]: value}
    return value


@pytest.fixture
async def peer() -> AsyncIterator[HttpPeer]:
    one = HttpPeer(FORM, parse_peer(URL))
    yield one
    await one.close()


def answering(told: Mapping[str, Any], **headers: str) -> httpx.AsyncClient:
    """A connection over which everything is answered so."""
    content = orjson.dumps({FORM.words.get(name, name): value for name, value in told.items()})

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(429 if headers else 200, content=content, headers=headers)

    return httpx.AsyncClient(transport=httpx.MockTransport(answer))


def written(**changed: Any) -> dict[str, Any]:
    """A held record as the system writes it."""
    row: dict[str, Any] = {"kind": FORM.kinds[Kind.TYPE], "key": "k1", "uscc": "u1", "region": "410105"}
    row |= {"version": 1, "digest": "a" * 64, "content": None} | changed
    return {FORM.words[name]: value for name, value in row.items()}


UNKEPT = {
    "key": ["k" * 65, "a\0b", "", 7],
    "uscc": ["9" * 19, "a\0", 7],
    "region": ["410105000000", "4\0", "", 41],
    "version": [2**63 - 1, 2**62 + 1, 0, -1, "1", True, 1.5],
    "digest": ["zz", "a" * 63, "a" * 65, 7, "a" * 63 + "\0"],
    "content": [nested(900)],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in UNKEPT.items() for value in values])
def test_a_held_record_that_cannot_be_kept_is_unreadable(name: str, value: Any) -> None:
    with pytest.raises(PeerUnreadableError):
        FORM.held_in(written(**{name: value}))


def test_a_digest_in_capitals_is_the_same_digest() -> None:
    assert FORM.held_in(written(digest="AB" * 32)).digest == "ab" * 32


COUNTIES = [
    *({"region": "410105000000"}, {"region": "4\0"}, {"region": None}, {"records": 2**31}, {"records": -1}),
    *({"records": True}, {"digest": "a" * 65}, {"digest": 7}),
]


@pytest.mark.parametrize("county", COUNTIES, ids=str)
async def test_a_county_that_cannot_be_kept_is_unreadable(peer: HttpPeer, county: dict[str, Any]) -> None:
    row = {"region": "410105", "records": 1, "digest": "a" * 64} | county
    rows = [{FORM.words[name]: value for name, value in row.items()}]
    peer._calls._client = answering({"kind": FORM.kinds[Kind.TYPE], "rows": rows})
    with pytest.raises(PeerUnreadableError):
        await peer.summaries(Kind.TYPE)


@pytest.mark.parametrize("key", ["k" * 65, "a\0b", ""])
async def test_a_refusal_of_a_key_that_cannot_be_one_of_ours_is_unreadable(peer: HttpPeer, key: str) -> None:
    row = {"kind": FORM.kinds[Kind.TYPE], "key": key, "code": "E", "message": "m"}
    rows = [{FORM.words[name]: value for name, value in row.items()}]
    told = {"batch": str(BATCH), "state": FORM.states["done"], "rejected": 1, "asked": "", "rows": rows, "after": None}
    peer._calls._client = answering(told)
    with pytest.raises(PeerUnreadableError):
        await peer.ask(BATCH, None)


@pytest.mark.parametrize("page", [2**31, 0, -1, True, "1"])
async def test_a_page_that_cannot_be_one_is_unreadable(peer: HttpPeer, page: Any) -> None:
    peer._calls._client = answering({"batch": str(BATCH), "state": FORM.states["receiving"], "received": [page]})
    with pytest.raises(PeerUnreadableError):
        await peer.ask(BATCH, None)


@pytest.mark.parametrize(("cursor", "item"), [("a\0b", {}), ("c" * 1001, {}), ("c", {"statement": nested(100)})])
async def test_a_place_or_an_item_that_cannot_be_kept_is_unreadable(peer: HttpPeer, cursor: str, item: Any) -> None:
    form = FORMATS[System.NATIONAL_DIRECTORY]
    one = HttpPeer(form, parse_peer(URL))
    told = {"asked": "", "after": cursor, "more": False, "rows": [form.hand_ins.item_out(item)]}
    data = {form.words[name]: value for name, value in told.items()}
    one._calls._client = answering({"code": "0", "data": data, "msg": ""})
    with pytest.raises(PeerUnreadableError):
        await one.handed_in("")
    await one.close()


async def test_a_ticket_is_cut_to_what_can_be_kept(peer: HttpPeer) -> None:
    peer._calls._client = answering({"batch": str(BATCH), "ticket": "a\0b" + "9" * 300})
    assert await peer.seal(BatchSeal(BATCH, 1, 1, "a" * 64)) == Received("ab" + "9" * 198)


async def test_a_pause_of_five_thousand_digits_is_the_longest_pause(peer: HttpPeer) -> None:
    peer._calls._client = answering({}, **{"Retry-After": "9" * 5000})
    assert await peer.seal(BatchSeal(BATCH, 1, 1, "a" * 64)) == Busy("http-429", 3600.0)


ENTITIES = [
    *({"tyshxydm": "9" * 19}, {"tyshxydm": "92\0"}, {"tyshxydm": 92}, {"xzqh": "4\0"}, {"xzqh": None}, {"mc": 7}),
    *({"djzt": []}, {"clrq": 7}),
]


@pytest.mark.parametrize("changed", ENTITIES, ids=str)
async def test_an_entity_that_cannot_be_kept_is_unreadable(changed: dict[str, Any]) -> None:
    entity = {"tyshxydm": "92410105MA00000001", "mc": "名称", "djzt": "1", "xzqh": "410105"} | changed
    base = LegalPersonBase(parse_peer(URL))
    base._client = answering({"entities": [entity], "next": None})
    with pytest.raises(PeerUnreadableError):
        await base.entities("41", None)


async def test_a_broken_encoding_of_the_base_is_an_answer_that_did_not_come() -> None:
    base = LegalPersonBase(parse_peer(URL))

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"no gzip", headers={"Content-Encoding": "gzip"})

    base._client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    with pytest.raises(PeerUnavailableError):
        await base.entities("41", None)


ID_NUMBER = "11010119900307" + "7758"


def entity(uscc: str) -> dict[str, Any]:
    """A household as the base has it."""
    return {"tyshxydm": uscc, "mc": "老王面馆", "djzt": "1", "xzqh": "410105", "clrq": None}


async def entities(told: Mapping[str, Any]) -> Any:
    """The page that such an answer of the base is."""
    base = LegalPersonBase(parse_peer(URL))
    base._client = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, content=orjson.dumps(told)))
    )
    try:
        return await base.entities("41", None)
    finally:
        await base.close()


async def test_what_the_base_has_under_somebodys_number_is_passed_over_and_never_kept_as_a_place() -> None:
    household = "92410105MA00000001"
    page = await entities({"entities": [entity(ID_NUMBER), entity(household)], "next": household})
    assert ([one.uscc for one in page.entities], page.after) == ([household], household)
    page = await entities({"entities": [entity("0A"), entity(ID_NUMBER)], "next": ID_NUMBER})
    assert ([one.uscc for one in page.entities], page.after) == (["0A"], "0A")
    with pytest.raises(PeerUnreadableError):
        await entities({"entities": [entity(ID_NUMBER)], "next": ID_NUMBER})


async def test_refused_records_without_end_are_read_no_further_than_the_system_counts(peer: HttpPeer) -> None:
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        calls.append(str(request.url))
        asked = request.url.params.get(FORM.words["after"], "")
        row = {"kind": FORM.kinds[Kind.TYPE], "key": f"k{len(calls)}", "code": "E", "message": "m"}
        rows = [{FORM.words[name]: value for name, value in row.items()}]
        told = {"batch": str(BATCH), "state": FORM.states["done"], "rejected": 3, "asked": asked, "rows": rows}
        told |= {"after": f"{len(calls):06}"}
        return httpx.Response(200, content=orjson.dumps({FORM.words[name]: one for name, one in told.items()}))

    peer._calls._client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    told = await peer.ask(BATCH, None)
    assert isinstance(told, Done)
    assert (len(told.rejected), len(calls)) == (3, 4)


@pytest.mark.parametrize("number", [10**9, -1, "3", None, True])
async def test_a_number_of_refused_records_that_no_batch_can_have_is_unreadable(peer: HttpPeer, number: Any) -> None:
    peer._calls._client = answering({"batch": str(BATCH), "state": FORM.states["done"], "rejected": number})
    with pytest.raises(PeerUnreadableError):
        await peer.ask(BATCH, None)
