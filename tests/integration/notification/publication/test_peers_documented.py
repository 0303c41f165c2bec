"""docs/national-systems.md against the adapters: the bytes of its examples, and the rows of its tables."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import httpx
import orjson
import pytest
from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.peers.connections import FORMATS
from services.notification.publication.peers.http_peer import HttpPeer
from services.notification.publication.peers.peer import (
    BatchSeal,
    Busy,
    CountySummary,
    Done,
    Outcome,
    Page,
    Received,
    Record,
    RefusedCall,
    Unknown,
    Verdict,
)
from services.notification.publication.peers.reasons import Reason
from services.notification.publication.records.domain import content_digest, county_digest
from services.notification.publication.systems import Kind, System
from tests.integration.notification.publication.peer_steps import recognised, removed, typed

PAGE = (Path(__file__).parents[4] / "docs" / "national-systems.md").read_text("utf-8")
EXAMPLES = {
    (system, name): body for system, name, body in re.findall(r"```(?:nd)?json (\S+) (\S+)\n(.*?)```", PAGE, re.DOTALL)
}
BATCH = uuid.UUID("0f8fad5b-d9cb-469f-a165-70867728950e")
SHOP, GONE = "92410102MA0000007A", "92410102MA0000015U"
DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
TICKET = "20260812A1B2C3D4E5F6"
TYPED = typed(SHOP, version=3)
RECOGNISED = Record(
    Kind.RECOGNITION,
    "5b1f8b1e-8a52-4f6e-9d43-0c1f2f8f7f01",
    SHOP,
    "410102",
    2,
    False,
    recognised(SHOP).content,
)
RECORDS = {
    System.PROVINCE_DIRECTORY: [TYPED, removed(typed(GONE), version=8)],
    System.NATIONAL_DIRECTORY: [TYPED, removed(typed(GONE), version=8)],
    System.CREDIT_PUBLICITY: [TYPED, RECOGNISED],
    System.CULTIVATION_PLATFORM: [RECOGNISED],
}
every_system = pytest.mark.parametrize("system", list(System))


def documented(system: System, name: str) -> bytes:
    """The bytes of an example."""
    example = EXAMPLES[system, name].encode()
    return example if name == "page" and FORMATS[system].lines else orjson.dumps(orjson.loads(example))


def answering(system: System, answer: Callable[[httpx.Request], httpx.Response]) -> HttpPeer:
    """A connection to a system that answers so."""
    peer = HttpPeer(FORMATS[system], parse_peer(SecretStr("http://user:secret@127.0.0.1:1/base?per_second=1000")))
    peer._calls._client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return peer


@every_system
def test_a_page_is_written_as_the_document_shows(system: System) -> None:
    records = RECORDS[system]
    assert FORMATS[system].page_out(Page(BATCH, 1, 1, DIGEST, records)) == documented(system, "page")


@every_system
async def test_the_documents_answers_are_read_as_what_they_say(system: System) -> None:
    record = RECORDS[system][0]

    def answer(request: httpx.Request) -> httpx.Response:
        """By the path: what the document has for it."""
        assert request.url.path.startswith("/base/")
        for name in ("seal", "rejected", "ask", "summaries", "household"):
            path = FORMATS[system].paths[name].format(batch=BATCH, uscc=SHOP)
            if request.url.path == f"/base{path}":
                return httpx.Response(200, content=documented(system, name))
        raise AssertionError(request.url.path)

    peer = answering(system, answer)
    assert await peer.seal(BatchSeal(BATCH, 1, 2, DIGEST)) == Received(TICKET)
    verdict = Verdict(FORMATS[system].codes[Reason.NOT_REGISTERED], "登记库中未查到该主体")
    assert await peer.ask(BATCH, TICKET) == Done({(record.kind, record.key): verdict})
    digest = content_digest(record.content)
    [county] = await peer.summaries(record.kind)
    assert county == CountySummary("410102", 1, county_digest({record.key: digest}))
    [held] = await peer.look_up(SHOP)
    assert (held.content, held.digest, held.version) == (record.content, digest.hex(), record.version)
    await peer.close()


@every_system
async def test_the_documents_refusal_is_one_for_good(system: System) -> None:
    status = 200 if FORMATS[system].envelope else 409
    peer = answering(system, lambda _: httpx.Response(status, content=documented(system, "refused")))
    code = FORMATS[system].codes[Reason.OTHER_CONTENT]
    assert await peer.send(Page(BATCH, 1, 1, DIGEST, [TYPED])) == RefusedCall(code, "同一幂等号的内容与前次不同")
    await peer.close()


@every_system
def test_every_word_field_path_and_code_stands_in_the_document(system: System) -> None:
    form = FORMATS[system]
    section = PAGE.split(f"(`{system}`)\n")[1].split("\n## ")[0]
    for table in (form.words, form.fields, form.kinds, form.hand_ins.fields):
        assert [
            f"| {ours} | `{theirs}` |" for ours, theirs in table.items() if f"| {ours} | `{theirs}` |" not in section
        ] == []
    codes = {**form.values, "operation": form.operations, "state": form.states, "outcome": form.outcomes}
    for of, values in [*codes.items(), *form.hand_ins.values.items()]:
        assert [value for value, code in values.items() if f"| {of} | {value} | `{code}` |" not in section] == []
    assert [path for path in form.paths.values() if f" {path}` |" not in section] == []
    codes_table = PAGE.split("\n## Codes\n")[1].split("\n## ")[0]
    assert [code for code in form.codes.values() if f"| `{code}` |" not in codes_table] == []


@pytest.mark.parametrize(
    ("status", "headers", "body", "outcome"),
    [
        (302, {"Location": "https://elsewhere.example.gov.cn/"}, b"", Busy("http-302")),
        (404, {}, b"<html>no such page</html>", Busy("http-404")),
        (401, {}, b"", Busy("credentials")),
        (403, {}, b"<html>", Busy("credentials")),
        (429, {"Retry-After": "30"}, b"", Busy("http-429", 30)),
        (503, {"Retry-After": "999999"}, b"", Busy("http-503", 3600)),
        (503, {}, b"", Unknown("http-503")),
        (500, {}, b'{"code": "x"}', Unknown("http-500")),
        (200, {}, b"", Unknown("unreadable")),
        (200, {}, b"[]", Unknown("unreadable")),
        (200, {}, b" " * 2**25 + b"{}", Unknown("answer-too-large")),
    ],
)
@every_system
async def test_an_answer_that_the_interface_does_not_know_is_no_refusal(
    system: System, status: int, headers: dict[str, str], body: bytes, outcome: Outcome
) -> None:
    peer = answering(system, lambda _: httpx.Response(status, headers=headers, content=body))
    assert await peer.send(Page(BATCH, 1, 1, DIGEST, [TYPED])) == outcome
    await peer.close()


async def test_an_adapter_that_does_not_look_whose_answer_it_is_believes_an_earlier_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    system = System.CREDIT_PUBLICITY
    peer = answering(system, lambda _: httpx.Response(200, content=documented(system, "seal")))
    other = BatchSeal(uuid.uuid4(), 1, 2, DIGEST)
    assert await peer.seal(other) == Unknown("answers another call")
    monkeypatch.setattr(HttpPeer, "_check_asked", lambda *_: None)
    assert await peer.seal(other) == Received(TICKET)
    await peer.close()
