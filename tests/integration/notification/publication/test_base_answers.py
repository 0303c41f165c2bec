"""Answers of the national base of legal persons that are slow, broken or endless end in a named error, soon."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from services.notification.peer_urls import parse_peer
from services.notification.publication.peers import http_calls
from services.notification.publication.peers.legal_person_base import LegalPersonBase
from services.notification.publication.peers.peer import PeerUnavailableError, PeerUnreadableError
from tests.integration.notification.notification_client import COUNTY, uscc

Writing = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def base_that(answers: Writing, seconds: str = "0.2", per_second: str = "1000") -> AsyncIterator[LegalPersonBase]:
    """A connection to a server that answers so, whatever it is asked."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answers(writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    url = f"http://minglu:secret@127.0.0.1:{port}?timeout={seconds}&per_second={per_second}"
    base = LegalPersonBase(parse_peer(SecretStr(url)))
    try:
        yield base
    finally:
        await base.close()
        server.close()


def whole(body: bytes, *headers: str) -> Writing:
    """The body at once."""

    async def write(writer: asyncio.StreamWriter) -> None:
        head = ["HTTP/1.1 200 OK", "Connection: close", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(head).encode() + body)
        await writer.drain()

    return write


async def dripping(writer: asyncio.StreamWriter) -> None:
    """A byte now and then, each before a read would have waited too long."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def test_an_answer_that_drips_is_given_up() -> None:
    async with base_that(dripping) as base, asyncio.timeout(8):
        with pytest.raises(PeerUnavailableError):
            await base.entities(COUNTY, None)


async def test_a_body_that_cannot_be_unpacked_is_no_answer() -> None:
    async with base_that(whole(b"no gzip", "Content-Encoding: gzip")) as base:
        with pytest.raises(PeerUnavailableError):
            await base.entities(COUNTY, None)


async def test_an_answer_is_not_read_beyond_the_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_calls, "LARGEST_ANSWER", 1000)
    async with base_that(whole(b" " * 1001), seconds="2") as base:
        with pytest.raises(PeerUnreadableError, match="answer-too-large"):
            await base.entities(COUNTY, None)


async def test_a_state_that_is_not_in_the_table_is_told_as_it_is() -> None:
    told = {"entities": [{"tyshxydm": uscc(1), "mc": "甲", "djzt": "9", "xzqh": COUNTY}], "next": None}
    async with base_that(whole(json.dumps(told).encode()), seconds="2") as base:
        page = await base.entities(COUNTY, None)
    assert [one.state for one in page.entities] == ["代码9"]


async def test_the_base_is_asked_no_more_often_than_its_address_says() -> None:
    told = json.dumps({"entities": [], "next": None}).encode()
    async with base_that(whole(told), seconds="2", per_second="10") as base:
        began = asyncio.get_running_loop().time()
        for _ in range(4):
            await base.entities(COUNTY, None)
        assert asyncio.get_running_loop().time() - began >= 0.29
